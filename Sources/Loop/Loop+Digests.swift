import Engine
import TimeBase

/// Notices to a receiver who has had more than enough of them are gathered into one (S35).
///
/// The windows live in memory and in the store, changed in the transaction that announces what they count.
extension Loop {
    /// The decision with a mark on what a digest will tell of.
    func folded(_ decision: Decision, by rule: DigestRule, at now: Instant) -> Decision {
        guard let id = decision.state?.id else { return decision }
        var decision = decision
        folding.fold(&decision.records, of: id, by: rule, at: now)
        return decision
    }

    /// Tells the digests whose windows are over; returns how many.
    func tellDigests(in transaction: any CaseTransaction, at now: Instant) throws -> Int {
        var count = 0
        for window in folding.takeOver(at: now) {
            guard let state = try mostUrgent(of: window, in: transaction) else { continue }
            try transaction.save(state.noting(window.record(at: now)), previous: state, at: now)
            count += 1
        }
        return count
    }

    /// The case that a digest is kept with: the most urgent one that can be read.
    private func mostUrgent(of window: DigestWindow, in transaction: any CaseTransaction) throws -> Case? {
        for urgent in window.urgent {
            do {
                if let state = try transaction.load(urgent.caseID) { return state }
            } catch is CaseDamaged {
                continue
            }
        }
        return nil
    }

    /// Remembers the windows that this transaction has changed.
    func keepDigests(in transaction: any CaseTransaction) throws {
        let (windows, ended) = folding.takeChanges()
        if !windows.isEmpty || !ended.isEmpty { try transaction.keep(windows, ended: ended) }
    }
}
