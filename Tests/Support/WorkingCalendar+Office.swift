package import TimeBase
package import WorkingTime

extension WorkingCalendar {
    /// Monday to Friday, 09:00 to 17:00 in Berlin: the calendar of the worked checks, 08:00 to 16:00 UTC in winter.
    package static func office(holidays: Set<CivilDate> = []) throws -> WorkingCalendar {
        let hours = [LocalSpan(9 * 3_600, 17 * 3_600)]
        let spec = CalendarSpec(
            name: "office",
            zone: "Europe/Berlin",
            weekly: [.monday: hours, .tuesday: hours, .wednesday: hours, .thursday: hours, .friday: hours],
            holidays: holidays
        )
        let berlin = try ZoneRules(name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3")
        return try WorkingCalendar(spec: spec, zone: berlin)
    }
}
