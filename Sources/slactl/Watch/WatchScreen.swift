import TimeBase

/// What a screen of cases shows, and what keys do to it.
///
/// Pure: it is told what happens and the time, and says what is to be done and what is to be drawn.
struct WatchScreen {
    struct Size: Equatable, Sendable {
        var rows: Int
        var columns: Int
    }

    /// What happens.
    enum Input: Sendable {
        case key(Key)
        /// The daemon has answered with the cases as they are now.
        case cases(CasesAnswer)
        /// The story of a case that was asked for.
        case story(String, [String])
        /// The daemon does not answer; why, in one sentence.
        case away(String)
        /// What came of something that was done.
        case said(String, isTrouble: Bool)
        case resized(Size)
        /// A second has passed.
        case tick
        /// Nothing is typed any more, or a signal asks the program to end.
        case ended(signal: Int32?)
    }

    /// What is to be done.
    enum Effect: Equatable {
        case acknowledge(String)
        case show(String)
        /// `signal` is the one that asked for it; nil if a key did.
        case leave(signal: Int32?)
    }

    private enum View: Equatable {
        case list
        /// A case and the first line of its story on the screen.
        case story(String, top: Int)
    }

    private let title: String
    private let hasKeys: Bool
    /// How many cases were asked for at most.
    private let limit: Int
    private let times: TimeText
    private var size: Size
    private var answer: CasesAnswer?
    private var trouble: String?
    private var message: (text: String, isTrouble: Bool)?
    private var view = View.list
    private var story: [String] = []
    /// The row that is selected and the first one on the screen.
    private(set) var selected = 0
    private var top = 0

    /// Without keys nothing is selected.
    init(title: String, hasKeys: Bool, limit: Int, size: Size, _ times: TimeText) {
        self.title = title
        self.hasKeys = hasKeys
        self.limit = limit
        self.size = size
        self.times = times
    }

    private var cases: [CaseAnswer] { answer?.cases ?? [] }

    /// The case that keys are about; nil if there is none.
    var selectedID: String? { hasKeys && cases.indices.contains(selected) ? cases[selected].case : nil }

    // MARK: What happens

    /// Returns what is to be done.
    mutating func take(_ input: Input) -> Effect? {
        switch input {
        case .key(let key): return hasKeys ? press(key) : nil
        case .cases(let answer): return show(answer)
        case .story(let id, let lines):
            guard case .story(id, let top) = view else { return nil }
            story = lines
            view = .story(id, top: clamped(top, lines: lines.count))
        case .away(let sentence): trouble = sentence
        case .said(let text, let isTrouble): message = (text, isTrouble)
        case .resized(let size): self.size = size
        case .tick: break
        case .ended(let signal): return .leave(signal: signal)
        }
        follow()
        return nil
    }

    /// Takes new rows; the same case stays selected, wherever it is now.
    private mutating func show(_ new: CasesAnswer) -> Effect? {
        let id = selectedID
        answer = new
        trouble = nil
        if let id, let place = new.cases.firstIndex(where: { $0.case == id }) { selected = place }
        follow()
        // What is told of a case ages as the list does.
        if case .story(let id, _) = view { return .show(id) }
        return nil
    }

    private mutating func press(_ key: Key) -> Effect? {
        defer { follow() }
        switch view {
        case .list: return pressInList(key)
        case .story(let id, let top): return pressInStory(key, id, top)
        }
    }

    private mutating func pressInList(_ key: Key) -> Effect? {
        message = nil
        if let step = step(of: key, page: listRows) {
            selected = min(max(0, selected.addingReportingOverflow(step).partialValue), max(0, cases.count - 1))
            return nil
        }
        switch key {
        case .character("q"), .escape: return .leave(signal: nil)
        case .character("a"):
            guard let id = selectedID else { return nil }
            message = ("acknowledging \(id)", false)
            return .acknowledge(id)
        case .enter:
            guard let id = selectedID else { return nil }
            view = .story(id, top: 0)
            story = ["looking up case \(Printable.text(id))"]
            return .show(id)
        case .character, .up, .down, .pageUp, .pageDown, .home, .end: return nil
        }
    }

    private mutating func pressInStory(_ key: Key, _ id: String, _ top: Int) -> Effect? {
        if let step = step(of: key, page: storyRows) {
            view = .story(id, top: clamped(top + step, lines: story.count))
            return nil
        }
        switch key {
        case .character("q"), .escape, .enter: view = .list
        case .character("a"):
            message = ("acknowledging \(id)", false)
            return .acknowledge(id)
        case .character, .up, .down, .pageUp, .pageDown, .home, .end: break
        }
        return nil
    }

