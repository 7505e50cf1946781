package import TimeBase

/// Decides whether the wall clock can be believed.
///
/// After a jump forward of more than ten minutes, or while `now` lies before the last commit, nothing is decided: a wrong
/// clock would announce breaches that never were. Events are still taken. The hold ends when the clock has been stable
/// for a minute and is known to be synchronised, or after ten minutes in any case.
package struct ClockGuard: Sendable {
    package static let jumpMax = Span.minutes(10)
    package static let stableFor = Span.seconds(60)
    package static let holdMax = Span.minutes(10)
    /// How often a hold is looked at.
    static let lookEvery = Span.seconds(1)

    /// Whether something outside (timesyncd, chrony) vouches for the clock.
    package var isSynchronised = false
    private var lastCommit: Instant?
    private var hold: Hold?

    private struct Hold {
        var reason: String
        var since: Instant
        var lastJump: Instant
    }

    /// - Parameter lastCommit: The newest instant the store has seen; nil in an empty store.
    package init(lastCommit: Instant?) { self.lastCommit = lastCommit }

    /// Why nothing is decided; nil where all is well.
    package var reason: String? { hold?.reason }

    package mutating func jumped(by jump: Span, at now: Instant) {
        if var current = hold {
            // Counted from the clock as it is now: both limits are lengths, and the old readings mean nothing any more.
            current.since = min(current.since + jump, now)
            current.lastJump = now
            hold = current
        } else if jump > Self.jumpMax {
            begin("the clock was set forward by \(jump.rounded)", at: now)
        }
    }

    /// Whether to decide nothing at `now`. Begins a hold where the clock went back behind the last commit.
    package mutating func isHolding(at now: Instant) -> Bool {
        if hold == nil, let lastCommit, now < lastCommit - .seconds(1) {
            begin("the clock is \((lastCommit - now).rounded) behind the last commit", at: now)
            self.lastCommit = nil
        }
        guard let current = hold else { return false }
        let isStable = now - current.lastJump >= Self.stableFor && isSynchronised
        guard isStable || now - current.since >= Self.holdMax else { return true }
        hold = nil
        return false
    }

    /// When to look again while holding.
    package func nextLook(after now: Instant) -> Instant { now + Self.lookEvery }

    private mutating func begin(_ reason: String, at now: Instant) {
        hold = Hold(reason: reason, since: now, lastJump: now)
    }
}
