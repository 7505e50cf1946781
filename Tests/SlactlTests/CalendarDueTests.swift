import Config
import Foundation
import Testing
import TimeBase
import WorkingTime

@testable import slactl

@Suite("slactl calendar due and elapsed", .timeLimit(.minutes(5)))
struct CalendarDueTests {
    private static let policy = """
        calendars:
          office:
            time_zone: Europe/Berlin
            hours: { mon-thu: ["08:00-12:30", "13:15-17:00"], fri: ["08:00-15:00"] }
            holidays: [{ date: "2026-12-25", until: "2026-12-26", name: Christmas }]
            dates: { "2026-12-24": ["08:00-12:00"], "2026-12-27": ["10:00-14:00"], "2026-12-31": [] }
          night: { time_zone: Europe/Berlin, hours: { fri-sun: ["22:00-06:00"] } }
          closed: { time_zone: UTC, hours: {} }
          lord-howe: { time_zone: Australia/Lord_Howe, hours: { mon-sun: "00:00-24:00" } }
        """

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> SlactlRun {
        try SlactlRun(["calendar"] + arguments + ["--policy", "-"], environment: environment, input: Self.policy)
    }

    @Test("a deadline is explained by what counts and what does not")
    func due() throws {
        let run = try run("due", "office", "2026-12-23 16:00", "10h")
        #expect(
            run.output
                == """
                office, Europe/Berlin
                start     Wed 2026-12-23 16:00 +01:00           2026-12-23T15:00:00Z
                counted   Wed 2026-12-23 16:00-17:00        1h
                counted   Thu 2026-12-24 08:00-12:00        4h  5h so far, hours of this date
                skipped   Fri 2026-12-25 to Sat 2026-12-26      holiday: Christmas
                counted   Sun 2026-12-27 10:00-14:00        4h  9h so far, hours of this date
                counted   Mon 2026-12-28 08:00-09:00        1h  10h so far
                deadline  Mon 2026-12-28 09:00 +01:00           2026-12-28T08:00:00Z

                """

        )
        #expect(run.code == 0)
    }

    @Test("a lunch break is named, a night is not")
    func lunch() throws {
        let run = try run("due", "office", "2026-12-21T11:00:00Z", "8h")
        #expect(
            run.output
                == """
                office, Europe/Berlin
                start     Mon 2026-12-21 12:00 +01:00         2026-12-21T11:00:00Z
                counted   Mon 2026-12-21 12:00-12:30   30m
                skipped   Mon 2026-12-21 12:30-13:15          closed
                counted   Mon 2026-12-21 13:15-17:00   3h45m  4h15m so far
                counted   Tue 2026-12-22 08:00-11:45   3h45m  8h so far
                deadline  Tue 2026-12-22 11:45 +01:00         2026-12-22T10:45:00Z

                """

        )
    }

    @Test("going back, the latest start comes first")
    func back() throws {
        let run = try run("due", "night", "2026-10-26 00:00", "9h", "--back")
        #expect(
            run.output
                == """
                night, Europe/Berlin
                latest   Sun 2026-10-25 00:00 +02:00                      2026-10-24T22:00:00Z
                counted  Sun 2026-10-25 00:00 +02:00 to 06:00 +01:00  7h
                skipped  Sun 2026-10-25 06:00-22:00                       closed
                counted  Sun 2026-10-25 22:00-24:00                   2h  9h so far
                start    Mon 2026-10-26 00:00 +01:00                      2026-10-25T23:00:00Z

                """
        )
    }

    @Test("open time between two times is the first line, negative where they are the other way round (S6)")
    func elapsed() throws {
        let run = try run("elapsed", "office", "2027-01-01 09:00", "2026-12-30 16:30")
        #expect(
            run.output
                == """
                -1h30m
                office, Europe/Berlin
                to       Wed 2026-12-30 16:30 +01:00       2026-12-30T15:30:00Z
                counted  Wed 2026-12-30 16:30-17:00   30m
                skipped  Thu 2026-12-31                    closed on this date
                counted  Fri 2027-01-01 08:00-09:00   1h   1h30m so far
                from     Fri 2027-01-01 09:00 +01:00       2027-01-01T08:00:00Z

                """

        )
        #expect(
            try self.run("elapsed", "always", "2026-01-01", "2026-01-02T00:00:00.250Z", "-o", "json").output
                == #"{"calendar":"always","end":"2026-01-02T00:00:00.250Z","open_ms":86400250,"#
                + #""start":"2026-01-01T00:00:00.000Z","steps":[{"end":"2026-01-02T00:00:00.250Z","open_ms":86400250,"#
                + #""start":"2026-01-01T00:00:00.000Z","step":"counted"}],"time_zone":"UTC"}"# + "\n"
        )
    }

    @Test("of very many spans those in the middle are summed up, unless all are wanted")
    func many() throws {
        let short = try run("elapsed", "office", "2026-01-01", "2027-01-01").output
        #expect(short.split(separator: "\n").count == 4 + Explanation.stepsMax + 1)
        #expect(short.contains("more spans (--all shows them)"))
        let all = try run("elapsed", "office", "2026-01-01", "2027-01-01", "--all").output
        #expect(!all.contains("more spans"))
        #expect(all.split(separator: "\n").count > 400)
        #expect(short.split(separator: "\n").first == all.split(separator: "\n").first)
    }

    @Test("each part-day holiday is named where it takes hours away, and lunch keeps out of it (S4)")
    func partDays() throws {
        func steps(_ start: String, _ duration: String) throws -> [String] {
            let calendar = try LoadedCalendar.ofTheTest(
                """
                time_zone: Europe/Berlin
                hours: { mon-fri: ["08:00-12:30", "13:15-17:00"], sat: ["22:00-06:00"] }
                holidays:
                  - { date: "2026-12-24", closed: ["14:00-24:00"], name: Christmas Eve }
                  - { date: "12-30", closed: ["09:00-10:00"], name: Breakfast }
                  - { date: "2026-12-30", closed: ["12:00-14:00", "15:00-16:00"], name: Stocktaking }
                  - { date: "2026-12-31", closed: ["00:00-24:00"], name: Inventory }
                  - { date: "2027-01-03", closed: ["00:00-03:00"] }
                  - { date: "2027-01-04", closed: ["17:00-24:00"], name: Nothing }
                """
            )
            let argument = LocalArgument(calendar: calendar)
            let from = try argument.instant(start, now: .earliest)
            let to = try calendar.calendar.deadline(from: from, after: try argument.duration(duration))
            let text = Explanation(from: from, to: to, in: calendar)
                .text(.init(start: "start", end: "end", answer: .end), isComplete: true, Paint(isOn: false))
            return text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
                .filter { $0.hasPrefix("skipped") }
        }
        #expect(
            try steps("2026-12-24 10:00", "12h") == [
                "skipped Thu 2026-12-24 12:30-13:15 closed",
                "skipped Thu 2026-12-24 14:00-17:00 closed: Christmas Eve",
                "skipped Fri 2026-12-25 12:30-13:15 closed",
            ]
        )
        #expect(
            try steps("2026-12-30 08:00", "6h") == [
                "skipped Wed 2026-12-30 09:00-10:00 closed: Breakfast",
                "skipped Wed 2026-12-30 12:00-14:00 closed: Stocktaking",
                "skipped Wed 2026-12-30 15:00-16:00 closed: Stocktaking",
                "skipped Thu 2026-12-31 08:00-17:00 closed: Inventory",
            ]
        )
        #expect(
            try steps("2027-01-02 22:00", "10h") == [
                "skipped Sun 2027-01-03 00:00-03:00 part-day holiday",
                "skipped Mon 2027-01-04 12:30-13:15 closed",
            ]
        )
        // The question itself may begin within one.
        #expect(
            try steps("2026-12-24 15:00", "1h") == ["skipped Thu 2026-12-24 15:00-17:00 closed: Christmas Eve"]
        )
    }

    @Test("programs get part-day holidays with their names")
    func partDaysForPrograms() throws {
        let calendar = try LoadedCalendar.ofTheTest(
            """
            time_zone: UTC
            hours: { mon-fri: "09:00-17:00" }
            holidays: [{ date: "2026-12-24", closed: "14:00-24:00", name: Christmas Eve }]
            """
        )
        let start = try Instant(rfc3339: "2026-12-24T13:00:00Z")
        let end = try Instant(rfc3339: "2026-12-25T10:00:00Z")
        let explanation = Explanation(from: start, to: end, in: calendar)
        #expect(explanation.total == .hours(2))
        let text = JSONText.of(ExplanationDocument(explanation, from: start, to: end, openTime: explanation.total))
        #expect(
            text.contains(
                #"{"end":"2026-12-24T17:00:00.000Z","name":"Christmas Eve","reason":"part_day_holiday","#
                    + #""start":"2026-12-24T14:00:00.000Z","step":"skipped"}"#
            )
        )
    }

    @Test("a span over a change of the clocks shows both offsets")
    func clockChange() throws {
        let calendar = try LoadedCalendar.ofTheTest(
            "{ time_zone: Australia/Lord_Howe, hours: { mon-sun: \"00:00-24:00\" } }"
        )
        let clock = LocalClock(zone: calendar.zone)
        func hours(_ start: String, _ end: String) throws -> String {
            clock.hours(from: try Instant(rfc3339: start), to: try Instant(rfc3339: end))
        }
        // At 15:00Z the clocks go from 02:00 back to 01:30.
        #expect(try hours("2026-04-04T14:40:00Z", "2026-04-04T15:40:00Z") == "01:40 +11:00 to 02:10 +10:30")
        #expect(try hours("2026-04-04T14:30:00Z", "2026-04-04T14:45:00Z") == "01:30-01:45 +11:00")
        #expect(try hours("2026-04-04T15:00:00Z", "2026-04-04T15:15:00Z") == "01:30-01:45 +10:30")
        #expect(try hours("2026-04-04T15:30:00Z", "2026-04-04T16:00:00Z") == "02:00-02:30")
        #expect(try hours("2026-04-04T14:00:00Z", "2026-04-04T14:29:00Z") == "01:00-01:29")
        #expect(
            try hours("2026-04-04T12:00:00Z", "2026-04-05T13:30:00Z") == "23:00 +11:00 to Sun 2026-04-05 24:00 +10:30"
        )
        let explanation = try run("due", "lord-howe", "2026-04-05 01:40", "1h").output
        #expect(explanation.contains("counted   Sun 2026-04-05 01:40 +11:00 to 02:10 +10:30  1h\n"), "\(explanation)")
    }

    @Test("programs get the steps")
    func json() throws {
        let output = try run("due", "office", "2026-12-31 09:00", "1h", "-o", "json").output
        #expect(
            output == #"{"calendar":"office","end":"2027-01-01T08:00:00.000Z","open_ms":3600000,"#
                + #""start":"2026-12-31T08:00:00.000Z","steps":[{"from":"2026-12-31","reason":"dated","step":"skipped","#
                + #""to":"2026-12-31"},{"end":"2027-01-01T08:00:00.000Z","open_ms":3600000,"#
                + #""start":"2027-01-01T07:00:00.000Z","step":"counted"}],"time_zone":"Europe/Berlin"}"# + "\n"
        )
    }

    @Test(
        "what cannot be used is said in one sentence",
        arguments: [
            (
                ["due", "ofice", "now", "6h"], 64,
                "cannot find calendar \"ofice\" in standard input: no such name, did you mean office?"
            ),
            (["due", "x", "now", "6h"], 64, "no such name, it has office, night, closed, lord-howe, always"),
            (["due", "office", "noon", "6h"], 64, "cannot use time \"noon\": write "),
            (
                ["due", "office", "2026-02-30 09:00", "6h"], 64,
                "cannot use time \"2026-02-30 09:00\": the date 2026-02-30 does not exist"
            ),
            (
                ["due", "office", "2026-02-29T09:00:00Z", "6h"], 64,
                "cannot use time \"2026-02-29T09:00:00Z\": the date 2026-02-29 does not exist"
            ),
            (
                ["due", "office", "now", "-12h"], 64,
                "cannot use duration \"-12h\": it looks like an option, write 12h --back"
            ),
            (["due", "office", "1800-01-01", "6h"], 64, "cannot use time \"1800-01-01\": it is outside 1900-"),
            (["due", "office", "now", "2d"], 64, "a day has no fixed length in open time, write hours"),
            (["due", "office", "now", "soon"], 64, "cannot use duration \"soon\": write 90s, 30m, 6h or 1h30m"),
            (["due", "closed", "now", "1h"], 1, "no open time for 366 days"),
        ] as [([String], Int32, String)]
    )
    func refused(arguments: [String], code: Int32, message: String) throws {
        let run = try SlactlRun(["calendar"] + arguments + ["--policy", "-"], input: Self.policy)
        #expect(run.code == code)
        #expect(run.output.isEmpty)
        #expect(run.error.hasPrefix("slactl: cannot "))
        #expect(run.error.contains(message), "\(run.error)")
    }

    @Test("always needs no policy, and takes days (S8)")
    func always() throws {
        let run = try SlactlRun(["calendar", "due", "always", "2026-10-24T18:00:00Z", "2d"])
        #expect(
            run.output == """
                always, UTC
                start     Sat 2026-10-24 18:00 +00:00                        2026-10-24T18:00:00Z
                counted   Sat 2026-10-24 18:00 to Mon 2026-10-26 18:00  48h
                deadline  Mon 2026-10-26 18:00 +00:00                        2026-10-26T18:00:00Z

                """
        )
        #expect(run.code == 0)
        let missing = try SlactlRun(["calendar", "due", "office", "now", "2h", "--policy", "/nowhere/p.yaml"])
        #expect(missing.code == 74)
        #expect(missing.error == "slactl: cannot read /nowhere/p.yaml: no such file or directory\n")
    }
}

