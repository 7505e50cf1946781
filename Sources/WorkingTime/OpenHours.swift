internal import TimeBase

/// The open time of a calendar that is not always open: a table for our time and the rules for any other.
///
/// Questions that the table cannot answer walk through pieces of the calendar laid out for them alone. That is slow
/// (milliseconds where decades are walked) and rare, needs no lock, and gives the same answers.
final class OpenHours: Sendable {
    private let rules: DayRules
    private let table: OpenTable
    let contentHash: UInt64

    /// What the table normally covers: 2000-01-01 to 2060-01-01, UTC.
    static let tableRange: Range<Int64> = 946_684_800_000..<2_840_140_800_000
    /// The whole working range of the project.
    static let fullRange = Instant.earliest.milliseconds..<Instant.latest.milliseconds
    /// How much is laid out at a time outside of the table: bounds memory, decides nothing.
    private static let pieceLength: Int64 = 800 * 86_400_000

    private static let patience = WorkingCalendar.patience.milliseconds

    init(rules: DayRules, tableRange: Range<Int64>) {
        self.rules = rules
        table = OpenTable(range: tableRange, stretches: rules.stretches(in: tableRange))
        contentHash = rules.contentHash
    }

    /// Open time in `[a, b)`, `a` not after `b`.
    func open(from a: Int64, to b: Int64) -> Int64 {
        if a >= table.range.lowerBound, b <= table.range.upperBound {
            return table.open(until: b) - table.open(until: a)
        }
        var total: Int64 = 0
        walk(from: a, to: b) { start, end in
            total += end - start
            return true
        }
        return total
    }

    /// The earliest instant with `duration` (more than zero) of open time since `start`; nil by S5.
    func deadline(from start: Int64, after duration: Int64) -> Int64? {
        if table.range.contains(start) {
            switch table.deadline(from: start, after: duration) {
            case .at(let instant): return instant
            case .drought: return nil
            case .beyond: break
            }
        }
        var left = duration
        var deadline: Int64?
        walk(from: start, patience: Self.patience) { start, end in
            if left <= end - start { deadline = start + left }
            left -= end - start
            return deadline == nil
        }
        return deadline
    }

    /// The latest instant with `duration` (more than zero) of open time until `end`; nil by S5.
    func latestStart(before end: Int64, for duration: Int64) -> Int64? {
        if table.range.lowerBound < end, end <= table.range.upperBound {
            switch table.latestStart(before: end, for: duration) {
            case .at(let instant): return instant
            case .drought: return nil
            case .beyond: break
            }
        }
        var left = duration
        var latest: Int64?
        walk(backFrom: end, patience: Self.patience) { start, end in
            if left <= end - start { latest = end - left }
            left -= end - start
            return latest == nil
        }
        return latest
    }

    func isOpen(at instant: Int64) -> Bool {
        if table.range.contains(instant) { return table.isOpen(at: instant) }
        return open(from: instant, to: instant + 1) > 0
    }

    /// The stretch that is open at `instant` or, where there is none, the next one; nil by S5.
    ///
    /// An end a year ahead or more is not a closing: nobody looked further.
    func stretch(notOverAt instant: Int64) -> (start: Int64, end: Int64)? {
        let limit = instant + Self.patience
        // The table's own ends are neither openings nor closings.
        if table.range.lowerBound < instant, limit < table.range.upperBound {
            let index = table.firstIndex(endingAfter: instant)
            guard index < table.count, table.start(index) < limit else { return nil }
            return (table.start(index), table.end(index))
        }
        var found: (start: Int64, end: Int64)?
        walk(from: instant, to: limit) { start, end in
            // Where one piece ends and the next begins, a stretch comes in two.
            if let first = found {
                guard start == first.end else { return false }
                found = (first.start, end)
            } else {
                found = (start, end)
            }
            return true
        }
        return found
    }

    /// All stretches of `[a, b)`, cut off at its ends.
    func stretches(from a: Int64, to b: Int64) -> Stretches {
        rules.stretches(in: a..<max(a, b))
    }

    /// When the `n`-th open date after the date of `start` closes; nil by S5.
    func closing(ofBusinessDay n: Int, after start: Int64) -> Int64? {
        rules.closing(ofBusinessDay: n, after: start)
    }

    /// Walks ahead over the stretches of `[a, b)`, cut off at its ends, until `visit` answers false or nothing was open
    /// for `patience`.
    private func walk(
        from a: Int64,
        to b: Int64 = .max,
        patience: Int64 = .max,
        visit: (_ start: Int64, _ end: Int64) -> Bool
    ) {
        let end = min(b, Self.fullRange.upperBound)
        var lower = max(a, Self.fullRange.lowerBound)
        var closedSince = lower
        while lower < end, lower - closedSince < patience {
            let upper = min(lower + Self.pieceLength, end)
            for stretch in rules.stretches(in: lower..<upper).ordered {
                guard stretch.start - closedSince < patience, visit(stretch.start, stretch.end) else { return }
                closedSince = stretch.end
            }
            lower = upper
        }
    }

    /// The mirror of `walk(from:)`: from the last stretch before `end` to earlier ones.
    private func walk(backFrom end: Int64, patience: Int64, visit: (_ start: Int64, _ end: Int64) -> Bool) {
        var upper = min(end, Self.fullRange.upperBound)
        var closedUntil = upper
        while upper > Self.fullRange.lowerBound, closedUntil - upper < patience {
            let lower = max(upper - Self.pieceLength, Self.fullRange.lowerBound)
            for stretch in rules.stretches(in: lower..<upper).ordered.reversed() {
                guard closedUntil - stretch.end < patience, visit(stretch.start, stretch.end) else { return }
                closedUntil = stretch.start
            }
            upper = lower
        }
    }
}
