package import TimeBase

/// `[start, end)`: from an opening to the next closing.
package struct OpenStretch: Hashable, Sendable {
    package let start: Instant
    package let end: Instant

    package init(start: Instant, end: Instant) {
        self.start = start
        self.end = end
    }
}

/// The same in bare milliseconds, while a table is being made.
struct Stretch: Sendable {
    var start: Int64
    var end: Int64

    /// What of it lies in `range`; reversed where nothing does.
    func clamped(to range: Range<Int64>) -> Stretch {
        Stretch(start: max(start, range.lowerBound), end: min(end, range.upperBound))
    }
}

/// Stretches in ascending order that neither touch nor overlap.
struct Stretches: Sendable {
    private(set) var ordered: ContiguousArray<Stretch> = []

    init(capacity: Int = 0) { ordered.reserveCapacity(capacity) }

    /// Merges stretches in any order.
    init(merging stretches: ContiguousArray<Stretch>) {
        self.init(capacity: stretches.count)
        for stretch in stretches.sorted(by: { $0.start < $1.start }) { append(stretch) }
    }

    /// Adds one that starts no earlier than the last one; empty and reversed ones vanish (S3).
    mutating func append(_ stretch: Stretch) {
        guard stretch.start < stretch.end else { return }
        let last = ordered.count - 1
        if last >= 0, stretch.start <= ordered[last].end {
            ordered[last].end = max(ordered[last].end, stretch.end)
        } else {
            ordered.append(stretch)
        }
    }

    /// The index of the first that is not over at an instant; their number where there is none.
    func firstIndex(endingAfter instant: Int64) -> Int {
        var (low, high) = (0, ordered.count)
        while low < high {
            let middle = (low + high) / 2
            if ordered[middle].end <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What is left of them without `closed`.
    func subtracting(_ closed: Stretches) -> Stretches {
        guard !closed.ordered.isEmpty else { return self }
        var left = Stretches(capacity: ordered.count + closed.ordered.count)
        var next = 0
        for stretch in ordered {
            while next < closed.ordered.count, closed.ordered[next].end <= stretch.start { next += 1 }
            var start = stretch.start
            // One closure may reach over several stretches, so `next` stays where it is.
            var index = next
            while index < closed.ordered.count, closed.ordered[index].start < stretch.end {
                left.append(Stretch(start: start, end: closed.ordered[index].start))
                start = max(start, closed.ordered[index].end)
                index += 1
            }
            left.append(Stretch(start: start, end: stretch.end))
        }
        return left
    }
}
