package import TimeBase

extension Engine {
    /// Works out what adopting another policy at `now` would do to a case, and decides nothing.
    ///
    /// Costs about as much as three decisions. What is due by the policies in force is taken as decided first: what comes
    /// of that is no work of the new one.
    ///
    /// - Parameters:
    ///   - state: As it was remembered.
    ///   - history: Of the case; may be left out until it is asked for.
    ///   - policies: Those in force.
    ///   - proposed: The same with the new one adopted at `now`, from `Policies.proposing`.
    ///   - now: When it would be adopted.
    /// - Returns: Nil if only the history can tell and was left out: ask again with it.
    /// - Throws: A broken rule of ours, as `decide` would.
    package static func preview(
        _ state: Case,
        history: History? = nil,
        _ policies: Policies,
        proposed: Policies,
        now: Instant
    ) throws(InvariantBroken) -> CasePreview? {
        let due: Decision
        switch try decide(state, .wake, policies, now: now) {
        case .decided(let decision): due = decision
        case .needsHistory:
            guard let history else { return nil }
            due = try replay(state, history, [], policies, now: now)
        }
        guard let before = due.state else { throw InvariantBroken("case \(state.id) is gone after a look at it") }
        var turn = Turn(before, proposed, now: now)
        if let history { turn.remember(statusesOf: try retold(state, history, policies, now: now)) }
        if turn.bringUpToDate() {
            turn.observe(until: now, inclusive: true)
            // Before the ladders: a move of theirs begins and ends targets that the policy does not touch.
            let after = turn.state
            turn.settle()
            // A target that is new has to know of pauses that are over.
            guard !turn.lacksHistory else { return nil }
            return CasePreview(before, after, try turn.decision().records, policies, now: now)
        }
        // Something is dated a little ahead of the clock, and the adoption comes before it.
        guard let history else { return nil }
        let told = try replay(state, history, [], proposed, now: now)
        guard let after = told.state else { throw InvariantBroken("case \(state.id) is gone after a replay") }
        let records = told.records.filter { !due.records.contains($0) }
        return CasePreview(before, after, records, policies, now: now)
    }
}
