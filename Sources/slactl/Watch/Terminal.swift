import Glibc

/// The terminal of this program, taken for a screen of its own and given back as it was.
final class Terminal {
    /// As it was before; nil if standard input is no terminal, so that nothing is typed.
    private let before: termios?
    private var isTaken = false

    /// `1049` is the second screen of xterm, `25` the cursor, `7` the wrapping of long lines.
    private static let begin = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    private static let end = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    init() {
        var mode = termios()
        before = unsafe tcgetattr(STDIN_FILENO, &mode) == 0 ? mode : nil
    }

    /// Begins the screen, or draws it from nothing again.
    ///
    /// What is typed comes key by key and is not shown; Ctrl-C is a signal as ever.
    func take() {
        isTaken = true
        if var mode = before {
            mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
            mode.c_iflag &= ~tcflag_t(ICRNL | IXON)
            // A program that is stopped leaves the terminal as it is: Ctrl-Z has no effect here.
            unsafe withUnsafeMutableBytes(of: &mode.c_cc) { unsafe $0[Int(VSUSP)] = 0 }
            unsafe tcsetattr(STDIN_FILENO, TCSANOW, &mode)
        }
        StandardStream.output.write(Self.begin)
    }

    /// Ends the screen; a second time it does nothing.
    func giveBack() {
        guard isTaken else { return }
        isTaken = false
        StandardStream.output.write(Self.end)
        if var mode = before { unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) }
    }

    /// Shows these lines, in one write so that nothing flickers.
    func draw(_ lines: [String]) {
        let ends = "\u{1B}[K"
        StandardStream.output.write("\u{1B}[H" + lines.joined(separator: ends + "\r\n") + ends + "\u{1B}[J")
    }

    /// What its owner's window has now; 24 rows of 80 columns if it does not say.
    static var size: WatchScreen.Size {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return WatchScreen.Size(rows: 24, columns: 80)
        }
        return WatchScreen.Size(rows: Int(size.ws_row), columns: Int(size.ws_col))
    }

    /// Waits for what is typed, a fifth of a second at most; empty if nothing was, nil at the end of the input.
    ///
    /// It blocks: call it where that is allowed.
    static func read() -> [UInt8]? {
        var question = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let found = unsafe poll(&question, 1, 200)
        if found == 0 || (found < 0 && errno == EINTR) { return [] }
        guard found > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }
}
