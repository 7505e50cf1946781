package import TimeBase

/// When time counts.
///
/// Immutable; a copy shares its table. Exact from `Instant.earliest` to `Instant.latest`. Questions about the years 2000 to 2059 are binary searches without
/// allocation (well below a microsecond); others lay out what they need and take up to some milliseconds.
package struct WorkingCalendar: Sendable {
    package let name: String
    /// Equal for equal open time, whatever the calendar is called: a hash of the hours and of the zone's rules.
    package let contentHash: UInt64
    /// The IANA name of the zone whose wall clock the hours follow; nil for `always`.
    package let zoneName: String?
    /// Nil where every instant is open.
    private let hours: OpenHours?

    /// How long a calendar may be without open time before it is given up (S5).
    package static let patience = Span.hours(366 * 24)

    /// Open at every instant.
    package static let always = WorkingCalendar()

    private init() {
        name = "always"
        contentHash = 0
        zoneName = nil
        hours = nil
    }

    /// Checks a calendar and lays it out under the rules of the zone that it names; takes some milliseconds.
    ///
    /// It keeps the rules: new zone data is a new calendar.
    package init(spec: CalendarSpec, zone: ZoneRules) throws(CalendarProblem) {
        try self.init(spec: spec, zone: zone, tableRange: OpenHours.tableRange)
    }

    /// With a table of another size: the answers are the same.
    init(spec: CalendarSpec, zone: ZoneRules, tableRange: Range<Int64>) throws(CalendarProblem) {
        try spec.check(zone: zone)
        let hours = OpenHours(rules: DayRules(spec: spec, zone: zone), tableRange: tableRange)
        name = spec.name
        zoneName = spec.zone
        contentHash = hours.contentHash
        self.hours = hours
    }

    /// The open time in `[a, b)`, negative where `b` is before `a` (S2, S6).
    package func open(from a: Instant, to b: Instant) -> Span {
        guard let hours else { return b - a }
        if b < a { return -open(from: b, to: a) }
        return Span(milliseconds: hours.open(from: a.milliseconds, to: b.milliseconds))
    }

    /// The earliest instant at which the open time since `start` equals `duration` (S2).
    ///
    /// Where that is as the calendar closes, it is the closing and not the next opening. A duration of zero is the start
    /// itself; a negative one goes back as `latestStart` does.
    ///
    /// Nil where there is not that much open time before `Instant.latest` or in the 366 days after any moment of it (S5).
    package func deadline(from start: Instant, after duration: Span) -> Instant? {
        guard duration >= .zero else { return latestStart(before: start, for: -duration) }
        guard duration > .zero else { return start }
        // Also keeps the sums below from overflowing.
        guard duration <= Instant.latest - start else { return nil }
        guard let hours else { return start + duration }
        let deadline = hours.deadline(from: start.milliseconds, after: duration.milliseconds)
        return deadline.map { Instant(milliseconds: $0) }
    }

    /// The latest instant from which the open time until `end` equals `duration` (S2): the mirror of `deadline`.
    ///
    /// Nil where there is not that much open time after `Instant.earliest` or in the 366 days before any moment of it.
    package func latestStart(before end: Instant, for duration: Span) -> Instant? {
        guard duration >= .zero else { return deadline(from: end, after: -duration) }
        guard duration > .zero else { return end }
        guard duration <= end - Instant.earliest else { return nil }
        guard let hours else { return end - duration }
        let start = hours.latestStart(before: end.milliseconds, for: duration.milliseconds)
        return start.map { Instant(milliseconds: $0) }
    }

    /// Whether time counts at this instant.
    package func isOpen(at instant: Instant) -> Bool {
        hours?.isOpen(at: instant.milliseconds) ?? true
    }

    /// The first opening after `instant`; nil where there is none within 366 days, as in a calendar that never closes.
    package func nextOpening(after instant: Instant) -> Instant? {
        guard let hours, let stretch = hours.stretch(notOverAt: instant.milliseconds) else { return nil }
        if stretch.start > instant.milliseconds { return Instant(milliseconds: stretch.start) }
        // Open now: the opening after the closing.
        let limit = (instant + Self.patience).milliseconds
        guard stretch.end < limit, let next = hours.stretch(notOverAt: stretch.end), next.start < limit else {
            return nil
        }
        return Instant(milliseconds: next.start)
    }

    /// The first closing after `instant`; nil where there is none within 366 days, as in a calendar that never closes.
    package func nextClosing(after instant: Instant) -> Instant? {
        guard let hours, let stretch = hours.stretch(notOverAt: instant.milliseconds) else { return nil }
        guard stretch.end < (instant + Self.patience).milliseconds else { return nil }
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
        guard a < b else { return [] }
        guard let hours else { return [OpenStretch(start: a, end: b)] }
        return hours.stretches(from: a.milliseconds, to: b.milliseconds).ordered
            .map {
                OpenStretch(start: Instant(milliseconds: $0.start), end: Instant(milliseconds: $0.end))
            }
    }
}
