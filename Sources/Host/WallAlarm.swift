import CSystemd
package import Dispatch
import Glibc
package import TimeBase

/// One alarm on the wall clock: one `DispatchSourceTimer`, armed for the earliest deadline of all.
///
/// An alarm may ring for another reason than the one it was armed for (it was re-armed while ringing, the clock jumped):
/// whoever is woken looks at the clock again. Rings within a millisecond after a clock set forward past the instant,
/// and waits on after one set back.
package final class WallAlarm: @unchecked Sendable {
    // @unchecked: a Dispatch source locks itself, only its Swift protocol does not say so.
    private let timer: any DispatchSourceTimer

    /// libdispatch keeps wall times in 62 bits of nanoseconds, up to the year 2116.
    ///
    /// An alarm armed for later rings at this instant, in 2100, and is armed again.
    private static let farthest = Instant(milliseconds: 4_102_444_800_000)
    /// Zero and negative times mean something else to libdispatch.
    private static let nearest = Instant(milliseconds: 1_000)

    /// Begins disarmed; `handler` is called on `queue`, once for each arming that was reached.
    package init(queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { @Sendable in handler() }
        timer.schedule(wallDeadline: .distantFuture)
        // At once: a source that is released before it was activated aborts the process.
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Rings at `instant`, at once where that is past; replaces what was armed.
    ///
    /// Nil disarms. About a microsecond, from any thread.
    package func arm(_ instant: Instant?) {
        guard let instant else { return timer.schedule(wallDeadline: .distantFuture) }
        let bounded = min(max(instant, Self.nearest), Self.farthest)
        let time = timespec(
            tv_sec: Int(bounded.milliseconds / 1_000),
            tv_nsec: Int(bounded.milliseconds % 1_000) * 1_000_000
        )
        timer.schedule(wallDeadline: DispatchWallTime(timespec: time), leeway: .nanoseconds(0))
    }
}
