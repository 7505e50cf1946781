import Testing
import TimeBase

@testable import slactl

@Suite("Times that people type")
struct TimeReadingTests {
    /// Thursday 2026-10-22 14:00 in Berlin, three days before the clocks go back.
    private static let now = "2026-10-22T12:00:00Z"

    private func read(
        _ text: String,
        at now: String = Self.now,
        _ direction: TimeReading.Direction = .ahead
    ) throws -> String {
        let zone = try ZoneFolder.system(tzdir: nil).rules(for: "Europe/Berlin")
        let reading = TimeReading(zone: zone, now: try Instant(rfc3339: now), direction: direction)
        return try reading.instant(text).shortRFC3339
    }

    @Test(
        "wall times are those of the zone",
        arguments: [
            ("now", "2026-10-22T12:00:00Z"),
            ("2026-12-01T12:00:00Z", "2026-12-01T12:00:00Z"), ("2026-12-01t12:00:00+05:30", "2026-12-01T06:30:00Z"),
            ("2026-12-01 12:00", "2026-12-01T11:00:00Z"), ("2026-12-01T12:00:30", "2026-12-01T11:00:30Z"),
            ("2026-12-01 9:00", "2026-12-01T08:00:00Z"), ("2026-12-01 12:00Z", "2026-12-01T12:00:00Z"),
            ("2026-12-01 9:00+02:00", "2026-12-01T07:00:00Z"), ("2026-12-01", "2026-11-30T23:00:00Z"),
            ("15:30", "2026-10-22T13:30:00Z"), ("today 15:30", "2026-10-22T13:30:00Z"),
            ("tomorrow 9:00", "2026-10-23T07:00:00Z"), ("Tomorrow", "2026-10-22T22:00:00Z"),
            ("yesterday 17:00", "2026-10-21T15:00:00Z"), ("monday 9:00", "2026-10-26T08:00:00Z"),
            ("thu 9:00", "2026-10-29T08:00:00Z"), ("friday", "2026-10-22T22:00:00Z"),
        ]
    )
    func wallTimes(text: String, instant: String) throws {
        #expect(try read(text) == instant)
    }

    @Test("S3: a wall time that the clocks skip moves forward by the gap, one that comes twice is its first")
    func changes() throws {
        #expect(try read("2026-03-29 02:30") == "2026-03-29T01:30:00Z")
        #expect(try read("2026-10-25 02:30") == "2026-10-25T00:30:00Z")
        #expect(try read("tomorrow 2:30", at: "2026-03-28T12:00:00Z") == "2026-03-29T01:30:00Z")
        // A day of 25 hours: tomorrow is the next date, 2d are 48 hours (S26).
        #expect(try read("tomorrow 12:00", at: "2026-10-24T10:00:00Z") == "2026-10-25T11:00:00Z")
        #expect(try read("1d", at: "2026-10-24T10:00:00Z") == "2026-10-25T10:00:00Z")
    }

    @Test("a length points ahead or back as the option means it, unless it says so itself")
    func lengths() throws {
        #expect(try read("2d") == "2026-10-24T12:00:00Z")
        #expect(try read("2d", .back) == "2026-10-20T12:00:00Z")
        #expect(try read("1d12h") == "2026-10-24T00:00:00Z")
        #expect(try read("90m") == "2026-10-22T13:30:00Z")
        #expect(try read("in 2h", .back) == "2026-10-22T14:00:00Z")
        #expect(try read("2h ago") == "2026-10-22T10:00:00Z")
        #expect(try read("monday 9:00", .back) == "2026-10-19T07:00:00Z")
        #expect(try read("thursday 9:00", .back) == "2026-10-15T07:00:00Z")
    }

    @Test(
        "what is no time is none, and says what is wrong with it",
        arguments: [
            ("noon", .notATime), ("", .notATime), ("24:00", .notATime), ("9", .notATime), ("9:5", .notATime),
            ("tomorrow at 9:00", .notATime), ("2026-12-01 12", .notATime), ("12h1d", .notATime), ("d", .notATime),
            ("2026-12-01 12:00 CET", .notATime), ("2026-02-29", .noSuchDate("2026-02-29")),
            ("2026-13-01 12:00", .noSuchDate("2026-13-01")), ("2400-01-02", .outOfRange),
            ("9999-01-01T00:00:00Z", .outOfRange), ("99999d", .notATime),
        ] as [(String, TimeReading.Problem)]
    )
    func mistakes(text: String, problem: TimeReading.Problem) throws {
        #expect(throws: problem) { try read(text) }
    }
}
