import Config
import Engine
import Testing
import TimeBase
import WorkingTime

@Suite("Calendars of the policy file")
struct CalendarReadingTests {
    /// Open time of one day in Berlin, from midnight to midnight.
    private func open(_ calendar: String, on date: String, feeds: [String: String] = [:]) throws -> Span {
        let text = Given.text(calendars: "  office: { time_zone: Europe/Berlin, \(calendar) }")
        let office = try #require(try Given.loaded(text, feeds: feeds).policy.calendars["office"])
        let midnight = try Instant(rfc3339: "\(date)T00:00:00+01:00")
        return office.open(from: midnight, to: midnight + .hours(24))
    }

    @Test("hours name a day, a range, a list, and ranges over Sunday")
    func days() throws {
        let hours =
            "hours: { mon-tue: \"09:00-17:00\", \"wed, fri\": [\"09:00-12:00\", \"13:00-14:00\"], sat-sun: \"10:00-11:00\" }"
        #expect(try open(hours, on: "2026-11-23") == .hours(8))
        #expect(try open(hours, on: "2026-11-24") == .hours(8))
        #expect(try open(hours, on: "2026-11-25") == .hours(4))
        #expect(try open(hours, on: "2026-11-26") == .zero)
        #expect(try open(hours, on: "2026-11-27") == .hours(4))
        #expect(try open(hours, on: "2026-11-28") == .hours(1))
        #expect(try open("hours: { sun-mon: \"00:00-24:00\" }", on: "2026-11-23") == .hours(24))
    }

    @Test("a span past midnight belongs to the day on which it begins (S3)")
    func pastMidnight() throws {
        #expect(try open("hours: { mon: \"22:00-06:00\" }", on: "2026-11-23") == .hours(2))
        #expect(try open("hours: { mon: \"22:00-06:00\" }", on: "2026-11-24") == .hours(6))
    }

    @Test(
        "holidays are dates, days of every year, stretches and parts of a day",
        arguments: [
            ("2026-12-25", 0), ("2027-12-25", 0), ("2026-12-28", 0), ("2026-12-29", 0), ("2026-12-30", 8),
            ("2026-12-23", 5), ("2026-12-24", 3), ("2026-12-31", 0),
        ] as [(String, Int64)]
    )
    func holidays(date: String, hours: Int64) throws {
        let calendar = """
            hours: { mon-sun: "09:00-17:00" }, \
            holidays: ["12-25", { date: "2026-12-28", until: "2026-12-29", name: Moving }, \
            { date: "2026-12-23", closed: "14:00-24:00" }], \
            dates: { "2026-12-24": ["09:00-12:00"], "2026-12-31": [] }
            """
        #expect(try open(calendar, on: date) == .hours(hours))
    }

    @Test(
        "part of a day can be closed every year, beside what one year closes",
        arguments: [("2026-12-24", 3), ("2027-12-24", 4), ("2028-12-24", 4), ("2027-12-23", 8)] as [(String, Int64)]
    )
    func yearlyParts(date: String, hours: Int64) throws {
        let calendar = """
            hours: { mon-sun: "09:00-17:00" }, holidays: [{ date: "12-24", closed: ["13:00-24:00"] }, \
            { date: "2026-12-24", closed: "09:00-10:00" }]
            """
        #expect(try open(calendar, on: date) == .hours(hours))
    }

    private let feed = """
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261225
        DTEND;VALUE=DATE:20261227
        SUMMARY:Weihnachten
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261118
        SUMMARY: Buß- und Bettag
        END:VEVENT
        BEGIN:VEVENT
        DTSTART:20261224T130000
        DTEND:20261224T200000
        END:VEVENT
        END:VCALENDAR
        """

    @Test(
        "holidays come from a file as well, but for those excepted; they close what dated hours open (S4)",
        arguments: [
            ("2026-12-25", 0), ("2026-12-26", 0), ("2026-12-27", 8), ("2026-11-18", 8), ("2026-12-24", 4),
            ("2026-12-28", 0),
        ] as [(String, Int64)]
    )
    func feeds(date: String, hours: Int64) throws {
        let calendar = """
            hours: { mon-sun: "09:00-17:00" }, dates: { "2026-12-26": ["10:00-12:00"] }, \
            holidays: ["2026-12-28", { ics: holidays/de.ics, except: ["Buß- und Bettag"] }]
            """
        #expect(try open(calendar, on: date, feeds: ["holidays/de.ics": feed]) == .hours(hours))
    }

