import CSystemd
package import Dispatch
import Glibc
package import TimeBase

/// Tells when somebody sets the wall clock, which libdispatch does not.
///
/// The kernel cancels a `CLOCK_REALTIME` timerfd armed with `TFD_TIMER_CANCEL_ON_SET` when the clock is set and on
/// resume from suspension (timerfd_create(2)). How far it was set is the change of wall time minus time since boot.
/// Slewing (adjtime, NTP) is no jump.
package final class ClockJumpWatch: @unchecked Sendable {
    // @unchecked: a Dispatch source locks itself, only its Swift protocol does not say so.
    private let source: any DispatchSourceRead
    private let offset: Offset

    /// Watches from now on, until it is released.
    ///
    /// `onJump` is called on `queue` with the size of the jump, negative where the clock went back. Zero where it was less
    /// than half a millisecond, or the machine only woke from suspension: still a reason to look again.
    package init(
        queue: DispatchQueue,
        clock: SystemClock = SystemClock(),
        onJump: @escaping @Sendable (Span) -> Void
    ) throws(HostProblem) {
        let descriptor = timerfd_create(CLOCK_REALTIME, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        guard descriptor >= 0 else { throw .cannotWatchClock(code: errno) }
        guard Self.arm(descriptor) else {
            let code = errno
            close(descriptor)
            throw .cannotWatchClock(code: code)
        }
        let offset = Offset(clock: clock)
        self.offset = offset
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { @Sendable in
            var expirations: UInt64 = 0
            let isSet = unsafe read(descriptor, &expirations, 8) < 0 && errno == ECANCELED
            // Armed before the clock is compared: a second jump in between rings again.
            _ = Self.arm(descriptor)
            if isSet { onJump(offset.takeJump()) }
        }
        // Closed only here: a descriptor closed under a live source crashes libdispatch.
        source.setCancelHandler { @Sendable in _ = close(descriptor) }
        source.activate()
    }

    deinit { source.cancel() }

    /// The jump since this was last asked or told, for a look on every wake: the wake of a clock set forward can come
    /// before the callback.
    ///
    /// What is returned here is not called back with again.
    package func takeJump() -> Span { offset.takeJump() }

    private static func arm(_ descriptor: Int32) -> Bool {
        var setting = itimerspec()
        // In 2096: the timer is there to be cancelled, never to ring.
        setting.it_value.tv_sec = 4_000_000_000
        let flags = Int32(TFD_TIMER_ABSTIME) | Int32(TFD_TIMER_CANCEL_ON_SET)
        return unsafe timerfd_settime(descriptor, flags, &setting, nil) == 0
    }

    /// What the wall clock was ahead of the time since boot when last compared.
    private final class Offset: Sendable {
        private let clock: SystemClock
        private let last: Locked<Int64>

        init(clock: SystemClock) {
            self.clock = clock
            last = Locked(clock.wallAheadOfBootNanoseconds())
        }

        func takeJump() -> Span {
            last.withLock { last in
                let offset = clock.wallAheadOfBootNanoseconds()
                // Rounded; what is left over stays in `last`, so that many small steps add up.
                let step = offset - last
                let milliseconds = (step + (step < 0 ? -500_000 : 500_000)) / 1_000_000
                last += milliseconds * 1_000_000
                return Span(milliseconds: milliseconds)
            }
        }
    }
}
