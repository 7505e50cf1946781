import Support
import Testing
import TimeBase

@testable import WorkingTime

/// A table that grows under many hands, and under any order of questions.
@Suite("Tables that grow")
struct SharedTableTests {
    @Test("many threads that ask one calendar at once get the answers of one that nobody shares")
    func threads() async throws {
        let shared = try office()
        await withTaskGroup(of: Bool.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    var random = Seeded(thread)
                    guard let own = try? office() else { return false }
                    return (0..<60)
                        .allSatisfy { _ in
                            let range = Int64(1_400_000_000_000)...2_200_000_000_000
                            let start = Instant(milliseconds: Int64.random(in: range, using: &random))
                            let span = Span.hours(Int64.random(in: 1...2_000, using: &random))
                            let deadline = try? shared.deadline(from: start, after: span)
                            return deadline != nil && deadline == (try? own.deadline(from: start, after: span))
                        }
                }
            }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    @Test("the answer does not depend on what was asked before", arguments: 0..<10)
    func order(seed: Int) throws {
        var random = Seeded(seed)
        let calendar = try office()
        for _ in 0..<8 {
            let start = Instant(milliseconds: Int64.random(in: 1_000_000_000_000...2_500_000_000_000, using: &random))
            let span = Span.hours(Int64.random(in: 1...3_000, using: &random))
            let fresh = try office()
            #expect(
                try calendar.deadline(from: start, after: span) == fresh.deadline(from: start, after: span),
                "seed \(seed): \(span) after \(start)"
            )
            #expect(
                try calendar.latestStart(before: start, for: span) == fresh.latestStart(before: start, for: span),
                "seed \(seed): \(span) before \(start)"
            )
        }
    }

    @Test("a calendar too dense for any table is walked, and stays within its limits")
    func dense() throws {
        // Open every other minute: 5,040 stretches a week.
        let spans = stride(from: 0, to: 86_400, by: 120).map { LocalSpan($0, $0 + 60) }
        let weekly = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, spans) })
        let spec = CalendarSpec(name: "dense", zone: "UTC", weekly: weekly)
        let dense = try WorkingCalendar(spec: spec, zone: .utc, stretchesMax: 6_000)
        let start = try at("2026-01-01T00:00:00Z")
        #expect(try dense.deadline(from: start, after: .hours(24 * 15)) == start + .hours(24 * 30) - .minutes(1))
        #expect(dense.open(from: start, to: start + .hours(24 * 20)) == .hours(24 * 10))
        #expect(dense.nextOpening(after: start) == start + .minutes(2))
    }
}
