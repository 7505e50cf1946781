import Engine
import TimeBase

/// When a case has to be looked at again, and its place among those of the same instant.
struct Wake: Comparable {
    let at: Instant
    /// The order in which the cases were first saved.
    let number: Int
    let id: CaseID

    static func < (left: Wake, right: Wake) -> Bool { (left.at, left.number) < (right.at, right.number) }
}

/// The deadline queue of `MemoryStore`: wakes in order, in runs of bounded length.
///
/// A single sorted array would move half of its elements for each change; runs of a few hundred keep a change cheap up
/// to the million cases that simulation uses.
struct WakeQueue {
    private static let runLengthMax = 512
    /// Sorted as a whole; no run is empty.
    private var runs: [[Wake]] = []

    var first: Wake? { runs.first?.first }

    /// Takes the wake of a case from one instant to another; nil is not to be woken.
    mutating func move(_ id: CaseID, _ number: Int, from before: Instant?, to after: Instant?) {
        guard before != after else { return }
        if let before { remove(Wake(at: before, number: number, id: id)) }
        if let after { insert(Wake(at: after, number: number, id: id)) }
    }

    mutating func insert(_ wake: Wake) {
        guard !runs.isEmpty else {
            runs.append([wake])
            return
        }
        let index = runIndex(of: wake)
        let place = Self.place(of: wake, in: runs[index])
        runs[index].insert(wake, at: place)
        guard runs[index].count > Self.runLengthMax else { return }
        let upper = Array(runs[index][(Self.runLengthMax / 2)...])
        runs[index].removeSubrange((Self.runLengthMax / 2)...)
        runs.insert(upper, at: index + 1)
    }

    mutating func remove(_ wake: Wake) {
        let index = runIndex(of: wake)
        let place = Self.place(of: wake, in: runs[index])
        precondition(place < runs[index].count && runs[index][place] == wake, "wake of case \(wake.id) is not queued")
        runs[index].remove(at: place)
        if runs[index].isEmpty { runs.remove(at: index) }
    }

    /// The wakes at or before `now`, in order, at most `limit`.
    func due(at now: Instant, limit: Int) -> [Wake] {
        Array(runs.lazy.joined().prefix { $0.at <= now }.prefix(limit))
    }

    /// The last run that does not begin after `wake`, or the first.
    private func runIndex(of wake: Wake) -> Int {
        max(0, Self.partition(of: runs.count) { wake < runs[$0][0] } - 1)
    }

    private static func place(of wake: Wake, in run: [Wake]) -> Int {
        partition(of: run.count) { !(run[$0] < wake) }
    }

    /// The smallest index for which `isPast` holds, given that it holds for all after it; `count` if for none.
    private static func partition(of count: Int, isPast: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if isPast(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
