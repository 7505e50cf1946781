import ICal
import Testing
import TimeBase
import WorkingTime

@Suite("Events of dates")
struct DateEventTests {
    @Test("a five-day event closes five days: its end is the day after (S4)")
    func fiveDays() throws {
        let event = Feeds.event("DTSTART;VALUE=DATE:20261228\nDTEND;VALUE=DATE:20270102\nSUMMARY:Works holiday")
        #expect(
            try Feeds.dates(event) == ["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]
        )
    }

    @Test(
        "without an end, with an end on the same date and with a duration",
        arguments: [
            ("", ["2026-12-24"]),
            ("DTEND;VALUE=DATE:20261224", ["2026-12-24"]),
            ("DTEND;VALUE=DATE:20261225", ["2026-12-24"]),
            ("DURATION:P1D", ["2026-12-24"]),
            ("DURATION:P3D", ["2026-12-24", "2026-12-25", "2026-12-26"]),
            ("DURATION:P1W", (24...30).map { "2026-12-\($0)" }),
            ("DURATION:PT36H", ["2026-12-24", "2026-12-25"]),
            ("DURATION:PT0S", ["2026-12-24"]),
        ]
    )
    func lengths(line: String, dates: [String]) throws {
        let lines = ["DTSTART;VALUE=DATE:20261224", line].filter { !$0.isEmpty }.joined(separator: "\n")
        #expect(try Feeds.dates(Feeds.event(lines)) == dates)
    }

    @Test("a date is one without VALUE=DATE too, and TZID does not move it")
    func sloppyDates() throws {
        #expect(try Feeds.dates(Feeds.event("DTSTART:20261224")) == ["2026-12-24"])
        #expect(try Feeds.dates(Feeds.event("DTSTART;TZID=Asia/Tokyo;VALUE=DATE:20261224")) == ["2026-12-24"])
    }

    @Test("a cancelled event closes nothing, a transparent or tentative one does")
    func status() throws {
        let lines = [
            "DTSTART;VALUE=DATE:20261224\nSTATUS:CANCELLED", "DTSTART;VALUE=DATE:20261225\nTRANSP:TRANSPARENT",
            "DTSTART;VALUE=DATE:20261226\nSTATUS:TENTATIVE", "STATUS:CANCELLED",
        ]
        #expect(try Feeds.dates(lines.map(Feeds.event).joined(separator: "\n")) == ["2026-12-25", "2026-12-26"])
    }

    @Test("every VCALENDAR of a file is read, and ids hold within one")
    func severalCalendars() throws {
        let first = Feeds.text(Feeds.event("UID:1\nDTSTART;VALUE=DATE:20260403\nRRULE:FREQ=DAILY;COUNT=2"))
        let second = Feeds.text(
            Feeds.event("UID:1\nRECURRENCE-ID;VALUE=DATE:20260404\nDTSTART;VALUE=DATE:20260406")
        )
        let holidays = try Feeds.holidays(first + "\r\n" + second)
        #expect(holidays.dates.keys.sorted().map(\.description) == ["2026-04-03", "2026-04-04", "2026-04-06"])
    }

    @Test("lines are folded anywhere, end as they like, and properties nobody reads may say anything")
    func lines() throws {
        let text = """
            \u{FEFF}BEGIN:VCALENDAR
            X-WR-CALNAME;X-A="a:b;c":Holidays
            begin:vevent
            DTSTA
             RT;VALUE=DA
            \tTE:2026
             1224
            SUMMARY;LANGUAGE=de;ALTREP="http://a.example/;x:y":Heiliger\\, stiller
              Abend \\;
            DESCRIPTION:BEGIN:VEVENT\\n
            BEGIN:VALARM
            TRIGGER:-PT15M
            DTSTART:nonsense
            END:VALARM
            end:vevent

            BEGIN:VJOURNAL
            DTSTART:20261231
            END:VJOURNAL
            END:VCALENDAR
            """
        let feed = try HolidayFeed(bytes: Array(text.utf8), file: "test.ics")
        #expect(feed.summaries == ["Heiliger, stiller Abend ;"])
        let holidays = try feed.holidays(in: .utc, zones: Feeds.zone)
        #expect(holidays.dates.map { "\($0.key) \($0.value)" } == ["2026-12-24 Heiliger, stiller Abend ;"])
        #expect(try Feeds.holidays(text.replacing("\n", with: "\r\n")) == holidays)
    }

    @Test("summaries are listed once, and what is excepted closes nothing")
    func except() throws {
        let names = ["Neujahr", "Buß- und Bettag", "Neujahr", " Reformationstag "]
        let events = zip(names, ["20260101", "20261118", "20270101", "20261031"])
            .map { Feeds.event("SUMMARY:\($0)\nDTSTART;VALUE=DATE:\($1)") }.joined(separator: "\n")
        let feed = try HolidayFeed(bytes: Array(Feeds.text(events).utf8), file: "test.ics")
        #expect(feed.summaries == ["Neujahr", "Buß- und Bettag", "Reformationstag"])
        #expect(
            try Feeds.dates(events, except: ["Buß- und Bettag", "Reformationstag"]) == ["2026-01-01", "2027-01-01"]
        )
        // Composed and decomposed letters are the same text.
        #expect(try Feeds.dates(events, except: ["Neujahr", "Bu\u{DF}- und Bettag"]) == ["2026-10-31"])
    }

    @Test("what a feed closes is added to a calendar's own holidays")
    func calendar() throws {
        let events = [
            "DTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas", "DTSTART:20261224T140000\nDTEND:20261224T180000",
        ]
        var spec = CalendarSpec(name: "office", zone: "Europe/Berlin")
        let christmas = try #require(CivilDate(year: 2026, month: 12, day: 25))
        let eve = try #require(CivilDate(year: 2026, month: 12, day: 24))
        spec.closures = [eve: [LocalSpan(0, 3_600), LocalSpan(50_400, 64_800)]]
        spec.close(try Feeds.holidays(Feeds.text(events.map(Feeds.event).joined(separator: "\n"))))
        #expect(spec.holidays == [christmas])
        #expect(spec.closures == [eve: [LocalSpan(0, 3_600), LocalSpan(50_400, 64_800)]])
    }

    @Test("what the policy calls a date or a part of it stands, also where it is a name for every year")
    func names() throws {
        let events = [
            "DTSTART;VALUE=DATE:20261225\nSUMMARY:Feed 1", "DTSTART;VALUE=DATE:20261226\nSUMMARY:Feed 2",
            "DTSTART:20261224T140000\nDTEND:20261224T180000\nSUMMARY:Feed 3",
            "DTSTART:20261224T090000\nDTEND:20261224T100000\nSUMMARY:Feed 4",
        ]
        var spec = CalendarSpec(name: "office", zone: "Europe/Berlin")
        let christmas = try #require(CivilDate(year: 2026, month: 12, day: 25))
        let eve = try #require(CivilDate(year: 2026, month: 12, day: 24))
        spec.yearlyNames = [MonthDay(christmas): "Christmas"]
        spec.closureNames = [eve: [LocalSpan(50_400, 64_800): "Eve"]]
        spec.close(try Feeds.holidays(Feeds.text(events.map(Feeds.event).joined(separator: "\n"))))
        #expect(spec.holidayName(christmas) == "Christmas")
        #expect(spec.holidayName(CivilDate(dayNumber: christmas.dayNumber + 1)) == "Feed 2")
        #expect(spec.holidayName(eve) == nil)
        #expect(spec.closures(on: eve).map(\.name) == ["Feed 4", "Eve"])
    }
}
