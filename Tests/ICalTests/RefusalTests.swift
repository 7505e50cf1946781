import ICal
import Testing
import TimeBase

@Suite("Files that are refused")
struct RefusalTests {
    @Test(
        "with the line and the reason",
        arguments: [
            ("", "cannot use test.ics: it has no VCALENDAR, is this the right file?"),
            ("<html>", "cannot use test.ics: line 1: \"<html>\" is no property of iCalendar, is this the right file?"),
            (
                "\nBEGIN:VEVENT\nEND:VEVENT",
                "cannot use test.ics: line 2: BEGIN:\"VEVENT\" stands outside of a VCALENDAR"
            ),
            (
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\n",
                "cannot use test.ics: line 2: VEVENT does not end, the file is cut off; fetch it again"
            ),
            (
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
                "cannot use test.ics: line 3: END:\"VCALENDAR\" ends nothing that has begun"
            ),
            ("BEGIN:VCALENDAR\nA:\u{0}", "cannot use test.ics: line 2: there is a byte 0, this is no text"),
        ]
    )
    func structure(text: String, expected: String) {
        #expect(Feeds.refusal(Array(text.utf8))?.description == expected)
    }

    /// The event begins on line 4 of the file, its first property is on line 5.
    @Test(
        "an event that cannot be read is left out with a warning; the others count (S4)",
        arguments: [
            ("SUMMARY:x", 4, "the event has no DTSTART"),
            ("DTSTART;VALUE=DATE:20260230", 5, "which does not exist"),
            ("DTSTART;VALUE=DATE:2026/02/03", 5, "DTSTART is \"2026/02/03\""),
            ("DTSTART:20260203T250000", 5, "does not exist"),
            ("DTSTART;VALUE=DATE:20261201T100000", 5, "DTSTART is a DATE, and \"20261201T100000\" has a time of day"),
            ("DTSTART:20260203\nEXDATE;VALUE=date:20260203T000000", 6, "EXDATE is a DATE"),
            ("DTSTART:20260203\nSEQUENCE:last", 6, "SEQUENCE is \"last\""),
            ("DTSTART:20260203\nSEQUENCE:-1", 6, "SEQUENCE is \"-1\""),
            ("DTSTART", 4, "the event has no DTSTART"),
            ("DTSTART:\nSUMMARY:x", 4, "the event has no DTSTART"),
            ("DTSTART:20260203\nRRULE:FREQ=DAILY;CO\nUNT=2", 7, "\"UNT=2\" is no property of iCalendar"),
            ("DTSTART;VALUE", 5, "has a parameter without a value"),
            ("DTSTART:20260203\nDTEND:20260202", 4, "ends before it begins"),
            ("DTSTART:20260203\nDTEND:99990203", 4, "lasts longer than a hundred years"),
            ("DTSTART:20260203\nDURATION:-P1D", 6, "DURATION is \"-P1D\""),
            ("DTSTART:20260203\nDURATION:P9999999W", 6, "DURATION is"),
            ("DTSTART:20260203\nRRULE:FREQ=NEVER", 6, "is no recurrence rule"),
            ("DTSTART:20260203\nRRULE:FREQ=DAILY;UNTIL=20260230", 6, "ends at no time that exists"),
            ("DTSTART:20260203\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 6, "never comes true"),
            ("DTSTART:20260203\nRRULE:FREQ=HOURLY", 6, "cannot repeat within a day"),
            ("DTSTART:20260203\nRRULE:RSCALE=CHINESE;FREQ=YEARLY", 6, "other calendars than the Gregorian"),
            ("DTSTART:20260203T000000\nDURATION:PT1S\nRRULE:FREQ=SECONDLY", 7, "too much work"),
            ("DTSTART:20260203T000000\nDURATION:PT1S\nRRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", 7, "too much work"),
            (
                "DTSTART:20260203\nRRULE:FREQ=YEARLY;BYSETPOS=" + (0..<386).map { _ in "1" }.joined(separator: ","), 6,
                "too many values in \"BYSETPOS\""
            ),
            ("DTSTART:20260203\nEXDATE:tomorrow", 6, "EXDATE is \"tomorrow\""),
            ("DTSTART:20260203\nRDATE;VALUE=PERIOD:20260203T000000Z/", 6, "RDATE is"),
            ("DTSTART;TZID=Middle/Earth:20260203T000000", 4, "which the file does not define; cannot find zone"),
            ("DTSTART:20260203\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260203", 6, "RECURRENCE-ID with RANGE"),
        ]
    )
    func values(lines: String, line: Int, reason: String) throws {
        let good = Feeds.event("DTSTART;VALUE=DATE:20261224")
        let holidays = try Feeds.holidays(Feeds.text(Feeds.event(lines) + "\n" + good))
        let warning = try #require(holidays.warnings.first)
        #expect(holidays.warnings.count == 1)
        #expect(warning.line == line, "\(warning)")
        #expect(warning.cause.contains(reason), "\(warning)")
        #expect(!warning.description.contains { $0.isNewline })
        #expect(holidays.dates.keys.map(\.description) == ["2026-12-24"])
        #expect(holidays.closures.isEmpty && holidays.closedTimes.isEmpty)
    }

    @Test("a warning names file, line and event; the first twenty are kept, and all are counted")
    func warnings() throws {
        let broken = Feeds.event("SUMMARY:Good\u{7} Friday\nDTSTART:20260230")
        #expect(
            try Feeds.warnings(Feeds.text(broken)).map(\.description) == [
                "test.ics: line 6: the event \"Good\u{FFFD} Friday\" is left out: DTSTART is \"20260230\", which iCalendar does "
                    + "not know or which does not exist"
            ]
        )
        let many = try Feeds.warnings(Feeds.text((0..<50).map { _ in broken }.joined(separator: "\n")))
        #expect(many.count == 21)
        #expect(many.last?.description == "test.ics: 30 more warnings are not shown")
        let byID = try Feeds.warnings(Feeds.text(Feeds.event("UID:a@b\nDTSTART:x")))
        #expect(byID.first?.event == "a@b")
    }

