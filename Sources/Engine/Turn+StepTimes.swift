import TimeBase
import WorkingTime

/// When the steps of a ladder come due and fire, each measured against its own timer's deadline (S30).
extension Turn {
    /// When a step is due; nil if it cannot come due as things stand.
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
    func share(of step: Step, _ timer: CaseTimer) -> Span {
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
    /// the ladder is silent or the case snoozed (S36).
    func fireTime(_ due: Instant, _ timer: CaseTimer) -> Instant {
        var audible = max(due, timer.ladder.silentUntil ?? due)
        if let snooze = state.snooze { audible = max(audible, snooze.until) }
        let settling = timer.verdict == nil ? timer.deadline.flatMap { $0 <= now ? $0 : nil } : nil
        guard let missedAt = timer.breachedAt ?? settling else { return audible }
        return max(audible, missedAt + timer.settle)
    }

    private func warningTime(usedUp: Span, _ timer: CaseTimer, _ calendar: WorkingCalendar) -> Instant? {
        guard timer.verdict == nil, let since = timer.runningSince else { return nil }
        return try? calendar.deadline(from: since, after: max(usedUp - timer.elapsed, .zero))
    }

    /// How many turns of a repeating step are due by an instant, the first included, of those it has at all.
    func turns(of step: Step, _ timer: CaseTimer, by instant: Instant) -> Int {
        guard let every = step.every, let anchor = timer.breachedAt, let calendar = calendar(of: timer),
            case .after(let offset, let wall) = step.due
        else { return 0 }
        let passed = (wall ? instant - anchor : calendar.open(from: anchor, to: instant)) - offset
        guard passed >= .zero else { return 0 }
        let count = Int(passed.milliseconds / max(every.milliseconds, 1)) + 1
        return min(count, step.timesMax ?? count)
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

    /// When the next step of a timer is due; nil if none is left or it must wait.
    private func nextStepTime(of timer: CaseTimer) -> Instant? {
        guard timer.climbs, let steps = ladder(of: timer)?.steps else { return nil }
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
}
