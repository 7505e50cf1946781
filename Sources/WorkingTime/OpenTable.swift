internal import TimeBase

/// Open time laid out as a table, exact for the instants of `range`.
///
/// Immutable; every question is a binary search and allocates nothing. What a wider table could answer otherwise, it does
/// not answer: its own ends are neither openings nor closings.
final class OpenTable: Sendable {
    /// In milliseconds since 1970, as everything here.
    let range: Range<Int64>
    /// The one that it replaces, for those who are still asking that; see `NewestTable`.
    let narrower: OpenTable?
    /// When each stretch opens, ascending; stretches neither touch nor overlap.
    private let starts: AscendingNumbers
    /// Open time before each stretch, and at the end the open time of all: one element more than `starts`.
    private let openBefore: AscendingNumbers
    /// The open time of all, but for the very last millisecond of the working range: no instant is its end.
    private let total: Int64
    /// Indices of stretches that come 366 days or more after the one before (S5); almost always empty.
    private let droughts: AscendingNumbers

    /// Covers no instant and answers nothing.
    static var empty: OpenTable { OpenTable(range: 0..<0, stretches: Stretches()) }

    init(range: Range<Int64>, stretches: Stretches, narrower: OpenTable? = nil) {
        self.range = range
        self.narrower = narrower
        let ordered = stretches.ordered
        var starts: ContiguousArray<Int64> = []
        starts.reserveCapacity(ordered.count)
        var openBefore: ContiguousArray<Int64> = [0]
        openBefore.reserveCapacity(ordered.count + 1)
        var droughts: ContiguousArray<Int64> = []
        var total: Int64 = 0
        var closedSince = Int64.max
        for stretch in ordered {
            if stretch.start.subtractingSaturated(closedSince) >= OpenHours.patience {
                droughts.append(Int64(starts.count))
            }
            starts.append(stretch.start)
            total += stretch.end - stretch.start
            openBefore.append(total)
            closedSince = stretch.end
        }
        self.starts = AscendingNumbers(starts)
        self.openBefore = AscendingNumbers(openBefore)
        self.total = closedSince == OpenHours.fullRange.upperBound ? total - 1 : total
        self.droughts = AscendingNumbers(droughts)
    }

    private func end(_ index: Int) -> Int64 { starts[index] + openBefore[index + 1] - openBefore[index] }

    /// What a question comes to.
    enum Found<Answer> {
        case at(Answer)
        /// 366 days without open time lie on the way (S5).
        case drought
        /// Beyond all that there is: the table reaches to the end of the working range.
        case outOfRange
        /// Beyond this table; a wider one may know.
        case beyond
    }

    /// Open time in `[a, b)`, `a` not after `b`; nil if the table does not cover it.
    func open(from a: Int64, to b: Int64) -> Int64? {
        guard range.lowerBound <= a, b <= range.upperBound else { return nil }
        return open(until: b) - open(until: a)
    }

    /// Open time from the beginning of the range until an instant of it.
    private func open(until instant: Int64) -> Int64 {
        let next = starts.firstIndex(above: instant)
        guard next > 0 else { return 0 }
        return min(openBefore[next - 1] + instant - starts[next - 1], openBefore[next])
    }

    /// The earliest instant with `duration` (more than zero) of open time since `start`; takes any numbers.
    func deadline(from start: Int64, after duration: Int64) -> Found<Int64> {
        guard range.contains(start) else { return .beyond }
        // What is open before the start, and the first stretch that is not over by then.
        var first = starts.firstIndex(above: start)
        var before = openBefore[first]
        if first > 0, openBefore[first - 1] + start - starts[first - 1] < before {
            first -= 1
            before = openBefore[first] + start - starts[first]
        }
        guard duration <= total - before else { return ahead(of: first, closedSince: start) }
        let wanted = before + duration
        // The last stretch with less than the wanted time before it reaches it, at the latest as it closes.
        let last = openBefore.firstIndex(above: wanted - 1) - 1
        guard starts[first] - start < OpenHours.patience, !hasDrought(between: first, and: last) else {
            return .drought
        }
        return .at(starts[last] + wanted - openBefore[last])
    }

    /// The latest instant with `duration` (more than zero) of open time until `end`; takes any numbers.
    func latestStart(before end: Int64, for duration: Int64) -> Found<Int64> {
        guard range.lowerBound < end, end <= range.upperBound else { return .beyond }
        let wanted = open(until: end) - duration
        let last = starts.firstIndex(above: end - 1) - 1
        guard wanted >= 0 else { return behind(last, closedUntil: end) }
        let first = openBefore.firstIndex(above: wanted) - 1
        guard end - self.end(last) < OpenHours.patience, !hasDrought(between: first, and: last) else { return .drought }
        return .at(starts[first] + wanted - openBefore[first])
    }

    /// The stretch that is open at an instant or, where there is none, the next one.
    ///
    /// An end 366 days ahead or more is not a closing: nobody looked further. Neither is the end of the working range.
    func stretch(notOverAt instant: Int64) -> Found<(start: Int64, end: Int64)> {
        guard range.contains(instant) else { return .beyond }
        let index = firstIndex(endingAfter: instant)
        guard index < starts.count else { return ahead(of: index, closedSince: instant) }
        guard starts[index] - instant < OpenHours.patience else { return .drought }
        let end = end(index)
        guard end < range.upperBound || end - instant >= OpenHours.patience || reachesEnd else { return .beyond }
        return .at((starts[index], end))
    }

    /// What lies ahead where the table from stretch `first` on has not enough.
    private func ahead<Answer>(of first: Int, closedSince instant: Int64) -> Found<Answer> {
        let last = starts.count - 1
        let isDry =
            first > last
            ? range.upperBound - instant >= OpenHours.patience
            : starts[first] - instant >= OpenHours.patience || hasDrought(between: first, and: last)
                || range.upperBound - end(last) >= OpenHours.patience
        return isDry ? .drought : reachesEnd ? .outOfRange : .beyond
    }

    /// What lies behind where the table up to stretch `last` has not enough.
    private func behind<Answer>(_ last: Int, closedUntil instant: Int64) -> Found<Answer> {
        let isDry =
            last < 0
            ? instant - range.lowerBound >= OpenHours.patience
            : instant - end(last) >= OpenHours.patience || hasDrought(between: 0, and: last)
                || starts[0] - range.lowerBound >= OpenHours.patience
        return isDry ? .drought : reachesBeginning ? .outOfRange : .beyond
    }

    private var reachesBeginning: Bool { range.lowerBound <= OpenHours.fullRange.lowerBound }
    private var reachesEnd: Bool { range.upperBound >= OpenHours.fullRange.upperBound }

    /// The index of the first stretch that is not over at an instant; `count` where there is none.
    private func firstIndex(endingAfter instant: Int64) -> Int {
        let next = starts.firstIndex(above: instant)
        return next > 0 && end(next - 1) > instant ? next - 1 : next
    }

    /// Whether 366 days without open time lie between two stretches.
    private func hasDrought(between first: Int, and last: Int) -> Bool {
        guard droughts.count > 0 else { return false }
        let next = droughts.firstIndex(above: Int64(first))
        return next < droughts.count && droughts[next] <= Int64(last)
    }
}
