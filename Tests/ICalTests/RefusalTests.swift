import ICal
import Testing

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
        "with the line of the property",
        arguments: [
            ("SUMMARY:x", 4, "the event has no DTSTART"),
            ("DTSTART;VALUE=DATE:20260230", 5, "which does not exist"),
            ("DTSTART;VALUE=DATE:2026/02/03", 5, "DTSTART is \"2026/02/03\""),
            ("DTSTART:20260203T250000", 5, "does not exist"),
            ("DTSTART;VALUE=DATE:20261201T100000", 5, "DTSTART is a DATE, and \"20261201T100000\" has a time of day"),
            ("DTSTART:20260203\nEXDATE;VALUE=date:20260203T000000", 6, "EXDATE is a DATE"),
            ("DTSTART:20260203\nSEQUENCE:last", 6, "SEQUENCE is \"last\""),
            ("DTSTART:20260203\nSEQUENCE:-1", 6, "SEQUENCE is \"-1\""),
            ("DTSTART", 5, "is no property of iCalendar"),
            ("DTSTART;VALUE", 5, "has a parameter without a value"),
            ("DTSTART:20260203\nDTEND:20260202", 4, "ends before it begins"),
            ("DTSTART:20260203\nDTEND:99990203", 4, "lasts longer than a hundred years"),
            ("DTSTART:20260203\nDURATION:-P1D", 6, "DURATION is \"-P1D\""),
            ("DTSTART:20260203\nDURATION:P9999999W", 6, "DURATION is"),
            ("DTSTART:20260203\nRRULE:FREQ=NEVER", 6, "is no recurrence rule"),
            ("DTSTART:20260203\nRRULE:", 6, "is no recurrence rule"),
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
            ("DTSTART:20260203\nRDATE:", 6, "RDATE is \"\""),
            ("DTSTART:20260203\nRDATE;VALUE=PERIOD:20260203T000000Z/", 6, "RDATE is"),
            ("DTSTART;TZID=Middle/Earth:20260203T000000", 4, "which the file does not define; cannot find zone"),
            ("DTSTART:20260203\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260203", 6, "RECURRENCE-ID with RANGE"),
        ]
    )
    func values(lines: String, line: Int, reason: String) throws {
        let problem = try #require(Feeds.refusal(Array(Feeds.text(Feeds.event(lines)).utf8)))
        #expect(problem.line == line, "\(problem)")
        #expect(problem.cause.contains(reason), "\(problem)")
        #expect(!problem.description.contains { $0.isNewline })
    }

    @Test("a broken zone is refused where an event is in it")
    func zone() throws {
        let zone = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:20260101T000000\nEND:STANDARD\nEND:VTIMEZONE\n"
        let inside = Feeds.text(zone + Feeds.event("DTSTART;TZID=X:20260203T000000\nDURATION:PT1H"))
        #expect(Feeds.refusal(Array(inside.utf8))?.line == 6)
        #expect(Feeds.refusal(Array(Feeds.text(zone + Feeds.event("DTSTART:20260203")).utf8)) == nil)
        let offset = zone.replacing("END:STANDARD", with: "TZOFFSETTO:+9900\nEND:STANDARD")
        #expect(Feeds.refusal(Array(Feeds.text(offset).utf8))?.line == 8)
    }

    @Test("text that is not UTF-8 is refused with its line")
    func encoding() throws {
        let bytes = Array("BEGIN:VCALENDAR\r\nX-A:Bu".utf8) + [0xDF] + Array("tag\r\nEND:VCALENDAR\r\n".utf8)
        #expect(
            Feeds.refusal(bytes)?.description == "cannot use test.ics: line 2: it is not UTF-8 text, save it as UTF-8"
        )
    }

    @Test("components nested without end are refused")
    func nesting() throws {
        let problem = Feeds.refusal(Array(String(repeating: "BEGIN:VCALENDAR\n", count: 100_000).utf8))
        #expect(problem?.line == 17)
    }
}