    /// How many lines a key goes on; nil if it is for something else.
    private func step(of key: Key, page: Int) -> Int? {
        // More lines than there ever are.
        let all = 1_000_000
        switch key {
        case .up, .character("k"): return -1
        case .down, .character("j"): return 1
        case .pageUp: return -max(page, 1)
        case .pageDown, .character(" "): return max(page, 1)
        case .home, .character("g"): return -all
        case .end, .character("G"): return all
        case .enter, .escape, .character: return nil
        }
    }

    private func clamped(_ top: Int, lines: Int) -> Int { min(max(0, top), max(0, lines - storyRows)) }

    /// Keeps the selection among the cases, and on the screen.
    private mutating func follow() {
        selected = min(selected, max(0, cases.count - 1))
        if case .story(let id, let top) = view { view = .story(id, top: clamped(top, lines: story.count)) }
        top = min(top, max(0, cases.count - listRows))
        guard hasKeys, listRows > 0 else { return }
        top = min(max(top, selected - listRows + 1), selected)
    }

    // MARK: What is drawn

    /// Rows of cases on the screen: without head, names of columns and foot.
    private var listRows: Int { max(0, size.rows - 3) }
    private var storyRows: Int { max(0, size.rows - 2) }

    /// The lines of the screen, from the top, no more and no wider than fit.
    func frame(at now: Instant, _ paint: Paint) -> [String] {
        let body =
            switch view {
            case .list: list(at: now, paint)
            case .story(_, let top): story.dropFirst(top).prefix(storyRows).map { $0.cut(toColumns: size.columns) }
            }
        let space = Array(repeating: "", count: max(0, size.rows - 2 - body.count))
        return Array(([head(at: now, paint)] + body + space + [foot(paint)]).prefix(max(size.rows, 0)))
    }

    private func head(at now: Instant, _ paint: Paint) -> String {
        if let trouble {
            return paint(.red, Printable.text("\(times(now))  \(trouble); looking again").cut(toColumns: size.columns))
        }
        let late = cases.count { ($0.mostUrgent?.deadline?.instant ?? .latest) < now }
        let more = cases.count == limit ? "the first " : ""
        let counts = answer == nil ? "" : "  \(more)\(cases.count.counted("case")), \(late.grouped) late"
        return paint(.bold, Printable.text("\(title)  \(times(now))\(counts)").cut(toColumns: size.columns))
    }

    private func foot(_ paint: Paint) -> String {
        if let message {
            let text = Printable.text(message.text).cut(toColumns: size.columns)
            return paint(message.isTrouble ? .red : .green, text)
        }
        let keys =
            switch view {
            case .list where !hasKeys: "Ctrl-C ends"
            case .list: "j k or arrows: select   a: acknowledge   Enter: show   q: leave"
            case .story: "j k or arrows: scroll   a: acknowledge   q: back to the list"
            }
        return paint(.faint, keys.cut(toColumns: size.columns))
    }

    private func list(at now: Instant, _ paint: Paint) -> [String] {
        guard let answer, !answer.cases.isEmpty else {
            return size.rows > 2 && answer != nil ? ["no case fits".cut(toColumns: size.columns)] : []
        }
        guard size.rows > 2 else { return [] }
        let table = CaseTable(answer, at: now, times, isTicking: true).table
        // Without colour a sign in front of it marks the row that is selected.
        let sign = hasKeys && !paint.isOn && size.columns > 8 ? "> " : ""
        let margin = String(repeating: " ", count: sign.count)
        let columns = size.columns - sign.count
        func lines(_ paint: Paint) -> [Substring] {
            table.text(paint, width: columns).split(separator: "\n", omittingEmptySubsequences: false)
        }
        let (painted, plain) = (lines(paint), lines(Paint(isOn: false)))
        return ([0] + (top..<min(top + listRows, cases.count)).map { $0 + 1 })
            .map { line in
                guard hasKeys, line == selected + 1 else {
                    return margin + Self.fitted(painted[line], plain[line], columns)
                }
                let text = String(plain[line]).cut(toColumns: columns)
                guard paint.isOn else { return sign + text }
                return paint(.inverse, text + String(repeating: " ", count: max(0, columns - text.columns)))
            }
    }

    /// A line that does not fit even with its columns cut loses its colours with its end.
    private static func fitted(_ painted: Substring, _ plain: Substring, _ columns: Int) -> String {
        String(plain).columns <= columns ? String(painted) : String(plain).cut(toColumns: columns)
    }
}
