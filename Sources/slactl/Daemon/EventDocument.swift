import Engine
import TimeBase

/// The body of `POST /v1/events` for one event; keys that nobody gave are left out.
struct EventDocument: Encodable, Equatable {
    var at: String
    var `case`: String
    var event: String
    var id: String?
    var seq: Int64?
    var source: String?
    var by: String?
    var author: String?
    var channel: String?
    var priority: String?
    var plan: String?
    var customer: String?
    var tier: Int?
    var team: String?
    var agent: String?
    var tags: [String]?
    var subject: String?
    var text: String?
    var topic: String?
    var language: String?
    var `private`: Bool?
    var reason: String?
    var until: String?
    var into: String?
    var from: String?
    var target: String?
    var cycle: Int?
    var to: String?

    init(kind: Event.Kind, caseID: String, now: Instant) {
        at = now.rfc3339
        self.case = caseID
        event = kind.word
    }

    init(kind: Event.Kind, caseID: String, facts: FactOptions, fields: FieldOptions, now: Instant) {
        self.init(kind: kind, caseID: caseID, now: facts.at ?? now)
        id = facts.id
        seq = facts.seq
        source = facts.source
        by = facts.by?.word
        author = facts.author?.word
        text = facts.text
        reason = facts.reason
        until = facts.until?.rfc3339
        into = facts.into
        from = facts.from
        channel = fields.channel
        priority = fields.priority
        plan = fields.plan
        customer = fields.customer
        tier = fields.tier
        team = fields.team
        agent = fields.agent
        tags = fields.tags.isEmpty ? nil : fields.tags
        subject = fields.subject
        topic = fields.topic
        language = fields.language
        self.private = fields.private
    }

    /// Hands the event in, writes the answer, and fails where it was refused.
    func submit(to connection: ConnectionOptions, _ output: OutputOptions) async throws {
        let (format, times) = (output.format, output.times)
        try await DaemonClient.with(connection) { daemon in
            let body = Array(JSONText.of(self).utf8)
            let answer = try await daemon.post("/v1/events", body: body, patience: .brief)
            let events: EventsAnswer = try answer.decoded()
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text: break
            }
            let result = events.results?.first
            guard events.refused == 0 else { throw refusal(result) }
            guard format == .text else { return }
            let id = result?.id.map { ", id \(Printable.text($0))" } ?? ""
            // Who sent it for a merged case learns which one took it.
            let taker = result?.takenBy.map { _ in ", sent on from \(Printable.text(self.case))" } ?? ""
            let caseID = Printable.text(result?.takenBy ?? self.case)
            StandardStream.output.write(
                events.duplicate > 0
                    ? "duplicate: \(event) of case \(caseID) was known already\(taker)\(id)\n"
                    : "applied: \(event) to case \(caseID)\(taker)\(id)\(Self.clamped(result, times))\n"
            )
        }
    }

    /// Says when it counts if that is another instant than it is dated; empty otherwise.
    private static func clamped(_ result: EventsAnswer.Result?, _ times: TimeText) -> String {
        guard let instant = result?.countsAt?.instant else { return "" }
        return ", counts from \(times(instant)): its time lies ahead of the daemon's clock or before the opening"
    }

    private func refusal(_ result: EventsAnswer.Result?) -> Failure {
        let name = Printable.brief(self.case)
        // Who takes a case mistyped its id; who reports an event may open the case.
        if result?.code == "unknown_case", result?.takenBy == nil, into == nil {
            let isAct = ["acknowledged", "snoozed", "snooze_ended", "reapplied", "deadline_set"].contains(event)
            let advice = isAct ? "check the id, slactl cases lists the open ones" : "open it with: slactl event opened"
            return Failure(
                code: .refused,
                message: "cannot apply \(event) to case \(name): there is no such case; \(advice)"
            )
        }
        return Failure(
            code: .refused,
            message: "cannot apply \(event) to case \(name): \(result?.reason ?? result?.code ?? "refused")"
        )
    }
}
