import Glibc
import TimeBase

/// The only place in slactl that reads the wall clock.
enum WallClock {
    static func now() -> Instant {
        var time = timespec()
        // Cannot fail: the clock exists on every Linux and the pointer is valid.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
