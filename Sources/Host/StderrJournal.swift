import Glibc
import TimeBase

/// Where the journal's lines go when there is no journal: standard error, a line per line of the entry.
///
/// Outside a terminal each line begins with its priority as `<N>`, the convention of sd-daemon(3) that service managers
/// and container runtimes know. A descriptor set to non-blocking by another process is waited for.
package struct StderrJournal: Sendable {
    private let descriptor: Int32
    private let hasPrefix: Bool

    /// How long a reader may stand still before the line is given up.
    private static let patienceMilliseconds: Int32 = 1_000

    package init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
        hasPrefix = isatty(descriptor) == 0
    }

    /// Makes a write to a closed pipe an error instead of the end of the process.
    ///
    /// Once, at start; children inherit it.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Writes the whole entry, or throws having written a part of it.
    package func send(priority: Int, message: String) throws(HostProblem) {
        let prefix = hasPrefix ? "<\(min(max(priority, 0), 7))>" : ""
        // Whoever reads this takes each line for an entry of its own, so each has its priority.
        let text = message.split(whereSeparator: \.isNewline).map { "\(prefix)\($0)\n" }.joined()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try waitUntilWritable()
            case let code: throw .cannotWrite(descriptor: descriptor, code: code)
            }
        }
    }

    private func waitUntilWritable() throws(HostProblem) {
        var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        switch unsafe poll(&question, 1, Self.patienceMilliseconds) {
        case 0: throw .cannotWrite(descriptor: descriptor, code: EAGAIN)
        case ..<0 where errno != EINTR: throw .cannotWrite(descriptor: descriptor, code: errno)
        default: break
        }
    }
}
