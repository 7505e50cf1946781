import ICal
import Testing
import TimeBase
import WorkingTime

@Suite("Events of times")
struct TimeEventTests {
    private static let berlin = """
        BEGIN:VTIMEZONE
        TZID:W. Europe Standard Time
        BEGIN:STANDARD
        DTSTART:16010101T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010101T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE
        """

    @Test("a floating time is on the calendar's own wall clock, wherever that is")
    func floating() throws {
        let event = Feeds.event("DTSTART:20261224T120000\nDTEND:20261224T180000")
        #expect(try Feeds.parts(event) == ["2026-12-24 12:00-18:00"])
        #expect(try Feeds.parts(event, in: "Pacific/Auckland") == ["2026-12-24 12:00-18:00"])
    }

    @Test("UTC, a zone of the machine and one that the file defines are turned into the calendar's wall clock")
    func zones() throws {
        #expect(
            try Feeds.parts(Feeds.event("DTSTART:20261224T120000Z\nDURATION:PT2H30M")) == ["2026-12-24 13:00-15:30"]
        )
        #expect(
            try Feeds.parts(
                Feeds.event(
                    "DTSTART;TZID=America/New_York:20260701T090000\nDTEND;TZID=America/New_York:20260701T110000"
                )
            ) == ["2026-07-01 15:00-17:00"]
        )
        let windows = Feeds.event(
            "DTSTART;TZID=W. Europe Standard Time:20260701T090000\nDTEND;TZID=W. Europe Standard Time:20260701T110000"
        )
        #expect(try Feeds.parts(Self.berlin + "\n" + windows, in: "UTC") == ["2026-07-01 07:00-09:00"])
        #expect(try Feeds.parts(windows + "\n" + Self.berlin, in: "UTC") == ["2026-07-01 07:00-09:00"])
        #expect(
            try Feeds.parts(
                Self.berlin + "\n" + windows.replacing("20260701", with: "20261201"),
                in: "UTC"
            ) == ["2026-12-01 08:00-10:00"]
        )
    }

    @Test("a zone of the file rules over the machine's of the same name; a maker's prefix is passed over")
    func zoneNames() throws {
        let own = """
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            BEGIN:STANDARD
            DTSTART:19700101T000000
            TZOFFSETFROM:+0530
            TZOFFSETTO:+0530
            END:STANDARD
            END:VTIMEZONE
            """
        let event = Feeds.event("DTSTART;TZID=Europe/Berlin:20260701T090000\nDURATION:PT1H")
        #expect(try Feeds.parts(own + "\n" + event, in: "UTC") == ["2026-07-01 03:30-04:30"])
        let prefixed = event.replacing("TZID=Europe", with: "TZID=/example.org/2026a/Europe")
        #expect(try Feeds.parts(prefixed, in: "UTC") == ["2026-07-01 07:00-08:00"])
    }

    @Test("what runs over midnight closes parts of both days, and days between wholly")
    func overMidnight() throws {
        #expect(
            try Feeds.parts(Feeds.event("DTSTART:20261224T140000\nDTEND:20261226T080000"))
                == ["2026-12-24 14:00-24:00", "2026-12-25 00:00-24:00", "2026-12-26 00:00-08:00"]
        )
    }

    @Test("from midnight to midnight of the calendar's zone means the dates")
    func midnights() throws {
        let event = Feeds.event("DTSTART:20261224T000000\nDTEND:20261226T000000")
        #expect(try Feeds.dates(event) == ["2026-12-24", "2026-12-25"])
        #expect(try Feeds.parts(event) == [])
        let utc = Feeds.event("DTSTART:20261224T000000Z\nDTEND:20261225T000000Z")
        #expect(try Feeds.parts(utc) == ["2026-12-24 01:00-24:00", "2026-12-25 00:00-01:00"])
        #expect(try Feeds.dates(utc, in: "UTC") == ["2026-12-24"])
        // In winter the day that is cut out of each year has 24 hours, in the year of the change too.
        let yearly = Feeds.event(
            "DTSTART;TZID=Europe/Berlin:20251026T000000\nDTEND;TZID=Europe/Berlin:20251027T000000\nRRULE:FREQ=YEARLY"
        )
        #expect(try Feeds.dates(yearly, years: 2025...2026) == ["2025-10-26", "2026-10-26"])
        // Where midnight itself is skipped, the date begins later.
        let beirut = Feeds.event("DTSTART:20260329T000000\nDTEND:20260330T000000")
        #expect(try Feeds.dates(beirut, in: "Asia/Beirut") == ["2026-03-29"])
    }

    @Test("an event without a length closes nothing")
    func noLength() throws {
        let event = Feeds.event("DTSTART:20261224T120000")
        #expect(try Feeds.parts(event) == [])
        #expect(try Feeds.dates(event) == [])
    }

    @Test("a rule keeps its wall time over the change of the clocks, and UNTIL in UTC is the end")
    func recurring() throws {
        let event = Feeds.event(
            """
            DTSTART;TZID=Europe/Berlin:20261023T120000
            DTEND;TZID=Europe/Berlin:20261023T130000
            RRULE:FREQ=DAILY;UNTIL=20261026T110000Z
            EXDATE;TZID=Europe/Berlin:20261024T120000
            """
        )
        #expect(
            try Feeds.parts(event, in: "UTC") == [
                "2026-10-23 10:00-11:00", "2026-10-25 11:00-12:00", "2026-10-26 11:00-12:00",
            ]
        )
    }

    @Test("RDATE gives single times, and with PERIOD each its own length; EXDATE in another zone still fits")
    func periods() throws {
        let event = Feeds.event(
            """
            DTSTART:20261201T100000Z
            DURATION:PT1H
            RDATE:20261202T100000Z,20261203T100000Z
            RDATE;VALUE=PERIOD:20261204T100000Z/20261204T123000Z,20261205T100000Z/PT15M
            EXDATE;TZID=Europe/Berlin:20261202T110000
            """
        )
        #expect(
            try Feeds.parts(event, in: "UTC") == [
                "2026-12-01 10:00-11:00", "2026-12-03 10:00-11:00", "2026-12-04 10:00-12:30",
                "2026-12-05 10:00-10:15",
            ]
        )
    }

    @Test("an instance moved to another time, one cancelled by date")
    func overrides() throws {
        let events = [
            "UID:a\nDTSTART:20261201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3",
            "UID:a\nRECURRENCE-ID:20261202T100000Z\nDTSTART:20261202T150000Z\nDURATION:PT2H",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20261203\nSTATUS:CANCELLED",
        ]
        #expect(
            try Feeds.parts(events.map(Feeds.event).joined(separator: "\n"), in: "UTC")
                == ["2026-12-01 10:00-11:00", "2026-12-02 15:00-17:00"]
        )
    }

    @Test("a cancelled instance is found by its instant, also in a zone that nothing else is in")
    func cancelledInOtherZone() throws {
        let events = [
            "UID:a\nDTSTART:20261201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2",
            "UID:a\nRECURRENCE-ID;TZID=Asia/Tokyo:20261202T190000\nSTATUS:CANCELLED",
        ]
        #expect(
            try Feeds.parts(events.map(Feeds.event).joined(separator: "\n"), in: "UTC") == ["2026-12-01 10:00-11:00"]
        )
    }

    @Test("of two versions of an event the one with the higher SEQUENCE counts, also where it cancels")
    func sequence() throws {
        func parts(_ events: String...) throws -> [String] {
            try Feeds.parts(events.map(Feeds.event).joined(separator: "\n"), in: "UTC")
        }
        let old = "UID:a\nSEQUENCE:0\nDTSTART:20261201T100000Z\nDURATION:PT1H"
        let new = "UID:a\nSEQUENCE: 1\nDTSTART:20261202T100000Z\nDURATION:PT1H"
        #expect(try parts(old, new) == ["2026-12-02 10:00-11:00"])
        #expect(try parts(new, old) == ["2026-12-02 10:00-11:00"])
        #expect(try parts(old, "UID:a\nSEQUENCE:2\nSTATUS:CANCELLED", new) == [])
        // Without numbers, and with other ids, both count.
        #expect(try parts(old, new.replacing("SEQUENCE: 1", with: "SEQUENCE:0")).count == 2)
        #expect(try parts(old, new.replacing("UID:a", with: "UID:b")).count == 2)
        // An instance that is older than the event itself moves nothing any more (S4); one as new as it does.
        #expect(try parts(new, old + "\nRECURRENCE-ID:20261202T100000Z") == ["2026-12-02 10:00-11:00"])
        let moved = old.replacing("SEQUENCE:0", with: "SEQUENCE:1") + "\nRECURRENCE-ID:20261202T100000Z"
        #expect(try parts(new, moved) == ["2026-12-01 10:00-11:00"])
    }

    @Test("hours within a day repeat by rule")
    func hourly() throws {
        let event = Feeds.event("DTSTART:20261201T090000\nDURATION:PT10M\nRRULE:FREQ=HOURLY;INTERVAL=4;COUNT=3")
        #expect(
            try Feeds.parts(event) == ["2026-12-01 09:00-09:10", "2026-12-01 13:00-13:10", "2026-12-01 17:00-17:10"]
        )
    }

    @Test("a part that no wall clock can say, in the hour that comes twice, is kept as times")
    func repeatedHour() throws {
        // 02:30 of 31 October 2027 comes at 00:30Z and at 01:30Z.
        func closed(_ start: String, _ end: String) throws -> (parts: [String], times: [String]) {
            let event = Feeds.event("SUMMARY:x\nDTSTART:\(start)\nDTEND:\(end)")
            let times = try Feeds.holidays(Feeds.text(event)).closedTimes
                .map { "\($0.key.lowerBound.shortRFC3339) \($0.key.upperBound.shortRFC3339) \($0.value)" }
            return (try Feeds.parts(event), times)
        }
        let second = try closed("20271031T010000Z", "20271031T013000Z")
        #expect(second == ([], ["2027-10-31T01:00:00Z 2027-10-31T01:30:00Z x"]))
        let over = try closed("20271030T223000Z", "20271031T013000Z")
        #expect(over == ([], ["2027-10-30T22:30:00Z 2027-10-31T01:30:00Z x"]))
        let untilChange = try closed("20271031T000000Z", "20271031T010000Z")
        #expect(untilChange == ([], ["2027-10-31T00:00:00Z 2027-10-31T01:00:00Z x"]))
        // The first of the two is what a wall time means.
        #expect(try closed("20271030T223000Z", "20271031T003000Z") == (["2027-10-31 00:30-02:30"], []))
        #expect(try closed("20271031T000000Z", "20271031T020000Z") == (["2027-10-31 02:00-03:00"], []))
        // Of an event of days only the day that needs it.
        let days = try closed("20271029T100000Z", "20271031T013000Z")
        #expect(days.parts == ["2027-10-29 12:00-24:00", "2027-10-30 00:00-24:00"])
        #expect(days.times == ["2027-10-30T22:00:00Z 2027-10-31T01:30:00Z x"])
    }

    @Test("a calendar closes just the second of the two hours")
    func repeatedHourInCalendar() throws {
        var spec = CalendarSpec(
            name: "all",
            zone: "Europe/Berlin",
            weekly: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, [LocalSpan(0, 86_400)]) })
        )
        let event = Feeds.event("SUMMARY:x\nDTSTART:20271031T010000Z\nDTEND:20271031T013000Z")
        spec.close(try Feeds.holidays(Feeds.text(event)))
        #expect(spec.closedTimeNames.values.sorted() == ["x"])
        let calendar = try WorkingCalendar(spec: spec, zone: Feeds.zone("Europe/Berlin"))
        let (from, to) = (try Instant(rfc3339: "2027-10-31T00:00:00Z"), try Instant(rfc3339: "2027-10-31T02:00:00Z"))
        #expect(calendar.open(from: from, to: to) == .minutes(90))
    }

    @Test("clocks that go back over midnight bring a date back, and just what the event covers is closed")
    func repeatedDate() throws {
        // At 00:01 of 30 October 2005 the clocks of Newfoundland went back to 23:01 of the day before.
        let event = Feeds.event("DTSTART:20051030T023030Z\nDTEND:20051030T030000Z")
        let holidays = try Feeds.holidays(Feeds.text(event), in: "America/St_Johns")
        #expect(holidays.closures.isEmpty)
        #expect(
            holidays.closedTimes.keys.map { "\($0.lowerBound.shortRFC3339) \($0.upperBound.shortRFC3339)" }
                == ["2005-10-30T02:30:30Z 2005-10-30T03:00:00Z"]
        )
    }
}
