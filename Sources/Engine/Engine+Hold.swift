import TimeBase

/// While the clock cannot be believed (ARCHITECTURE, The clock).
extension Engine {
    /// Takes events as they are dated and decides nothing: a wrong date would announce breaches that never were.
    ///
    /// Only an opening is applied, since the case has to be there. The rest is kept with the case and told from its history
    /// at the next look, which is due at once and comes when the hold has ended. What its own dates rule out, which is asked
    /// once and for ever when an event is taken, is refused all the same (S19, S36).
    static func keep(
        _ placed: inout Placing,
        for turn: inout Turn?,
        enforceFrom: Instant?,
        _ policies: Policies,
        now: Instant
    ) -> Decision {
        for place in placed.facts.indices {
            let fact = placed.facts[place]
            let tier = fact.event.fields.tier
            if let tier, !policies.latest.policy.hasTier(tier) {
                placed.answers[placed.index(at: place)] = .refused(.unknownTier(tier))
            } else if let refusal = turn?.refusal(ofTimesOf: fact.event) {
                placed.answers[placed.index(at: place)] = .refused(refusal)
            } else if turn?.keep(fact) == nil {
                placed.answers[placed.index(at: place)] =
                    advance(&turn, by: fact, enforceFrom: enforceFrom, policies, now: now)
            }
        }
        guard var turn = turn.take() else { return .refusal(placed.answers) }
        turn.refreshStepTimes()
        return Decision(
            state: turn.state,
            facts: placed.kept,
            records: turn.records,
            answers: placed.named,
            // Not `now`, which may lie far ahead of the clock that will be believed.
            nextWake: turn.state.keptFrom == nil ? turn.state.nextWake : .earliest
        )
    }
}

extension Turn {
    /// Remembers that there is an event to be told of.
    fileprivate mutating func keep(_ fact: Fact) {
        state.keptFrom = min(state.keptFrom ?? fact.arrival, fact.arrival)
        state.eventsApplied = max(state.eventsApplied, fact.arrival + 1)
        // Nothing is sent on yet, but whoever merges another case has to know where this one goes.
        if fact.event.kind == .merged, let survivor = fact.event.link?.caseID, state.successor?.isMerge != true {
            state.successor = Successor(survivor, after: fact.position, isMerge: true)
        }
        // It begins to rest when it is told.
        state.restsSince = nil
    }
}
