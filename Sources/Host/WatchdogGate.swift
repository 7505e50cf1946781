import TimeBase

/// Judges whether a watchdog ping is earned: a function of what the loop got done, asked once a period.
///
/// A ping is earned where the loop finished a wake since the last ping but one, or is inside one store call that is not
/// older than `storeCallMax`. A loop without work is sent a no-op, whose end counts as a wake.
struct WatchdogGate {
    /// A disk that stalls for a minute is slow; longer is a hang that a restart may cure.
    ///
    /// In microseconds.
    static let storeCallMax: UInt64 = 60_000_000

    struct Verdict: Equatable {
        /// Nil: send the ping.
        ///
        /// Otherwise why not.
        var trouble: String?
        /// Send the loop a no-op; none is under way.
        var isNudgeNeeded: Bool
    }

    private var wakesSeen: UInt64
    private var lastProgressAt: UInt64
    private var ticksWithoutProgress = 0
    private var isNudgeUnderWay = false

    init(wakes: UInt64, now: UInt64) {
        wakesSeen = wakes
        lastProgressAt = now
    }

    /// Judges one period; `now` is in microseconds of `CLOCK_MONOTONIC`, like `progress.storeCallSince`.
    mutating func tick(_ progress: LoopProgress, nudgesAnswered: Bool, now: UInt64) -> Verdict {
        if nudgesAnswered { isNudgeUnderWay = false }
        let storeCallAge = progress.storeCallSince.map { now > $0 ? now - $0 : 0 }
        let isInStore = storeCallAge.map { $0 <= Self.storeCallMax } ?? false
        let hasProgressed = nudgesAnswered || progress.finishedWakes != wakesSeen || isInStore
        wakesSeen = progress.finishedWakes
        if hasProgressed {
            ticksWithoutProgress = 0
            lastProgressAt = now
        } else {
            ticksWithoutProgress += 1
        }
        let isNudgeNeeded = !hasProgressed && !isNudgeUnderWay
        if isNudgeNeeded { isNudgeUnderWay = true }
        // One period without progress is allowed: an idle loop is nudged in it and answers before the next.
        guard ticksWithoutProgress > 1 else { return Verdict(trouble: nil, isNudgeNeeded: isNudgeNeeded) }
        let trouble =
            if let storeCallAge {
                "one store call has run for \(rounded(storeCallAge))"
            } else {
                "the loop has not finished a wake for \(rounded(now - lastProgressAt))"
            }
        return Verdict(trouble: trouble, isNudgeNeeded: isNudgeNeeded)
    }

    private func rounded(_ microseconds: UInt64) -> String {
        Span(milliseconds: Int64(microseconds / 1_000)).rounded
    }
}
