import Engine
import TimeBase

/// One pass over one file: collects its mistakes, so that all are reported at once.
///
/// A reading function returns nil after a complaint; callers leave the piece out and go on.
final class Reading {
    /// More mistakes than this help nobody.
    static let complaintsMax = 200
    /// Complaints that are kept for sorting; a hostile file could otherwise fill the memory with them.
    static let collectedMax = 10_000

    let file: String
    /// Whether an unknown key is a complaint only if it looks like a slip for a known one.
    let passesOverUnknownKeys: Bool
    private var complaints: [Complaint] = []
    private var leftOut = 0

    init(file: String, passesOverUnknownKeys: Bool = false) {
        self.file = file
        self.passesOverUnknownKeys = passesOverUnknownKeys
    }

    private(set) var errorCount = 0
    /// Words of conditions as they were first written, by their key and the folded word.
    var spellings: [Spelling.Key: Spelling] = [:]

    /// How a word of a condition was written for the first time.
    struct Spelling {
        var word: String
        var place: Place

        struct Key: Hashable {
            var key: String
            var folded: String
        }
    }

    /// In the order of the file; words of other keys than those of `SentWord.Kind` are left out.
    var conditionWords: [ConditionWord] {
        spellings.sorted { $0.value.place < $1.value.place }
            .compactMap { key, first in
                guard let kind = SentWord.Kind(word: key.key) else { return nil }
                return ConditionWord(
                    sent: SentWord(kind, first.word),
                    text: shown(first.word),
                    file: file,
                    line: first.place.line,
                    column: first.place.column
                )
            }
    }

    var hasErrors: Bool { errorCount > 0 }

    /// In the order of the file, without repetitions, at most `complaintsMax` and a last one that says how many more.
    var report: [Complaint] {
        var seen: Set<Complaint> = []
        let all = complaints.filter { seen.insert($0).inserted }
            .sorted { ($0.line, $0.column, $0.code, $0.message) < ($1.line, $1.column, $1.code, $1.message) }
        guard all.count > Self.complaintsMax, let next = all.dropFirst(Self.complaintsMax).first else { return all }
        var last = next
        last.mistake = .tooManyMistakes
        last.severity = hasErrors ? .error : .warning
        last.message = "and \(all.count - Self.complaintsMax + leftOut) more mistakes from here on"
        last.hint = nil
        return all.prefix(Self.complaintsMax) + [last]
    }

    func error(_ mistake: Mistake, _ place: Place, _ message: String, hint: @autoclosure () -> String? = nil) {
        errorCount += 1
        complain(mistake, .error, place, message, hint)
    }

    func warn(_ mistake: Mistake, _ place: Place, _ message: String, hint: @autoclosure () -> String? = nil) {
        complain(mistake, .warning, place, message, hint)
    }

    private func complain(
        _ mistake: Mistake,
        _ severity: Complaint.Severity,
        _ place: Place,
        _ message: String,
        _ hint: () -> String?
    ) {
        guard complaints.count < Self.collectedMax else {
            leftOut += 1
            return
        }
        complaints.append(
            Complaint(
                file: file,
                line: place.line,
                column: place.column,
                severity: severity,
                mistake: mistake,
                message: message,
                // Looking for what may have been meant costs time; behind so many complaints nobody will read it.
                hint: complaints.count < Self.complaintsMax ? hint() : nil
            )
        )
    }

    /// `expected` completes "is …, expected …".
    func mismatch(_ value: YAMLValue, _ path: String, expected: String, hint: String? = nil) {
        let message = value.isEmpty ? "\(path) has no value" : "\(path) is \(value.asFound)"
        error(.wrongType, value.place, "\(message), expected \(expected)", hint: hint)
    }
}

// MARK: Values

extension Reading {
    func text(_ value: YAMLValue, _ path: String, expected: String = "text") -> String? {
        guard !value.isEmpty, case .scalar(let text, _) = value.content else {
            mismatch(value, path, expected: expected)
            return nil
        }
        guard text.unicodeScalars.allSatisfy(\.isPrintable) else {
            mismatch(value, path, expected: "\(expected) in one line, without control characters")
            return nil
        }
        guard !text.isEmpty else {
            mismatch(value, path, expected: expected)
            return nil
        }
        return text
    }

    /// Text that may run over several lines in the file; its lines are joined.
    func prose(_ value: YAMLValue, _ path: String) -> String? {
        guard !value.isEmpty, case .scalar(let text, _) = value.content else {
            mismatch(value, path, expected: "text")
            return nil
        }
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard line.unicodeScalars.allSatisfy(\.isPrintable) else {
            mismatch(value, path, expected: "text without control characters")
            return nil
        }
        return line
    }

