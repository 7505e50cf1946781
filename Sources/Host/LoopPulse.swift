/// What the loop has got done, for the watchdog to judge.
package struct LoopProgress: Sendable, Equatable {
    /// How many wakes the loop has finished since the start.
    package var finishedWakes: UInt64
    /// Since when the loop is inside one call of its store, in microseconds of `CLOCK_MONOTONIC`; nil outside.
    package var storeCallSince: UInt64?

    package init(finishedWakes: UInt64 = 0, storeCallSince: UInt64? = nil) {
        self.finishedWakes = finishedWakes
        self.storeCallSince = storeCallSince
    }
}

/// Where the loop leaves word of its progress.
///
/// Any thread may read it at any time.
package final class LoopPulse: Sendable {
    private let state = Locked(LoopProgress())
    private let monotonicMicroseconds: @Sendable () -> UInt64

    package init(
        monotonicMicroseconds: @escaping @Sendable () -> UInt64 = { SystemClock().monotonicMicroseconds() }
    ) {
        self.monotonicMicroseconds = monotonicMicroseconds
    }

    package var progress: LoopProgress { state.withLock { $0 } }

    /// To be called at the end of every wake, also of one that failed.
    package func finishedWake() { state.withLock { $0.finishedWakes &+= 1 } }

    /// Runs one call of the store.
    ///
    /// A call that does not come back is excused for `WatchdogGate.storeCallMax`.
    package func duringStoreCall<Result>(_ call: () throws -> Result) rethrows -> Result {
        beginStoreCall()
        defer { endStoreCall() }
        return try call()
    }

    /// The same in two halves, for a call that comes back in between: a transaction whose body is ours.
    package func beginStoreCall() {
        let now = monotonicMicroseconds()
        state.withLock { $0.storeCallSince = now }
    }

    /// The other half of `beginStoreCall`.
    package func endStoreCall() { state.withLock { $0.storeCallSince = nil } }
}
