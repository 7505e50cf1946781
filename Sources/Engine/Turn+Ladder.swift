import TimeBase
import WorkingTime

/// What the engine does about time that has passed: it announces, warns, escalates. All of it at `now`.
extension Turn {
    /// Looks at everything that is due at `now` and works out what is due next.
    mutating func settle() {
        // A step may bring a deadline forward to `now` or before it (a higher priority, no grace); one more round sees
        // it. Steps fire once, so the rounds end; the bound is for a broken promise, which the invariants then name.
        for _ in 0..<Self.roundsMax {
            observe(until: now, inclusive: true)
            refreshStepTimes()
            let due = dueLadders()
            guard !due.isEmpty else { return }
            for metric in due { climb(metric) }
        }
        refreshStepTimes()
    }

    private static let roundsMax = 8

    /// The timers with a step that is due, in the order of their deadlines (S33).
    private func dueLadders() -> [Metric] {
        var due: [(deadline: Instant, metric: Metric)] = []
        for index in state.timers.indices {
            guard let step = state.timers[index].ladder.nextStepAt, step <= now else { continue }
            guard state.timers[index].state == .running else { continue }
            due.append((state.timers[index].deadline ?? .latest, state.timers[index].metric))
        }
        return due.isEmpty ? [] : due.sorted { $0 < $1 }.map(\.metric)
    }

    // MARK: When

    /// When a step is due; nil where it cannot come due as things stand.
    ///
    /// This is the instant it is stamped with; `fireTime` is when it fires.
    func dueTime(of step: Step, _ timer: CaseTimer) -> Instant? {
        calendar(of: timer).flatMap { dueTime(of: step, timer, $0) }
    }

    /// The same, for a caller that asks for more than one step and has looked up the calendar once.
    private func dueTime(of step: Step, _ timer: CaseTimer, _ calendar: WorkingCalendar) -> Instant? {
        switch step.due {
        case .percent, .before: return warningTime(usedUp: share(of: step, timer), timer, calendar)
        case .after(let offset, let wall):
            guard let anchor = timer.breachedAt else { return nil }
            let times = step.every == nil ? 0 : Int64(timer.ladder.repeats)
            let span = Span(milliseconds: offset.milliseconds + times * (step.every?.milliseconds ?? 0))
            return wall ? anchor + span : try? calendar.deadline(from: anchor, after: span)
        }
    }

    /// How much of the duration is used up when a warning is due; zero for what is no warning.
    private func share(of step: Step, _ timer: CaseTimer) -> Span {
        switch step.due {
        case .percent(let percent):
            let (hundreds, rest) = timer.duration.milliseconds.quotientAndRemainder(dividingBy: 100)
            // Rounded up: at 75 % of 10 ms it is the eighth millisecond that is due, never the seventh (S1).
            return Span(milliseconds: hundreds * Int64(percent) + (rest * Int64(percent) + 99) / 100)
        case .before(let left): return max(timer.duration - left, .zero)
        case .after: return .zero
        }
    }

    /// When a step that is due fires: once the deadline has passed, not before the breach is announced (S22), and not while
    /// the ladder is silent (S36).
    func fireTime(_ due: Instant, _ timer: CaseTimer) -> Instant {
        let audible = max(due, timer.ladder.silentUntil ?? due)
        let settling = timer.verdict == nil ? timer.deadline.flatMap { $0 <= now ? $0 : nil } : nil
        guard let missedAt = timer.breachedAt ?? settling else { return audible }
        return max(audible, missedAt + timer.settle)
    }

    private func warningTime(usedUp: Span, _ timer: CaseTimer, _ calendar: WorkingCalendar) -> Instant? {
        guard timer.verdict == nil, let since = timer.runningSince else { return nil }
        return try? calendar.deadline(from: since, after: max(usedUp - timer.elapsed, .zero))
    }

    func ladder(of timer: CaseTimer) -> Ladder? {
        policies.version(timer.ladderVersion).ladder(ofTier: timer.tier)
    }

    /// Works out anew when the next step of each changed timer is due.
    mutating func refreshStepTimes() {
        guard stale != 0 else { return }
        for index in state.timers.indices where stale & (1 << state.timers[index].metric.rawValue) != 0 {
            let next = nextStepTime(of: state.timers[index])
            state.timers[index].ladder.nextStepAt = next
        }
        stale = 0
    }

