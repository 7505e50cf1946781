import TimeBase
import WorkingTime

/// A deadline that somebody gives a timer by hand (S19).
extension Turn {
    /// Why the timer that the event names is not given a deadline at this place of the history; nil if it is.
    func refusal(of setting: DeadlineSetting, at instant: Instant) -> StateRefusal.TimerRefusal? {
        guard let index = state.index(of: setting.metric) else { return .absent }
        let present = state.timers[index].cycle
        if let cycle = setting.cycle, cycle != present { return cycle < present ? .ended : .absent }
        if state.timers[index].state == .ended { return .ended }
        // One that still settles is missed all the same (S22).
        let isMissed = state.timers[index].deadline.map { $0 < instant } ?? false
        return state.timers[index].verdict != nil || isMissed ? .missed : nil
    }

    /// Gives a timer exactly this deadline, also outside open hours; one that is paused keeps as much open time as lies
    /// before it.
    mutating func setDeadline(_ setting: DeadlineSetting, by event: Event) {
        let instant = event.at
        guard refusal(of: setting, at: instant) == nil, var timer = state.timer(setting.metric) else { return }
        let before = (deadline: timer.deadline, left: timer.left)
        let calendar = calendar(of: timer)
        timer.bank(at: instant, calendar)
        let left = calendar.map { max($0.open(from: instant, to: setting.to), .zero) } ?? .zero
        timer.duration = timer.elapsed + left
        timer.isSetByHand = true
        if timer.state != .paused {
            timer.state = .running
            timer.runningSince = instant
            timer.deadline = setting.to
        }
        allowAgain(&timer, after: instant)
        put(timer)
        var given = entry(.deadlineSet, at: instant, timer)
        given.deadline = setting.to
        given.by = setting.by ?? event.user
        given.reason = event.reason
        // A later deadline than the rules gave is somebody's answer for the customer's wait: the manager hears of it.
        let isLater = timer.state == .paused ? left > before.left : before.deadline.map { setting.to > $0 } ?? false
        if isLater {
            given.manager = policies.latest.policy.manager(ofTier: timer.tier)
            given.to = [given.manager ?? policies.latest.policy.lastResort]
            given.priority = 5
        }
        record(given)
    }
}
