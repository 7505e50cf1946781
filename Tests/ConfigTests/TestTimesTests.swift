import Testing
import TimeBase

@testable import Config

@Suite("The short times of policy tests")
struct TestTimesTests {
    private func times() throws -> TestTimes { TestTimes(zone: try Given.zone("Europe/Berlin")) }

    /// 2026-11-20T15:00:00+01:00, a Friday.
    private let friday = Instant(milliseconds: 1_795_183_200_000)

    private func read(_ text: String, _ direction: TestTimes.Direction) throws -> String? {
        var words = text.split(separator: " ").map(String.init)[...]
        return try times().take(&words, direction)?.shortRFC3339
    }

    @Test(
        "are the next such moment, that of the line before included",
        arguments: [
            ("Fri 15:00", "2026-11-20T14:00:00Z"), ("fri 14:59", "2026-11-27T13:59:00Z"),
            ("Mon 13:00", "2026-11-23T12:00:00Z"), ("monday 13:00:", "2026-11-23T12:00:00Z"),
            ("at 15:00:00.001", "2026-11-20T14:00:00.001Z"), ("9:00", "2026-11-21T08:00:00Z"),
            ("+7h", "2026-11-20T21:00:00Z"), ("+1h30m", "2026-11-20T15:30:00Z"),
            ("2026-07-01 12:00", "2026-07-01T10:00:00Z"), ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"),
        ]
    )
    func forward(text: String, expected: String) throws {
        #expect(try read(text, .from(friday)) == expected)
    }

    @Test(
        "or the last one, for what happened before",
        arguments: [
            ("14:58", "2026-11-20T13:58:00Z"), ("15:01", "2026-11-19T14:01:00Z"), ("Mon 13:00", "2026-11-16T12:00:00Z"),
        ]
    )
    func backward(text: String, expected: String) throws {
        #expect(try read(text, .until(friday)) == expected)
    }

    @Test(
        "anything else is none",
        arguments: ["", "Fri", "Fri 25:00", "24:00", "12:60", "12:5", "noon", "+x", "Fri x"]
    )
    func none(text: String) throws {
        #expect(try read(text, .from(friday)) == nil)
    }

    @Test("are written as they are read")
    func written() throws {
        let times = try times()
        #expect(times.text(of: friday, after: friday) == "Fri 15:00")
        #expect(times.text(of: friday + Span(milliseconds: 1), after: friday) == "Fri 15:00:00.001")
        #expect(times.text(of: friday + .hours(24 * 6), after: friday) == "Thu 15:00")
        #expect(
            times.text(of: friday + .hours(24 * 7), after: friday) == "2026-11-27 15:00",
            "a Friday, but not the next"
        )
    }
}
