package import Engine
package import TimeBase
import WorkingTime

/// How a case stands at an instant: all cycles of all its timers, those that are over among them.
package struct CaseStanding: Sendable {
    package let state: Case
    /// When it has to be looked at again; nil if nothing is due without an event.
    package let nextWake: Instant?
    /// In order of target, then cycle.
    package let timers: [TimerStanding]

    init(_ state: Case, nextWake: Instant?, _ cycles: [Cycle], _ policy: Policy, now: Instant) {
        self.state = state
        self.nextWake = nextWake
        timers = cycles.map { TimerStanding($0.timer, carried: $0.carried, policy, now: now) }
            .sorted { ($0.timer.metric, $0.timer.cycle) < ($1.timer.metric, $1.timer.cycle) }
    }
}

/// A timer with its times as of an instant.
///
/// All of them are open time of its calendar.
package struct TimerStanding: Sendable {
    package let timer: CaseTimer
    /// What counts against the duration, what was carried over from an earlier cycle included.
    package let elapsed: Span
    /// Open time between the start and the end, or now, that did not count.
    package let paused: Span

    /// What is left of the duration; negative by as much as the deadline was overrun.
    package var remaining: Span { timer.duration - elapsed }

    init(_ timer: CaseTimer, carried: Span, _ policy: Policy, now: Instant) {
        self.timer = timer
        guard let calendar = policy.calendars[timer.calendar] else {
            elapsed = timer.elapsed
            paused = .zero
            return
        }
        let elapsed = timer.elapsed + (timer.runningSince.map { calendar.open(from: $0, to: now) } ?? .zero)
        self.elapsed = elapsed
        let whole = calendar.open(from: timer.startedAt, to: timer.endedAt ?? now)
        paused = max(whole - (elapsed - carried), .zero)
    }
}
