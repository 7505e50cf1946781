import Config
import TimeBase
import WorkingTime

/// What makes a date differ from the weekly hours (S4).
enum DayReason: Equatable {
    /// The zone went over the date line.
    case noSuchDate
    case holiday(name: String?)
    /// Hours of its own, under `dates`; none close it.
    case dated([LocalSpan])

    /// Nil if the weekly hours hold.
    init?(_ date: CivilDate, in calendar: LoadedCalendar) {
        if calendar.zone.isSkipped(date) {
            self = .noSuchDate
        } else if calendar.spec.isHoliday(date) {
            self = .holiday(name: calendar.spec.holidayName(date))
        } else if let hours = calendar.spec.datedHours[date] {
            self = .dated(hours)
        } else {
            return nil
        }
    }

    /// For the end of a line.
    var text: String {
        switch self {
        case .noSuchDate: "no such date in this zone"
        case .holiday(let name): "holiday" + (name.map { ": \($0)" } ?? "")
        case .dated(let hours): hours.isEmpty ? "closed on this date" : "hours of this date"
        }
    }

    /// For programs.
    var word: String {
        switch self {
        case .noSuchDate: "no_such_date"
        case .holiday: "holiday"
        case .dated: "dated"
        }
    }

    var name: String? {
        switch self {
        case .noSuchDate, .dated: nil
        case .holiday(let name): name
        }
    }
}
