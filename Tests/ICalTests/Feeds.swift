import ICal
import TimeBase
import WorkingTime

/// What the tests of this room start from.
enum Feeds {
    static func zone(_ name: String) throws(ZoneProblem) -> ZoneRules {
        try ZoneFolder.system(tzdir: nil).rules(for: name)
    }

    /// A file with one calendar around these lines.
    static func text(_ lines: String) -> String {
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//test//EN\n\(lines)\nEND:VCALENDAR\n"
            .replacing("\n", with: "\r\n")
    }

    /// An event around these lines.
    static func event(_ lines: String) -> String { "BEGIN:VEVENT\n\(lines)\nEND:VEVENT" }

    static func holidays(
        _ text: String,
        in zone: String = "Europe/Berlin",
        only: [String]? = nil,
        except: [String] = []
    ) throws -> FeedHolidays {
        try holidays(bytes: Array(text.utf8), in: zone, only: only, except: except)
    }

    static func holidays(
        bytes: [UInt8],
        in zone: String = "Europe/Berlin",
        only: [String]? = nil,
        except: [String] = []
    ) throws -> FeedHolidays {
        let feed = try HolidayFeed(bytes: bytes, file: "test.ics")
        let choice = try EventChoice(only: only?.map { try EventPick($0) }, except: except.map { try EventPick($0) })
        return try feed.holidays(in: Feeds.zone(zone), choice: choice, zones: Feeds.zone)
    }

    /// What a text is read with warnings of.
    static func warnings(_ text: String) throws -> [FeedWarning] { try holidays(text).warnings }

    /// The closed dates of some years as text, in order.
    static func dates(
        _ lines: String,
        years: ClosedRange<Int> = 1970...2099,
        in zone: String = "Europe/Berlin",
        only: [String]? = nil,
        except: [String] = []
    ) throws -> [String] {
        try holidays(text(lines), in: zone, only: only, except: except).dates.keys.filter { years.contains($0.year) }
            .sorted()
            .map(\.description)
    }

    /// The closed parts of days as text, in order: `2026-12-24 12:00-24:00`.
    static func parts(_ lines: String, in zone: String = "Europe/Berlin") throws -> [String] {
        let holidays = try holidays(text(lines), in: zone)
        return holidays.closures.sorted { $0.key < $1.key }
            .flatMap { date, spans in spans.keys.sorted().map { "\(date) \($0)" } }
    }

    /// The problem a text is refused with.
    static func refusal(_ bytes: [UInt8], in zone: String = "Europe/Berlin") -> FeedProblem? {
        do {
            let feed = try HolidayFeed(bytes: bytes, file: "test.ics")
            _ = try feed.holidays(in: Feeds.zone(zone), zones: Feeds.zone)
            return nil
        } catch {
            return error as? FeedProblem
        }
    }
}
