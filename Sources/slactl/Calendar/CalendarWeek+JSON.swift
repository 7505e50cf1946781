import Config
import TimeBase
import WorkingTime

/// A week for programs.
extension CalendarWeek: Encodable {
    private struct Document: Encodable {
        let calendar: String
        let timeZone: String
        let openMs: Int64
        let days: [DayDocument]

        enum CodingKeys: String, CodingKey {
            case calendar
            case timeZone = "time_zone"
            case openMs = "open_ms"
            case days
        }
    }

    private struct DayDocument: Encodable {
        let date: String
        let weekday: String
        /// How long the date really is.
        let lengthMs: Int64
        let openMs: Int64
        let open: [StretchDocument]
        /// `holiday`, `dated`, `no_such_date`, or `part_day_holiday` where such leave nothing open; nil if the weekly
        /// hours hold.
        let reason: String?
        let name: String?
        /// Part-day holidays that take hours away.
        let closed: [ClosureDocument]
        let changes: [ChangeDocument]

        enum CodingKeys: String, CodingKey {
            case date
            case weekday
            case lengthMs = "length_ms"
            case openMs = "open_ms"
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

    private struct ClosureDocument: Encodable {
        /// On the clocks of the zone: `14:00-24:00`.
        let hours: String
        let name: String?
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
            openMs: openTime.milliseconds,
            days: days.map { day in
                DayDocument(
                    date: day.local.date.description,
                    weekday: day.local.date.weekday.word,
                    lengthMs: day.local.length.milliseconds,
                    openMs: day.openTime.milliseconds,
                    open: day.open.map { StretchDocument(start: $0.start.rfc3339, end: $0.end.rfc3339) },
                    reason: day.reason?.word ?? (day.isClosedInParts ? "part_day_holiday" : nil),
                    name: day.reason?.name,
                    closed: day.closures.map { ClosureDocument(hours: $0.text, name: $0.name) },
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
