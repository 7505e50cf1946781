import Testing
import TimeBase

@Suite("Zone rules")
struct ZoneRulesTests {
    @Test(
        "known offsets are given, up to the ends of the working range",
        arguments: [
            ("Europe/Berlin", "2026-07-01T00:00:00Z", 7_200),
            ("Europe/Berlin", "2026-10-25T00:59:59.999Z", 7_200),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", 3_600),
            ("Europe/Berlin", "2399-07-01T00:00:00Z", 7_200),
            ("Europe/Berlin", "1900-01-01T00:00:00Z", 3_600),
            // Negative summer time: the winter is the exception.
            ("Europe/Dublin", "2026-01-15T00:00:00Z", 0),
            ("Europe/Dublin", "2026-07-15T00:00:00Z", 3_600),
            ("Europe/Dublin", "2300-07-15T00:00:00Z", 3_600),
            // Half an hour of summer time.
            ("Australia/Lord_Howe", "2026-01-15T00:00:00Z", 39_600),
            ("Australia/Lord_Howe", "2026-07-15T00:00:00Z", 37_800),
            ("Australia/Lord_Howe", "2350-01-15T00:00:00Z", 39_600),
            // Back to zero for Ramadan.
            ("Africa/Casablanca", "2026-01-15T00:00:00Z", 3_600),
            ("Africa/Casablanca", "2026-03-01T00:00:00Z", 0),
            // Summer time was given up in 2022.
            ("Asia/Tehran", "2022-07-15T00:00:00Z", 16_200),
            ("Asia/Tehran", "2026-07-15T00:00:00Z", 12_600),
            // Over the date line.
            ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
            ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400),
            // Seconds in an offset.
            ("Africa/Monrovia", "1950-01-01T00:00:00Z", -2_670),
        ]
    )
    func offsets(name: String, text: String, offset: Int) throws {
        #expect(try zone(name).offset(at: at(text)) == offset)
    }

    @Test("a skipped wall time moves forward by the gap, a repeated one is its first occurrence")
    func wallTimes() throws {
        func instant(_ name: String, _ date: String, _ hour: Int, _ minute: Int = 0) throws -> String {
            let date = try #require(CivilDate(text: date))
            return try zone(name).instant(date: date, secondsOfDay: hour * 3_600 + minute * 60).shortRFC3339
        }
        // 02:00 to 03:00 is skipped.
        #expect(try instant("Europe/Berlin", "2026-03-29", 1, 59) == "2026-03-29T00:59:00Z")
        #expect(try instant("Europe/Berlin", "2026-03-29", 2) == "2026-03-29T01:00:00Z")
        #expect(try instant("Europe/Berlin", "2026-03-29", 2, 30) == "2026-03-29T01:30:00Z")
        #expect(try instant("Europe/Berlin", "2026-03-29", 3) == "2026-03-29T01:00:00Z")
        // 02:00 to 03:00 comes twice.
        #expect(try instant("Europe/Berlin", "2026-10-25", 2, 30) == "2026-10-25T00:30:00Z")
        #expect(try instant("Europe/Berlin", "2026-10-25", 3) == "2026-10-25T02:00:00Z")
        // Only half an hour.
        #expect(try instant("Australia/Lord_Howe", "2026-10-04", 2, 15) == "2026-10-03T15:45:00Z")
        // A whole day.
        #expect(try instant("Pacific/Apia", "2011-12-30", 9) == "2011-12-30T19:00:00Z")
        #expect(try instant("Pacific/Apia", "2011-12-31", 9) == "2011-12-30T19:00:00Z")
        // 24:00 and more are the days after.
        #expect(try instant("Europe/Berlin", "2026-03-28", 24) == "2026-03-28T23:00:00Z")
        #expect(try instant("Europe/Berlin", "2026-03-28", 30) == "2026-03-29T04:00:00Z")
    }

    @Test(
        "dates that a zone skipped are known",
        arguments: [
            ("Pacific/Apia", "2011-12-30"), ("Pacific/Fakaofo", "2011-12-30"), ("Pacific/Kiritimati", "1994-12-31"),
            ("Pacific/Kwajalein", "1993-08-21"),
        ]
    )
    func skippedDates(name: String, text: String) throws {
        let date = try #require(CivilDate(text: text))
        let rules = try zone(name)
        #expect(rules.isSkipped(date))
        #expect(!rules.isSkipped(CivilDate(dayNumber: date.dayNumber - 1)))
        #expect(!rules.isSkipped(CivilDate(dayNumber: date.dayNumber + 1)))
    }

    @Test("a date that comes twice is not skipped")
    func repeatedDate() throws {
        // Kwajalein went from the eastern to the western side in 1969.
        let date = try #require(CivilDate(text: "1969-09-30"))
        #expect(try !zone("Pacific/Kwajalein").isSkipped(date))
    }

    @Test("the local date and the next change of the offset are known")
    func changes() throws {
        let berlin = try zone("Europe/Berlin")
        #expect(try berlin.date(at: at("2026-06-30T22:00:00Z")).description == "2026-07-01")
        #expect(try berlin.date(at: at("1960-06-30T23:00:00Z")).description == "1960-07-01")
        #expect(try berlin.change(after: at("2026-06-30T22:00:00Z")) == at("2026-10-25T01:00:00Z"))
        #expect(try berlin.change(after: at("2026-10-25T01:00:00Z")) == at("2027-03-28T01:00:00Z"))
        #expect(try berlin.change(after: at("2399-12-01T00:00:00Z")) == nil)
        #expect(ZoneRules.utc.change(after: .earliest) == nil)
    }
}

