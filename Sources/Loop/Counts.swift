package import Engine

/// What is counted in the same transactions that change it, so that no one ever has to scan for it.
package struct Counts: Hashable, Sendable {
    /// Live cases.
    package var open = 0
    /// Live cases with a breached timer that nobody has stopped.
    package var overdue = 0
    /// Cases that were taken out of the queue of deadlines.
    package var setAside = 0
    /// Accepted events.
    package var events = 0
    /// Notices that no outlet has confirmed.
    package var noticesPending = 0
    /// Ledger records of each kind; a kind without any may be missing.
    package var records: [LedgerRecord.Kind: Int] = [:]

    package init() {}

    /// Counts one decision; the notices among its records are pending.
    ///
    /// `old` is how the case stood before, nil if it is new.
    package mutating func note(_ decision: Decision, from old: Urgency?, to new: Urgency) {
        open += (new.isLive ? 1 : 0) - (old?.isLive == true ? 1 : 0)
        overdue += (new.isOverdue ? 1 : 0) - (old?.isOverdue == true ? 1 : 0)
        for fact in decision.facts where fact.refusedFor == nil { events += 1 }
        events += decision.revised.count
        for record in decision.records {
            records[record.kind, default: 0] += 1
            if record.priority != nil { noticesPending += 1 }
        }
    }
}
