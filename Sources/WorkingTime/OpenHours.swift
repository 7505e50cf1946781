internal import TimeBase

/// The open time of a calendar: a table for the time that was asked about, grown when needed, and the rules to lay it out
/// by.
///
/// Nothing is laid out before the first question. A question that the table cannot answer makes a wider one, at least
/// twice as long where there is room, which takes the place of the first; so it is soon wide enough, and all tables
/// together, which stay as long as this does, are less than three times as large as the last.
final class OpenHours: Sendable {
    /// The whole working range of the project.
    static let fullRange = Instant.earliest.milliseconds..<Instant.latest.milliseconds + 1

    /// How long there may be no open time (S5).
    static let patience: Int64 = 366 * 86_400_000

    let rules: DayRules
    private let tables: NewestTable
    /// The longest range whose table is sure to stay within the limit.
    private let lengthMax: Int64

    private static let day: Int64 = 86_400_000
    /// What is laid out around the first question.
    private static let margin = 100 * day
    /// How much is laid out at a time where tables are given up: bounds memory, decides nothing.
    private static let pieceLength = 800 * day

    /// So many stretches has the largest table, with 16 bytes each.
    ///
    /// The whole working range of an office with a lunch break needs a quarter of it; calendars that open hundreds of times
    /// a day get no table of centuries.
    static let stretchesMax = 1 << 20

    init(rules: DayRules, stretchesMax: Int = OpenHours.stretchesMax, table: OpenTable = .empty) {
        self.rules = rules
        tables = NewestTable(table)
        lengthMax = max(2, rules.days(withStretches: stretchesMax)) * Self.day
    }

    // MARK: Questions

    /// Open time in `[a, b)`, `a` not after `b`; outside of the full range nothing is open.
    func open(from a: Int64, to b: Int64) -> Int64 {
        tables.ask { $0.open(from: a, to: b) } ?? laidOutOpen(from: a, to: b)
    }

    /// The earliest instant with `duration` (more than zero) of open time since `start`.
    func deadline(from start: Int64, after duration: Int64) throws(OpenTimeProblem) -> Int64 {
        let found = tables.ask { $0.deadline(from: start, after: duration) }
        if case .at(let deadline) = found { return deadline }
        return try laidOutDeadline(from: start, after: duration)
    }

    /// The latest instant with `duration` (more than zero) of open time until `end`.
    func latestStart(before end: Int64, for duration: Int64) throws(OpenTimeProblem) -> Int64 {
        let found = tables.ask { $0.latestStart(before: end, for: duration) }
        if case .at(let start) = found { return start }
        return try laidOutLatestStart(before: end, for: duration)
    }

    /// The stretch that is open at `instant` or, where there is none, the next one; see `OpenTable`.
    func stretch(notOverAt instant: Int64) throws(OpenTimeProblem) -> (start: Int64, end: Int64) {
        var upper = min(instant + 1, Self.fullRange.upperBound)
        return try answer(tables.ask { $0.stretch(notOverAt: instant) }) {
            guard let table = widen(toCover: instant..<upper) else { return walkedStretch(notOverAt: instant) }
            upper = min(table.range.upperBound + 1, Self.fullRange.upperBound)
            return table.stretch(notOverAt: instant)
        }
    }

    // MARK: Tables

    private func laidOutOpen(from a: Int64, to b: Int64) -> Int64 {
        let (a, b) = (Self.clamped(a), Self.clamped(b))
        return widen(toCover: a..<b)?.open(from: a, to: b) ?? walkedOpen(from: a, to: b)
    }

    private func laidOutDeadline(from start: Int64, after duration: Int64) throws(OpenTimeProblem) -> Int64 {
        let full = Self.fullRange
        guard full.contains(start), duration < full.upperBound - start else { throw .outOfRange }
        var upper = start + duration
        return try answer(.beyond) {
            guard let table = widen(toCover: start..<upper) else { return walkedDeadline(from: start, after: duration) }
            upper = min(table.range.upperBound + 1, full.upperBound)
            return table.deadline(from: start, after: duration)
        }
    }

    private func laidOutLatestStart(before end: Int64, for duration: Int64) throws(OpenTimeProblem) -> Int64 {
        let full = Self.fullRange
        guard full.contains(end), duration <= end - full.lowerBound else { throw .outOfRange }
        var lower = end - duration
        return try answer(.beyond) {
            guard let table = widen(toCover: lower..<end) else { return walkedLatestStart(before: end, for: duration) }
            lower = max(table.range.lowerBound - 1, full.lowerBound)
            return table.latestStart(before: end, for: duration)
        }
    }

    /// The instant, or the end of the full range that is nearest to it.
    static func clamped(_ instant: Int64) -> Int64 { min(max(instant, fullRange.lowerBound), fullRange.upperBound) }