@Suite("Rules for the far future")
struct ZoneFooterTests {
    /// Offsets at noon UTC of the dates.
    private func offsets(_ rule: String, _ dates: [String]) throws -> [Int] {
        let rules = try ZoneRules(name: "Test/Zone", posix: rule)
        return try dates.map { try rules.offset(at: at("\($0)T12:00:00Z")) }
    }

    @Test("a rule by weekdays holds in north and south")
    func weekdays() throws {
        #expect(try offsets("CET-1CEST,M3.5.0,M10.5.0/3", ["2300-01-01", "2300-07-01"]) == [3_600, 7_200])
        #expect(try offsets("<-03>3<-02>,M10.1.0,M2.3.0", ["2300-01-01", "2300-07-01"]) == [-7_200, -10_800])
    }

    @Test("29 February counts for a plain day number and never for a J")
    func julianDays() throws {
        // J60 is always 1 March; 59 is 29 February in a leap year.
        let dates = ["2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28", "2025-03-01"]
        #expect(try offsets("AAA0BBB,J60/0,J300/0", dates) == [0, 0, 3_600, 0, 3_600])
        #expect(try offsets("AAA0BBB,59/0,J300/0", dates) == [0, 3_600, 3_600, 0, 3_600])
        #expect(try offsets("AAA0BBB,0/0,J1/24", ["2024-01-01", "2024-01-02"]) == [3_600, 0])
    }

    @Test("hours go from -167 to 167")
    func longHours() throws {
        // Three days before 8 May, and seven days less an hour after it.
        #expect(try offsets("AAA0BBB,J128/-72,J300/0", ["2100-05-04", "2100-05-05"]) == [0, 3_600])
        #expect(try offsets("AAA0BBB,J128/167,J300/0", ["2100-05-14", "2100-05-15"]) == [0, 3_600])
        #expect(throws: ZoneProblem.self) { try offsets("AAA0BBB,J128/168,J300/0", []) }
    }

    @Test("summer time can last all year, or not come at all")
    func allYear() throws {
        let dates = ["2099-12-31", "2100-01-01", "2100-07-01"]
        #expect(try offsets("EST5EDT,0/0,J365/25", dates) == [-14_400, -14_400, -14_400])
        #expect(try offsets("XXX3EDT4,0/0,J365/23", dates) == [-14_400, -14_400, -14_400])
        #expect(try offsets("AAA0BBB,J60/0,J60/1", dates) == [0, 0, 0])
        let allYear = try ZoneRules(name: "Test/Zone", posix: "EST5EDT,0/0,J365/25")
        #expect(try allYear.change(after: at("1950-01-01T00:00:00Z")) == nil)
    }

    @Test(
        "what is not a rule is refused",
        arguments: [
            "", "CET", "CE-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
            "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,366,J5", "CET-25", "CET-1:60", "<CET-1", "CET-1 ",
            "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-99999999999999999999", "<C=T>1",
        ]
    )
    func refuse(rule: String) {
        #expect(throws: ZoneProblem.self) { try ZoneRules(name: "Test/Zone", posix: rule) }
    }
}
