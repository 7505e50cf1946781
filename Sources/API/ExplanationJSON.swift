import Engine
import TimeBase
import Wire

/// The API's form of how a deadline came about. Names are the API's: never rename.
extension Explanation.Cycle {
    func write(to json: inout JSONText) {
        json.object { json in
            json.member("target", metric.word)
            json.member("cycle", cycle)
            json.member("started_at", startedAt)
            json.member("ended_at", endedAt)
            json.member("state", state.word)
            json.member("verdict", verdict?.word)
            if case .cancelled(let reason) = verdict { json.member("reason", reason.word) }
            if isVoid {
                json.member("reason", voidReason)
                json.member("void", true)
            }
            json.member("deadline", deadline)
            json.member("breached_at", breachedAt)
            json.member("duration_ms", duration)
            json.member("calendar", calendar)
            json.member("carried_ms", carried)
            json.name("parts")
            json.array(parts) { json, part in part.write(to: &json) }
            json.name("told")
            json.array(told) { json, record in record.write(to: &json) }
        }
    }
}

extension Explanation.Part {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            switch self {
            case .chosen(let choice):
                json.member("part", "chosen")
                json.member("at", choice.at)
                json.member("policy_version", choice.policyVersion)
                json.member("rule", choice.rule)
                json.member("duration_ms", choice.duration)
                json.member("business_days", choice.businessDays)
                json.member("calendar", choice.calendar)
                json.name("passed_over")
                json.array(choice.passedOver) { json, passed in
                    json.object { json in
                        json.member("rule", passed.rule)
                        json.member("why", passed.why)
                    }
                }
            case .counted(let counted):
                json.member("part", "counted")
                json.member("from", counted.from)
                json.member("until", counted.until)
                json.member("calendar", counted.calendar)
                json.member("zone", counted.zone)
                json.member("total_ms", counted.total)
                json.name("spans")
                json.array(counted.spans) { json, span in
                    json.object { json in
                        json.member("from", span.start)
                        json.member("until", span.end)
                        json.member("length_ms", span.end - span.start)
                    }
                }
            case .paused(let from, let until, let cause):
                json.member("part", "paused")
                json.member("from", from)
                json.member("until", until)
                json.member("reason", cause)
            case .suspended(let from):
                json.member("part", "suspended")
                json.member("from", from)
            case .deadlineSet(let record):
                json.member("part", "deadline_set")
                json.member("at", record.at)
                json.member("duration_ms", record.duration)
                json.member("deadline", record.deadline)
                json.member("by", record.by)
                json.member("reason", record.reason)
            case .retargeted(let record):
                json.member("part", "retargeted")
                json.member("at", record.at)
                json.member("policy_version", record.policyVersion)
                json.member("rule", record.rule)
                json.member("duration_ms", record.duration)
                json.member("calendar", record.calendar)
                json.member("deadline", record.deadline)
                json.member("reason", record.reason)
            }
        }
    }
}
