import Support
import Testing
import TimeBase

@Suite("RFC 3339")
struct InstantTextTests {
    @Test(
        "texts are read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-21T14:02:10.123Z", 1_795_269_730_123),
            ("2026-11-21T15:02:10.123+01:00", 1_795_269_730_123),
            ("2026-11-21T15:02:10.123+0100", 1_795_269_730_123),
            ("2026-11-21t14:02:10.1239999z", 1_795_269_730_123),
            ("2026-11-21 14:02:10.1Z", 1_795_269_730_100),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("1990-12-31T15:59:60-08:00", 662_688_000_000),
            ("1972-07-01T00:59:60.5+01:00", 78_796_800_500), ("2030-06-30T23:59:60Z", 1_909_094_400_000),
            ("1900-01-01T00:00:00Z", -2_208_988_800_000),
            ("2399-12-31T23:59:59.999Z", 13_569_465_599_999),
        ] as [(String, Int64)]
    )
    func read(text: String, milliseconds: Int64) throws {
        #expect(try Instant(rfc3339: text).milliseconds == milliseconds)
    }

    @Test(
        "other texts are refused",
        arguments: [
            "", "now", "2026-11-21", "2026-11-21T14:02Z", "2026-11-21T14:02:10", "2026-11-21T24:00:00Z",
            "2026-11-21T14:60:00Z",
            "2026-11-21T14:02:61Z", "2026-11-21T14:02:10.Z", "2026-11-21T14:02:10+1:00", "2026-11-21T14:02:10+24:00",
            "2026-11-21T14:02:10+01:60", "2026-11-21T14:02:10+0160", "2026-11-21T14:02:10+01",
            "2026-11-21T14:02:10+010", "2026-11-21T14:02:10Zx", "2026-02-29T00:00:00Z",
            "2026-11-21T14:02:10.\(String(repeating: "1", count: 60))Z", "2026-11-21T14:02:10\u{0}Z",
            "٢026-11-21T14:02:10Z",
        ]
    )
    func refuse(text: String) {
        #expect(throws: Instant.TextProblem.notRFC3339) { try Instant(rfc3339: text) }
    }

    @Test(
        "a second 60 that was none is refused as such",
        arguments: [
            "2026-11-21T14:02:60Z", "2020-06-30T23:59:60Z", "2016-12-31T23:59:60+01:00", "2016-12-31T23:58:60Z",
            "2017-01-01T00:00:60Z", "2030-03-31T23:59:60Z",
        ]
    )
    func noLeapSecond(text: String) {
        #expect(throws: Instant.TextProblem.noLeapSecond) { try Instant(rfc3339: text) }
    }

    @Test(
        "years beyond the working range are refused as such",
        arguments: [
            "0001-01-01T00:00:00Z", "1900-01-01T00:00:00+00:01", "2400-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        ]
    )
    func outOfRange(text: String) {
        #expect(throws: Instant.TextProblem.outOfRange) { try Instant(rfc3339: text) }
    }

    @Test("an instant and its text are the same thing", arguments: 0..<200)
    func roundTrip(seed: Int) throws {
        var random = Seeded(seed)
        for _ in 0..<50 {
            let range = Instant.earliest.milliseconds...Instant.latest.milliseconds
            let instant = Instant(milliseconds: Int64.random(in: range, using: &random))
            #expect(try Instant(rfc3339: instant.rfc3339) == instant, "seed \(seed)")
            #expect(try Instant(rfc3339: instant.shortRFC3339) == instant, "seed \(seed)")
        }
    }

    @Test("whole seconds are short for people, and always long for machines")
    func forms() {
        #expect(Instant(milliseconds: 0).rfc3339 == "1970-01-01T00:00:00.000Z")
        #expect(Instant(milliseconds: 0).shortRFC3339 == "1970-01-01T00:00:00Z")
        #expect(Instant(milliseconds: -1).shortRFC3339 == "1969-12-31T23:59:59.999Z")
    }

    @Test("an instant that should not exist still has a description", arguments: [Int64.min, .max])
    func extremes(milliseconds: Int64) {
        #expect(Instant(milliseconds: milliseconds).description.contains("\(milliseconds)"))
    }
}
