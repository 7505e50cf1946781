import Testing

@Suite("Recurring events")
struct RecurrenceTests {
    private func dates(_ lines: String, _ years: ClosedRange<Int> = 2026...2028) throws -> [String] {
        try Feeds.dates(Feeds.event(lines), years: years)
    }

    @Test("every year, from the first on, to the last year that is laid out")
    func yearly() throws {
        let rule = "DTSTART;VALUE=DATE:20251003\nRRULE:FREQ=YEARLY"
        #expect(try dates(rule, 2024...2027) == ["2025-10-03", "2026-10-03", "2027-10-03"])
        #expect(try dates(rule, 1970...2099).count == 75)
        #expect(try dates(rule, 1970...2099).last == "2099-10-03")
    }

    @Test("the 29th of February comes in leap years only")
    func leapDay() throws {
        #expect(
            try dates("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", 2024...2033)
                == ["2024-02-29", "2028-02-29", "2032-02-29"]
        )
    }

    @Test(
        "rules by day, and their ends",
        arguments: [
            // The last Monday in May.
            ("20260525", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", ["2026-05-25", "2027-05-31", "2028-05-29"]),
            // The fourth Thursday of November.
            ("20261126", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["2026-11-26", "2027-11-25", "2028-11-23"]),
            // The Wednesday before 23 November: Buß- und Bettag.
            (
                "20261118", "FREQ=YEARLY;BYMONTH=11;BYDAY=WE;BYMONTHDAY=16,17,18,19,20,21,22",
                ["2026-11-18", "2027-11-17", "2028-11-22"]
            ),
            (
                "20260130", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
                ["2026-01-30", "2026-01-31", "2026-02-28", "2026-03-31"]
            ),
            ("20261228", "FREQ=DAILY;UNTIL=20261230", ["2026-12-28", "2026-12-29", "2026-12-30"]),
            ("20261228", "FREQ=DAILY;UNTIL=20261230T000000Z", ["2026-12-28", "2026-12-29", "2026-12-30"]),
            ("20261201", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=3", ["2026-12-01", "2026-12-03", "2026-12-15"]),
            ("20261201", "FREQ=DAILY;BYHOUR=9,10;COUNT=2", ["2026-12-01", "2026-12-02"]),
            ("20261201", "FREQ=DAILY;UNTIL=20261130", ["2026-12-01"]),
        ] as [(String, String, [String])]
    )
    func byDay(start: String, rule: String, expected: [String]) throws {
        #expect(try dates("DTSTART;VALUE=DATE:\(start)\nRRULE:\(rule)") == expected)
    }

    @Test("EXDATE takes instances away, as dates and as times of the date, one or several a line")
    func exceptDates() throws {
        let rule = "DTSTART;VALUE=DATE:20261228\nRRULE:FREQ=DAILY;COUNT=6"
        #expect(
            try dates("\(rule)\nEXDATE;VALUE=DATE:20261229,20261230\nEXDATE:20270101T000000")
                == ["2026-12-28", "2026-12-31", "2027-01-02"]
        )
        #expect(try dates("DTSTART;VALUE=DATE:20261228\nEXDATE;VALUE=DATE:20261228") == [])
    }

    @Test("EXRULE takes away what it finds")
    func exceptRule() throws {
        let rule = "DTSTART;VALUE=DATE:20261228\nRRULE:FREQ=DAILY;COUNT=4\nEXRULE:FREQ=DAILY;INTERVAL=2"
        #expect(try dates(rule) == ["2026-12-29", "2026-12-31"])
    }

    @Test("RDATE adds instances of the same length, also beside a rule")
    func dates() throws {
        #expect(
            try dates("DTSTART;VALUE=DATE:20260403\nDURATION:P2D\nRDATE;VALUE=DATE:20260501,20260525")
                == ["2026-04-03", "2026-04-04", "2026-05-01", "2026-05-02", "2026-05-25", "2026-05-26"]
        )
        #expect(
            try dates("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;COUNT=2\nRDATE;VALUE=DATE:20260106,20270101")
                == ["2026-01-01", "2026-01-06", "2027-01-01"]
        )
    }

    @Test("an instance that was moved or cancelled does not close its old date")
    func overrides() throws {
        let events = [
            "UID:a\nDTSTART;VALUE=DATE:20261228\nRRULE:FREQ=DAILY;COUNT=4\nSUMMARY:Closed",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20261229\nDTSTART;VALUE=DATE:20270104\nSUMMARY:Closed",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20261230\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20261230",
            "UID:b\nRECURRENCE-ID;VALUE=DATE:20261231\nDTSTART;VALUE=DATE:20270105",
        ]
        let expected = ["2026-12-28", "2026-12-31", "2027-01-04", "2027-01-05"]
        #expect(try Feeds.dates(events.map(Feeds.event).joined(separator: "\n")) == expected)
        #expect(try Feeds.dates(events.reversed().map(Feeds.event).joined(separator: "\n")) == expected)
    }

    @Test("a moved instance keeps its old date free also where its own summary is excepted")
    func exceptedOverride() throws {
        let events = [
            "UID:a\nDTSTART;VALUE=DATE:20261228\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Closed",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20261229\nDTSTART;VALUE=DATE:20261229\nSUMMARY:Party",
        ]
        #expect(
            try Feeds.dates(events.map(Feeds.event).joined(separator: "\n"), except: ["Party"])
                == ["2026-12-28", "2026-12-30"]
        )
    }

    @Test("what begins before 1970 is followed up to our time")
    func old() throws {
        #expect(
            try dates("DTSTART;VALUE=DATE:16010101\nRRULE:FREQ=YEARLY", 2026...2027) == ["2026-01-01", "2027-01-01"]
        )
    }
}
