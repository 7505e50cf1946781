import Engine
import TimeBase

/// One record of the ledger as a sentence that follows its date and its word.
struct RecordSentence {
    private let record: RecordAnswer
    private let kind: LedgerRecord.Kind?
    private let times: TimeText

    init(_ record: RecordAnswer, _ times: TimeText = .utc) {
        self.record = record
        self.times = times
        kind = LedgerRecord.Kind.allCases.first { $0.word == record.record }
    }

    var text: String {
        [[subject, what, doer, told, late].joinedWords(", "), record.reason.map { "(\($0))" }].joinedWords(" ") ?? ""
    }

    var style: Paint.Style {
        switch kind {
        case .breached, .metLate, .escalated, .announced: .red
        case .warned, .retargeted, .deadlineSet, .clamped, .full, .suspended, .retracted, .voided, .reinstated: .yellow
        case .met, .acknowledged, .snoozed, .snoozeEnded: .green
        case .started, .cancelled, .paused, .resumed, .moved, .notified, .skipped, .assigned, .prioritised,
            .merged, .absorbed, .split, .linked, .digested, .ended:
            .plain
        // A newer daemon's word.
        case nil: .plain
        }
    }

    /// `first_reply`, and from its second cycle on which.
    private var subject: String? {
        guard let target = record.target else { return nil }
        guard let cycle = record.cycle, cycle > 1 else { return target }
        return "\(target) cycle \(cycle)"
    }

    private var what: String? {
        switch kind {
        case .started, .retargeted, .resumed:
            [length, due, record.rule.map { "rule \($0)" }, record.policyVersion.map { "policy \($0)" }]
                .joinedWords(", ")
        case .deadlineSet: due
        case .warned: [record.step.map { "at \($0)" }, due].joinedWords(", ")
        case .breached: [missed, holder.map { "missed by \($0)" }, until.map { "snoozed \($0)" }].joinedWords(", ")
        case .met, .metLate: toSpare
        case .retracted: record.deadline.map { "the breach of \(times($0.instant)) did not happen" }
        case .moved: [record.step.map { "at \($0)" }, move].joinedWords(", ")
        case .escalated: [record.step.map { "at \($0)" }, move, move == nil ? holder : team].joinedWords(", ")
        case .notified, .skipped: record.step.map { "step \($0)" }
        case .assigned, .prioritised: [record.step.map { "at \($0)" }, holder].joinedWords(", ")
        case .merged: record.otherCase.map { "into case \(Printable.text($0))" }
        case .absorbed: record.otherCase.map { "case \(Printable.text($0)) was merged into it" }
        case .split: record.otherCase.map { "from case \(Printable.text($0))" }
        case .linked: record.otherCase.map { "with case \(Printable.text($0))" }
        case .voided: "does not count"
        case .reinstated: "counts after all"
        case .snoozed: until
        case .announced: missed
        case .cancelled, .ended, .clamped, .full, .paused, .acknowledged, .snoozeEnded, .suspended, .digested: nil
        case nil: [record.step, due, holder].joinedWords(", ")
        }
    }

    private var until: String? { record.until.map { "until \(times($0.instant))" } }

    private var doer: String? { record.by.map { "by \(Printable.text($0))" } }

    private var length: String? {
        record.durationMs.map { duration in
            [Span(milliseconds: duration).description, record.calendar].joinedWords(" of ") ?? ""
        }
    }

    private var due: String? { record.deadline.map { "due \(times($0.instant))" } }

    private var missed: String? {
        record.deadline.map { $0 == record.at ? "not stopped in time" : "not stopped by \(times($0.instant))" }
    }

    private var toSpare: String? {
        guard let deadline = record.deadline else { return nil }
        let left = deadline.instant - record.at.instant
        return left < .zero
            ? "\(RelativeTime.short(-left)) after its deadline"
            : "\(RelativeTime.short(left)) before its deadline"
    }

    private var move: String? {
        guard let tier = record.tier else { return nil }
        guard let fromTier = record.fromTier, fromTier != tier else { return nil }
        return "from tier \(fromTier) to tier \(tier)"
    }

    private var holder: String? { [record.tier.map { "tier \($0)" }, team].joinedWords(", ") }

    private var team: String? { [record.team, record.manager.map { "manager \($0)" }].joinedWords(", ") }

    private var told: String? {
        guard let to = record.to, !to.isEmpty else { return nil }
        // Of an earlier version: who did it stood here.
        if kind == .acknowledged || kind == .snoozed { return "by \(to.joined(separator: ", "))" }
        let names = to.joined(separator: ", ")
        if kind != .digested, record.digests?.isEmpty == false { return "told \(names) in a digest" }
        return "told \(names)"
    }

    /// Said from a second on: below it is the daemon's ordinary way.
    private var late: String? {
        guard let late = record.lateMs, late >= 1_000 else { return nil }
        return "noticed \(RelativeTime.short(Span(milliseconds: late))) later"
    }
}
