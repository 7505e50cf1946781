import TimeBase

/// One step of a ladder for people: when it fired and who was told, or when it will and who would be.
struct StepLine {
    let when: String
    /// `2h ago`, `in 12m`.
    let distance: String
    let receivers: String
    /// Nothing of it is to come at a known time.
    let isFaint: Bool

    /// `isEnded`: the timer has ended, so that what has not fired never will.
    init(_ step: StepAnswer, isEnded: Bool, at now: Instant, _ times: TimeText) {
        let due = step.dueAt?.instant
        let fired = step.firedAt?.instant
        let told = Self.told(step)
        // A repeating step has fired and is to come.
        if let due {
            when = times(due)
            distance = RelativeTime.since(due, at: now)
            let next = Self.names(step.audience, "will tell")
            let past = told.map { [$0, fired.map { RelativeTime.since($0, at: now) }].joinedWords(" ") ?? $0 }
            receivers = [next, past].joinedWords("; ") ?? ""
            isFaint = false
            return
        }
        isFaint = true
        if step.done || fired != nil {
            when = step.skipped != nil ? "skipped" : fired.map(times.callAsFunction) ?? "done"
            distance = fired.map { RelativeTime.since($0, at: now) } ?? ""
            receivers = told ?? ""
        } else {
            let isOver = isEnded || Self.endings.contains(step.rest ?? "")
            when = isOver ? "never" : "waits"
            distance = ""
            let why = step.rest.map(Self.rest)
            receivers = isOver ? why ?? "" : [why, Self.names(step.audience, "would tell")].joinedWords("; ") ?? ""
        }
    }

    /// Words of `rest` after which nothing more comes.
    private static let endings: Set = ["ended", "measured_only", "acknowledged"]

    /// A newer daemon may have other words; they are shown as they are.
    private static func rest(_ word: String) -> String {
        switch word {
        case "ended": "the timer has ended"
        case "measured_only": "only measured: it was due before enforce_from"
        case "acknowledged": "somebody took the case"
        case "paused": "the timer is paused"
        case "suspended": "the calendar has no open time ahead"
        case "no_deadline": "there is no deadline yet"
        default: word
        }
    }

    private static func told(_ step: StepAnswer) -> String? {
        if let why = step.skipped { return reason(why) }
        return names(step.told, "told")
    }

    private static func names(_ names: [String]?, _ verb: String) -> String? {
        guard let names, !names.isEmpty else { return nil }
        return "\(verb) \(names.joined(separator: ", "))"
    }

    /// A newer daemon may have other words; they are shown as they are.
    private static func reason(_ word: String) -> String {
        let parts = word.split(separator: ",", maxSplits: 1)
        let text =
            switch parts.first {
            case "catch_up": "a later step came due by then"
            case "snoozed": "it came due while the case was snoozed"
            case "already_moved": "another step had moved the case"
            case "already_there": "the case was in that tier"
            case "nobody_to_tell": "nobody to tell"
            case "no_such_person": "the policy has no such person"
            case "no_such_tier": "the policy has no such tier"
            default: word
            }
        return parts.count == 2 && text != word ? text + "," + parts[1] : text
    }
}
