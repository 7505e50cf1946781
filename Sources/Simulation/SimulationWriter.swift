import Engine
import TimeBase
import Wire

/// What comes of a simulation as JSON Lines.
package struct SimulationWriter: Sendable {
    private var json = JSONText(capacity: Self.bytesFull + 4_096)
    /// When it is worth while to write.
    private static let bytesFull = 256 * 1_024

    package init() {}

    /// Whether enough has gathered to be written.
    package var isFull: Bool { json.bytes.count >= Self.bytesFull }

    /// What has gathered since the last call.
    package mutating func take() -> [UInt8] {
        defer { json.removeAll() }
        return json.bytes
    }

    /// One line with the members that the closure writes.
    mutating func writeLine(_ members: (inout JSONText) -> Void) {
        json.object(members)
        json.endLine()
    }

    /// One line for a decision or a refusal.
    package mutating func write(_ happening: Happening) {
        json.object { json in
            switch happening {
            case .record(let id, let record): record.writeMembers(to: &json, of: id)
            case .refused(let refused): refused.writeMembers(to: &json)
            }
        }
        json.endLine()
    }

    /// One line for a case as it stands.
    ///
    /// What the reader may look for is always there, `null` where there is nothing to say.
    package mutating func write(_ standing: CaseStanding) {
        json.object { json in
            json.member("case", standing.state.id.rawValue)
            json.member("status", standing.state.status.word)
            json.member("tier", standing.state.tier)
            json.name("timers")
            json.array(standing.timers) { json, timer in timer.write(to: &json) }
            json.nullable("next_wake", standing.nextWake)
            json.member("team", standing.state.fields.team)
            json.member("agent", standing.state.fields.agent)
            json.member("priority", standing.state.fields.priority)
            json.member("successor", standing.state.successor?.caseID.rawValue)
            if standing.state.isDeleted { json.member("deleted", true) }
        }
        json.endLine()
    }
}

extension Refused {
    fileprivate func writeMembers(to json: inout JSONText) {
        json.member("at", at)
        json.nullable("case", caseID)
        json.member("record", "refused")
        json.member("line", line)
        json.member("code", code)
        json.member("reason", reason)
        json.member("event_id", eventID)
    }
}

extension TimerStanding {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("target", timer.metric.word)
            json.member("cycle", timer.cycle)
            json.member("state", timer.state.word)
            json.nullable("verdict", timer.verdict?.word)
            json.nullable("deadline", timer.deadline)
            json.member("remaining_ms", remaining)
            json.member("elapsed_ms", elapsed)
            json.member("paused_ms", paused)
            json.nullable("breached_at", timer.breachedAt)
            if case .cancelled(let reason) = timer.verdict { json.member("reason", reason.word) }
            if timer.isVoid { json.member("void", true) }
            json.member("started_at", timer.startedAt)
            json.member("ended_at", timer.endedAt)
            json.member("duration_ms", timer.duration)
            json.member("calendar", timer.calendar)
            json.member("rule", timer.rule)
            json.member("revision", timer.revision)
            json.member("policy_version", timer.policyVersion)
            json.member("acknowledged", timer.ladder.isStopped)
        }
    }
}
