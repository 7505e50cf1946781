import Testing

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

    @Test("hours within a day repeat by rule")
    func hourly() throws {
        let event = Feeds.event("DTSTART:20261201T090000\nDURATION:PT10M\nRRULE:FREQ=HOURLY;INTERVAL=4;COUNT=3")
        #expect(
            try Feeds.parts(event) == ["2026-12-01 09:00-09:10", "2026-12-01 13:00-13:10", "2026-12-01 17:00-17:10"]
        )
    }

    @Test("a part that ends in the hour that comes twice closes both of them")
    func repeatedHour() throws {
        // 02:30 of 25 October 2026 comes at 00:30Z and at 01:30Z.
        let event = Feeds.event("DTSTART:20261024T223000Z\nDTEND:20261025T013000Z")
        #expect(try Feeds.parts(event) == ["2026-10-25 00:30-03:00"])
        let first = Feeds.event("DTSTART:20261024T223000Z\nDTEND:20261025T003000Z")
        #expect(try Feeds.parts(first) == ["2026-10-25 00:30-02:30"])
    }
}
