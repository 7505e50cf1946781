package import TimeBase

/// The short times of policy tests: `Fri 15:00`, `13:00:00.001`, `+7h`, `2026-11-23 13:00`, in one zone.
///
/// A weekday or a clock alone is the next such moment, so that a history reads like a diary.
package struct TestTimes: Sendable {
    package let zone: ZoneRules

    package init(zone: ZoneRules) { self.zone = zone }

    /// Where a time without a date may lie.
    enum Direction {
        /// The first one that is not before the reference: a line and the line before it.
        case from(Instant)
        /// The last one that is not after the reference: what happened before it was told.
        case until(Instant)
    }

    /// The first instant of a date.
    func start(of date: CivilDate) -> Instant { zone.instant(date: date, secondsOfDay: 0) }

    /// Reads a time at the front of `words` and takes its words away; nil if there is none.
    func take(_ words: inout ArraySlice<String>, _ direction: Direction) -> Instant? {
        var rest = words
        guard let instant = read(&rest, direction), instant >= .earliest, instant <= .latest else { return nil }
        words = rest
        return instant
    }

    private func read(_ words: inout ArraySlice<String>, _ direction: Direction) -> Instant? {
        if words.first == "at" { words = words.dropFirst() }
        guard let first = words.first.map(Self.withoutColon) else { return nil }
        if first.hasPrefix("+"), let span = Span(text: first.dropFirst()), case .from(let before) = direction {
            words = words.dropFirst()
            return before + span
        }
        if let instant = try? Instant(rfc3339: first) {
            words = words.dropFirst()
            return instant
        }
        if let clock = Self.clock(first) {
            words = words.dropFirst()
            return nearest(direction, clock) { _ in true }
        }
        guard let second = words.dropFirst().first.map(Self.withoutColon), let clock = Self.clock(second) else {
            return nil
        }
        if let date = CivilDate(text: first) {
            words = words.dropFirst(2)
            return instant(date, clock)
        }
        guard let weekday = Weekday(word: first) else { return nil }
        words = words.dropFirst(2)
        return nearest(direction, clock) { $0.weekday == weekday }
    }

    private func nearest(_ direction: Direction, _ clock: Span, _ fits: (CivilDate) -> Bool) -> Instant? {
        // A week has every weekday; one more day for the part of the first that lies on the wrong side.
        let reach = 0...8
        switch direction {
        case .from(let reference):
            let today = zone.dayNumber(at: reference)
            return reach.lazy.map { CivilDate(dayNumber: today + $0) }.filter(fits).map { instant($0, clock) }
                .first { $0 >= reference }
        case .until(let reference):
            let today = zone.dayNumber(at: reference)
            return reach.lazy.map { CivilDate(dayNumber: today - $0) }.filter(fits).map { instant($0, clock) }
                .first { $0 <= reference }
        }
    }

    private func instant(_ date: CivilDate, _ clock: Span) -> Instant {
        let seconds = clock.milliseconds / 1_000
        let rest = Span(milliseconds: clock.milliseconds % 1_000)
        return zone.instant(date: date, secondsOfDay: Int(seconds)) + rest
    }

    /// `Mon 13:00:` and `Mon 13:00` are the same.
    private static func withoutColon(_ word: String) -> String { word.hasSuffix(":") ? String(word.dropLast()) : word }

    /// Reads `13:00`, `13:00:30` and `13:00:00.001` as a length since midnight.
    private static func clock(_ text: String) -> Span? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hours = number(parts[0], 1...2), let minutes = number(parts[1], 2...2)
        else { return nil }
        var clock = Span.hours(hours) + .minutes(minutes)
        if parts.count == 3 {
            let halves = parts[2].split(separator: ".", omittingEmptySubsequences: false)
            guard halves.count <= 2, let seconds = number(halves[0], 2...2), seconds < 60 else { return nil }
            clock += .seconds(seconds)
            if halves.count == 2 {
                guard let thousandths = number(halves[1], 3...3) else { return nil }
                clock += Span(milliseconds: thousandths)
            }
        }
        return hours < 24 && minutes < 60 ? clock : nil
    }

    private static func number(_ text: Substring, _ lengths: ClosedRange<Int>) -> Int64? {
        guard lengths.contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int64(text)
    }

    /// A time as a test would write it on a line behind `reference`.
    package func text(of instant: Instant, after reference: Instant) -> String {
        let date = zone.date(at: instant)
        let day = String(date.weekday.word.prefix(3)).capitalizedFirst
        let clock = clockText(instant)
        var words: ArraySlice<String> = [day, clock]
        let isNext = take(&words, .from(reference)) == instant
        return isNext ? "\(day) \(clock)" : "\(date) \(clock)"
    }

    private func clockText(_ instant: Instant) -> String {
        let shifted = instant + .seconds(Int64(zone.offset(at: instant)))
        let clock = shifted.rfc3339.dropFirst(11).dropLast()
        if !clock.hasSuffix(".000") { return String(clock) }
        return String(clock.hasSuffix(":00.000") ? clock.dropLast(7) : clock.dropLast(4))
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
