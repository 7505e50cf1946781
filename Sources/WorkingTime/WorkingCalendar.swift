package import TimeBase

/// When time counts.
///
/// Immutable; a copy shares its table, and any thread may ask it. Exact for every instant of the years 1900 to 2399:
/// outside of them nothing is open. Questions are binary searches without allocation (tens of nanoseconds) once the
/// table has grown over the time they are about; until then they lay it out, at about 0.1 ms a year of the widest span
/// asked for.
package struct WorkingCalendar: Sendable {
    package let name: String
    /// Equal for equal open time, whatever the calendar is called: a hash of the hours and of the zone's rules.
    package let contentHash: UInt64
    /// The IANA name of the zone whose wall clock the hours follow; nil for `always`.
    package let zoneName: String?
    private let hours: OpenHours

    /// How long a calendar may be without open time before it is given up (S5).
    package static let patience = Span(milliseconds: OpenHours.patience)

    /// Open at every instant.
    package static let always = WorkingCalendar()

    private init() {
        name = "always"
        contentHash = 0
        zoneName = nil
        let allDay = [LocalSpan(0, 86_400)]
        let week = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, allDay) })
        let full = OpenHours.fullRange
        var stretches = Stretches(capacity: 1)
        stretches.append(Stretch(start: full.lowerBound, end: full.upperBound))
        hours = OpenHours(
            rules: DayRules(spec: CalendarSpec(name: name, zone: "UTC", weekly: week), zone: .utc),
            table: OpenTable(range: full, stretches: stretches)
        )
    }

    /// Checks a calendar against the rules of the zone that it names; nothing is laid out before the first question.
    ///
    /// It keeps the rules: new zone data is a new calendar.
    package init(spec: CalendarSpec, zone: ZoneRules) throws(CalendarProblem) {
        try self.init(spec: spec, zone: zone, stretchesMax: OpenHours.stretchesMax)
    }

    /// With tables of another size: the answers are the same.
    init(spec: CalendarSpec, zone: ZoneRules, stretchesMax: Int) throws(CalendarProblem) {
        try spec.check(zone: zone)
        let rules = DayRules(spec: spec, zone: zone)
        name = spec.name
        zoneName = spec.zone
        contentHash = rules.contentHash
        hours = OpenHours(rules: rules, stretchesMax: stretchesMax)
    }

    // MARK: Amounts

    /// The open time in `[a, b)`, negative where `b` is before `a` (S2, S6).
    package func open(from a: Instant, to b: Instant) -> Span {
        let (from, to) = (a.milliseconds, b.milliseconds)
        return Span(milliseconds: from <= to ? hours.open(from: from, to: to) : -hours.open(from: to, to: from))
    }

    /// The earliest instant at which the open time since `start` equals `duration` (S2).
    ///
    /// Where that is as the calendar closes, it is the closing and not the next opening. A duration of zero is the start
    /// itself; a negative one goes back as `latestStart` does.
    package func deadline(from start: Instant, after duration: Span) throws(OpenTimeProblem) -> Instant {
        guard duration.milliseconds > 0 else { return try latestStart(before: start, for: -duration) }
        return Instant(milliseconds: try hours.deadline(from: start.milliseconds, after: duration.milliseconds))
    }

    /// The latest instant from which the open time until `end` equals `duration` (S2): the mirror of `deadline`.
    package func latestStart(before end: Instant, for duration: Span) throws(OpenTimeProblem) -> Instant {
        guard duration.milliseconds != 0 else { return try Self.checked(end) }
        guard duration.milliseconds > 0 else { return try deadline(from: end, after: -duration) }
        return Instant(milliseconds: try hours.latestStart(before: end.milliseconds, for: duration.milliseconds))
    }

    // MARK: Moments

    /// Whether time counts at this instant.
    package func isOpen(at instant: Instant) -> Bool {
        open(from: instant, to: instant + Span(milliseconds: 1)) > .zero
    }

    /// The first opening after `instant`; nil if there is none within 366 days, as in a calendar that never closes.
    package func nextOpening(after instant: Instant) -> Instant? {
        guard let stretch = stretch(notOverAt: instant.milliseconds) else { return nil }
        if stretch.start > instant.milliseconds { return Instant(milliseconds: stretch.start) }
        // Open now: the opening after the closing.
        let limit = (instant + Self.patience).milliseconds
        guard stretch.end < limit, let next = self.stretch(notOverAt: stretch.end), next.start < limit else {
            return nil
        }
        return Instant(milliseconds: next.start)
    }

    /// The first closing after `instant`; nil if there is none within 366 days, as in a calendar that never closes.
    package func nextClosing(after instant: Instant) -> Instant? {
        guard let stretch = stretch(notOverAt: instant.milliseconds) else { return nil }
        guard stretch.end < (instant + Self.patience).milliseconds, stretch.end <= Instant.latest.milliseconds else {
            return nil
        }
        return Instant(milliseconds: stretch.end)
    }

    /// Whether there is any open instant in the 366 days from `instant` on (S5).
    package func hasOpenTime(inYearAfter instant: Instant) -> Bool {
        open(from: instant, to: instant + Self.patience) > .zero
    }

    /// The open stretches of `[a, b)`, ascending, cut off at its ends.
    ///
    /// Laid out anew each time: for showing a calendar to people, not for deciding.
    package func stretches(from a: Instant, to b: Instant) -> [OpenStretch] {
        let (from, to) = (OpenHours.clamped(a.milliseconds), OpenHours.clamped(b.milliseconds))
        guard from < to else { return [] }
        return hours.rules.stretches(in: from..<to).ordered
            .map { OpenStretch(start: Instant(milliseconds: $0.start), end: Instant(milliseconds: $0.end)) }
    }

    // MARK: Business days

    /// The closing time of the `count`-th open date after the date of `start`, both dates in the calendar's zone (S8).
    ///
    /// An open date is one on which a span begins of which something is open; its closing time is when the last of these
    /// spans closes, on the next date where that is one past midnight, and also where another span begins as it closes. A
    /// negative count goes back over the dates before; zero is the start itself. `always` closes every day at midnight
    /// UTC.
    ///
    /// Looks at every date on the way: some hundred nanoseconds each.
    package func closing(ofBusinessDay count: Int, after start: Instant) throws(OpenTimeProblem) -> Instant {
        let start = try Self.checked(start)
        guard count != 0 else { return start }
        let rules = hours.rules
        let step = count.signum()
        var day = rules.zone.dayNumber(at: start)
        var left = count.magnitude
        var daysWithout = 0
        while true {
            day += step
            guard let closing = rules.closing(ofDay: day) else {
                daysWithout += 1
                guard daysWithout < 366 else { throw .neverOpen }
                continue
            }
            daysWithout = 0
            let instant = try Self.checked(Instant(milliseconds: closing))
            left -= 1
            if left == 0 { return instant }
        }
    }

    // MARK: The working range

    private func stretch(notOverAt instant: Int64) -> (start: Int64, end: Int64)? {
        guard OpenHours.fullRange.contains(instant) else { return nil }
        return try? hours.stretch(notOverAt: instant)
    }

    private static func checked(_ instant: Instant) throws(OpenTimeProblem) -> Instant {
        guard instant >= .earliest, instant <= .latest else { throw .outOfRange }
        return instant
    }
}
