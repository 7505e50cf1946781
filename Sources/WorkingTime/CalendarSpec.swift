package import TimeBase

/// A calendar as it is written down, before it is checked and laid out.
///
/// On one date: a full holiday closes it; otherwise dated hours replace the weekly ones; otherwise the weekly hours hold
/// (S4). Closures take their instants away from whatever is left.
package struct CalendarSpec: Hashable, Sendable {
    package var name: String
    /// IANA name of the zone whose wall clock the hours follow.
    package var zone: String
    /// The spans that begin on each weekday; a weekday that is missing is closed.
    package var weekly: [Weekday: [LocalSpan]]
    /// Full holidays: no span begins on them.
    package var holidays: Set<CivilDate>
    /// Full holidays of every year.
    package var yearlyHolidays: Set<MonthDay>
    /// Part-day holidays, by date: closed within these spans, also where the open span began the day before.
    package var closures: [CivilDate: [LocalSpan]]
    /// Part-day holidays of every year.
    package var yearlyClosures: [MonthDay: [LocalSpan]]
    /// What is closed from one instant to another: where the clocks go back, a wall time cannot say which of two it means.
    package var closedTimes: [Range<Instant>]
    /// Hours that replace the weekly ones on a date; an empty list closes it.
    package var datedHours: [CivilDate: [LocalSpan]]
    /// What people call a full holiday; decides nothing, like all names.
    package var names: [CivilDate: String] = [:]
    /// The same for the holidays of every year.
    package var yearlyNames: [MonthDay: String] = [:]
    /// What people call the part-day holidays of a date, each by its span.
    package var closureNames: [CivilDate: [LocalSpan: String]] = [:]
    /// The same for those of every year.
    package var yearlyClosureNames: [MonthDay: [LocalSpan: String]] = [:]
    /// The same for `closedTimes`.
    package var closedTimeNames: [Range<Instant>: String] = [:]

    package init(
        name: String,
        zone: String,
        weekly: [Weekday: [LocalSpan]] = [:],
        holidays: Set<CivilDate> = [],
        yearlyHolidays: Set<MonthDay> = [],
        closures: [CivilDate: [LocalSpan]] = [:],
        yearlyClosures: [MonthDay: [LocalSpan]] = [:],
        closedTimes: [Range<Instant>] = [],
        datedHours: [CivilDate: [LocalSpan]] = [:]
    ) {
        self.name = name
        self.zone = zone
        self.weekly = weekly
        self.holidays = holidays
        self.yearlyHolidays = yearlyHolidays
        self.closures = closures
        self.yearlyClosures = yearlyClosures
        self.closedTimes = closedTimes
        self.datedHours = datedHours
    }

    /// Whether a full holiday closes the date.
    package func isHoliday(_ date: CivilDate) -> Bool {
        holidays.contains(date) || yearlyHolidays.contains(MonthDay(date))
    }

    /// What people call the full holiday on a date, if anything.
    package func holidayName(_ date: CivilDate) -> String? { names[date] ?? yearlyNames[MonthDay(date)] }

    /// What part-day holidays close on a date, ascending, and what people call them; not what `closedTimes` close.
    package func closures(on date: CivilDate) -> [(span: LocalSpan, name: String?)] {
        let day = MonthDay(date)
        let once = (closures[date] ?? []).map { (span: $0, name: closureNames[date]?[$0]) }
        let everyYear = (yearlyClosures[day] ?? []).map { (span: $0, name: yearlyClosureNames[day]?[$0]) }
        return (once + everyYear).sorted { $0.span < $1.span }
    }

    /// The same calendar without its part-day holidays.
    package var withoutClosures: CalendarSpec {
        var spec = self
        spec.closures = [:]
        spec.yearlyClosures = [:]
        spec.closedTimes = []
        return spec
    }

    /// Whether any hours are written down that no holiday takes away again.
    package var hasHours: Bool {
        weekly.values.contains { !$0.isEmpty } || datedHours.contains { !$0.value.isEmpty && !isHoliday($0.key) }
    }
}

/// A date without a year: 24 December.
package struct MonthDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let month: Int
    package let day: Int

    /// Nil if no year has such a date; 29 February is one, and comes in leap years only.
    package init?(month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.length(ofMonth: month, year: 2000) else {
            return nil
        }
        self.month = month
        self.day = day
    }

    /// The day of the year that a date is.
    package init(_ date: CivilDate) {
        month = date.month
        day = date.day
    }

    package static func < (left: MonthDay, right: MonthDay) -> Bool {
        (left.month, left.day) < (right.month, right.day)
    }

    /// `12-24`, month first as in a date.
    package var description: String { "\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)" }
}
