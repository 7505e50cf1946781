import TimeBase

/// When each event of a log happens in a replay: start + (t - t0) / speed (S24).
struct ReplaySchedule: Equatable {
    /// When the first event happens.
    let start: Instant
    /// How many seconds of the log pass in one second.
    let speed: Int64
    /// Places in the log with their new instants, in order of time; at the same instant in file order.
    let entries: [Entry]

    static let speedAllowed: ClosedRange<Int64> = 1...10_000_000

    struct Entry: Equatable {
        let place: Int
        let at: Instant
    }

    /// Takes the events' own instants in file order.
    init(_ instants: [Instant], start: Instant, speed: Int64) {
        precondition(Self.speedAllowed.contains(speed), "a speed of \(speed)")
        self.start = start
        self.speed = speed
        let first = instants.min() ?? start
        entries = instants.enumerated()
            .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
            .map { place, instant in
                Entry(place: place, at: start + Span(milliseconds: (instant - first).milliseconds / speed))
            }
    }

    /// The events from `next` on that have happened by `now`, at most `limit`.
    func due(from next: Int, at now: Instant, limit: Int) -> Range<Int> {
        var end = next
        while end < entries.count, end - next < limit, entries[end].at <= now { end += 1 }
        return next..<end
    }

    /// How long the replay takes.
    var length: Span { (entries.last?.at ?? start) - start }
}