    func flag(_ value: YAMLValue, _ path: String) -> Bool? {
        guard let text = text(value, path, expected: "true or false") else { return nil }
        if text == "true" { return true }
        if text == "false" { return false }
        let words = ["yes": "true", "on": "true", "no": "false", "off": "false"]
        mismatch(value, path, expected: "true or false", hint: words[text.lowercased()].map { "write \($0)" })
        return nil
    }

    func integer(_ value: YAMLValue, _ path: String, in range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(value, path, expected: expected) else { return nil }
        guard let number = Int(text), !text.hasPrefix("+") else {
            mismatch(value, path, expected: expected)
            return nil
        }
        guard range.contains(number) else {
            error(.outOfRange, value.place, "\(path) is \(number), expected \(expected)")
            return nil
        }
        return number
    }

    /// The element whose word is written; `kind` completes "expected …".
    func word<Element>(_ value: YAMLValue, _ path: String, among words: [(String, Element)]) -> Element? {
        let expected = listed(words.map(\.0))
        guard let text = text(value, path, expected: expected) else { return nil }
        if let found = words.first(where: { $0.0 == text }) { return found.1 }
        error(
            .unknownWord,
            value.place,
            "\(path) is \"\(shown(text))\", expected \(expected)",
            hint: suggestion(for: text, among: words.map(\.0))
        )
        return nil
    }

    /// The elements of a list; a single value stands for a list of one.
    func oneOrMore(_ value: YAMLValue, _ path: String) -> [YAMLValue] {
        switch value.content {
        case .list(let list):
            if list.isEmpty { mismatch(value, path, expected: "at least one value") }
            return list
        case .scalar, .map:
            return [value]
        }
    }

    func list(_ value: YAMLValue, _ path: String, of kind: String) -> [YAMLValue]? {
        guard case .list(let list) = value.content else {
            mismatch(value, path, expected: "a list of \(kind)")
            return nil
        }
        return list
    }

    /// `a, b or c`.
    func listed(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

// MARK: Durations

extension Reading {
    /// What a duration is measured in, which decides whether it may be written in days (S8).
    enum Counted {
        /// Open time of a calendar: a day has no fixed length.
        case openTime(calendar: String?)
        /// Every hour counts: wall time, or the calendar `always`.
        case allHours

        var takesDays: Bool {
            switch self {
            case .openTime: false
            case .allHours: true
            }
        }
    }

    func duration(_ value: YAMLValue, _ path: String, counted: Counted, min: Span = .zero) -> Span? {
        guard let text = text(value, path, expected: "a duration such as 90s, 30m or 6h") else { return nil }
        return duration(text, at: value.place, path, counted: counted, min: min)
    }

    /// `min` is the shortest that is taken.
    func duration(_ text: String, at place: Place, _ path: String, counted: Counted, min: Span = .zero) -> Span? {
        guard let (span, hasDays) = span(text) else {
            let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
            let examples = counted.takesDays ? "90s, 30m, 6h or 2d" : "90s, 30m, 6h or 1h30m"
            error(
                .badDuration,
                place,
                "\(path) is \"\(shown(text))\", expected a duration such as \(examples)",
                hint: isNumber ? "write \(shown(text))m or \(shown(text))h" : nil
            )
            return nil
        }
        if hasDays, case .openTime(let calendar) = counted {
            let whose = calendar.map { "in calendar \($0)" } ?? "in open time"
            error(
                .dayOfOpenTime,
                place,
                "\(path) is \"\(text)\", but a day has no fixed length \(whose)",
                hint: "write hours, or count all hours (calendar: always)"
            )
            return nil
        }
        guard span >= min else {
            error(.outOfRange, place, "\(path) is \(span), expected at least \(min)")
            return nil
        }
        return span
    }

    /// Reads `2d`, `1d12h` and all that `Span` reads; `d` is 24 hours.
    private func span(_ text: String) -> (Span, hasDays: Bool)? {
        guard let mark = text.firstIndex(of: "d") else { return Span(text: text).map { ($0, false) } }
        let digits = text[..<mark]
        guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let days = Int64(digits), days <= 36_600
        else { return nil }
        let rest = text[text.index(after: mark)...]
        if rest.isEmpty { return (.hours(24 * days), true) }
        return Span(text: rest).map { (.hours(24 * days) + $0, true) }
    }
}
