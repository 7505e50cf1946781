/// A bar on standard error, drawn only if that is a terminal.
struct Progress {
    private let verb: String
    private let total: Int
    private let isOn: Bool
    private let clock = ContinuousClock()
    private let startedAt: ContinuousClock.Instant
    private var drawnAt: ContinuousClock.Instant?

    /// At most this often: a bar that is drawn for every request costs more than the requests.
    private static let pause = Duration.milliseconds(100)

    init(_ verb: String, total: Int, isWanted: Bool = true) {
        self.verb = verb
        self.total = total
        isOn = isWanted && StandardStream.error.isTerminal
        startedAt = clock.now
    }

    mutating func show(_ done: Int, note: String = "") {
        guard isOn else { return }
        let now = clock.now
        if let drawnAt, now - drawnAt < Self.pause, done < total { return }
        drawnAt = now
        StandardStream.error.write("\r\u{1B}[K" + Self.line(verb, done, of: total, note: note))
    }

    /// Takes the bar away again.
    func clear() {
        guard isOn, drawnAt != nil else { return }
        StandardStream.error.write("\r\u{1B}[K")
    }

    /// `importing [#####---------------]  25%  2,388 of 9,551`.
    static func line(_ verb: String, _ done: Int, of total: Int, note: String) -> String {
        let width = 24
        let share = total == 0 ? width : done * width / total
        let percent = total == 0 ? 100 : done * 100 / total
        let bar = String(repeating: "#", count: share) + String(repeating: "-", count: width - share)
        let padding = String(repeating: " ", count: 3 - String(percent).count)
        return "\(verb) [\(bar)] \(padding)\(percent)%  \(done.grouped) of \(total.grouped)"
            + (note.isEmpty ? "" : "  \(note)")
    }
}
