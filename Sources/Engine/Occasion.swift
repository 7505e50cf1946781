import TimeBase

/// Why the history of a case is told anew, as far as the ledger has to say so.
struct Occasion {
    let now: Instant
    /// The events of which the ledger does not know yet, by their ids.
    let newEvents: Set<String>
    /// The event that says that the case is no spam; nil if none is new.
    let pardon: Event?
    /// Since when the case is spam or deleted, and which; nil if it is neither.
    let discarded: (at: Instant, word: String)?
    /// Of a deleted case nothing is announced any more.
    let wasDeleted: Bool
    /// From here on the case was spam, and is not any more: what was kept without effect counts.
    let countsFrom: Instant?

    init(_ new: [Fact], from old: Case, to state: Case, now: Instant) {
        self.now = now
        newEvents = Set(new.map(\.event.id))
        pardon = new.last { $0.event.kind == .notSpam }?.event
        let word = state.isDeleted ? "deleted" : state.status == .spam ? "spam" : nil
        discarded = word.flatMap { word in state.doneAt.map { ($0, word) } }
        wasDeleted = old.isDeleted
        let wasSpam = old.status == .spam
        countsFrom = wasSpam && (state.status != .spam || state.doneAt != old.doneAt) ? old.doneAt : nil
    }

    /// Why a breach that was announced is none.
    func reason(ofRetracting old: LedgerRecord, isMissedAgain: Bool) -> String {
        if old.at > now { return "the clock was wrong" }
        if isMissedAgain { return "a late event shows another deadline, missed too" }
        if let discarded, discarded.at <= old.at { return "the case was \(discarded.word) by then" }
        return "a late event shows that the deadline was kept"
    }
}
