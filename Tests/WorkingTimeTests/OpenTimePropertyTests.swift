import Glibc
import Support
import Testing
import TimeBase

@testable import WorkingTime

/// Random calendars held against the oracle; every failure says its seed.
@Suite("Open time against a slow oracle")
struct OpenTimePropertyTests {
    @Test("open time, deadlines and latest starts are those of the oracle", arguments: 0..<125 * Trial.soak)
    func agrees(seed: Int) throws {
        try Self.expectAgreement(of: Trial(seed: seed))
    }

    @Test("so they are second by second", arguments: 10_000..<10_000 + 8 * Trial.soak)
    func agreesBySeconds(seed: Int) throws {
        try Self.expectAgreement(of: Trial(seed: seed, bySeconds: true))
    }

    static func expectAgreement(of trial: Trial) throws {
        var trial = trial
        let (oracle, calendar) = (trial.oracle(), trial.calendar)
        for _ in 0..<12 {
            let instants = [trial.instant(), trial.instant()].sorted()
            let (a, b) = (instants[0], instants[1])
            let open = calendar.open(from: a, to: b)
            #expect(
                open.milliseconds == oracle.open(a.milliseconds, b.milliseconds),
                "\(trial.name): \(a) to \(b)"
            )
            #expect(calendar.open(from: b, to: a) == -open, "\(trial.name): S6")
            #expect(
                calendar.isOpen(at: a) == (oracle.open(a.milliseconds, a.milliseconds + 1) == 1),
                "\(trial.name): \(a)"
            )
            // Often a whole number of hours, so that it ends as something closes.
            let extra =
                Int64.random(in: 0..<3, using: &trial.random) * Int64.random(in: 0..<1_000, using: &trial.random)
            let span = Span(milliseconds: Int64.random(in: 0...30, using: &trial.random) * 900_000 + extra)
            if let expected = oracle.deadline(a.milliseconds, span.milliseconds) {
                let deadline = try calendar.deadline(from: a, after: span)
                #expect(deadline.milliseconds == expected, "\(trial.name): \(span) after \(a)")
                #expect(try calendar.latestStart(before: a, for: -span) == deadline, "\(trial.name): a negative span")
            }
            if let expected = oracle.latestStart(b.milliseconds, span.milliseconds) {
                let start = try calendar.latestStart(before: b, for: span)
                #expect(start.milliseconds == expected, "\(trial.name): \(span) before \(b)")
                #expect(try calendar.deadline(from: b, after: -span) == start, "\(trial.name): a negative span")
            }
        }
    }

    @Test(
        "adding and measuring undo each other, and sums come out the same in one step or in two",
        arguments: 0..<100 * Trial.soak
    )
    func laws(seed: Int) throws {
        var trial = try Trial(seed: 20_000 + seed)
        let calendar = trial.calendar
        for _ in 0..<12 {
            let (a, b) = (trial.instant(), trial.instant())
            let short = Span(milliseconds: Int64.random(in: 1...40_000_000, using: &trial.random))
            let long = short + Span(milliseconds: Int64.random(in: 1...40_000_000, using: &trial.random))
            guard let deadline = try? calendar.deadline(from: a, after: short),
                let later = try? calendar.deadline(from: a, after: long)
            else { continue }
            #expect(calendar.open(from: a, to: deadline) == short, "\(trial.name): \(short) after \(a)")
            #expect(deadline < later, "\(trial.name): \(short) and \(long) after \(a)")
            #expect(
                try calendar.deadline(from: deadline, after: long - short) == later,
                "\(trial.name): \(short) and \(long) after \(a)"
            )
            let moved = try calendar.deadline(from: a + .minutes(1), after: short)
            #expect(deadline <= moved, "\(trial.name): \(short) a minute after \(a)")
            #expect(
                calendar.open(from: a, to: b) + calendar.open(from: b, to: deadline) == short,
                "\(trial.name): over \(b)"
            )
            // The mirror: the latest start, so nothing later has as much open time.
            guard let start = try? calendar.latestStart(before: deadline, for: short) else { continue }
            #expect(start >= a, "\(trial.name): \(short) before \(deadline)")
            #expect(calendar.open(from: start, to: deadline) == short, "\(trial.name): \(short) before \(deadline)")
            #expect(
                calendar.open(from: start + Span(milliseconds: 1), to: deadline) < short,
                "\(trial.name): \(short) before \(deadline)"
            )
            #expect(
                calendar.open(from: a, to: deadline - Span(milliseconds: 1)) < short,
                "\(trial.name): \(short) after \(a)"
            )
        }
    }

    @Test("openings and closings are those of the oracle", arguments: 0..<50 * Trial.soak)
    func changes(seed: Int) throws {
        let trial = try Trial(seed: 30_000 + seed)
        let oracle = trial.oracle()
        let changes = oracle.changes
        let (start, end) = (Instant(milliseconds: trial.start), Instant(milliseconds: trial.end))
        var expected = changes.map(\.at)
        if oracle.isOpen.first == true { expected.insert(trial.start, at: 0) }
        if oracle.isOpen.last == true { expected.append(trial.end) }
        let stretches = trial.calendar.stretches(from: start, to: end)
        #expect(stretches.flatMap { [$0.start.milliseconds, $0.end.milliseconds] } == expected, "\(trial.name)")

        // The same, asked one by one from a moment between two of them.
        for (index, change) in changes.enumerated().dropFirst() {
            let before = changes[index - 1]
            let middle = Instant(milliseconds: (before.at + change.at) / 2)
            let next = change.opens ? trial.calendar.nextOpening : trial.calendar.nextClosing
            #expect(next(Instant(milliseconds: before.at))?.milliseconds == change.at, "\(trial.name): \(middle)")
            #expect(next(middle)?.milliseconds == change.at, "\(trial.name): after \(middle)")
            guard index + 1 < changes.count else { continue }
            let other = change.opens ? trial.calendar.nextClosing : trial.calendar.nextOpening
            #expect(other(middle)?.milliseconds == changes[index + 1].at, "\(trial.name): after \(middle)")
        }
    }

    @Test("business days close as the oracle's dates do", arguments: 0..<50 * Trial.soak)
    func businessDays(seed: Int) throws {
        var trial = try Trial(seed: 40_000 + seed)
        let oracle = trial.oracle()
        for _ in 0..<6 {
            let start = trial.instant()
            let day = oracle.day(start.milliseconds)
            guard day >= (oracle.closings.first?.day ?? .max) - 1 else { continue }
            for (index, closing) in oracle.closings.filter({ $0.day > day }).enumerated() {
                let found = try trial.calendar.closing(ofBusinessDay: index + 1, after: start)
                #expect(found.milliseconds == closing.at, "\(trial.name): \(index + 1) after \(start)")
            }
            guard day <= (oracle.closings.last?.day ?? .min) + 1 else { continue }
            for (index, closing) in oracle.closings.filter({ $0.day < day }).reversed().enumerated() {
                let found = try trial.calendar.closing(ofBusinessDay: -index - 1, after: start)
                #expect(found.milliseconds == closing.at, "\(trial.name): \(index + 1) before \(start)")
            }
        }
    }
}
