package import Engine
package import TimeBase

/// Puts ledger records into words: a sentence that stands alone in `journalctl -o cat`, and fields to filter by.
///
/// A pure function of the record, the case's id and the names of the policy. What a customer wrote never comes near it.
package struct Wording: Sendable {
    private let policy: Policy
    let storeID: String

    /// Of a record that names none.
    static let priorityDefault = 6
    /// An entry that is written later than this after the decision says so.
    private static let promptWithin = Span.minutes(1)
    /// How much of a person's reason is repeated.
    private static let reasonMax = 200

    /// - Parameters:
    ///   - policy: Where names of people, teams and tiers come from; an id it does not know stands for itself.
    ///   - storeID: `SLA_STORE`, by which a store finds its own entries again.
    package init(policy: Policy, storeID: String) {
        self.policy = policy
        self.storeID = storeID
    }

    /// The entry that announces `record`.
    ///
    /// One for every kind: what is announced is the engine's decision, and what it announces must not get stuck here.
    ///
    /// `writtenAt` is when the entry is written; nil: at the decision. More than a minute after the decision, the words
    /// and `SLA_LATE_MS` say how late it is; what they say of the future always counts from then.
    package func entry(
        _ record: LedgerRecord,
        of id: CaseID,
        noticeID: String,
        writtenAt: Instant? = nil
    ) -> JournalEntry {
        let writtenAt = max(writtenAt ?? record.noticedAt, record.noticedAt)
        let delay = writtenAt - record.noticedAt
        let isLate = delay > Self.promptWithin
        return JournalEntry(
            priority: record.priority ?? Self.priorityDefault,
            message: sentence(record, id, writtenAt: writtenAt) + (isLate ? "; written \(delay.rounded) late" : ""),
            messageID: messageID(record.kind).rawValue,
            noticeID: noticeID,
            fields: fields(record, id, late: isLate ? max(writtenAt - record.at, .zero) : record.late)
        )
    }

    private func messageID(_ kind: LedgerRecord.Kind) -> MessageID {
        switch kind {
        case .warned: .warned
        case .breached: .breached
        case .escalated: .escalated
        case .retracted: .retracted
        case .metLate: .metLate
        case .notified: .notified
        case .suspended: .suspended
        case .moved: .moved
        case .digested: .digest
        case .deadlineSet: .deadlineSet
        case .acknowledged: .acknowledged
        case .snoozed: .snoozed
        case .snoozeEnded: .snoozeEnded
        case .announced: .announced
        case .started, .met, .cancelled, .paused, .resumed, .retargeted, .skipped, .assigned, .prioritised, .merged,
            .absorbed, .split, .linked, .voided, .reinstated, .ended, .clamped:
            .decided
        case .full: .caseFull
        }
    }

    // MARK: The sentence

    private func sentence(_ record: LedgerRecord, _ id: CaseID, writtenAt: Instant) -> String {
        let clauses: [String?] =
            switch record.kind {
            case .warned: [warned(record, id, writtenAt: writtenAt), place(record), told(record)]
            case .breached: [breached(record, id), place(record), told(record)]
            case .escalated: escalated(record, id)
            case .moved: [moved("Moved: case \(id)", record), because(record), told(record)]
            case .retracted: [retracted(record, id), place(record), told(record)]
            case .metLate: [metLate(record, id), place(record), told(record)]
            case .notified: ["Notified: case \(id)", because(record), place(record), told(record)]
            case .suspended: [suspended(record, id), place(record), told(record)]
            case .digested: [digested(record, id), told(record)]
            case .full: ["Full: case \(id) is not measured any more", record.reason, place(record), told(record)]
            case .deadlineSet: [deadlineSet(record, id), place(record), told(record)]
            case .acknowledged: ["Acknowledged: case \(id), its ladders stop", doer(record), reason(record)]
            case .snoozed: ["Snoozed: case \(id)\(until(record)), nobody is told", doer(record), reason(record)]
            case .snoozeEnded: ["Snooze ended: case \(id), people are told again", doer(record), reason(record)]
            case .announced: [announced(record, id), place(record), told(record)]
            case .started, .met, .cancelled, .paused, .resumed, .retargeted, .skipped, .assigned, .prioritised, .merged,
                .absorbed, .split, .linked, .voided, .reinstated, .ended, .clamped:
                ["Decided: case \(id) \(record.kind.word)", because(record), place(record), told(record)]
            }
        return clauses.compactMap { $0 }.joined(separator: "; ")
    }

    private func warned(_ record: LedgerRecord, _ id: CaseID, writtenAt: Instant) -> String {
        var text = "Warning: case \(id) \(need(record.metric))"
        if let deadline = record.deadline {
            text += " by \(deadline.shortRFC3339)"
            // The moment between decision and entry is no reason to say `59m 59s` for an hour.
            let isPrompt = writtenAt - record.noticedAt < .seconds(1)
            let left = deadline - (isPrompt ? record.noticedAt : writtenAt)
            if left > .zero {
                text += ", \(left.rounded) from now"
            } else if !isPrompt {
                text += ", which has passed"
            }
        }
        if let step = record.step, let duration = record.duration { text += " (step \(step) of \(duration))" }
        return text
    }

    private func breached(_ record: LedgerRecord, _ id: CaseID) -> String {
        var text = "Breached: case \(id) \(failure(record.metric, tier: record.tier))"
        if let duration = record.duration { text += " within \(duration)" }
        if let deadline = record.deadline { text += ", deadline \(deadline.shortRFC3339)" }
        if record.late > .zero { text += ", found \(record.late.rounded) late" }
        if record.until != nil { text += ", nobody is told: it is snoozed\(until(record))" }
        return text
    }

    /// What nobody was told of while the case was snoozed; the reason says what became of it meanwhile.
    private func announced(_ record: LedgerRecord, _ id: CaseID) -> String {
        let start = "While snoozed: case \(id)"
        // Of a breach that was told before the snooze.
        if record.reason == LedgerRecord.Kind.retracted.word { return "\(start) \(takenBack(record))" }
        if record.reason == LedgerRecord.Kind.metLate.word { return "\(start) \(succeededLate(record))" }
        var text = "\(start) \(failure(record.metric, tier: record.tier))"
        if let deadline = record.deadline {
            text += " by \(deadline.shortRFC3339)"
            let late = record.noticedAt - deadline
            if late > .zero { text += ", \(late.rounded) ago" }
        }
        if let reason = record.reason { text += " (\(short(reason)))" }
        return text
    }

    private func doer(_ record: LedgerRecord) -> String? { record.by.map { "by \(short(name($0)))" } }

    private func reason(_ record: LedgerRecord) -> String? { record.reason.map(short) }

    private func until(_ record: LedgerRecord) -> String { record.until.map { " until \($0.shortRFC3339)" } ?? "" }

    private func escalated(_ record: LedgerRecord, _ id: CaseID) -> [String?] {
        guard record.fromTier == nil || record.fromTier == record.tier else {
            return [moved("Escalated: case \(id)", record), because(record), told(record)]
        }
        // Above the top tier it is a person of higher rank who is told; the case stays where it is.
        let told = record.everybodyTold
        let rank = told.isEmpty ? "higher up" : "to \(told.map(name).joined(separator: ", "))"
        return ["Escalated: case \(id) \(rank), it stays in \(tier(record.tier))", because(record)]
    }

    private func moved(_ start: String, _ record: LedgerRecord) -> String {
        guard let from = record.fromTier else { return "\(start) to \(tier(record.tier))" }
        return "\(start) from \(tier(from)) to \(tier(record.tier))"
    }

    private func retracted(_ record: LedgerRecord, _ id: CaseID) -> String {
        var text = "Retracted: case \(id) \(takenBack(record))"
        if let reason = record.reason { text += " (\(short(reason)))" }
        return text
    }

    private func takenBack(_ record: LedgerRecord) -> String {
        var text = "did not miss its \(words(record.metric))"
        if let deadline = record.deadline { text += ", the breach of \(deadline.shortRFC3339) is taken back" }
        return text
    }

    private func metLate(_ record: LedgerRecord, _ id: CaseID) -> String {
        "Met late: case \(id) \(succeededLate(record))"
    }

    private func succeededLate(_ record: LedgerRecord) -> String {
        var text = success(record.metric)
        if let deadline = record.deadline {
            let late = record.at - deadline
            if late > .zero { text += " \(late.rounded) after the deadline \(deadline.shortRFC3339)" }
        }
        return text
    }

    /// A person has put a deadline off, or brought it forward (S19).
    private func deadlineSet(_ record: LedgerRecord, _ id: CaseID) -> String {
        var text = "Deadline set: case \(id) \(need(record.metric))"
        if let deadline = record.deadline { text += " by \(deadline.shortRFC3339)" }
        if let person = record.by { text += ", set by \(short(name(person)))" }
        if let reason = record.reason { text += " (\(short(reason)))" }
        return text
    }

    /// Its reason is the engine's own summary, with the names of a few cases, and is said in full.
    private func digested(_ record: LedgerRecord, _ id: CaseID) -> String {
        "Digest: " + (record.reason ?? "notices, most urgent of case \(id)")
    }

    private func suspended(_ record: LedgerRecord, _ id: CaseID) -> String {
        let calendar = record.calendar.map { "calendar \($0)" } ?? "its calendar"
        return "Suspended: \(words(record.metric)) of case \(id) is not timed, \(calendar) has no open time ahead"
    }

    /// Which promise and which step of its ladder is behind it.
    private func because(_ record: LedgerRecord) -> String? {
        var parts: [String] = []
        if let metric = record.metric { parts.append(words(metric)) }
        if let deadline = record.deadline { parts.append("deadline \(deadline.shortRFC3339)") }
        if let step = record.step { parts.append("step \(step)") }
        if let reason = record.reason { parts.append(short(reason)) }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func place(_ record: LedgerRecord) -> String? { record.tier.map { tier($0) } }

    private func told(_ record: LedgerRecord) -> String? {
        record.to.isEmpty ? nil : "told \(record.to.map(name).joined(separator: ", "))"
    }

    // MARK: Words

    private func need(_ metric: Metric?) -> String {
        switch metric {
        case .firstReply: "needs its first reply"
        case .nextReply: "needs its next reply"
        case .update, .pausableUpdate: "needs an update for the customer"
        case .requesterWait, .agentWork: "needs to be resolved"
        case .resolution: "needs to be resolved"
        case .tierTime: "needs to be solved or handed on"
        case nil: "needs attention"
        }
    }

    private func failure(_ metric: Metric?, tier: Int?) -> String {
        switch metric {
        case .firstReply: "had no first reply"
        case .nextReply: "had no next reply"
        case .update, .pausableUpdate: "had no update for the customer"
        case .requesterWait: "left its requester waiting, not resolved"
        case .agentWork: "was not resolved by its agents"
        case .resolution: "was not resolved"
        case .tierTime: tier.map { "was not solved or handed on by tier \($0)" } ?? "was not solved or handed on"
        case nil: "missed its target"
        }
    }

    private func success(_ metric: Metric?) -> String {
        switch metric {
        case .firstReply: "got its first reply"
        case .nextReply: "got its next reply"
        case .update, .pausableUpdate: "got its update for the customer"
        case .requesterWait, .agentWork: "was resolved"
        case .resolution: "was resolved"
        case .tierTime: "was solved or handed on"
        case nil: "met its target"
        }
    }

    private func words(_ metric: Metric?) -> String {
        switch metric {
        case .firstReply: "first reply"
        case .nextReply: "next reply"
        case .update: "update"
        case .pausableUpdate: "pausable update"
        case .requesterWait: "wait of the requester"
        case .agentWork: "work of the agents"
        case .resolution: "resolution"
        case .tierTime: "time in the tier"
        case nil: "target"
        }
    }

    private func tier(_ number: Int?) -> String {
        guard let number else { return "its tier" }
        guard let tier = policy.tier(number) else { return "tier \(number)" }
        return "tier \(number) \(tier.name)"
    }

    private func name(_ id: String) -> String { policy.people[id]?.name ?? policy.teams[id]?.name ?? id }

    /// A reason comes from people or programs outside: one line, not for ever.
    private func short(_ text: String) -> String {
        let line = text.prefix(Self.reasonMax)
            .map { character in
                character.isNewline || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
                    ? " " : character
            }
        return String(line) + (text.count > Self.reasonMax ? "…" : "")
    }

    // MARK: The fields

    private func fields(_ record: LedgerRecord, _ id: CaseID, late: Span) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { fields.append((name, value)) }
        }
        add("SLA_STORE", storeID)
        add("SLA_CASE", id.rawValue)
        add("SLA_TARGET", record.metric?.word)
        if let metric = record.metric, let cycle = record.cycle {
            add("SLA_TIMER", "\(id)/\(metric.word)/\(cycle)")
        }
        add("SLA_CYCLE", record.cycle.map(String.init))
        add("SLA_REVISION", record.revision.map(String.init))
        add("SLA_DEADLINE", record.deadline?.rfc3339)
        add("SLA_AT", record.at.rfc3339)
        add("SLA_LATE_MS", "\(late.milliseconds)")
        add("SLA_TIER", record.tier.map(String.init))
        add("SLA_FROM_TIER", record.fromTier.map(String.init))
        add("SLA_TEAM", record.team)
        add("SLA_MANAGER", record.manager)
        for receiver in record.to { add("SLA_TO", receiver) }
        for receiver in record.alsoTold { add("SLA_ALSO_TOLD", receiver) }
        add("SLA_BY", record.by)
        add("SLA_UNTIL", record.until?.rfc3339)
        add("SLA_STEP", record.step)
        add("SLA_RULE", record.rule)
        add("SLA_CALENDAR", record.calendar)
        add("SLA_POLICY", record.policyVersion.map(String.init))
        add("SLA_REASON", record.reason)
        // By its digest a notice is left to it, by whoever passes entries on; the digest has the same name.
        for digest in record.digests { add(record.kind == .digested ? "SLA_DIGEST" : "SLA_FOLDED_INTO", digest) }
        return fields
    }
}
