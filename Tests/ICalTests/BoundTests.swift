import ICal
import Support
import Testing
import TimeBase

@Suite("Large, endless and damaged files", .timeLimit(.minutes(5)))
struct BoundTests {
    @Test("a file of 10 MB is taken, whether its events are short and many or repeat for ever")
    func large() throws {
        var short = "BEGIN:VCALENDAR\r\n"
        var day = 0
        while short.utf8.count < 10_000_000 {
            let date = CivilDate(dayNumber: 18_000 + day % 5_000).description.replacing("-", with: "")
            short += "BEGIN:VEVENT\r\nUID:\(day)\r\nDTSTART;VALUE=DATE:\(date)\r\nSUMMARY:Day \(day)\r\nEND:VEVENT\r\n"
            day += 1
        }
        let holidays = try Feeds.holidays(short + "END:VCALENDAR\r\n")
        #expect(holidays.dates.count == 5_000)
        var yearly = "BEGIN:VCALENDAR\r\n"
        day = 0
        while yearly.utf8.count < 10_000_000 {
            let date = CivilDate(dayNumber: 20_454 + day % 365).description.replacing("-", with: "")
            yearly += "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:\(date)\r\nRRULE:FREQ=YEARLY\r\nDESCRIPTION:\(day)\r\n"
            yearly += " \(String(repeating: "long text ", count: 40))\r\nEND:VEVENT\r\n"
            day += 1
        }
        // 2026 to 2099 without the leap days.
        #expect(try Feeds.holidays(yearly + "END:VCALENDAR\r\n").dates.count == 74 * 365)
    }

    @Test("a file beyond 16 MiB is refused unread")
    func tooLarge() {
        let problem = Feeds.refusal([UInt8](repeating: 0x41, count: FeedLimits.bytesMax + 1))
        #expect(problem?.cause == "it has more than 16777216 bytes, is this the right file?")
    }

    @Test("a rule without an end stops at the last date of a feed")
    func endless() throws {
        let dates = try Feeds.dates(Feeds.event("DTSTART;VALUE=DATE:20991229\nRRULE:FREQ=DAILY"))
        #expect(dates == ["2099-12-29", "2099-12-30", "2099-12-31"])
        #expect(try Feeds.dates(Feeds.event("DTSTART;VALUE=DATE:25000101\nRRULE:FREQ=DAILY")) == [])
        #expect(try Feeds.dates(Feeds.event("DTSTART;VALUE=DATE:20261224\nDURATION:P36600D")).count == 26_671)
    }

    @Test("many rules that find little are left out before they cost more than seconds")
    func costly() throws {
        let events = (0..<3_000)
            .map {
                Feeds.event(
                    "DTSTART;VALUE=DATE:\(CivilDate(dayNumber: $0).description.replacing("-", with: ""))\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29"
                )
            }
        let warnings = try Feeds.warnings(Feeds.text(events.joined(separator: "\n")))
        #expect(warnings.first?.cause.contains("too much work") == true)
    }

    @Test("long events of times that recur often cost no more than dates do")
    func longAndOften() throws {
        let event = Feeds.event("DTSTART:20260203T090000\nDTEND:20450203T100000\nRRULE:FREQ=DAILY;COUNT=2500")
        let holidays = try Feeds.holidays(Feeds.text(event))
        // From the first day to the last one of 2,500 stretches that begin on consecutive days.
        #expect(holidays.closures.count == 9_440)
        let often = Feeds.text(event.replacing("COUNT=2500", with: "COUNT=4000"))
        #expect(Feeds.refusal(Array(often.utf8))?.cause.contains("too many dates") == true)
    }

    @Test("too many events, dates and parts of days are refused")
    func counts() throws {
        let event = "BEGIN:VEVENT\nDTSTART:20260203\nEND:VEVENT\n"
        let many = "BEGIN:VCALENDAR\n" + String(repeating: event, count: FeedLimits.eventsMax + 1) + "END:VCALENDAR\n"
        #expect(Feeds.refusal(Array(many.utf8))?.cause.contains("250000 events") == true)
        let long = "BEGIN:VEVENT\nDTSTART:19700101\nDURATION:P36600D\nEND:VEVENT\n"
        let dates = "BEGIN:VCALENDAR\n" + String(repeating: long, count: 600) + "END:VCALENDAR\n"
        #expect(Feeds.refusal(Array(dates.utf8))?.cause.contains("too many dates") == true)
        let parts = Feeds.event("DTSTART:20260203T000000\nDURATION:PT1S\nRRULE:FREQ=MINUTELY;COUNT=210000")
        #expect(Feeds.refusal(Array(Feeds.text(parts).utf8))?.cause.contains("parts of days") == true)
    }

