package import TimeBase

/// Sends the watchdog's pings, each of them earned by the loop (see `WatchdogGate`).
///
/// Lives on a thread of its own and never waits for the loop: so it can still say in STATUS that the loop hangs.
package final class WatchdogFeeder: Sendable {
    /// A change of mind: the text of `systemctl status` for trouble, nil when it is over.
    package typealias Report = @Sendable (String?) -> Void

    private let period: Span
    private let monotonicMicroseconds: @Sendable () -> UInt64
    private let progress: @Sendable () -> LoopProgress
    private let nudge: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let ping: @Sendable () -> Void
    private let report: Report
    private let state: Locked<State>
    private let ticker = Ticker()

    private struct State {
        var gate: WatchdogGate
        var isNudgeAnswered = false
        var isInTrouble = false
    }

    /// - Parameters:
    ///   - interval: `WatchdogSec=`; pings come four times in it.
    ///   - monotonicMicroseconds: For tests; the machine's otherwise.
    ///   - progress: What the loop has got done. Must not wait for the loop.
    ///   - nudge: Sends the loop a no-op and returns at once; the no-op calls what it is given when it is done.
    ///   - ping: Sends `WATCHDOG=1`.
    ///   - report: Told when pings begin to be withheld, with the reason as it changes, and nil when they are sent again.
    package init(
        interval: Span,
        monotonicMicroseconds: @escaping @Sendable () -> UInt64 = { SystemClock().monotonicMicroseconds() },
        progress: @escaping @Sendable () -> LoopProgress,
        nudge: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        ping: @escaping @Sendable () -> Void,
        report: @escaping Report
    ) {
        precondition(interval > .zero, "watchdog interval is \(interval)")
        period = Span(milliseconds: max(interval.milliseconds / 4, 1))
        self.monotonicMicroseconds = monotonicMicroseconds
        self.progress = progress
        self.nudge = nudge
        self.ping = ping
        self.report = report
        state = Locked(State(gate: WatchdogGate(wakes: progress().finishedWakes, now: monotonicMicroseconds())))
    }

    deinit { ticker.stop() }

    /// Begins to feed: with READY, which arms the watchdog.
    ///
    /// The first ping is sent at once.
    package func start() {
        ticker.start(every: period) { [weak self] in self?.tick() }
    }

    /// Ends feeding, for the orderly stop; TimeoutStopSec watches over that.
    package func stop() { ticker.stop() }

    /// One period: judge, then ping or say why not.
    func tick() {
        let now = monotonicMicroseconds()
        let progress = progress()
        let (verdict, hadTrouble) = state.withLock { state in
            let verdict = state.gate.tick(progress, nudgesAnswered: state.isNudgeAnswered, now: now)
            state.isNudgeAnswered = false
            let hadTrouble = state.isInTrouble
            state.isInTrouble = verdict.trouble != nil
            return (verdict, hadTrouble)
        }
        if let trouble = verdict.trouble {
            report("UNHEALTHY: \(trouble)")
        } else {
            ping()
            if hadTrouble { report(nil) }
        }
        if verdict.isNudgeNeeded {
            nudge { @Sendable [weak self] in self?.state.withLock { $0.isNudgeAnswered = true } }
        }
    }
}