    @Test(
        "a feed of working days gives their dates hours; the policy's own hours stand, and a holiday wins (S4)",
        arguments: [
            ("2026-12-05", 8), ("2026-12-12", 3), ("2026-12-19", 0), ("2026-12-26", 0), ("2026-12-18", 8),
        ] as [(String, Int64)]
    )
    func workingDays(date: String, hours: Int64) throws {
        let calendar = """
            hours: { mon-fri: "09:00-17:00" }, \
            holidays: ["2026-12-19", { ics: work.ics, only: ["/^Working/"], opens: "09:00-17:00" }], \
            dates: { "2026-12-12": "09:00-12:00" }
            """
        func event(_ date: String, _ summary: String) -> String {
            "BEGIN:VEVENT\nSUMMARY:\(summary)\nDTSTART;VALUE=DATE:\(date)\nEND:VEVENT\n"
        }
        let events =
            ["20261205", "20261212", "20261219"].map { event($0, "Working Saturday") }.joined()
            + event("20261226", "Fair")
        let feed = "BEGIN:VCALENDAR\nVERSION:2.0\n\(events)END:VCALENDAR\n"
        #expect(try open(calendar, on: date, feeds: ["work.ics": feed]) == .hours(hours))
    }

    @Test("the content of a feed is part of the policy's version and handed out with it")
    func feedVersion() throws {
        let calendar = "time_zone: Europe/Berlin, hours: { mon-fri: \"09:00-17:00\" }, holidays: [{ ics: a.ics }]"
        let text = Given.text(calendars: "  office: { \(calendar) }")
        let first = try Given.loaded(text, feeds: ["a.ics": feed])
        let other = feed.replacing("20261225", with: "20261224")
        let second = try Given.loaded(text, feeds: ["a.ics": other])
        #expect(first.policy.contentHash != second.policy.contentHash)
        #expect(try first.policy.contentHash == Given.loaded(text, feeds: ["a.ics": feed]).policy.contentHash)
        #expect(second.feeds == ["a.ics": Array(other.utf8)])
        #expect(try Given.loaded(Given.text()).feeds.isEmpty)
    }

    @Test("an exception that fits nothing is refused, except at start, where it is a warning")
    func unknownSummary() throws {
        let calendar = "time_zone: UTC, hours: { mon-fri: \"09:00-17:00\" }, holidays: [{ ics: a, except: [Bettag] }]"
        let text = Given.text(calendars: "  office: { \(calendar) }")
        #expect(throws: Complaints.self) { try Given.load(text, feeds: ["a": feed]).get() }
        let config = try Given.load(text, feeds: ["a": feed], occasion: .start).get()
        #expect(config.warnings.map(\.mistake) == [.unknownSummary])
    }

    @Test("a feed's path is relative to the folder of the policy file")
    func paths() {
        #expect(
            ConfigFile.path(ofFeed: "h/a.ics", ofPolicy: "/etc/slawatchd/slawatch.yaml") == "/etc/slawatchd/h/a.ics"
        )
        #expect(ConfigFile.path(ofFeed: "a.ics", ofPolicy: "slawatch.yaml") == "a.ics")
        #expect(ConfigFile.path(ofFeed: "../a.ics", ofPolicy: "config/x.yaml") == "config/../a.ics")
        #expect(ConfigFile.path(ofFeed: "/srv/a.ics", ofPolicy: "/etc/x.yaml") == "/srv/a.ics")
    }

    @Test("a calendar that never opens is refused, except at start, where it is a warning (S5)")
    func neverOpen() throws {
        let text = Given.text(calendars: "  office: { time_zone: Europe/Berlin, hours: {} }")
        #expect(throws: Complaints.self) { try Given.load(text).get() }
        let config = try Given.load(text, occasion: .start).get()
        #expect(config.warnings.map(\.mistake) == [.neverOpen])
        #expect(config.warnings.map(\.severity) == [.warning])
    }
}
