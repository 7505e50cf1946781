package import TimeBase

/// What the ledger says of the steps of one timer's ladder: when each came due last, and what it did then.
struct StepHistory {
    /// By the numbers of the steps.
    private(set) var firings: [Int: Firing] = [:]

    struct Firing {
        var at: Instant
        var noticedAt: Instant
        /// No one twice.
        var told: [String]
        /// Why nothing was done; nil if something was.
        var skipped: String?
    }

    /// `records` are those of the case since the cycle began, or more, oldest first.
    init(_ records: [LedgerRecord], _ timer: CaseTimer, _ steps: [Step]) {
        var breach: LedgerRecord?
        for record in records where record.metric == timer.metric && record.cycle == timer.cycle {
            if record.kind == .breached { breach = record }
            guard let text = record.step, let number = self.number(of: record, text, steps) else { continue }
            note(record, number)
        }
        // A breach and what its ladder tells at that instant are one notice to each receiver (S32): there may be no other record.
        guard let breach else { return }
        for (number, step) in steps.enumerated() where firings[number] == nil && step.due == .after(.zero, wall: false)
        {
            guard timer.ladder.fired & (1 << UInt64(number)) != 0 else { continue }
            firings[number] = Firing(at: breach.at, noticedAt: breach.noticedAt, told: breach.everybodyTold)
        }
    }

    /// Steps may have the same text: then what they do tells them apart, and after that their order in one wake.
    private func number(of record: LedgerRecord, _ text: String, _ steps: [Step]) -> Int? {
        let named = steps.indices.filter { steps[$0].text == text }
        let fitting = named.filter { Self.does(steps[$0].action, record.kind) }
        let candidates = fitting.isEmpty ? named : fitting
        return candidates.first { firings[$0]?.noticedAt != record.noticedAt } ?? candidates.last
    }

    private static func does(_ action: Step.Action, _ kind: LedgerRecord.Kind) -> Bool {
        switch action {
        case .notify: kind == .warned || kind == .notified
        case .escalate, .move: kind == .escalated || kind == .moved
        case .assign: kind == .assigned
        case .raisePriority: kind == .prioritised
        }
    }

    private mutating func note(_ record: LedgerRecord, _ number: Int) {
        let why = record.kind == .skipped ? record.reason ?? "" : nil
        guard var firing = firings[number], firing.noticedAt == record.noticedAt else {
            firings[number] = Firing(
                at: record.at,
                noticedAt: record.noticedAt,
                told: record.everybodyTold,
                skipped: why
            )
            return
        }
        // Of one wake: missed turns of a repeating step are skipped beside the one that fires.
        for receiver in record.everybodyTold where !firing.told.contains(receiver) { firing.told.append(receiver) }
        if why == nil {
            firing.skipped = nil
            firing.at = record.at
        }
        firings[number] = firing
    }
}

extension Case {
    /// When the oldest of the present cycles began whose ladder has done something; nil if none has.
    package var ladderStart: Instant? {
        timers.lazy.filter { $0.ladder.fired != 0 || $0.ladder.repeats > 0 }.map(\.startedAt).min()
    }
}
