import TimeBase
import WorkingTime

/// What the engine does about time that has passed: it announces, warns, escalates. All of it at `now`.
extension Turn {
    /// Looks at everything that is due at `now` and works out what is due next.
    mutating func settle() {
        endSnoozeInTime()
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
            guard state.timers[index].climbs else { continue }
            // Missed and paused, it has no other deadline than the one that passed (S9).
            let deadline = state.timers[index].breachedAt ?? state.timers[index].deadline
            due.append((deadline ?? .latest, state.timers[index].metric))
        }
        return due.isEmpty ? [] : due.sorted { $0 < $1 }.map(\.metric)
    }

    // MARK: Climb

    /// Fires what is due on one ladder: of steps that came due one after the other the highest, the others are skipped
    /// (S33).
    private mutating func climb(_ metric: Metric) {
        // Whatever becomes of it, when it is due next is worked out anew.
        markStale(metric)
        guard let timer = state.timer(metric), timer.climbs, let ladder = ladder(of: timer) else { return }
        var due: [DueStep] = []
        for (number, step) in ladder.steps.enumerated() where timer.ladder.fired & (1 << UInt64(number)) == 0 {
            let overtakenAt = step.due.isWarning ? timer.breachedAt : nil
            guard let at = overtakenAt ?? dueTime(of: step, timer), fireTime(at, timer) <= now else { continue }
            if overtakenAt != nil {
                skip(metric, step, number, at: at, lapse(at))
            } else {
                let found = DueStep(number: number, step: step, at: at, share: share(of: step, timer))
                due.append(takeRepeats(found, metric))
            }
        }
        // What came due last is the highest; what came due at that very instant was not missed, and fires beside it. One that
        // comes to nothing is not the highest: somebody has to be told (S31).
        let highest = due.filter { emptiness(of: $0.step, timer) == nil }.map { ($0.at, $0.share) }.max { $0 < $1 }
        for step in due {
            if step.missed > 0 {
                let why = lapse(step.firstMissedAt)
                skip(metric, step.step, nil, at: step.firstMissedAt, "\(why), \(step.missed) times")
            }
            let isMissed = highest.map { (step.at, step.share) < $0 } ?? false
            // A move beside it may be why it has nothing to do any more; then `fire` says so.
            let isBesideMove = hasMoved && movesTier(step.step)
            let nothingToDo = isMissed || isBesideMove ? nil : emptiness(of: step.step, timer)
            if let why = isMissed ? lapse(step.at) : nothingToDo {
                skip(metric, step.step, step.number, at: step.at, why)
                if nothingToDo != nil { countReached(step.step, timer) }
            } else {
                fire(timer, step)
            }
        }
    }

    /// A step that is due in this wake.
    struct DueStep {
        var number: Int
        var step: Step
        var at: Instant
        /// Of the duration, for a warning: those that were due before the clock went on come due with it, one after the
        /// other all the same.
        var share: Span
        /// Turns that came due before the last one.
        var missed = 0
        var firstMissedAt = Instant.earliest
    }

    /// Moves a repeating step past every turn that is due, and keeps the last of them.
    ///
    /// A long downtime is caught up in one stride: the time since decides how many were due, not a loop over each.
    private mutating func takeRepeats(_ first: DueStep, _ metric: Metric) -> DueStep {
        var due = first
        guard first.step.every != nil, var timer = state.timer(metric) else { return due }
        let reached = max(turns(of: first.step, timer, by: now), timer.ladder.repeats + 1)
        due.missed = reached - timer.ladder.repeats - 1
        if due.missed > 0 {
            due.firstMissedAt = first.at
            timer.ladder.repeats = reached - 1
            due.at = dueTime(of: first.step, timer) ?? first.at
        }
        timer.ladder.repeats = reached
        if first.step.timesMax.map({ reached >= $0 }) ?? false { timer.ladder.fired |= 1 << UInt64(first.number) }
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

    /// `missed` is the timer as it was when the step was found due: a move beside it may have begun the next cycle.
    private mutating func fire(_ missed: CaseTimer, _ due: DueStep) {
        let metric = missed.metric
        let isSameCycle = state.timer(metric)?.cycle == missed.cycle
        if due.step.every == nil, isSameCycle { markFired(metric, due.number) }
        guard let timer = isSameCycle ? state.timer(metric) : missed else { return }
        guard !(hasMoved && movesTier(due.step)) else {
            skip(metric, due.step, nil, at: due.at, "already_moved")
            return
        }
        act(due, timer)
    }
}
