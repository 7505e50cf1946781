internal import TimeBase

/// A point in time as a file writes it.
struct FeedTime: Hashable {
    let date: CivilDate
    /// Seconds after 00:00; nil for a date as such.
    let seconds: Int?
    let zone: Zone

    /// Whose wall clock it is read from.
    enum Zone: Hashable {
        /// Nobody's: that of whoever reads it.
        case floating
        case utc
        /// A `VTIMEZONE` of the file or a zone of the machine.
        case named(String)
    }

    /// Seconds since 1970-01-01T00:00 on the same wall.
    var wall: Int { date.dayNumber * 86_400 + (seconds ?? 0) }
}

/// A length as a file writes it: days of the calendar, and then time that passes.
struct FeedDuration: Hashable {
    let days: Int
    let seconds: Int
}

/// How long an event lasts.
enum FeedLength: Hashable {
    case until(FeedTime)
    case lasting(FeedDuration)
}

/// One `VEVENT`.
struct FeedEvent {
    /// Of its `BEGIN:VEVENT`.
    let line: Int
    /// Which `VCALENDAR` of the file it is in: zones and ids hold within one.
    let calendar: Int
    var uid: String?
    var summary = ""
    var categories: [String] = []
    var location = ""
    var start: FeedTime?
    var length: FeedLength?
    var rules: [Rule] = []
    var exceptRules: [Rule] = []
    var dates: [(start: FeedTime, length: FeedLength?)] = []
    var exceptDates: [FeedTime] = []
    /// The instance of the event with the same id that it replaces; nil for an event or a series of its own.
    var recurrenceID: FeedTime?
    /// The first thing in it that cannot be read; nil for an event that counts.
    var trouble: Refusal?
    var isCancelled = false
    /// Of several versions of an event the highest counts (RFC 5545, section 3.8.7.4).
    var sequence = 0

    /// A recurrence rule, as text: what the library makes of it is too large to be kept for each event.
    struct Rule: Hashable {
        let line: Int
        let text: String
    }

    init(line: Int, calendar: Int) {
        self.line = line
        self.calendar = calendar
    }

    /// What is read of an event; everything else decides nothing here.
    static let properties: Set<String> = [
        "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "SUMMARY",
        "UID", "SEQUENCE", "CATEGORIES", "LOCATION",
    ]

    /// Keeps the first thing that cannot be read.
    mutating func note(_ trouble: Refusal) { self.trouble = self.trouble ?? trouble }

    /// What warnings call it: its summary, or its id.
    var title: String { summary.isEmpty ? uid ?? "" : summary }

    /// Without what only a series has, if it replaces one instance of another event (S4).
    var asOneInstance: FeedEvent {
        guard recurrenceID != nil else { return self }
        var event = self
        (event.rules, event.exceptRules, event.dates, event.exceptDates) = ([], [], [], [])
        return event
    }

    /// Takes one of `properties`; one without a value counts as absent (S4).
    mutating func take(_ line: ContentLine) throws(Refusal) {
        guard !HolidayFeed.trimmed(line.value).isEmpty else { return }
        switch line.name {
        case "DTSTART": start = try time(line)
        case "DTEND": length = .until(try time(line))
        case "DURATION":
            guard let duration = Libical.duration(line.value) else { throw unreadable(line) }
            length = .lasting(duration)
        case "RRULE": rules.append(Rule(line: line.number, text: line.value))
        case "EXRULE": exceptRules.append(Rule(line: line.number, text: line.value))
        case "RDATE":
            for value in line.value.split(separator: ",") {
                if value.contains("/") {
                    guard let (start, length) = Libical.period(value, zone: zone(line)) else { throw unreadable(line) }
                    dates.append((start, length))
                } else {
                    dates.append((try time(line, value), nil))
                }
            }
        case "EXDATE":
            for value in line.value.split(separator: ",") {
                exceptDates.append(try time(line, value))
            }
        case "RECURRENCE-ID":
            guard line.parameter("RANGE") == nil else {
                throw Refusal(line: line.number, "RECURRENCE-ID with RANGE is not understood, write the instances out")
            }
            recurrenceID = try time(line)
        case "STATUS": isCancelled = line.value.uppercased() == "CANCELLED"
        case "SUMMARY": summary = Libical.text(line.value)
        case "CATEGORIES":
            categories += line.value.replacing("\\,", with: "\u{0}").split(separator: ",")
                .map { Libical.text(String($0).replacing("\u{0}", with: "\\,")) }
        case "LOCATION": location = Libical.text(line.value)
        case "UID": uid = line.value
        case "SEQUENCE":
            guard let number = Int(HolidayFeed.trimmed(line.value)), number >= 0 else { throw unreadable(line) }
            sequence = number
        default: preconditionFailure("\(line.name) was asked for and is not read")
        }
    }

    private func time(_ line: ContentLine, _ value: some StringProtocol) throws(Refusal) -> FeedTime {
        guard let time = Libical.time(value, zone: zone(line)) else { throw unreadable(line) }
        guard time.seconds == nil || line.parameter("VALUE")?.uppercased() != "DATE" else {
            throw Refusal(line: line.number, "\(line.name) is a DATE, and \(quoted(value)) has a time of day")
        }
        return time
    }

    private func time(_ line: ContentLine) throws(Refusal) -> FeedTime { try time(line, line.value) }

    private func zone(_ line: ContentLine) -> FeedTime.Zone {
        line.parameter("TZID").map(FeedTime.Zone.named) ?? .floating
    }
}

/// For a value that the library does not understand.
func unreadable(_ line: ContentLine) -> Refusal {
    Refusal(
        line: line.number,
        "\(line.name) is \(quoted(line.value)), which iCalendar does not know or which does not exist"
    )
}