    /// When the next step of a timer is due; nil where none is left or it must wait.
    private func nextStepTime(of timer: CaseTimer) -> Instant? {
        guard timer.state == .running, !timer.ladder.isStopped, let steps = ladder(of: timer)?.steps else { return nil }
        // Measured only: nothing comes of it, and so there is nothing to warn of (S24).
        if timer.verdict == nil, let deadline = timer.deadline, !state.enforces(deadline) { return nil }
        let calendar = calendar(of: timer)
        var next: Instant?
        // By index: a loop over the steps would copy each of them.
        for number in steps.indices where timer.ladder.fired & (1 << UInt64(number)) == 0 {
            // A warning that the breach has overtaken is due to be skipped.
            let overtakenAt = steps[number].due.isWarning ? timer.breachedAt : nil
            let time = calendar.flatMap { dueTime(of: steps[number], timer, $0) }
            guard let due = time ?? overtakenAt else { continue }
            let fires = fireTime(due, timer)
            next = min(next ?? fires, fires)
        }
        return next
    }

    // MARK: Climb

    /// Fires what is due on one ladder: of steps that came due one after the other the highest, the others are skipped
    /// (S33).
    private mutating func climb(_ metric: Metric) {
        // Whatever becomes of it, when it is due next is worked out anew.
        markStale(metric)
        guard let timer = state.timer(metric), timer.state == .running, !timer.ladder.isStopped else { return }
        guard let ladder = ladder(of: timer) else { return }
        var due: [DueStep] = []
        for (number, step) in ladder.steps.enumerated() where timer.ladder.fired & (1 << UInt64(number)) == 0 {
            let overtakenAt = step.due.isWarning ? timer.breachedAt : nil
            guard let at = overtakenAt ?? dueTime(of: step, timer), fireTime(at, timer) <= now else { continue }
            if overtakenAt != nil {
                skip(metric, step, number, at: at, "catch_up")
            } else {
                let found = DueStep(number: number, step: step, at: at, share: share(of: step, timer))
                due.append(takeRepeats(found, metric))
            }
        }
        // What came due last is the highest; what came due at that very instant was not missed, and fires beside it.
        let highest = due.map { ($0.at, $0.share) }.max { $0 < $1 }
        for step in due {
            if step.missed > 0 {
                skip(metric, step.step, nil, at: step.firstMissedAt, "catch_up, \(step.missed) times")
            }
            if let highest, (step.at, step.share) == highest {
                fire(timer, step)
            } else {
                skip(metric, step.step, step.number, at: step.at, "catch_up")
            }
        }
    }

    private struct DueStep {
        var number: Int
        var step: Step
        var at: Instant
        /// Of the duration, for a warning: those that were due before the clock went on come due with it, one after the
        /// other all the same.
        var share: Span
        /// Repetitions that came due before the last one.
        var missed = 0
        var firstMissedAt = Instant.earliest
    }

    /// Moves a repeating step past every repetition that is due, and keeps the last of them.
    private mutating func takeRepeats(_ first: DueStep, _ metric: Metric) -> DueStep {
        var due = first
        guard let every = first.step.every, var timer = state.timer(metric) else { return due }
        let isLast = { (repeats: Int) in first.step.timesMax.map { repeats >= $0 } ?? false }
        timer.ladder.repeats += 1
        // A long downtime is caught up in one stride: the open time since decides how many were due, not a loop over each.
        if let anchor = timer.breachedAt, let calendar = calendar(of: timer),
            case .after(let offset, let wall) = first.step.due
        {
            let passed = (wall ? now - anchor : calendar.open(from: anchor, to: now)) - offset
            let count = max(Int(passed.milliseconds / max(every.milliseconds, 1)) + 1, timer.ladder.repeats)
            let reached = min(count, first.step.timesMax ?? count)
            if reached > timer.ladder.repeats {
                due.missed = reached - timer.ladder.repeats
                due.firstMissedAt = first.at
                timer.ladder.repeats = reached - 1
                due.at = dueTime(of: first.step, timer) ?? first.at
                timer.ladder.repeats = reached
            }
        }
        if isLast(timer.ladder.repeats) { timer.ladder.fired |= 1 << UInt64(first.number) }
        put(timer)
        return due
    }

