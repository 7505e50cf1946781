import Config
import Foundation
import Testing
import TimeBase
import WorkingTime

@testable import slactl

@Suite("slactl calendar show")
struct CalendarShowTests {
    private func shown(_ calendar: String, week: String) throws -> String {
        let week = CalendarWeek(of: try #require(CivilDate(text: week)), in: try .ofTheTest(calendar))
        return week.text(Paint(isOn: false))
    }

    @Test("a week has a row a day, and names what is not as every week")
    func plainWeek() throws {
        let calendar = """
            time_zone: Europe/Berlin
            hours: { mon-thu: ["08:00-12:30", "13:15-17:00"], fri: ["08:00-15:00"] }
            holidays: [{ date: "12-25", name: Christmas }, { date: "2026-12-22", closed: "14:00-17:00", name: Party }]
            dates: { "2026-12-24": ["08:00-12:00"], "2026-12-23": [] }
            """
        #expect(
            try shown(calendar, week: "2026-12-27") == """
                office, Europe/Berlin, week of 2026-12-21
                                0     3     6     9     12    15    18    21    24
                Mon 2026-12-21  ················█████████·▒███████··············  08:00-12:30, 13:15-17:00
                Tue 2026-12-22  ················█████████·▒█····················  08:00-12:30, 13:15-14:00  closed 14:00-17:00: Party
                Wed 2026-12-23  ················································  closed on this date
                Thu 2026-12-24  ················████████························  08:00-12:00  hours of this date
                Fri 2026-12-25  ················································  holiday: Christmas
                Sat 2026-12-26  ················································  closed
                Sun 2026-12-27  ················································  closed
                open for 17h30m

                """
        )
    }

    @Test("part-day holidays have a name each, and one that leaves nothing open is the reason")
    func partDays() throws {
        let calendar = """
            time_zone: Europe/Berlin
            hours: { mon-fri: "09:00-17:00" }
            holidays:
              - { date: "2026-12-22", closed: "14:00-24:00", name: Party }
              - { date: "12-22", closed: "09:00-10:00", name: Breakfast }
              - { date: "2026-12-23", closed: "00:00-24:00", name: Inventory }
              - { date: "2026-12-26", closed: "10:00-12:00", name: Nothing }
            """
        let text = try shown(calendar, week: "2026-12-22")
        #expect(text.contains("  10:00-14:00  closed 09:00-10:00: Breakfast, closed 14:00-24:00: Party\n"))
        #expect(text.contains("Wed 2026-12-23  \(String(repeating: "·", count: 48))  closed 00:00-24:00: Inventory\n"))
        #expect(text.contains("Sat 2026-12-26  \(String(repeating: "·", count: 48))  closed\n"))
        let week = CalendarWeek(of: try #require(CivilDate(text: "2026-12-23")), in: try .ofTheTest(calendar))
        let json = JSONText.of(week)
        #expect(
            json.contains(
                #""closed":[{"hours":"09:00-10:00","name":"Breakfast"},{"hours":"14:00-24:00","name":"Party"}],"#
            )
        )
        #expect(json.contains(#""open":[],"open_ms":0,"reason":"part_day_holiday","weekday":"wednesday"}"#))
    }

    @Test("a part of a feed within an hour that comes twice is shown with its offset")
    func closedTimes() throws {
        let plain = try LoadedCalendar.ofTheTest("{ time_zone: Europe/Berlin, hours: { mon-sun: \"00:00-24:00\" } }")
        var spec = plain.spec
        let times = try Instant(rfc3339: "2027-10-31T01:00:00Z")..<Instant(rfc3339: "2027-10-31T01:30:00Z")
        spec.closedTimes = [times]
        spec.closedTimeNames = [times: "Party"]
        let calendar = LoadedCalendar(
            spec: spec,
            zone: plain.zone,
            calendar: try WorkingCalendar(spec: spec, zone: plain.zone)
        )
        let week = CalendarWeek(of: try #require(CivilDate(text: "2027-10-31")), in: calendar)
        #expect(
            week.text(Paint(isOn: false))
                .contains("  00:00 +02:00 to 02:00 +01:00, 02:30-24:00 +01:00  closed 02:00-02:30 +01:00: Party\n")
        )
        let explanation = Explanation(
            from: try Instant(rfc3339: "2027-10-31T00:00:00Z"),
            to: try Instant(rfc3339: "2027-10-31T02:00:00Z"),
            in: calendar
        )
        #expect(explanation.total == .minutes(90))
        #expect(explanation.steps.count == 3)
        let text = explanation.text(
            .init(start: "from", end: "to", answer: .between),
            isComplete: true,
            Paint(isOn: false)
        )
        #expect(text.contains("skipped  Sun 2027-10-31 02:00-02:30 +01:00 "), "\(text)")
        #expect(text.contains(" closed: Party\n"))
    }