@Suite("slactl calendar check", .timeLimit(.minutes(5)))
struct CalendarCheckTests {
    private static let feed = """
        BEGIN:VCALENDAR\r
        VERSION:2.0\r
        PRODID:-//test//EN\r
        BEGIN:VEVENT\r
        UID:1\r
        DTSTART;VALUE=DATE:20201224\r
        DTEND;VALUE=DATE:20201227\r
        SUMMARY:Christmas\r
        END:VEVENT\r
        BEGIN:VEVENT\r
        UID:2\r
        DTSTART:20201231T130000Z\r
        DTEND:20201231T150000Z\r
        SUMMARY:Party\r
        END:VEVENT\r
        END:VCALENDAR\r

        """

    @Test("what a file closes is listed, by date")
    func closes() throws {
        let run = try SlactlRun(
            ["calendar", "check", "-", "--all", "--time-zone", "Europe/Berlin"],
            input: Self.feed
        )
        #expect(
            run.output == """
                Thu 2020-12-24               Christmas
                Fri 2020-12-25               Christmas
                Sat 2020-12-26               Christmas
                Thu 2020-12-31  14:00-16:00  Party
                - closes 3 dates and 1 part of dates

                """
        )
        #expect(try SlactlRun(["calendar", "check", "-"], input: Self.feed).output == "- closes nothing\n")
        let json = try SlactlRun(["calendar", "check", "-", "--all", "-o", "json"], input: Self.feed)
        #expect(json.output.hasPrefix(#"{"closed":[{"date":"2020-12-24","summary":"Christmas","weekday":"thursday"},"#))
    }

    @Test("a part within an hour that comes twice is shown with its offset")
    func repeatedHour() throws {
        let feed = Self.feed.replacingOccurrences(of: "20201231T130000Z", with: "20201025T010000Z")
            .replacingOccurrences(of: "20201231T150000Z", with: "20201025T013000Z")
        let run = try SlactlRun(["calendar", "check", "-", "--all", "--time-zone", "Europe/Berlin"], input: feed)
        #expect(run.output.hasPrefix("Sun 2020-10-25  02:00-02:30 +01:00  Party\n"), "\(run.output)")
    }

    @Test("a file that cannot be used is refused with 78, an unknown zone with 64")
    func refused() throws {
        let garbage = try SlactlRun(["calendar", "check", "-"], input: "nonsense")
        #expect(garbage.code == 78)
        #expect(garbage.error.hasPrefix("slactl: cannot use standard input: "))
        let zone = try SlactlRun(["calendar", "check", "-", "--time-zone", "Mars/Base"], input: Self.feed)
        #expect(zone.code == 64)
        #expect(zone.error.hasPrefix("slactl: cannot find zone \"Mars/Base\": "))
    }
}