    private mutating func markFired(_ metric: Metric, _ number: Int) {
        guard var timer = state.timer(metric) else { return }
        timer.ladder.fired |= 1 << UInt64(number)
        put(timer)
    }

    private mutating func skip(_ metric: Metric, _ step: Step, _ number: Int?, at instant: Instant, _ reason: String) {
        if let number, step.every == nil { markFired(metric, number) }
        guard let timer = state.timer(metric) else { return }
        var skipped = entry(.skipped, at: instant, timer)
        skipped.step = step.text
        skipped.reason = reason
        record(skipped)
    }

    // MARK: Fire

    /// `missed` is the timer as it was when the step was found due: a move beside it may have begun the next cycle.
    private mutating func fire(_ missed: CaseTimer, _ due: DueStep) {
        let metric = missed.metric
        let isSameCycle = state.timer(metric)?.cycle == missed.cycle
        if due.step.every == nil, isSameCycle { markFired(metric, due.number) }
        guard let timer = isSameCycle ? state.timer(metric) : missed else { return }
        switch due.step.action {
        case .notify: tell(due, timer)
        case .escalate: escalate(due, timer)
        case .move(let tier):
            if tier == state.tier {
                skip(metric, due.step, nil, at: due.at, "already_there")
            } else {
                carry(to: tier, due, timer)
            }
        case .assign(let person):
            var change = CaseFields()
            change.agent = person
            act(.assigned, change, due, timer)
            tell(due, timer)
        case .raisePriority(let priority):
            var change = CaseFields()
            change.priority = priority
            act(.prioritised, change, due, timer)
            tell(due, timer)
        }
    }

    private mutating func tell(_ due: DueStep, _ timer: CaseTimer) {
        var told = entry(due.step.due.isWarning ? .warned : .notified, at: due.at, timer)
        told.step = due.step.text
        told.to = audience(of: due.step, timer)
        told.team = state.fields.team
        told.manager = policies.latest.policy.manager(ofTier: timer.tier)
        told.priority = due.step.due.isWarning ? 5 : 4
        if told.to.isEmpty {
            guard due.step.action == .notify else { return }
            told.kind = .skipped
            told.reason = "nobody_to_tell"
            told.priority = nil
        }
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
        // Above the last resort there is nobody: no step is left.
        if isLastResort { climbed.ladder.fired = .max }
        put(climbed)
    }

    /// Moves the case to another tier by a ladder: at most once for each wake (S31).
    private mutating func carry(to tier: Int, _ due: DueStep, _ timer: CaseTimer) {
        guard !hasMoved else {
            skip(timer.metric, due.step, nil, at: due.at, "already_moved")
            return
        }
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

    private mutating func act(_ kind: LedgerRecord.Kind, _ change: CaseFields, _ due: DueStep, _ timer: CaseTimer) {
        commit(change)
        var acted = entry(kind, at: due.at, timer)
        acted.step = due.step.text
        acted.change = change
        record(acted)
    }

    /// Changes the case by an act of the engine's own, at the instant of the commit.
    ///
    /// Events that are dated before it need the history from now on: the act is a fact that comes after them (S21).
    private mutating func commit(_ change: CaseFields) { applyAct(change, at: now) }

    /// An act at its place in the history, live or replayed.
    mutating func applyAct(_ change: CaseFields, at instant: Instant) {
        let priority = state.fields.priority
        if let tier = change.tier, tier != state.tier {
            cancel(.tierTime, tier > state.tier ? .escalated : .movedDown, at: instant)
            enter(tier, at: instant, team: change.team)
            if state.status.isLive { start(.tierTime, at: instant) }
        }
        var rest = change
        rest.tier = nil
        state.fields.apply(rest)
        if state.fields.priority != priority, state.status.isLive { retarget(at: instant) }
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
                case .person(let id): id
                case .manager: latest.policy.reportingLine(ofTier: timer.tier).first
                case .managerOfManager: latest.policy.reportingLine(ofTier: timer.tier).dropFirst().first
                case .newManager: latest.policy.reportingLine(ofTier: state.tier).first
                }
            if let receiver, !told.contains(receiver) { told.append(receiver) }
        }
        return told
    }
}
