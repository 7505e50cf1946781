import Glibc
package import TimeBase

/// The machine's clocks.
///
/// Nothing else in the project reads one.
package struct SystemClock: Sendable {
    package init() {}

    /// The wall clock, cut to whole milliseconds.
    ///
    /// It can jump; see `ClockJumpWatch`.
    package func now() -> Instant {
        let time = read(CLOCK_REALTIME)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Microseconds of `CLOCK_MONOTONIC`: for patience, retries and the watchdog.
    ///
    /// Never set, stops while suspended.
    package func monotonicMicroseconds() -> UInt64 {
        let time = read(CLOCK_MONOTONIC)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }

    /// How far the wall clock is ahead of the time since boot, in nanoseconds.
    ///
    /// NTP slews both clocks alike and suspension counts in both, so this changes only when somebody sets the clock.
    /// Good to a few microseconds: the two cannot be read in the same instant.
    package func wallAheadOfBootNanoseconds() -> Int64 {
        let before = nanoseconds(CLOCK_BOOTTIME)
        let wall = nanoseconds(CLOCK_REALTIME)
        let after = nanoseconds(CLOCK_BOOTTIME)
        return wall - (before + (after - before) / 2)
    }

    /// Blocks the calling thread.
    ///
    /// Only for queues of our own, never for the cooperative pool.
    package func pause(microseconds: UInt64) {
        var rest = timespec(tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000) * 1_000)
        var wanted = rest
        while unsafe clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, &rest) == EINTR { wanted = rest }
    }

    private func nanoseconds(_ clock: clockid_t) -> Int64 {
        let time = read(clock)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        guard unsafe clock_gettime(clock, &time) == 0 else {
            preconditionFailure("clock_gettime(\(clock)) failed: errno \(errno)")
        }
        return time
    }
}
