internal import TimeBase

/// Open time laid out as a table, exact for the instants of `range`.
///
/// Immutable and shared by all copies of a calendar; every question is a binary search and allocates nothing.
final class OpenTable: Sendable {
    /// In milliseconds since 1970, as everything here.
    let range: Range<Int64>
    /// When each stretch opens, ascending; stretches neither touch nor overlap.
    private let starts: ContiguousArray<Int64>
    /// Open time before each stretch, and at the end the open time of all: one element more than `starts`.
    private let openBefore: ContiguousArray<Int64>
    /// Indices of stretches that come a year or more after the one before (S5); almost always empty.
    private let droughts: ContiguousArray<Int64>

    init(range: Range<Int64>, stretches: Stretches) {
        self.range = range
        let ordered = stretches.ordered
        starts = ContiguousArray(ordered.map(\.start))
        var openBefore: ContiguousArray<Int64> = [0]
        openBefore.reserveCapacity(ordered.count + 1)
        var droughts: ContiguousArray<Int64> = []
        var total: Int64 = 0
        for (index, stretch) in ordered.enumerated() {
            if index > 0, stretch.start - ordered[index - 1].end >= WorkingCalendar.patience.milliseconds {
                droughts.append(Int64(index))
            }
            total += stretch.end - stretch.start
            openBefore.append(total)
        }
        self.openBefore = openBefore
        self.droughts = droughts
    }

    var count: Int { starts.count }

    func start(_ index: Int) -> Int64 { starts[index] }

    func end(_ index: Int) -> Int64 { starts[index] + openBefore[index + 1] - openBefore[index] }

    private var total: Int64 { openBefore[starts.count] }

    /// Open time from the beginning of the range until an instant of it.
    func open(until instant: Int64) -> Int64 {
        let index = starts.firstIndex(above: instant) - 1
        guard index >= 0 else { return 0 }
        return min(openBefore[index] + instant - starts[index], openBefore[index + 1])
    }

    /// What a search for a certain amount of open time comes to.
    enum Found {
        case at(Int64)
        /// A year without open time lies on the way (S5).
        case drought
        /// Not within the table.
        case beyond
    }

    /// The earliest instant with `duration` (more than zero) of open time since `start`.
    func deadline(from start: Int64, after duration: Int64) -> Found {
        let wanted = open(until: start) + duration
        guard wanted <= total else { return .beyond }
        // The last stretch with less than the wanted time before it reaches it, at the latest as it closes.
        let last = openBefore.firstIndex(notBelow: wanted) - 1
        let first = firstIndex(endingAfter: start)
        guard starts[first] - start < WorkingCalendar.patience.milliseconds, !hasDrought(between: first, and: last)
        else { return .drought }
        return .at(starts[last] + wanted - openBefore[last])
    }

    /// The latest instant with `duration` (more than zero) of open time until `end`.
    func latestStart(before end: Int64, for duration: Int64) -> Found {
        let wanted = open(until: end) - duration
        guard wanted >= 0 else { return .beyond }
        let first = openBefore.firstIndex(above: wanted) - 1
        let last = starts.firstIndex(notBelow: end) - 1
        guard end - self.end(last) < WorkingCalendar.patience.milliseconds, !hasDrought(between: first, and: last)
        else { return .drought }
        return .at(starts[first] + wanted - openBefore[first])
    }

    /// The index of the first stretch that is not over at an instant; `count` where there is none.
    func firstIndex(endingAfter instant: Int64) -> Int {
        let next = starts.firstIndex(above: instant)
        return next > 0 && end(next - 1) > instant ? next - 1 : next
    }

    func isOpen(at instant: Int64) -> Bool {
        let index = firstIndex(endingAfter: instant)
        return index < count && starts[index] <= instant
    }

    /// Whether a year without open time lies between two stretches.
    private func hasDrought(between first: Int, and last: Int) -> Bool {
        guard !droughts.isEmpty else { return false }
        let next = droughts.firstIndex(above: Int64(first))
        return next < droughts.count && droughts[next] <= Int64(last)
    }
}
