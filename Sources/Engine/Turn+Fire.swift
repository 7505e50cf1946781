import TimeBase
import WorkingTime

/// What a step does when it fires, and whom it tells (S30, S31).
extension Turn {
    /// Why a step would come to nothing as things stand; nil where it does something or tells somebody (S31).
    func emptiness(of step: Step, _ timer: CaseTimer) -> String? {
        let latest = policies.latest
        switch step.action {
        case .notify: return audience(of: step, timer).isEmpty ? "nobody_to_tell" : nil
        // The ladder is pinned: the policy may have lost the person or the tier since.
        case .assign(let person): return latest.policy.people[person] == nil ? "no_such_person" : nil
        case .move(let tier):
            guard latest.policy.hasTier(tier) else { return "no_such_tier" }
            return tier == state.tier ? "already_there" : nil
        case .escalate, .raisePriority: return nil
        }
    }

    /// Whether a step is there to give the case to another tier, also where from the top tier only people are above.
    func movesTier(_ step: Step) -> Bool {
        switch step.action {
        case .escalate, .move: true
        case .notify, .assign, .raisePriority: false
        }
    }

    /// Does what a step says, and tells its audience.
    mutating func act(_ due: DueStep, _ timer: CaseTimer) {
        switch due.step.action {
        case .notify: tell(due, timer)
        case .escalate: escalate(due, timer)
        case .move(let tier): carry(to: tier, due, timer)
        case .assign(let person):
            var change = CaseFields()
            change.agent = person
            commit(.assigned, change, due, timer)
        case .raisePriority(let priority):
            var change = CaseFields()
            change.priority = priority
            commit(.prioritised, change, due, timer)
        }
    }

    private mutating func tell(_ due: DueStep, _ timer: CaseTimer) {
        var told = entry(due.step.due.isWarning ? .warned : .notified, at: due.at, timer)
        told.step = due.step.text
        told.to = audience(of: due.step, timer)
        told.team = state.fields.team
        told.manager = policies.latest.policy.manager(ofTier: timer.tier)
        told.priority = due.step.due.isWarning ? 5 : 4
        guard !told.to.isEmpty else { return }
        record(told)
    }

    /// One tier up while there is one, then the next person up the reporting line, at last the last resort (S31).
    private mutating func escalate(_ due: DueStep, _ timer: CaseTimer) {
        if let tier = policies.latest.policy.tier(above: state.tier) {
            carry(to: tier.number, due, timer)
            return
        }
        let line = policies.latest.policy.reportingLine(ofTier: state.tier)
        let rung = timer.ladder.rung
        let isLastResort = rung >= line.count
        let person = isLastResort ? policies.latest.policy.lastResort : line[rung]
        var change = CaseFields()
        change.agent = person
        var escalated = entry(.escalated, at: due.at, timer)
        escalated.step = due.step.text
        escalated.tier = state.tier
        escalated.fromTier = state.tier
        escalated.team = state.fields.team
        escalated.manager = line.first
        escalated.to = [person] + audience(of: due.step, timer).filter { $0 != person }
        escalated.reason = isLastResort ? "last_resort" : "reporting_line"
        escalated.priority = isLastResort ? 2 : 3
        escalated.change = change
        commit(change)
        record(escalated)
        guard var climbed = state.timer(timer.metric) else { return }
        climbed.ladder.rung = rung + 1
        // Above the last resort there is nobody to escalate to.
        if isLastResort { stopEscalating(&climbed) }
        put(climbed)
    }

    private func stopEscalating(_ timer: inout CaseTimer) {
        for (number, step) in (ladder(of: timer)?.steps ?? []).enumerated() where step.action == .escalate {
            timer.ladder.fired |= 1 << UInt64(number)
        }
    }

    /// Moves the case to another tier by a ladder.
    private mutating func carry(to tier: Int, _ due: DueStep, _ timer: CaseTimer) {
        hasMoved = true
        let from = state.tier
        var change = CaseFields()
        change.tier = tier
        change.team = policies.latest.policy.tier(tier)?.team
        change.agent = ""
        var escalated = entry(tier > from ? .escalated : .moved, at: due.at, timer)
        escalated.step = due.step.text
        escalated.fromTier = from
        escalated.tier = tier
        escalated.change = change
        commit(change)
        escalated.team = state.fields.team
        escalated.manager = policies.latest.policy.manager(ofTier: tier)
        let team = policies.latest.policy.tier(tier).map { [$0.team] } ?? []
        let told = records.last { $0.kind == .breached && $0.metric == timer.metric }?.to ?? []
        escalated.to = team + audience(of: due.step, timer).filter { !team.contains($0) && !told.contains($0) }
        escalated.priority = 4
        record(escalated)
    }

    private mutating func commit(
        _ kind: LedgerRecord.Kind,
        _ change: CaseFields,
        _ due: DueStep,
        _ timer: CaseTimer
    ) {
        commit(change)
        // A higher priority may have given it another deadline.
        let timer = state.timer(timer.metric) ?? timer
        var acted = entry(kind, at: due.at, timer)
        acted.step = due.step.text
        acted.change = change
        record(acted)
        tell(due, timer)
    }

    /// Changes the case by an act of the engine's own, at the instant of the commit.
    ///
    /// Events that are dated before it need the history from now on: the act is a fact that comes after them (S21).
    private mutating func commit(_ change: CaseFields) { applyAct(change, at: now) }

    /// An act at its place in the history, live or replayed.
    mutating func applyAct(_ change: CaseFields, at instant: Instant) {
        let before = state.fields
        if let tier = change.tier, tier != state.tier {
            cancel(.tierTime, tier > state.tier ? .escalated : .movedDown, at: instant)
            enter(tier, at: instant, team: change.team)
            if state.status.isLive { start(.tierTime, at: instant) }
        }
        var rest = change
        rest.tier = nil
        state.fields.apply(rest)
        retarget(ifAskedAfter: before, at: instant)
        state.last = max(state.last, .ofAct(at: instant))
    }

    // MARK: To whom

    /// Ids of the people and teams a step tells, no one twice; those it resolves to nobody are left out (S31).
    func audience(of step: Step, _ timer: CaseTimer) -> [String] {
        var told: [String] = []
        let latest = policies.latest
        for member in step.audience {
            let receiver: String? =
                switch member {
                case .assignee:
                    state.fields.agent.flatMap { $0.isEmpty ? nil : $0 } ?? state.fields.team
                        ?? latest.policy.tier(state.tier)?.team
                case .team: state.fields.team ?? latest.policy.tier(state.tier)?.team
                case .tier(let number): latest.policy.tier(number)?.team
                case .person(let id): latest.policy.people[id]?.id
                case .manager: latest.policy.reportingLine(ofTier: timer.tier).first
                case .managerOfManager: latest.policy.reportingLine(ofTier: timer.tier).dropFirst().first
                case .newManager: latest.policy.reportingLine(ofTier: state.tier).first
                }
            if let receiver, !told.contains(receiver) { told.append(receiver) }
        }
        return told
    }
}
