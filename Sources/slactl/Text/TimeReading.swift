import TimeBase

/// Times as people write them: the one grammar of all commands.
///
/// Takes RFC 3339, `now`, wall times of a zone (`2026-12-01 12:00`, `12:00`, `tomorrow 9:00`, `friday 17:00`, a day alone for
/// its midnight) and lengths from now (`2d`, `1d12h`, `90m`; `in 2d`, `2d ago`). A `d` is 24 h here.
/// A wall time that a zone change skips or repeats is read as calendars read it (S3).
struct TimeReading {
    let zone: ZoneRules
    let now: Instant
    /// To which side of now a length without `in` or `ago`, and a weekday, points.
    var direction = Direction.ahead

    enum Direction { case ahead, back }

    enum Problem: Error, Equatable {
        /// It has the form of a date: `2026-02-29`.
        case noSuchDate(Substring)
        case notATime
        /// Before 1900 or after 2399.
        case outOfRange
    }

    func instant(_ text: String) throws(Problem) -> Instant {
        let text = text.lowercased()
        if text == "now" { return now }
        do throws(Instant.TextProblem) {
            return try Instant(rfc3339: text)
        } catch {
            switch error {
            case .outOfRange: throw .outOfRange
            case .notRFC3339, .noLeapSecond: break
            }
        }
        var found = fromNow(text)
        if found == nil { found = try wallTime(text) }
        guard let found else { throw .notATime }
        guard found >= .earliest, found <= .latest else { throw .outOfRange }
        return found
    }

    /// A length with days of 24 h: `2d`, `1d12h`, `90m`; nil for anything else, and beyond 100 years.
    static func span(_ text: some StringProtocol) -> Span? {
        let days = text.prefix { $0.isASCIIDigit }
        guard !days.isEmpty, text.dropFirst(days.count).first == "d" else { return Span(text: text) }
        guard let count = Int64(days), count <= 36_600 else { return nil }
        let rest = text.dropFirst(days.count + 1)
        guard !rest.isEmpty else { return .hours(24 * count) }
        return Span(text: rest).map { .hours(24 * count) + $0 }
    }

    // MARK: Lengths from now

    private func fromNow(_ text: String) -> Instant? {
        if text.hasPrefix("in ") { return Self.span(text.dropFirst(3)).map { now + $0 } }
        if text.hasSuffix(" ago") { return Self.span(text.dropLast(4)).map { now - $0 } }
        guard let span = Self.span(text) else { return nil }
        return direction == .ahead ? now + span : now - span
    }

    // MARK: Wall times

    private func wallTime(_ text: String) throws(Problem) -> Instant? {
        if let missing = Self.dateThatDoesNotExist(in: text) { throw .noSuchDate(missing) }
        let today = zone.date(at: now)
        if let seconds = Self.clock(text) { return zone.instant(date: today, secondsOfDay: seconds) }
        if let date = CivilDate(text: text.prefix(10)) { return inZone(date, text.dropFirst(10)) }
        let words = text.split(separator: " ")
        guard (1...2).contains(words.count), let first = words.first, let date = day(first, today) else { return nil }
        guard words.count == 2 else { return zone.instant(date: date, secondsOfDay: 0) }
        return Self.clock(words[1]).map { zone.instant(date: date, secondsOfDay: $0) }
    }

    /// What follows a date: nothing, or a time, perhaps with an offset of its own.
    private func inZone(_ date: CivilDate, _ rest: Substring) -> Instant? {
        guard let separator = rest.first else { return zone.instant(date: date, secondsOfDay: 0) }
        guard "t ".contains(separator) else { return nil }
        let rest = rest.dropFirst()
        if let seconds = Self.clock(rest) { return zone.instant(date: date, secondsOfDay: seconds) }
        // RFC 3339 wants seconds; people leave them out.
        let time = rest.prefix { $0.isASCIIDigit || $0 == ":" }
        guard Self.clock(time) != nil, time.split(separator: ":").count == 2 else { return nil }
        let hour = time.count == 4 ? "0\(time)" : String(time)
        return try? Instant(rfc3339: "\(date)T\(hour):00\(rest.dropFirst(time.count))")
    }

    private func day(_ word: Substring, _ today: CivilDate) -> CivilDate? {
        switch word {
        case "today": return today
        case "tomorrow": return today.advanced(byDays: 1)
        case "yesterday": return today.advanced(byDays: -1)
        default:
            guard let weekday = Weekday(word: word) else { return nil }
            let ahead = (weekday.rawValue - today.weekday.rawValue + 7) % 7
            switch direction {
            case .ahead: return today.advanced(byDays: ahead == 0 ? 7 : ahead)
            case .back: return today.advanced(byDays: ahead - 7)
            }
        }
    }

    /// Seconds after 00:00 of `9:00`, `09:00` or `09:00:30`.
    private static func clock(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            (1...2).contains(parts[0].count), parts.dropFirst().allSatisfy({ $0.count == 2 })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }
        let second = numbers.count == 3 ? numbers[2] : 0
        guard numbers[0] < 24, numbers[1] < 60, second < 60 else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + second
    }

    /// What a time begins with, if it has the form of a date and is none: `2026-02-29`.
    static func dateThatDoesNotExist(in text: String) -> Substring? {
        let date = text.prefix(10)
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            CivilDate(text: date) == nil
        else { return nil }
        return date
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
