package import TimeBase

/// Every decision of the project, as a pure function: no clock, no file, no thread.
///
/// A case is moved along its history by events and looked at when something in it is due. What happened to the clocks of
/// a case is a function of the events and their instants alone; what the engine does about it (announce, warn,
/// escalate) happens at `now`, the instant of the commit, and stays a fact from then on (S12, S21).
package enum Engine {
    /// Decides what an input means for one case.
    ///
    /// Costs the same whatever the length of the history, as long as no event sorts before what was applied; then the
    /// answer is `.needsHistory` and `replay` decides.
    ///
    /// `state` is the case as it was remembered, nil if it is not known; `now` is the instant of the commit, which the
    /// caller has read once. `InvariantBroken` is a mistake of ours: the caller sets the case aside.
    package static func decide(
        _ state: Case?,
        _ input: Input,
        _ policies: Policies,
        now: Instant
    ) throws(InvariantBroken) -> Outcome {
        let isKnown = state != nil
        let isBehind = state?.isBehind(at: now) ?? false
        // The only copy of the case: from here on it is asked through the turn.
        var turn = state.map { Turn($0, policies, now: now) }
        switch input {
        case .wake:
            guard var turn = turn.take() else { throw InvariantBroken("woken for a case that does not exist") }
            guard !isBehind, turn.bringUpToDate() else { return .needsHistory }
            turn.settle()
            guard !turn.lacksHistory else { return .needsHistory }
            return .decided(try turn.decision())
        case .events(let events, let enforceFrom, let isHeld):
            if state?.restsSince != nil, let state, isExpired(state, policies, now: now, isHeld: isHeld) {
                return .decided(try sendOn(events, from: state, policies, now: now))
            }
            var placed = Placing(
                events,
                after: turn?.state.eventsApplied ?? 0,
                openedAt: turn?.state.openedAt,
                policies.latest,
                now: now,
                isHeld: isHeld
            )
            if let enforceFrom { turn?.enforce(from: enforceFrom) }
            guard !isHeld else {
                return .decided(keep(&placed, for: &turn, enforceFrom: enforceFrom, policies, now: now))
            }
            guard !isBehind, turn?.bringUpToDate() ?? true else { return .needsHistory }
            for place in placed.facts.indices {
                if isKnown, placed.facts[place].event.kind.judgesHistory { return .needsHistory }
                // Member by member: the whole fact would be copied.
                let isPast = turn?
                    .isPast(
                        placed.facts[place].position,
                        placed.facts[place].event.kind,
                        placed.facts[place].event.link
                    )
                if isPast ?? false { return .needsHistory }
            }
            // A single event takes nothing back; and the policy, which decides on that, is large.
            let told = isKnown || placed.facts.count == 1 ? placed.facts : placed.told(policies.latest.policy)
            for place in told.indices {
                placed.answers[placed.index(at: place)] =
                    advance(&turn, by: told[place], enforceFrom: enforceFrom, policies, now: now)
            }
            guard var turn = turn.take() else { return .decided(.refusal(placed.answers)) }
            turn.settle()
            guard !turn.lacksHistory else { return .needsHistory }
            return .decided(try turn.decision(placed.named, placed.kept))
        }
    }

    /// Applies one event that is in order, opening the case where it is the opening.
    static func advance(
        _ turn: inout Turn?,
        by fact: Fact,
        enforceFrom: Instant?,
        _ policies: Policies,
        now: Instant,
        known: KnownCycles? = nil,
        isKnown: Bool = false,
        explains: Bool = false
    ) -> Answer {
        let isOpened =
            switch turn {
            case .some: true
            case .none: false
            }
        guard isOpened else {
            let opens = fact.event.opens || policies.latest.policy.source(fact.event.source).opensUnknown
            guard opens || known != nil else { return .refused(.unknownCase) }
            let version = known.map { policies.version($0.openedUnder) } ?? policies.latest
            let tier = fact.event.fields.tier ?? known?.openingTier ?? version.policy.startTier
            guard known != nil || policies.latest.policy.hasTier(tier) else { return .refused(.unknownTier(tier)) }
            var opened = Turn(
                opening: fact,
                under: version,
                tier: tier,
                enforceFrom: enforceFrom,
                policies,
                now: now,
                known: known
            )
            if explains {
                opened.choices = []
                opened.cycles = []
            }
            opened.open(fact)
            turn = consume opened
            return .applied
        }
        return turn?.apply(fact, isKnown: isKnown) ?? .applied
    }
}

extension Turn {
    /// Whether what the engine has decided for the case already reaches past the place of this event.
    ///
    /// Either another event or an act of the engine's own comes after it, or a breach was found that it may disprove: at
    /// the deadline exactly is in time (S12).
    fileprivate func isPast(_ position: Position, _ kind: Event.Kind, _ link: Link?) -> Bool {
        if let successor = state.successor, position > successor.position, kind.goesToSuccessor { return false }
        if position < state.last { return true }
        // A second word of a merged case takes back what the first one did.
        if let link, link.number > 1 { return true }
        // By index: a loop over the timers would copy each of them.
        return state.timers.indices.contains {
            // A void breach is the other case's: no event of this one disproves it.
            (state.timers[$0].breachedAt ?? .earliest) >= position.at && !state.timers[$0].isVoid
        }
    }
}

extension Case {
    /// Whether the ledger lacks what only the history can tell: events kept during a hold, or breaches that have settled.
    fileprivate func isBehind(at now: Instant) -> Bool {
        keptFrom != nil || (withheldUntil.map { $0 <= now } ?? false)
    }
}

extension Policy {
    /// How far a source is trusted; the defaults where the file does not name it.
    package func source(_ name: String) -> Source { sources[name] ?? Source() }
}
