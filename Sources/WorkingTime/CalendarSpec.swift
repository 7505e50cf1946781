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
    /// Hours that replace the weekly ones on a date; an empty list closes it.
    package var datedHours: [CivilDate: [LocalSpan]]

    package init(
        name: String,
        zone: String,
        weekly: [Weekday: [LocalSpan]] = [:],
        holidays: Set<CivilDate> = [],
        yearlyHolidays: Set<MonthDay> = [],
        closures: [CivilDate: [LocalSpan]] = [:],
        yearlyClosures: [MonthDay: [LocalSpan]] = [:],
        datedHours: [CivilDate: [LocalSpan]] = [:]
    ) {
        self.name = name
        self.zone = zone
        self.weekly = weekly
        self.holidays = holidays
        self.yearlyHolidays = yearlyHolidays
        self.closures = closures
        self.yearlyClosures = yearlyClosures
        self.datedHours = datedHours
    }
}

/// A date without a year: 24 December.
package struct MonthDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let month: Int
    package let day: Int

    /// Nil where no year has such a date; 29 February is one, and comes in leap years only.
    package init?(month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.length(ofMonth: month, year: 2000) else {
            return nil
        }
        self.month = month
        self.day = day
    }

    init(_ date: CivilDate) {
        month = date.month
        day = date.day
    }

    package static func < (left: MonthDay, right: MonthDay) -> Bool {
        (left.month, left.day) < (right.month, right.day)
    }

    /// `12-24`, month first as in a date.
    package var description: String { "\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)" }
}