    @Test("events in a broken zone are left out, and no others")
    func zone() throws {
        let zone = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:20260101T000000\nEND:STANDARD\nEND:VTIMEZONE\n"
        let inside = zone + Feeds.event("DTSTART;TZID=X:20260203T000000\nDURATION:PT1H")
        #expect(try Feeds.warnings(Feeds.text(inside)).map(\.line) == [6])
        let outside = zone + Feeds.event("DTSTART:20260203")
        #expect(try Feeds.warnings(Feeds.text(outside)) == [])
        let offset = inside.replacing("END:STANDARD", with: "TZOFFSETTO:+9900\nEND:STANDARD")
        #expect(try Feeds.warnings(Feeds.text(offset)).map(\.line) == [11])
        // The machine knows better what the file says badly.
        let known = offset.replacing("TZID:X", with: "TZID:Europe/Paris").replacing("=X", with: "=Europe/Paris")
        #expect(try Feeds.parts(known) == ["2026-02-03 00:00-01:00"])
    }

    @Test("text in ISO 8859-1 is read, with a warning of the first line; what nobody reads may be anything (S4)")
    func encoding() throws {
        let unread = Array("BEGIN:VCALENDAR\r\nX-A:Bu".utf8) + [0xDF] + Array("tag\r\nEND:VCALENDAR\r\n".utf8)
        #expect(try Feeds.holidays(bytes: unread).warnings == [])
        let summary =
            Array("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261118\nSUMMARY:Bu".utf8) + [0xDF]
            + Array("tag\nEND:VEVENT\nEND:VCALENDAR\n".utf8)
        let holidays = try Feeds.holidays(bytes: summary)
        #expect(holidays.dates.map { "\($0.key) \($0.value)" } == ["2026-11-18 Bußtag"])
        #expect(
            holidays.warnings.map(\.description) == [
                "test.ics: line 4: the text is not UTF-8 and is read as ISO 8859-1; save the file as UTF-8"
            ]
        )
        // A letter of UTF-8 may be folded in two.
        let folded =
            Array("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261118\nSUMMARY:Bu".utf8) + [0xC3, 0x0A, 0x20, 0x9F]
            + Array("tag\nEND:VEVENT\nEND:VCALENDAR\n".utf8)
        #expect(try Feeds.holidays(bytes: folded).dates.map(\.value) == ["Bußtag"])
        #expect(try Feeds.holidays(bytes: folded).warnings == [])
    }

    @Test("a broken fold does no harm in a property that nobody reads, and text behind the calendar is named (S4)")
    func folds() throws {
        let event = "DTSTART:20261224\nDESCRIPTION:first\nsecond, third\n<br>\nSUMMARY:Eve"
        let text = Feeds.text("X-WR-CALDESC:one\ntwo\n" + Feeds.event(event))
        let holidays = try Feeds.holidays(text)
        #expect(holidays.dates.map { "\($0.key) \($0.value)" } == ["2026-12-24 Eve"])
        #expect(holidays.warnings == [])
        let behind = try Feeds.holidays(text + "Warning in line 3\n")
        #expect(behind.dates == holidays.dates)
        #expect(behind.warnings.map(\.cause) == ["text outside of the calendar is passed over"])
    }

    @Test("components nested without end are refused")
    func nesting() throws {
        let problem = Feeds.refusal(Array(String(repeating: "BEGIN:VCALENDAR\n", count: 100_000).utf8))
        #expect(problem?.line == 17)
    }
}