    @Test("the week in which Berlin's clocks go back has an hour more (S3)")
    func berlin() throws {
        #expect(
            try shown("{ time_zone: Europe/Berlin, hours: { sat-sun: [\"22:00-04:00\"] } }", week: "2026-10-25") == """
                office, Europe/Berlin, week of 2026-10-19
                                0     3     6     9     12    15    18    21    24
                Mon 2026-10-19  ████████········································  00:00-04:00
                Tue 2026-10-20  ················································  closed
                Wed 2026-10-21  ················································  closed
                Thu 2026-10-22  ················································  closed
                Fri 2026-10-23  ················································  closed
                Sat 2026-10-24  ············································████  22:00-24:00
                Sun 2026-10-25  ████████····································████  00:00-04:00, 22:00-24:00
                                2026-10-25T01:00:00Z: clocks go from 03:00 to 02:00, +02:00 to +01:00; the day has 25h
                open for 13h

                """
        )
    }

    @Test("half an hour that no clock of Lord Howe shows is blank")
    func lordHowe() throws {
        let text = try shown("{ time_zone: Australia/Lord_Howe, hours: { sun: \"01:00-03:00\" } }", week: "2026-10-04")
        #expect(
            text.hasSuffix(
                """
                Sun 2026-10-04  ··██ █··········································  01:00-03:00
                                2026-10-03T15:30:00Z: clocks go from 02:00 to 02:30, +10:30 to +11:00; the day has 23h30m
                open for 1h30m

                """
            )
        )
    }

    @Test("Apia went without a Friday")
    func apia() throws {
        let text = try shown("{ time_zone: Pacific/Apia, hours: { mon-sun: \"00:00-24:00\" } }", week: "2011-12-30")
        #expect(
            text.hasSuffix(
                """
                Thu 2011-12-29  ████████████████████████████████████████████████  00:00-24:00
                Fri 2011-12-30                                                    no such date in this zone
                Sat 2011-12-31  ████████████████████████████████████████████████  00:00-24:00
                                2011-12-30T10:00:00Z: clocks go from Fri 2011-12-30 00:00 to Sat 2011-12-31 00:00, \
                -10:00 to +14:00; the day has 24h
                Sun 2012-01-01  ████████████████████████████████████████████████  00:00-24:00
                open for 144h

                """
            )
        )
    }

    @Test("colour is for terminals, and changes no text")
    func colour() throws {
        let calendar = "{ time_zone: UTC, hours: { mon: \"09:00-17:00\" }, holidays: [\"2026-11-24\"] }"
        let week = CalendarWeek(of: try #require(CivilDate(text: "2026-11-23")), in: try .ofTheTest(calendar))
        let painted = week.text(Paint(isOn: true))
        #expect(painted.contains("\u{1B}[32m████████████████\u{1B}[0m"))
        #expect(painted.contains("\u{1B}[33mholiday\u{1B}[0m"))
        #expect(painted.replacing(/\u{1B}\[[0-9]+m/, with: "") == week.text(Paint(isOn: false)))
    }

    @Test("programs get instants, lengths and changes")
    func json() throws {
        let calendar = "{ time_zone: Europe/Berlin, hours: { sun: \"01:00-04:00\" }, holidays: [\"2026-10-23\"] }"
        let week = CalendarWeek(of: try #require(CivilDate(text: "2026-10-25")), in: try .ofTheTest(calendar))
        let text = JSONText.of(week)
        #expect(text.hasPrefix(#"{"calendar":"office","days":[{"changes":[],"closed":[],"date":"2026-10-19","#))
        #expect(
            text.contains(
                #""date":"2026-10-23","length_ms":86400000,"open":[],"open_ms":0,"reason":"holiday","weekday":"friday"}"#
            )
        )
        #expect(
            text.hasSuffix(
                #"{"changes":[{"at":"2026-10-25T01:00:00.000Z","from":"+02:00","to":"+01:00"}],"closed":[],"date":"2026-10-25","#
                    + #""length_ms":90000000,"open":[{"end":"2026-10-25T01:00:00.000Z","start":"2026-10-24T23:00:00.000Z"},"#
                    + #"{"end":"2026-10-25T03:00:00.000Z","start":"2026-10-25T01:00:00.000Z"}],"open_ms":14400000,"#
                    + #""weekday":"sunday"}],"open_ms":14400000,"time_zone":"Europe/Berlin"}"# + "\n"
            )
        )
    }

    @Test("the first and the last week that can be asked for can be shown")
    func ends() throws {
        let calendar = try LoadedCalendar.ofTheTest("{ time_zone: Pacific/Apia, hours: { mon-sun: \"00:00-24:00\" } }")
        for date in [CalendarWeek.datesAllowed.lowerBound, CalendarWeek.datesAllowed.upperBound] {
            #expect(CalendarWeek(of: date, in: calendar).openTime == .hours(168))
        }
    }
}

extension LoadedCalendar {
    /// A calendar `office` as a policy would say it.
    static func ofTheTest(_ text: String) throws -> LoadedCalendar {
        let indented = text.split(separator: "\n").map { "    \($0)\n" }.joined()
        let bytes = Array("calendars:\n  office:\n\(indented)".utf8)
        let calendars =
            try ConfigFile.calendars(
                bytes: bytes,
                file: "t",
                zones: CalendarSource.zones.rules(for:),
                now: WallClock.now()
            )
            .get()
        return try #require(calendars.first)
    }
}
