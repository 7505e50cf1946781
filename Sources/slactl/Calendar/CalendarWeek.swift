import Config
import TimeBase
import WorkingTime

/// Seven days of a calendar, Monday first.
struct CalendarWeek {
    let calendar: LoadedCalendar
    let days: [Day]

    struct Day {
        let local: LocalDay
        /// What is open of it, cut off at its ends.
        let open: [OpenStretch]
        let reason: DayReason?
        /// Part-day holidays that take hours away.
        let closures: [Closures.Closure]
        let changes: [LocalDay.Change]

        /// Whether part-day holidays take away all of its hours.
        var isClosedInParts: Bool { open.isEmpty && !closures.isEmpty }

        var openTime: Span { open.reduce(.zero) { $0 + ($1.end - $1.start) } }
    }

    /// Dates whose whole week is within the years that the project works with.
    static let datesAllowed = CivilDate(dayNumber: -25_500)...CivilDate(dayNumber: 157_000)

    /// The week that a date falls into.
    init(of date: CivilDate, in calendar: LoadedCalendar) {
        precondition(Self.datesAllowed.contains(date), "no week of \(date)")
        self.calendar = calendar
        let closures = Closures(of: calendar)
        let monday = date.advanced(byDays: -date.weekday.rawValue)
        days = (0..<7)
            .map { index in
                let local = LocalDay(monday.advanced(byDays: index), in: calendar.zone)
                let open = local.parts.flatMap { calendar.calendar.stretches(from: $0.start, to: $0.end) }
                return Day(
                    local: local,
                    open: open,
                    reason: DayReason(local.date, in: calendar),
                    closures: closures.on(local.date),
                    changes: local.changes(in: calendar.zone)
                )
            }
    }

    var openTime: Span { days.reduce(.zero) { $0 + $1.openTime } }
}
