import Glibc
import TimeBase

/// Where the journal's lines go if there is no journal: standard error, a line per line of the entry.
///
/// If the descriptor leads to journald (systemd says so in `JOURNAL_STREAM`), each line begins with its priority as
/// `<N>`, the convention of sd-daemon(3), which journald takes off. Whoever reads it himself, in a terminal or a file, gets
/// the sentence alone. A descriptor set to non-blocking by another process is waited for.
package struct StderrJournal: Sendable {
    private let descriptor: Int32
    private let hasPrefix: Bool

    /// How long a reader may stand still before the line is given up.
    private static let patienceMilliseconds: Int32 = 1_000

    /// - Parameters:
    ///   - descriptor: Where lines are written.
    ///   - stream: `JOURNAL_STREAM` of systemd.exec(5): `device:inode` of the stream that leads to journald. A process
    ///     inherits the variable also if its standard error leads elsewhere.
    package init(
        descriptor: Int32 = STDERR_FILENO,
        stream: String? = unsafe getenv("JOURNAL_STREAM").map { unsafe String(cString: $0) }
    ) {
        self.descriptor = descriptor
        var about = stat()
        hasPrefix = unsafe fstat(descriptor, &about) == 0 && stream == "\(about.st_dev):\(about.st_ino)"
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
