package import Engine
package import TimeBase

/// How pressing a case is: what lists are sorted by and what is counted.
///
/// Both stores take it from here, so that they cannot come to differ.
package struct Urgency: Hashable, Sendable {
    /// The earliest deadline of the timers that have not ended, of a breached one the deadline that passed; nil where
    /// none has a deadline (all ended, paused or suspended).
    package var dueAt: Instant?
    /// Whether a timer has breached and nobody has stopped it.
    ///
    /// False if the case is not live; and a breach that is only measured, as those of an imported log are, waits for nobody
    /// (S24).
    package var isOverdue: Bool
    package var isLive: Bool
    package var tier: Int

    package init(of state: Case) {
        dueAt = nil
        isOverdue = false
        isLive = state.status.isLive
        tier = state.tier
        for timer in state.timers where timer.state != .ended {
            if let at = timer.breachedAt ?? timer.deadline { dueAt = min(dueAt ?? at, at) }
            if timer.verdict == .breached, !timer.isMeasuredOnly { isOverdue = isLive }
        }
    }
}
