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
        var decision = Decision(state: state)
        decision.erases = .history
        return decision
    }

}

extension Turn {
    /// What the events of an expired case are answered: it takes nothing, but what is another case's goes there still.
    consuming func refuse(_ placed: Placing) -> Decision {
        var answers = placed.answers
        let refusal =
            state.isDeleted ? Refusal.deleted : .tooOld(endedAt: state.doneAt ?? state.openedAt, keep: policies.keep)
        for place in placed.facts.indices {
            let fact = placed.facts[place]
            let goesOn = fact.event.kind.goesToSuccessor
            answers[placed.index(at: place)] =
                if let successor = state.successor, goesOn, fact.position > successor.position {
                    forward(fact.event, to: successor, wasTaken: false)
                } else {
                    .refused(refusal)
                }
        }
        var decision = Decision.refusal(answers)
        decision.forwarded = forwarded
        return decision
    }
}
