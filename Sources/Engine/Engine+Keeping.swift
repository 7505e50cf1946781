package import TimeBase

/// How long the content of a case is kept (S60).
extension Engine {
    /// Whether a case has rested for so long that its content is not kept any more: it takes nothing from then on.
    ///
    /// Whatever the store has removed of it so far; but while the clock is held, it is not asked.
    package static func isExpired(_ state: Case, _ policies: Policies, now: Instant, isHeld: Bool) -> Bool {
        if state.forgottenAt != nil { return true }
        guard !isHeld, let since = state.restsSince else { return false }
        return since + policies.keep <= now
    }

    /// Removes what is known of a case but its verdicts and what measures are told by; the store removes its history in
    /// the same transaction.
    package static func forget(_ state: Case, now: Instant) -> Decision {
        var state = state
        state.fields.forgetAllButMeasures()
        state.forgottenAt = now
        // Without its history nothing can be told of it any more.
        state.keptFrom = nil
        state.withheldUntil = nil
        state.withdrawn = []
        state.handling = nil
        var decision = Decision(state: state)
        decision.erases = .history
        return decision
    }

    /// What an expired case still does: it sends on what another case takes, and takes nothing itself.
    ///
    /// What came for it before it had a successor belongs to a history that is not told any more.
    static func sendOn(
        _ events: [Event],
        from state: Case,
        _ policies: Policies,
        now: Instant
    ) throws(InvariantBroken) -> Decision {
        var placed = Placing(events, on: state, policies.latest, now: now)
        var turn = Turn(state, policies, now: now)
        for place in placed.facts.indices {
            placed.answers[placed.index(at: place)] =
                turn.sendOn(placed.facts[place]) ?? .refused(refusal(of: state, policies))
        }
        return turn.forwarded.isEmpty ? .refusal(placed.answers) : try turn.decision(placed.answers)
    }

    private static func refusal(of state: Case, _ policies: Policies) -> Refusal {
        if state.isDeleted { return .deleted }
        return .tooOld(endedAt: state.doneAt ?? state.openedAt, keep: policies.keep)
    }
}

extension Turn {
    /// Sends an event of an expired case to the one that takes it; nil if none does.
    fileprivate mutating func sendOn(_ fact: Fact) -> Answer? {
        guard !state.isDeleted, fact.event.kind.goesToSuccessor else { return nil }
        if let successor = state.successor {
            return fact.position > successor.position ? forward(fact.event, to: successor, wasTaken: false) : nil
        }
        let isOver = state.status == .closed || state.status == .resolved
        guard isOver, fact.event.kind == .customerMessage, fact.event.author == .person,
            policies.latest.policy.afterReopenWindow == .openLinked, let next = state.id.following
        else { return nil }
        openLinked(fact)
        // It takes a place, so that what comes at the same instant comes after it.
        state.eventsApplied = max(state.eventsApplied, fact.arrival + 1)
        return .forwarded(to: next, .applied)
    }
}
