import Engine
import Hummingbird
import TimeBase
import Wire

/// What concerns the daemon itself: `/v1/status`, `/-/ready`, `/-/reload`, `/metrics`.
struct DaemonRoute<Source: Desk>: Sendable {
    let desk: Source

    func status(_ request: Request, context: APIContext) async -> Response {
        let status = await desk.status()
        var json = JSONText()
        status.write(to: &json)
        return .json(json)
    }

    func readiness(_ request: Request, context: APIContext) async throws -> Response {
        let status = await desk.status()
        let complaints = status.degraded + (status.holding.map { [$0] } ?? [])
        guard complaints.isEmpty else {
            throw Problem(
                .serviceUnavailable,
                status.holding == nil ? "degraded" : "holding",
                "not ready: \(complaints.joined(separator: "; "))",
                errors: complaints
            )
        }
        return .text("ready\n")
    }

    func reload(_ request: Request, context: APIContext) async throws -> Response {
        let report: ReloadReport
        do throws(DeskProblem) {
            report = try await desk.reload()
        } catch {
            throw Problem(error, doing: "reload the policy")
        }
        var json = JSONText()
        json.object { json in
            json.member("policy_version", report.policyVersion)
            json.member("policy_hash", report.policyHash)
            json.member("new", report.isNew)
            json.member("warnings", report.warnings)
        }
        return .json(json)
    }

    func metrics(_ request: Request, context: APIContext) async -> Response {
        let format = Exposition.Format(accept: request.headers[.accept])
        let text = Exposition.text(of: await desk.measurements(), format: format)
        return .text(text, type: format.contentType)
    }
}

extension DeskStatus {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("line", line)
            json.member("version", version)
            json.member("started_at", startedAt)
            json.member("now", now)
            json.member("open", openCases)
            json.member("breached", breachedCases)
            json.member("set_aside", setAsideCases)
            json.member("full", fullCases)
            json.member("next_wake", nextWake)
            json.member("next_case", nextCase?.rawValue)
            json.name("policy")
            json.object { json in
                json.member("version", policyVersion)
                json.member("hash", policyHash)
                json.member("adopted_at", policyAdoptedAt)
            }
            json.member("notices_pending", noticesPending)
            json.member("degraded", degraded)
            json.nullable("holding", holding)
            json.name("unknown_names")
            json.object { json in
                json.member("count", unknownNames.count)
                json.name("most")
                json.array(unknownNames.most) { json, name in
                    json.object { json in
                        json.member("kind", name.kind)
                        json.member("name", name.name)
                        json.member("cases", name.cases)
                    }
                }
            }
            if let rollout {
                json.name("rollout")
                json.object { json in
                    json.member("cases_done", rollout.done)
                    json.member("cases", rollout.total)
                }
            }
        }
    }
}
