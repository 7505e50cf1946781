import Config
import TimeBase
import WorkingTime

/// A week for programs.
extension CalendarWeek: Encodable {
    private struct Document: Encodable {
        let calendar: String
        let timeZone: String
        let openS: Int64
        let days: [DayDocument]

        enum CodingKeys: String, CodingKey {
            case calendar
            case timeZone = "time_zone"
            case openS = "open_s"
            case days
        }
    }

    private struct DayDocument: Encodable {
        let date: String
        let weekday: String
        /// How long the date really is.
        let lengthS: Int64
        let openS: Int64
        let open: [StretchDocument]
        /// `holiday`, `dated` or `no_such_date`; nil where the weekly hours hold.
        let reason: String?
        let name: String?
        let closed: [String]
        let changes: [ChangeDocument]

        enum CodingKeys: String, CodingKey {
            case date
            case weekday
            case lengthS = "length_s"
            case openS = "open_s"
            case open
            case reason
            case name
            case closed
            case changes
        }
    }

    private struct StretchDocument: Encodable {
        let start: String
        let end: String
    }

    private struct ChangeDocument: Encodable {
        let at: String
        let from: String
        let to: String
    }

    func encode(to encoder: any Encoder) throws {
        let document = Document(
            calendar: calendar.spec.name,
            timeZone: calendar.zone.name,
            openS: openTime.milliseconds / 1_000,
            days: days.map { day in
                DayDocument(
                    date: day.local.date.description,
                    weekday: day.local.date.weekday.word,
                    lengthS: day.local.length.milliseconds / 1_000,
                    openS: day.openTime.milliseconds / 1_000,
                    open: day.open.map { StretchDocument(start: $0.start.rfc3339, end: $0.end.rfc3339) },
                    reason: day.reason?.word,
                    name: day.reason?.name ?? (day.closures.isEmpty ? nil : calendar.spec.holidayName(day.local.date)),
                    closed: day.closures.map(\.description),
                    changes: day.changes.map { change in
                        ChangeDocument(
                            at: change.at.rfc3339,
                            from: LocalClock.offset(change.from),
                            to: LocalClock.offset(change.to)
                        )
                    }
                )
            }
        )
        try document.encode(to: encoder)
    }
}