@Suite("times on the command line")
struct LocalArgumentTests {
    @Test(
        "a wall time is one of the calendar's zone",
        arguments: [
            ("2026-11-20 15:00", "2026-11-20T14:00:00Z"), ("2026-07-20T15:00:30", "2026-07-20T13:00:30Z"),
            ("2026-11-20", "2026-11-19T23:00:00Z"), ("2026-11-20T15:00:00-05:00", "2026-11-20T20:00:00Z"),
            ("now", "2026-01-01T00:00:00Z"), ("2026-03-29 02:30", "2026-03-29T01:30:00Z"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ]
    )
    func wallTimes(text: String, instant: String) throws {
        let calendar = try LoadedCalendar.ofTheTest("{ time_zone: Europe/Berlin, hours: { mon: \"09:00-17:00\" } }")
        let read = try LocalArgument(calendar: calendar)
            .instant(text, now: try Instant(rfc3339: "2026-01-01T00:00:00Z"))
        #expect(read.shortRFC3339 == instant)
    }

    @Test("lengths are those of policies, also negative; days only where every hour counts")
    func durations() throws {
        let calendar = try LoadedCalendar.ofTheTest("{ time_zone: Europe/Berlin, hours: { mon: \"09:00-17:00\" } }")
        #expect(try LocalArgument(calendar: calendar).duration("1h30m") == .minutes(90))
        #expect(try LocalArgument(calendar: calendar).duration("-6h") == .hours(-6))
        #expect(try LocalArgument(calendar: .always).duration("2d") == .hours(48))
        #expect(throws: Failure.self) { try LocalArgument(calendar: .always).duration("99999999999d") }
        #expect(throws: Failure.self) { try LocalArgument(calendar: calendar).duration("d") }
    }
}
