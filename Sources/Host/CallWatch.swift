package import TimeBase

/// Knows since when a call that may block has not come back.
package final class CallWatch: Sendable {
    private let since = Locked<UInt64?>(nil)
    /// In microseconds.
    private let longest = Locked<UInt64>(0)
    private let clock = SystemClock()

    package init() {}

    /// The age of the call under way; nil while there is none.
    ///
    /// From any thread.
    package func age() -> Span? {
        let now = clock.monotonicMicroseconds()
        return since.withLock { $0 }.map { Span(milliseconds: Int64((now - min($0, now)) / 1_000)) }
    }

    /// The longest call that has come back since this was last asked.
    ///
    /// From any thread.
    package func takeLongest() -> Span {
        longest.withLock { longest in
            defer { longest = 0 }
            return Span(milliseconds: Int64(longest / 1_000))
        }
    }

    func during<Result, Problem: Error>(_ call: () throws(Problem) -> Result) throws(Problem) -> Result {
        let now = clock.monotonicMicroseconds()
        since.withLock { $0 = now }
        defer {
            since.withLock { $0 = nil }
            let took = clock.monotonicMicroseconds() - now
            longest.withLock { $0 = max($0, took) }
        }
        return try call()
    }
}
