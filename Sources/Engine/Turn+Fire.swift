import TimeBase
import WorkingTime

/// What a step does when it fires (S30, S31).
extension Turn {
    /// Why a step would come to nothing as things stand; nil if it does something or tells somebody (S31).
    func emptiness(of step: Step, _ timer: CaseTimer) -> String? {
        switch step.action {
        case .notify: return receivers(of: step, timer).isEmpty ? "nobody_to_tell" : nil
        case .move(let tier):
            return tier == state.tier && receivers(of: step, timer).isEmpty ? LedgerRecord.alreadyThere : nil
        case .escalate:
            guard case .tier(let tier) = goal(of: timer), tier <= state.tier else { return nil }
            return receivers(of: step, timer).isEmpty ? LedgerRecord.alreadyThere : nil
        case .assign, .raisePriority: return nil
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
        let latest = policies.latest
        switch due.step.action {
        case .notify: tell(due, timer)
        case .escalate: escalate(due, timer)
        case .move(let tier):
            if !latest.policy.hasTier(tier) {
                pass(due, timer, "no_such_tier", telling: [latest.policy.lastResort])
            } else if tier == state.tier {
                pass(due, timer, LedgerRecord.alreadyThere)
            } else {
                carry(to: tier, due, timer)
            }
        case .assign(let person):
            // The ladder is pinned: the policy may have lost the person since.
            guard latest.policy.people[person] != nil else {
                pass(due, timer, "no_such_person", telling: [latest.policy.lastResort])
                return
            }
            var change = CaseFields()
            change.agent = person
            commit(.assigned, change, due, timer)
        case .raisePriority(let priority):
            var change = CaseFields()
            change.priority = priority
            commit(.prioritised, change, due, timer)
        }
    }

    /// Tells the audience of a step, and `more` people.
    private mutating func tell(_ due: DueStep, _ timer: CaseTimer, _ more: [String] = []) {
        var told = entry(due.step.due.isWarning ? .warned : .notified, at: due.at, timer)
        told.step = due.step.text
        told.to = receivers(of: due.step, timer)
        for receiver in more where !told.to.contains(receiver) { told.to.append(receiver) }
        if isLastRepeat(due, timer), hasReachedLastResort(timer), !told.to.contains(policies.latest.policy.lastResort) {
            told.to.append(policies.latest.policy.lastResort)
        }
        told.team = state.fields.team
        told.manager = policies.latest.policy.manager(ofTier: timer.tier)
        told.priority = due.step.due.isWarning ? 5 : 4
        guard !told.to.isEmpty else { return }
        record(told)
    }

    /// Does not do what a step says, says why, and tells its audience all the same.
    private mutating func pass(_ due: DueStep, _ timer: CaseTimer, _ why: String, telling more: [String] = []) {
        var skipped = entry(.skipped, at: due.at, timer)
        skipped.step = due.step.text
        skipped.reason = why
        record(skipped)
        tell(due, timer, more)
    }

    // MARK: Escalation

    /// Where the next escalation of a ladder goes (S37).
    enum Goal {
        case tier(Int)
        /// The next one up the reporting line.
        case person(String)
        case lastResort
    }

    /// Counts from the tier where the cycle started, one further for each escalation of this ladder that has fired: tier by
    /// tier, then person by person, at last the last resort (S31, S37).
    func goal(of timer: CaseTimer) -> Goal {
        let tiers = tiers(above: timer.tier)
        let fired = escalations(of: timer)
        if fired < tiers.count { return .tier(tiers[tiers.startIndex + fired]) }
        let line = reportingLine
        let place = fired - tiers.count
        return place < line.count ? .person(line[place]) : .lastResort
    }

    /// How many escalations of this ladder have fired in this cycle.
    private func escalations(of timer: CaseTimer) -> Int {
        guard timer.ladder.countsPeople else { return timer.ladder.rung }
        // An earlier version went on from the tier that had the case.
        let tiers = tiers(above: timer.tier)
        return timer.ladder.rung > 0 ? tiers.count + timer.ladder.rung : tiers.count { $0 <= state.tier }
    }

    /// Whether the last resort has been told by this ladder, first or again.
    private func hasReachedLastResort(_ timer: CaseTimer) -> Bool {
        escalations(of: timer) > tiers(above: timer.tier).count + reportingLine.count
    }

    private func tiers(above tier: Int) -> ArraySlice<Int> {
        let numbers = policies.latest.tierNumbers
        return numbers[(numbers.firstIndex { $0 > tier } ?? numbers.endIndex)...]
    }

    /// The people above the top tier, wherever the case is by then: first the tiers, then these people, and a person who moves
    /// the case sends no ladder to another line (S31).
    private var reportingLine: [String] { policies.latest.lineAboveTiers }

    private mutating func escalate(_ due: DueStep, _ timer: CaseTimer) {
        let fired = escalations(of: timer)
        let goal = goal(of: timer)
        switch goal {
        case .tier(let tier) where tier <= state.tier: pass(due, timer, LedgerRecord.alreadyThere)
        case .tier(let tier): carry(to: tier, due, timer)
        case .person(let person): call(person, isLastResort: false, due, timer)
        case .lastResort: call(policies.latest.policy.lastResort, isLastResort: true, due, timer)
        }
        guard var climbed = state.timer(timer.metric), climbed.cycle == timer.cycle else { return }
        climbed.ladder.rung = fired + 1
        climbed.ladder.countsPeople = false
        // Above the last resort there is nobody: from now on only a repeat of the last step tells them again.
        if case .lastResort = goal { stopEscalating(&climbed) }
        put(climbed)
    }

    /// Counts an escalation that was skipped since the case has reached its goal: the next one goes further (S37).
    ///
    /// `timer` is the timer as it was when the step was found due.
    mutating func countReached(_ step: Step, _ timer: CaseTimer) {
        guard step.action == .escalate else { return }
        let fired = escalations(of: timer)
        guard var climbed = state.timer(timer.metric), climbed.cycle == timer.cycle else { return }
        // One that came due with it may have counted already.
        climbed.ladder.rung = max(fired + 1, climbed.ladder.rung)
        climbed.ladder.countsPeople = false
        put(climbed)
    }

    /// Gives the case to a person of higher rank, or tells them again that they have it.
    private mutating func call(_ person: String, isLastResort: Bool, _ due: DueStep, _ timer: CaseTimer) {
        var escalated = entry(.escalated, at: due.at, timer)
        escalated.step = due.step.text
        escalated.tier = state.tier
        escalated.fromTier = state.tier
        escalated.team = state.fields.team
        escalated.manager = policies.latest.policy.manager(ofTier: state.tier)
        escalated.to = [person] + audience(of: due.step, timer).filter { $0 != person }
        escalated.reason = isLastResort ? "last_resort" : "reporting_line"
        escalated.priority = isLastResort ? 2 : 3
        if state.fields.agent != person {
            var change = CaseFields()
            change.agent = person
            escalated.change = change
            commit(change)
        }
        record(escalated)
    }

    private func stopEscalating(_ timer: inout CaseTimer) {
        let steps = ladder(of: timer)?.steps ?? []
        for (number, step) in steps.enumerated() where step.action == .escalate {
            let isLastRepeat = number == steps.count - 1 && step.every != nil
            if !isLastRepeat { timer.ladder.fired |= 1 << UInt64(number) }
        }
    }

    /// Whether the step is the ladder's last one and comes again.
    private func isLastRepeat(_ due: DueStep, _ timer: CaseTimer) -> Bool {
        due.step.every != nil && due.number + 1 == ladder(of: timer)?.steps.count
    }

    // MARK: Changes of the case

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
        escalated.to = team + audience(of: due.step, timer).filter { !team.contains($0) }
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
}

extension LedgerRecord {
    /// Why a step did not move a case: it is in that tier, or above it.
    fileprivate static let alreadyThere = "already_there"
}
