import Config
import TimeBase
import WorkingTime

/// Why so much open time lies between two instants: what was counted, and what was not.
struct Explanation {
    let calendar: LoadedCalendar
    let start: Instant
    let end: Instant
    private let closures: Closures
    private(set) var steps: [Step] = []

    enum Step: Equatable {
        /// Open time; `total` is the sum up to its end.
        case counted(OpenStretch, total: Span, DayReason?)
        /// A pause within one date, such as lunch.
        case pause(from: Instant, to: Instant)
        /// What a part-day holiday takes away.
        case closure(Closures.Closure)
        /// Dates on which nothing opens, all for the same reason; nil: no hours on these days of the week.
        case skipped(from: CivilDate, to: CivilDate, DayReason?)
    }

    /// `start` is not after `end`.
    init(from start: Instant, to end: Instant, in calendar: LoadedCalendar) {
        precondition(start <= end, "\(start) is after \(end)")
        self.calendar = calendar
        self.start = start
        self.end = end
        closures = Closures(of: calendar)
        var total = Span.zero
        var closedSince = start
        var lastSkipped: CivilDate?
        for stretch in calendar.calendar.stretches(from: start, to: end) {
            addGap(from: closedSince, to: stretch.start, &lastSkipped)
            total += stretch.end - stretch.start
            let date = calendar.zone.date(at: stretch.start)
            steps.append(.counted(stretch, total: total, DayReason(date, in: calendar)))
            closedSince = stretch.end
        }
        addGap(from: closedSince, to: end, &lastSkipped)
    }

    /// The open time between the two.
    var total: Span {
        steps.reduce(.zero) { total, step in
            switch step {
            case .counted(let stretch, _, _): total + (stretch.end - stretch.start)
            case .pause, .closure, .skipped: total
            }
        }
    }

    /// What part-day holidays take away, and what is closed besides.
    private mutating func addGap(from: Instant, to: Instant, _ lastSkipped: inout CivilDate?) {
        guard from < to else { return }
        var closedSince = from
        for closure in closures.taken(from: from, to: to) {
            addWithoutHours(from: closedSince, to: closure.start, &lastSkipped)
            steps.append(.closure(closure))
            closedSince = max(closedSince, closure.end)
        }
        addWithoutHours(from: closedSince, to: to, &lastSkipped)
    }

    /// Nights are not worth a word; what else is closed has its reason.
    private mutating func addWithoutHours(from: Instant, to: Instant, _ lastSkipped: inout CivilDate?) {
        guard from < to else { return }
        let first = calendar.zone.date(at: from)
        let last = calendar.zone.date(at: to - Span(milliseconds: 1))
        if first == last, opens(before: from, on: first), opens(after: to, on: first) {
            steps.append(.pause(from: from, to: to))
            return
        }
        for number in first.dayNumber...last.dayNumber {
            let date = CivilDate(dayNumber: number)
            // A date may lie in two gaps, around the end of a night shift.
            guard lastSkipped.map({ $0 < date }) ?? true else { continue }
            let reason = DayReason(date, in: calendar)
            guard isWorthAWord(date, reason) else { continue }
            lastSkipped = date
            if case .skipped(let since, let until, reason)? = steps.last, until.advanced(byDays: 1) == date {
                steps[steps.count - 1] = .skipped(from: since, to: date, reason)
            } else {
                steps.append(.skipped(from: date, to: date, reason))
            }
        }
    }

    private func isWorthAWord(_ date: CivilDate, _ reason: DayReason?) -> Bool {
        switch reason {
        case .noSuchDate, .holiday, .dated([]): true
        case .dated, nil: !opens(on: date)
        }
    }

    // MARK: Hours, whether or not a part-day holiday takes them away

    private func opens(on date: CivilDate) -> Bool {
        LocalDay(date, in: calendar.zone).parts.contains { closures.hours.open(from: $0.start, to: $0.end) > .zero }
    }

    private func opens(before instant: Instant, on date: CivilDate) -> Bool {
        LocalDay(date, in: calendar.zone).parts
            .contains { $0.start < instant && closures.hours.open(from: $0.start, to: min($0.end, instant)) > .zero }
    }

    private func opens(after instant: Instant, on date: CivilDate) -> Bool {
        LocalDay(date, in: calendar.zone).parts
            .contains { instant < $0.end && closures.hours.open(from: max($0.start, instant), to: $0.end) > .zero }
    }
}