    /// A file with a bit of everything.
    private static let sample = Feeds.text(
        """
        BEGIN:VTIMEZONE
        TZID:Own
        BEGIN:STANDARD
        DTSTART:19961027T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;UNTIL=20361026T010000Z;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:19810329T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        RDATE:19820328T020000,19830327T020000
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:a@example.org
        DTSTART;VALUE=DATE:20260525
        DTEND;VALUE=DATE:20260527
        RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;WKST=SU
        EXDATE;VALUE=DATE:20270531,20290528
        SUMMARY:Spring\\, a bank
          holiday
        END:VEVENT
        BEGIN:VEVENT
        UID:a@example.org
        RECURRENCE-ID;VALUE=DATE:20280529
        DTSTART;VALUE=DATE:20280605
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;TZID=Own:20260203T090000
        DURATION:P1DT2H30M
        RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=30;BYDAY=MO,WE,FR;BYSETPOS=1,-1
        RDATE;VALUE=PERIOD:20260204T090000Z/PT1H,20260206T090000Z/20260206T100000Z
        STATUS:CONFIRMED
        END:VEVENT
        BEGIN:VEVENT
        DTSTART:20260203T090000Z
        DTEND:20260203T100000Z
        RRULE:FREQ=HOURLY;INTERVAL=7;BYHOUR=1,8,15;BYMINUTE=0,30;UNTIL=20260401
        RRULE:FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=TU
        EXRULE:FREQ=YEARLY;BYYEARDAY=1,-1,366
        END:VEVENT
        """
    )

    @Test("a damaged file is read or refused with a line of it, and never crashes or hangs", arguments: 0..<500)
    func damaged(seed: Int) throws {
        var dice = Seeded(seed)
        var bytes = Array(Self.sample.utf8)
        for _ in 0...(seed % 5) { bytes = Self.damage(bytes, &dice) }
        let lines = bytes.count { $0 == 0x0A } + 1
        if let holidays = try? Feeds.holidays(bytes: bytes) {
            for warning in holidays.warnings {
                #expect(warning.line.map { (1...lines).contains($0) } ?? true, "seed \(seed): \(warning)")
                #expect(!warning.description.contains { $0.isNewline }, "seed \(seed): \(warning)")
            }
        }
        guard let problem = Feeds.refusal(bytes) else { return }
        #expect(problem.line.map { (1...lines).contains($0) } ?? true, "seed \(seed): \(problem)")
        #expect(!problem.description.contains { $0.isNewline }, "seed \(seed): \(problem)")
    }

    @Test("the sample that is damaged is a good one")
    func sampleIsGood() {
        #expect(Feeds.refusal(Array(Self.sample.utf8)) == nil)
        #expect(throws: Never.self) { try #require(try Feeds.warnings(Self.sample).isEmpty) }
    }

    private static func damage(_ bytes: [UInt8], _ dice: inout Seeded) -> [UInt8] {
        var bytes = bytes
        let at = Int.random(in: 0..<bytes.count, using: &dice)
        let length = Int.random(in: 1...min(40, bytes.count - at), using: &dice)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let line = Int.random(in: 0..<lines.count, using: &dice)
        switch Int.random(in: 0..<9, using: &dice) {
        case 0: bytes.removeSubrange(at...)
        case 1: bytes.removeSubrange(at..<at + length)
        case 2: bytes[at] = UInt8.random(in: 0...255, using: &dice)
        case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0...bytes.count, using: &dice))
        case 4: bytes.insert(Array(";:,=/\"-+0123456789TZP\n ".utf8).randomElement(using: &dice) ?? 0x3A, at: at)
        case 5: bytes = Array((lines[..<line] + lines[(line + 1)...]).joined(separator: [0x0A]))
        case 6: bytes = Array((lines[...line] + lines[line...]).joined(separator: [0x0A]))
        case 7:
            // Digits are where dates, counts and intervals are.
            let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) }
            if let digit = digits.randomElement(using: &dice) { bytes[digit] = UInt8.random(in: 48...57, using: &dice) }
        default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &dice))
        }
        return bytes.isEmpty ? [0x0A] : bytes
    }
}
