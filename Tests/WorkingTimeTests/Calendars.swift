import Testing
import TimeBase
import WorkingTime

/// An instant from its text.
func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text: text)) }

/// A zone of this machine.
func zone(_ name: String) throws -> ZoneRules { try ZoneFolder.system(tzdir: nil).rules(for: name) }

/// `hours` from Monday to Friday.
func weekdays(_ hours: [LocalSpan]) -> [Weekday: [LocalSpan]] {
    [.monday: hours, .tuesday: hours, .wednesday: hours, .thursday: hours, .friday: hours]
}

/// `hours` on all seven days.
func daily(_ hours: LocalSpan...) -> [Weekday: [LocalSpan]] {
    Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, hours) })
}

func span(_ text: String) throws -> LocalSpan { try #require(LocalSpan(text: text)) }

/// Monday to Friday, 09:00 to 17:00 in Berlin: the calendar of the worked checks.
func office(_ change: (inout CalendarSpec) throws -> Void = { _ in }) throws -> WorkingCalendar {
    var spec = CalendarSpec(name: "office", zone: "Europe/Berlin", weekly: weekdays([LocalSpan(32_400, 61_200)]))
    try change(&spec)
    return try WorkingCalendar(spec: spec, zone: zone(spec.zone))
}
