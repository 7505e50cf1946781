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
    /// A step back of less is the fine adjustment of a clock that is kept well.
    static let slack = Span.seconds(1)
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

    /// `lastCommit` is the newest instant the store has seen; nil in an empty store.
    package init(lastCommit: Instant?) { self.lastCommit = lastCommit }

    /// Remembers the clock's reading at a commit: a later one must not lie before it.
    package mutating func committed(at now: Instant) { lastCommit = now }

    /// Why nothing is decided; nil if all is well.
    package var reason: String? { hold?.reason }

    /// Hears that the wall clock was set by `jump`, which is negative where it was set back, and reads `now` since.
    package mutating func jumped(by jump: Span, at now: Instant) {
        if var current = hold {
            // Counted from the clock as it is now: both limits are lengths, and the old readings mean nothing any more.
            current.since = min(current.since + jump, now)
            current.lastJump = now
            hold = current
            // What was committed during the hold carries the readings of a clock nobody believed.
            lastCommit = nil
        } else if jump > Self.jumpMax {
            begin("the clock was set forward by \(jump.rounded)", at: now)
        }
    }

    /// Whether to decide nothing at `now`.
    ///
    /// Begins a hold where the clock went back behind the last commit.
    package mutating func isHolding(at now: Instant) -> Bool {
        if hold == nil, let lastCommit, now < lastCommit - Self.slack {
            begin("the clock is \((lastCommit - now).rounded) behind the last commit", at: now)
            // Said once: when the hold ends, the clock as it is then is believed.
            self.lastCommit = nil
        }
        guard var current = hold else { return false }
        if now < current.lastJump {
            // Set back and nobody told us: counted from here, or the hold would last until the old reading comes again.
            current.lastJump = now
            current.since = min(current.since, now)
            hold = current
        }
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
