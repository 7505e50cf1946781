import FoundationEssentials
import Glibc
import Wire

/// Standard output and standard error, written without a buffer in between.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes all of the text.
    ///
    /// Ends the program quietly where nobody reads any more, as in `slactl cases | head`.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in unsafe write(UnsafeRawBufferPointer(bytes)) }
    }

    /// The same for bytes that are text already.
    func write(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { bytes in unsafe write(bytes) } }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = unsafe Glibc.write(rawValue, rest.baseAddress, rest.count)
            if written >= 0 {
                done += written
            } else if errno == EPIPE {
                // The HTTP client has SIGPIPE ignored; this is the status that the signal would have given.
                exit(128 + SIGPIPE)
            } else if errno != EINTR && errno != EAGAIN {
                exit(Failure.Code.inputOutput.rawValue)
            }
        }
    }

    /// Runs `body` for as long as somebody reads the stream; then the program ends, quietly.
    ///
    /// For output that may be long in coming: a write would notice only then.
    func whileRead(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !isAbandoned { try await Task.sleep(for: .seconds(1)) }
                exit(128 + SIGPIPE)
            }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// The other end of a pipe or a terminal is closed.
    private var isAbandoned: Bool {
        var question = pollfd(fd: rawValue, events: 0, revents: 0)
        return unsafe poll(&question, 1, 0) > 0 && question.revents & Int16(POLLERR | POLLHUP) != 0
    }

    static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    var isTerminal: Bool { isatty(rawValue) == 1 }

    /// How many columns the terminal has; nil if it is none, or does not say.
    var columns: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        guard unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// Text from outside, made fit for a terminal: a customer's subject must not move the cursor or change the title.
enum Printable {
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isUnsafeOnTerminals) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { clean.append(scalar.isUnsafeOnTerminals ? "\u{FFFD}" : scalar) }
        return String(clean)
    }

    /// JSON of one line, with the same characters as escapes: in JSON they stand inside texts only.
    static func json(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: \.isUnsafeOnTerminals) else { return json }
        var clean = ""
        for scalar in json.unicodeScalars {
            if scalar.isUnsafeOnTerminals {
                let digits = String(scalar.value, radix: 16)
                clean += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }

    /// A name in a sentence: printable, and cut where it would be longer than a line.
    static func brief(_ name: String) -> String {
        // By scalars: a single character can have thousands of them.
        let head = name.unicodeScalars.prefix(briefMax)
        return text(String(head)) + (head.endIndex == name.unicodeScalars.endIndex ? "" : "…")
    }

    private static let briefMax = 64
}

/// Colour for a terminal, or none.
struct Paint {
    enum Style: String {
        case plain = ""
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case inverse = "7"
    }

    let isOn: Bool

    func callAsFunction(_ style: Style, _ text: String) -> String {
        isOn && style != .plain ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// As standard output and the environment want it.
    static var forOutput: Paint {
        Paint(
            isOn: isWanted(
                onTerminal: StandardStream.output.isTerminal,
                environment: ProcessInfo.processInfo.environment
            )
        )
    }

    /// Only on a terminal, never with `NO_COLOR` (no-color.org: set and not empty) or on a dumb terminal.
    static func isWanted(onTerminal: Bool, environment: [String: String]) -> Bool {
        guard onTerminal, environment["NO_COLOR", default: ""].isEmpty else { return false }
        return environment["TERM"] != "dumb"
    }
}
