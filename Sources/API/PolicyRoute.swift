import Engine
import Hummingbird
import NIOCore
import Wire

/// `GET /v1/policy`, the names in the policy in force; and what somebody asks who writes another one: `POST
/// /v1/policy/preview`, what it would do to the open cases, and `GET /v1/words`, which words its conditions can meet.
struct PolicyRoute<Source: Desk>: Sendable {
    let desk: Source
    let bodies: RequestBodies

    func show(_ request: Request, context: APIContext) async -> Response {
        let names = await desk.policyNames()
        var json = JSONText()
        json.object { json in
            json.member("version", names.version)
            json.member("hash", names.hash)
            json.member("adopted_at", names.adoptedAt)
            json.member("calendars", names.calendars)
            json.member("targets", names.targets.map(\.word))
            json.member("teams", names.teams)
            json.name("tiers")
            json.array(names.tiers) { json, tier in json.value(Int64(tier)) }
        }
        return .json(json)
    }

    func preview(_ request: Request, context: APIContext) async throws -> Response {
        let query = try QueryParameters(request, known: ["limit"])
        let limit = try query.integer("limit", in: 0...PolicyPreview.changesMax) ?? 100
        try ContentType.check(request, accepted: ["application/json"])
        let body = try await bodies.collect(request)
        let answer: Result<PolicyPreview, any Error>
        do {
            answer = .success(try await context.answering { try await preview(body, limit: limit) })
        } catch {
            answer = .failure(error)
        }
        await bodies.release(body.readableBytes)
        var json = JSONText()
        try answer.get().write(to: &json)
        return .json(json)
    }

    func words(_ request: Request, context: APIContext) async throws -> Response {
        _ = try QueryParameters(request, known: [])
        let sent: SentWords
        do throws(DeskProblem) {
            sent = try await desk.sentWords()
        } catch {
            throw Problem(error, doing: "list the words that were sent")
        }
        var json = JSONText(capacity: 256 + sent.words.count * 48)
        json.object { json in
            json.member("complete", SentWord.Kind.allCases.filter(sent.complete.contains).map(\.word))
            json.name("words")
            json.array(sent.words) { json, word in
                json.object { json in
                    json.member("kind", word.kind.word)
                    json.member("word", word.word)
                }
            }
        }
        return .json(json)
    }

    private func preview(_ body: ByteBuffer, limit: Int) async throws -> PolicyPreview {
        let proposal = try PolicyDocument.proposal(from: body.readableBytesUInt8Span)
        do throws(DeskProblem) {
            return try await desk.preview(proposal, limit: limit)
        } catch {
            throw Problem(error, doing: "preview the policy")
        }
    }
}

/// The API's form of it. Names are the API's: never rename.
extension PolicyPreview {
    /// Those that most cases use first.
    private var sortedLosses: [(key: PolicyLoss, value: Int)] {
        losses.sorted { ($1.value, $0.key.kind.rawValue, $0.key.name) < ($0.value, $1.key.kind.rawValue, $1.key.name) }
    }

    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("now", now)
            json.member("policy_hash", policyHash)
            json.member("new", isNew)
            json.member("version_in_force", versionInForce)
            json.member("cases", cases)
            json.member("affected", affected)
            json.member("failed", failed)
            json.name("effects")
            json.object { json in
                for effect in TargetPreview.Effect.allCases { json.member(effect.name, effects[effect] ?? 0) }
            }
            json.member("notices", notices)
            json.name("changes")
            json.array(changes) { json, change in change.write(to: &json) }
            json.name("losses")
            json.array(sortedLosses) { json, loss in
                json.object { json in
                    json.member("kind", loss.key.kind.rawValue)
                    json.member("name", loss.key.name)
                    json.member("cases", loss.value)
                }
            }
            json.member("warnings", warnings)
            json.nullable("holding", holding)
        }
    }
}

extension PolicyPreview.Change {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("case", caseID.rawValue)
            json.member("target", target.metric.word)
            json.member("cycle", target.cycle)
            json.member("tier", target.tier)
            json.member("effect", target.effect.rawValue)
            json.member("under_grace", target.isUnderGrace)
            json.member("deadline_before", target.deadlineBefore)
            json.member("deadline_after", target.deadlineAfter)
            json.member("left_before_ms", target.leftBefore)
            json.member("left_after_ms", target.leftAfter)
            json.member("rule", target.rule)
            json.member("told", target.told)
        }
    }
}

extension TargetPreview.Effect {
    /// Its raw value, as a name of a member.
    fileprivate var name: StaticString {
        switch self {
        case .breached: "breached"
        case .putOff: "put_off"
        case .sooner: "sooner"
        case .later: "later"
        case .spared: "spared"
        case .started: "started"
        case .cancelled: "cancelled"
        case .paused: "paused"
        case .resumed: "resumed"
        case .suspended: "suspended"
        case .lessLeft: "less_left"
        case .moreLeft: "more_left"
        }
    }
}
