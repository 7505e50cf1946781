/// A day of the week, Monday first as in ISO 8601.
package enum Weekday: Int, Sendable, CaseIterable, Comparable {
    case monday = 0
    case tuesday = 1
    case wednesday = 2
    case thursday = 3
    case friday = 4
    case saturday = 5
    case sunday = 6

    /// The weekday `number` days after 1970-01-01, which was a Thursday.
    package init(dayNumber number: Int) {
        let remainder = (number + 3) % 7
        let index = remainder < 0 ? remainder + 7 : remainder
        guard let weekday = Weekday(rawValue: index) else { preconditionFailure("weekday \(index) of day \(number)") }
        self = weekday
    }

    /// The day after it; Monday after Sunday.
    package var next: Weekday { Weekday(rawValue: rawValue + 1) ?? .monday }

    /// `monday`, as calendars are written.
    package var word: String {
        switch self {
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        case .sunday: "sunday"
        }
    }

    /// Reads `monday` or `mon`, in any case of letters.
    package init?(word: some StringProtocol) {
        let word = word.lowercased()
        guard let weekday = Weekday.allCases.first(where: { $0.word == word || $0.word.prefix(3) == word }) else {
            return nil
        }
        self = weekday
    }

    package static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }
}
