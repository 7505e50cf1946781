import Testing
import TimeBase
import WorkingTime

@Suite("Calendars as they are written")
struct CalendarSpecTests {
    @Test(
        "hours are read and shown",
        arguments: [
            ("09:00-17:00", 32_400, 61_200, "09:00-17:00"), ("22:00-06:00", 79_200, 108_000, "22:00-06:00"),
            ("00:00-24:00", 0, 86_400, "00:00-24:00"), ("18:00-00:00", 64_800, 86_400, "18:00-24:00"),
            ("09:00:30-10:00", 32_430, 36_000, "09:00:30-10:00"),
        ]
    )
    func spans(text: String, start: Int, end: Int, shown: String) {
        #expect(LocalSpan(text: text) == LocalSpan(start, end))
        #expect(LocalSpan(start, end).description == shown)
    }

    @Test(
        "other hours are nil",
        arguments: [
            "", "09:00", "9:00-17:00", "09:00-17:00-18:00", "09:00-09:00", "24:00-06:00", "09:00-24:01", "09:60-17:00",
            "09:00 - 17:00", "-09:00-17:00", "09-17", "+9:00-17:00",
        ]
    )
    func refuse(text: String) {
        #expect(LocalSpan(text: text) == nil)
    }

    @Test("29 February is a date of some years, 30 February of none")
    func monthDays() {
        #expect(MonthDay(month: 2, day: 29)?.description == "02-29")
        #expect(MonthDay(month: 2, day: 30) == nil)
        #expect(MonthDay(month: 13, day: 1) == nil)
    }

    @Test("overlapping weekly hours are refused, also over midnight and over the end of the week")
    func overlaps() throws {
        func problem(_ weekly: [Weekday: [LocalSpan]]) throws -> String? {
            do {
                _ = try WorkingCalendar(spec: CalendarSpec(name: "c", zone: "UTC", weekly: weekly), zone: .utc)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(try problem([.monday: [span("09:00-12:00"), span("12:00-17:00")]]) == nil)
        #expect(
            try problem([.monday: [span("11:00-17:00"), span("09:00-12:00")]])
                == "cannot use calendar \"c\": 09:00-12:00 of monday overlaps 11:00-17:00 of monday, merge the two"
        )
        #expect(
            try problem([.sunday: [span("22:00-06:00")], .monday: [span("05:00-17:00")]])
                == "cannot use calendar \"c\": 22:00-06:00 of sunday overlaps 05:00-17:00 of monday, merge the two"
        )
        #expect(try problem([.sunday: [span("22:00-06:00")], .monday: [span("06:00-17:00")]]) == nil)
    }

    @Test("hours that are empty, reversed or too long are refused")
    func badSpans() throws {
        for span in [
            LocalSpan(10, 10), LocalSpan(10, 5), LocalSpan(-1, 10), LocalSpan(86_400, 90_000), LocalSpan(0, 172_801),
        ] {
            let problem = CalendarProblem.badSpan(calendar: "c", day: "friday", span)
            #expect(throws: problem) {
                try WorkingCalendar(spec: CalendarSpec(name: "c", zone: "UTC", weekly: [.friday: [span]]), zone: .utc)
            }
        }
        let bad = LocalSpan(10, 5)
        for spec in [
            CalendarSpec(name: "c", zone: "UTC", datedHours: [try date("2026-12-24"): [bad]]),
            CalendarSpec(name: "c", zone: "UTC", closures: [try date("2026-12-24"): [bad]]),
        ] {
            #expect(throws: CalendarProblem.badSpan(calendar: "c", day: "2026-12-24", bad)) {
                try WorkingCalendar(spec: spec, zone: .utc)
            }
        }
    }

    @Test("the name of the built-in calendar and the rules of another zone are refused")
    func names() {
        #expect(throws: CalendarProblem.nameIsTaken("always")) {
            try WorkingCalendar(spec: CalendarSpec(name: "always", zone: "UTC"), zone: .utc)
        }
        #expect(throws: CalendarProblem.otherZone(calendar: "c", wanted: "Asia/Tokyo", given: "UTC")) {
            try WorkingCalendar(spec: CalendarSpec(name: "c", zone: "Asia/Tokyo"), zone: .utc)
        }
    }

    @Test("the hash changes with hours and zone, and not with names or the order of writing")
    func contentHash() throws {
        let (morning, evening) = (try span("09:00-12:00"), try span("13:00-17:00"))
        let hash = try office { $0.weekly[.saturday] = [morning, evening] }.contentHash
        #expect(try office { $0.weekly[.saturday] = [evening, morning] }.contentHash == hash)
        #expect(
            try office {
                $0.weekly[.saturday] = [morning, evening]
                $0.name = "other"
            }
            .contentHash == hash
        )
        let hashes = try [
            hash,
            office().contentHash,
            office { $0.zone = "Europe/London" }.contentHash,
            office { $0.holidays = [try date("2026-12-24")] }.contentHash,
            office { $0.datedHours = [try date("2026-12-24"): []] }.contentHash,
            office { $0.closures = [try date("2026-12-24"): [morning]] }.contentHash,
            office { $0.yearlyHolidays = [try #require(MonthDay(month: 12, day: 24))] }.contentHash,
            office { $0.yearlyClosures = [try #require(MonthDay(month: 12, day: 24)): [morning]] }.contentHash,
            WorkingCalendar.always.contentHash,
        ]
        #expect(Set(hashes).count == hashes.count)
    }
}
