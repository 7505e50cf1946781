import Glibc
package import TimeBase

/// Calls a function again and again from one thread that is always there: one wake-up for each call.
///
/// By the monotonic clock, never by the wall clock, which may be set back. Calls that the machine was too busy for are left
/// out.
@safe package final class Ticker: @unchecked Sendable {
    // @unchecked: every variable is only touched between lock and unlock of `mutex`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let hasChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state = State.waiting

    private enum State {
        /// No thread yet.
        case waiting
        case running
        case stopped
    }

    /// Calls nothing yet.
    package init() {
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe precondition(pthread_mutex_init(mutex, nil) == 0, "pthread_mutex_init failed")
        unsafe precondition(pthread_cond_init(hasChanged, &attributes) == 0, "pthread_cond_init failed")
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(hasChanged)
        unsafe pthread_mutex_destroy(mutex)
        unsafe hasChanged.deallocate()
        unsafe mutex.deallocate()
    }

    /// Calls `tick` at once and then every `period`, until `stop`; a second start has no effect.
    package func start(every period: Span, _ tick: @escaping @Sendable () -> Void) {
        precondition(period > .zero, "period is \(period)")
        lock()
        defer { unlock() }
        guard state == .waiting else { return }
        state = .running
        _ = startThread(named: "ticker") { [self] in
            var next = SystemClock().monotonicMicroseconds()
            repeat {
                tick()
                next = max(next + UInt64(period.milliseconds) * 1_000, SystemClock().monotonicMicroseconds())
            } while isRunning(at: next)
        }
    }

    /// Ends the calls; the last one may still be under way.
    package func stop() {
        lock()
        defer { unlock() }
        state = .stopped
        unsafe pthread_cond_signal(hasChanged)
    }

    /// Waits until the instant; false if it was stopped.
    private func isRunning(at instant: UInt64) -> Bool {
        var deadline = timespec(tv_sec: Int(instant / 1_000_000), tv_nsec: Int(instant % 1_000_000) * 1_000)
        lock()
        defer { unlock() }
        while state == .running {
            if unsafe pthread_cond_timedwait(hasChanged, mutex, &deadline) == ETIMEDOUT { break }
        }
        return state == .running
    }

    private func lock() { unsafe pthread_mutex_lock(mutex) }
    private func unlock() { unsafe pthread_mutex_unlock(mutex) }
}
