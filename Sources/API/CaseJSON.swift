import Engine
import TimeBase
import Wire

/// The API's form of a case and of what is known of it. Names are the API's: never rename.
extension CaseSummary {
    func write(to json: inout JSONText) {
        let fields = state.fields
        json.object { json in
            json.member("case", state.id.rawValue)
            json.member("status", state.status.word)
            json.member("tier", state.tier)
            json.member("team", fields.team)
            json.member("agent", fields.agent)
            json.member("priority", fields.priority)
            json.member("plan", fields.plan)
            json.member("channel", fields.channel)
            json.member("customer", fields.customer)
            json.member("subject", fields.subject)
            json.member("topic", fields.topic)
            json.member("language", fields.language)
            json.member("tags", fields.tags)
            json.member("private", fields.isPrivate)
            json.member("opened_at", state.openedAt)
            json.member("opened_by", state.openedBy.word)
            json.member("done_at", state.doneAt)
            json.member("waiting_since", state.waitingSince)
            json.member("next_wake", nextWake)
            json.member("successor", state.successor?.caseID.rawValue)
            if state.isDeleted { json.member("deleted", true) }
            json.member("rests_since", state.restsSince)
            json.member("content_removed_at", state.forgottenAt)
            if let taken = state.acknowledgement {
                json.name("acknowledged")
                json.object { json in
                    json.member("at", taken.at)
                    json.member("by", taken.by)
                }
            }
            if let snooze = state.snooze {
                json.name("snoozed")
                json.object { json in
                    json.member("since", snooze.since)
                    json.member("until", snooze.until)
                    json.member("by", snooze.by)
                }
            }
            json.name("timers")
            json.array(state.timers) { json, timer in timer.write(to: &json) }
        }
    }
}

extension CaseTimer {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("target", metric.word)
            json.member("cycle", cycle)
            json.member("revision", revision)
            json.member("state", state.word)
            json.member("verdict", verdict?.word)
            if case .cancelled(let reason) = verdict { json.member("reason", reason.word) }
            if isVoid { json.member("void", true) }
            json.member("started_at", startedAt)
            json.member("ended_at", endedAt)
            json.member("deadline", deadline)
            json.member("breached_at", breachedAt)
            json.member("duration_ms", duration)
            json.member("elapsed_ms", elapsed)
            json.member("calendar", calendar)
            json.member("rule", rule)
            json.member("tier", tier)
            json.member("policy_version", policyVersion)
            json.member("acknowledged", ladder.isStopped)
            if isSetByHand { json.member("set_by_hand", true) }
        }
    }
}

extension StepView {
    func write(to json: inout JSONText) {
        json.object { json in
            json.member("target", metric.word)
            json.member("cycle", cycle)
            json.member("step", text)
            json.member("action", action)
            json.member("audience", audience)
            json.member("due_at", dueAt)
            json.member("done", isDone)
            json.member("fired_at", firedAt)
            json.member("told", told)
            json.member("skipped", skipped)
            json.member("rest", rest?.rawValue)
        }
    }
}

extension LedgerRecord {
    func write(to json: inout JSONText) { json.object { json in writeMembers(to: &json) } }
}
