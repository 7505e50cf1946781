import CSystemd
import Dispatch
import Glibc
package import TimeBase

/// The service manager that started us, spoken to by sd_notify(3).
///
/// Without one ($NOTIFY_SOCKET unset) all is silently well.
///
/// `ready`, `reloading`, `stopping` and `ping` are sent before they return, and wait where systemd does not read.
/// `status` and `trouble` never block: a queue of their own sends them.
package final class ServiceManager: Sendable {
    /// Sends one datagram: positive where sent, 0 without a service manager, negative errno.
    package typealias Send = @Sendable (String) -> Int32

    private let send: Send
    private let monotonicMicroseconds: @Sendable () -> UInt64
    private let queue = DispatchQueue(label: "slawatchd.notify", qos: .utility)
    private let board = Locked(Board())

    /// What the status line says, and what takes its place while there is trouble.
    private struct Board {
        var live: String?
        var trouble: String?
        var throttle = StatusThrottle()
        var shown: String? { trouble ?? live }
    }

    /// - Parameters:
    ///   - send: For tests; sd_notify otherwise.
    ///   - monotonicMicroseconds: `CLOCK_MONOTONIC`, which the service manager compares with its own.
    package init(
        send: @escaping Send = { unsafe sd_notify(0, $0) },
        monotonicMicroseconds: @escaping @Sendable () -> UInt64 = { SystemClock().monotonicMicroseconds() }
    ) {
        self.send = send
        self.monotonicMicroseconds = monotonicMicroseconds
    }

    /// Start, or a reload, is over.
    ///
    /// Also the answer to `reloading`.
    package func ready(status: String) throws(HostProblem) { try tell(["READY=1"], status: status) }

    /// A reload has begun; `ready` must follow, also when it failed.
    package func reloading() throws(HostProblem) {
        // In one datagram: systemd 253 and later pair it with the reload they asked for by this time.
        try tell(["RELOADING=1", "MONOTONIC_USEC=\(monotonicMicroseconds())"])
    }

    /// The stop has begun; to be called first of all.
    package func stopping(status: String) throws(HostProblem) { try tell(["STOPPING=1"], status: status) }

    /// The start failed, just before the exit: what `systemctl status` shows.
    ///
    /// `code` is an errno value, 0 for none.
    package func failed(code: Int32, status: String) throws(HostProblem) {
        try tell(code == 0 ? [] : ["ERRNO=\(code)"], status: status)
    }

    /// Feeds the watchdog.
    ///
    /// Only `WatchdogFeeder` knows when that is earned.
    package func ping() throws(HostProblem) { try tell(["WATCHDOG=1"]) }

    /// The live line of `systemctl status`.
    ///
    /// Sent only when changed and once a second at most; the last one always gets through. Hidden while there is
    /// trouble.
    package func status(_ line: String) { change { $0.live = line } }

    /// What is wrong, in place of the live line; nil when it is right again.
    package func trouble(_ line: String?) { change { $0.trouble = line } }

    /// `WatchdogSec=` of the unit; nil if no pings are expected of this process (sd_watchdog_enabled(3)).
    package static func watchdogInterval() -> Span? {
        var microseconds: UInt64 = 0
        guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return Span(milliseconds: Int64(min(microseconds / 1_000, UInt64(Int32.max))))
    }

    private func tell(_ assignments: [String], status: String? = nil) throws(HostProblem) {
        var assignments = assignments
        if let status {
            board.withLock {
                $0.live = status
                $0.throttle.noteSent(status, at: monotonicMicroseconds())
            }
            assignments.append("STATUS=\(oneLine(status))")
        }
        let result = send(assignments.joined(separator: "\n"))
        guard result >= 0 else { throw .cannotNotify(code: -result) }
    }

    private func change(_ edit: (inout Board) -> Void) {
        let advice = board.withLock { board -> StatusThrottle.Advice in
            edit(&board)
            guard let shown = board.shown else { return .nothing }
            return board.throttle.offer(shown, at: monotonicMicroseconds())
        }
        switch advice {
        case .nothing: break
        case .sendNow: queue.async { @Sendable [self] in sendOffered() }
        case .sendAfter(let microseconds):
            queue.asyncAfter(deadline: .now() + .microseconds(Int(microseconds))) { @Sendable [self] in sendOffered() }
        }
    }

    private func sendOffered() {
        let line = board.withLock { $0.throttle.take(at: monotonicMicroseconds()) }
        guard let line else { return }
        // A status that does not get through is not worth an error: the next one says more.
        _ = send("STATUS=\(oneLine(line))")
    }

    /// A line feed would begin another assignment.
    private func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
    }
}