    /// Asks wider and wider tables until one knows.
    private func answer<Answer>(
        _ first: OpenTable.Found<Answer>,
        next: () -> OpenTable.Found<Answer>
    ) throws(OpenTimeProblem) -> Answer {
        var found = first
        while true {
            switch found {
            case .at(let answer): return answer
            case .drought: throw .neverOpen
            case .outOfRange: throw .outOfRange
            // Each is wider than the one before, and the one of the full range knows.
            case .beyond: found = next()
            }
        }
    }

    /// The present table, if it covers `wanted`, or else a wider one; nil if that would grow too large.
    private func widen(toCover wanted: Range<Int64>) -> OpenTable? {
        while true {
            let table = tables.table
            let range = table.range
            if !range.isEmpty, range.lowerBound <= wanted.lowerBound, wanted.upperBound <= range.upperBound {
                return table
            }
            let wider = Self.widened(range, toCover: wanted).clamped(to: Self.fullRange)
            guard wider.upperBound - wider.lowerBound <= lengthMax else { return nil }
            let made = OpenTable(range: wider, stretches: rules.stretches(in: wider), narrower: table)
            // Of two that get here at once, one has laid out in vain.
            if tables.replace(with: made) { return made }
        }
    }

    /// As much again on each side where it is too short.
    private static func widened(_ range: Range<Int64>, toCover wanted: Range<Int64>) -> Range<Int64> {
        guard !range.isEmpty else { return wanted.lowerBound - margin..<wanted.upperBound + margin }
        let length = range.upperBound - range.lowerBound
        let lower =
            wanted.lowerBound < range.lowerBound
            ? min(wanted.lowerBound - margin, range.lowerBound - length) : range.lowerBound
        let upper =
            wanted.upperBound > range.upperBound
            ? max(wanted.upperBound + margin, range.upperBound + length) : range.upperBound
        return lower..<upper
    }

    // MARK: Without a table

    private func walkedOpen(from a: Int64, to b: Int64) -> Int64 {
        var total: Int64 = 0
        _ = walk(from: a, to: b) { start, end -> Never? in
            total += end - start
            return nil
        }
        return total
    }

    private func walkedDeadline(from start: Int64, after duration: Int64) -> OpenTable.Found<Int64> {
        var left = duration
        return walk(from: start, patience: Self.patience) { start, end in
            if left <= end - start { return start + left }
            left -= end - start
            return nil
        }
    }

    private func walkedLatestStart(before end: Int64, for duration: Int64) -> OpenTable.Found<Int64> {
        var left = duration
        return walk(backFrom: end, patience: Self.patience) { start, end in
            if left <= end - start { return end - left }
            left -= end - start
            return nil
        }
    }

    private func walkedStretch(notOverAt instant: Int64) -> OpenTable.Found<(start: Int64, end: Int64)> {
        var found: (start: Int64, end: Int64)?
        let next: OpenTable.Found<(start: Int64, end: Int64)> = walk(from: instant, patience: Self.patience) {
            // Where one piece ends and the next begins, a stretch comes in two.
            if let first = found, $0 > first.end || first.end - instant >= Self.patience { return first }
            found = (found?.start ?? $0, $1)
            return nil
        }
        return found.map { .at($0) } ?? next
    }

    /// Walks ahead over the stretches of `[a, b)`, cut off at its ends, until `visit` has an answer or nothing was open
    /// for `patience`.
    private func walk<Answer>(
        from a: Int64,
        to b: Int64 = fullRange.upperBound,
        patience: Int64 = .max,
        visit: (_ start: Int64, _ end: Int64) -> Answer?
    ) -> OpenTable.Found<Answer> {
        var lower = a
        var closedSince = lower
        while lower < b, lower - closedSince < patience {
            let upper = min(lower + min(Self.pieceLength, lengthMax), b)
            for stretch in rules.stretches(in: lower..<upper).ordered {
                guard stretch.start - closedSince < patience else { return .drought }
                if let answer = visit(stretch.start, stretch.end) { return .at(answer) }
                closedSince = stretch.end
            }
            lower = upper
        }
        return lower - closedSince < patience ? .outOfRange : .drought
    }

    /// The mirror of `walk(from:)`: from the last stretch before `end` to earlier ones.
    private func walk<Answer>(
        backFrom end: Int64,
        patience: Int64,
        visit: (_ start: Int64, _ end: Int64) -> Answer?
    ) -> OpenTable.Found<Answer> {
        var upper = end
        var closedUntil = upper
        while upper > Self.fullRange.lowerBound, closedUntil - upper < patience {
            let lower = max(upper - min(Self.pieceLength, lengthMax), Self.fullRange.lowerBound)
            for stretch in rules.stretches(in: lower..<upper).ordered.reversed() {
                guard closedUntil - stretch.end < patience else { return .drought }
                if let answer = visit(stretch.start, stretch.end) { return .at(answer) }
                closedUntil = stretch.start
            }
            upper = lower
        }
        return closedUntil - upper < patience ? .outOfRange : .drought
    }
}
