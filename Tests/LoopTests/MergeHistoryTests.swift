import Engine
import Loop
import Support
import Testing
import TimeBase

/// What holds for all histories of cases that go into each other; a failure names the seed that shows it.
@Suite("Every history of merged cases")
struct MergeHistoryTests {
    private static let ids = ["A", "B", "C"]
    private static let start = Scenario.instant("Mon", "07:00")
    private static let end = start + .hours(24 * 7)

    private static let kinds: [Event.Kind] = [
        .customerMessage, .customerMessage, .customerMessage, .agentReply, .agentReply, .note, .pending, .onHold,
        .resumed,
        .resolved, .closed, .reopened, .noReplyNeeded,
    ]

    private static let telling = Ladder(
        name: "default",
        steps: [
            Step(due: .percent(75), text: "75%", action: .notify, audience: [.assignee]),
            Step(due: .after(.zero, wall: false), text: "breach", action: .notify, audience: [.manager]),
        ]
    )

    private static func policy(_ seed: Int) -> Policy {
        var random = Seeded(seed + 1_000)
        let targets = Metric.allCases.filter { $0 != .tierTime }
            .map { metric in
                Target(
                    metric: metric,
                    duration: .hours(Int64.random(in: 1...12, using: &random)),
                    calendar: "always",
                    settle: seed % 4 == 0 ? .minutes(20) : .zero
                )
            }
        return .sample(targets, ladder: telling) {
            $0.afterReopenWindow = .openLinked
            $0.reopenWindow = .hours(24 * 14)
        }
    }

    /// Three cases, of which two go into another one; every event has its own place.
    private static func history(_ seed: Int) -> [Event] {
        var random = Seeded(seed)
        var events: [Event] = []
        for id in ids {
            var minute = Int64.random(in: 0...8, using: &random) * 15
            for number in 0...Int.random(in: 2...9, using: &random) {
                let kind = number == 0 ? Event.Kind.opened : kinds.randomElement(using: &random) ?? .note
                var event = Event(id: "e\(number)", caseID: CaseID(id), at: start + .minutes(minute), kind: kind)
                if kind == .opened, Int.random(in: 0..<5, using: &random) == 0 { event.openedBy = .staff }
                events.append(event)
                minute += 15 * Int64([0, 1, 2, 4, 8, 12, 30].randomElement(using: &random) ?? 0)
            }
        }
        let pairs = [("A", "B"), seed % 3 == 0 ? ("C", "B") : seed % 3 == 1 ? ("B", "C") : ("C", "A")]
        for (loser, survivor) in pairs {
            // Not before both are open.
            let openedAt = events.filter { $0.kind == .opened }.map(\.at).max() ?? start
            let at = openedAt + .minutes(15 * Int64.random(in: 1...40, using: &random))
            var merge = Event(id: "m", caseID: CaseID(loser), at: at, kind: .merged)
            merge.link = Link(CaseID(survivor))
            events.append(merge)
        }
        events.sort { ($0.at, $0.kind == .opened ? 0 : 1) < ($1.at, $1.kind == .opened ? 0 : 1) }
        for index in events.indices { events[index].seq = Int64(index) }
        return events
    }

    /// What a run came to, case by case.
    private struct Result: Equatable {
        var timers: [String]
        var status: [Status?]
        var waiting: [Instant?]
        /// Breaches that stand and are not void, whatever became of their cycles.
        var breaches: [String]
    }

    /// What it came to, and the events that were taken, in their order.
    private static func tell(
        _ events: [(event: Event, now: Instant)],
        _ policy: Policy
    ) throws -> (result: Result, taken: [Event]) {
        let stage = try Stage(policy)
        var taken: [Event] = []
        for (event, now) in events {
            while let due = stage.alarm.armed, due <= now { try wake(stage, at: due) }
            stage.clock.set(now)
            let answer = try stage.loop.submit([Unit(events: [event])])[0][0]
            if answer.final == .applied { taken.append(event) }
        }
        while let due = stage.alarm.armed, due <= end { try wake(stage, at: due) }
        let cases = ids.map { stage.store.kept.cases[CaseID($0)] }
        let result = Result(
            timers: cases.flatMap { ($0?.timers ?? []).map(text) },
            status: cases.map { $0?.status },
            waiting: cases.map { $0?.waitingSince },
            breaches: ids.flatMap { id in breaches(stage.store.kept.records[CaseID(id)] ?? []).map { "\(id) \($0)" } }
        )
        return (result, taken.sorted { ($0.seq ?? 0) < ($1.seq ?? 0) })
    }

    private static func wake(_ stage: Stage, at due: Instant) throws {
        if due > stage.clock.reading { stage.clock.set(due) }
        _ = try stage.wakeAll()
    }

    private static func text(_ timer: CaseTimer) -> String {
        var words = [timer.metric.word, timer.state.word, timer.verdict?.word ?? "-", Scenario.text(timer.startedAt)]
        words.append(timer.endedAt.map(Scenario.text) ?? "-")
        words.append(timer.deadline.map(Scenario.text) ?? "-")
        words.append(timer.breachedAt.map { "missed \(Scenario.text($0))" } ?? "-")
        words.append("\(timer.elapsed) of \(timer.duration)")
        if timer.isVoid { words.append("void") }
        return words.joined(separator: " ")
    }

    private static func breaches(_ records: [LedgerRecord]) -> [String] {
        var standing: [String: Instant] = [:]
        for record in records {
            let key = "\(record.metric?.word ?? "") \(record.cycle ?? 0)"
            if record.kind == .breached { standing[key] = record.at }
            if record.kind == .retracted { standing[key] = nil }
        }
        return standing.map { "\($0.key.split(separator: " ")[0]) \(Scenario.text($0.value))" }.sorted()
    }

    @Test("S18, S20, S21: in whatever order it comes in, it comes to the same in all cases", arguments: Seeded.seeds)
    func permuted(seed: Int) throws {
        var random = Seeded(seed + 77)
        let events = Self.history(seed)
        let policy = Self.policy(seed)
        let last = events.last?.at ?? Self.end
        let first = events.filter { $0.kind == .opened }
        let merges = events.filter { $0.kind == .merged }
        let rest = events.filter { $0.kind != .opened && $0.kind != .merged }.shuffled(using: &random)
        let shuffled =
            first.map { ($0, $0.at) }
            + (merges.shuffled(using: &random) + rest).enumerated()
            .map { ($0.element, last + .minutes(Int64($0.offset))) }
        let permuted = try Self.tell(shuffled, policy)
        // What was refused as it came in is no part of the history.
        let inOrder = try Self.tell(permuted.taken.map { ($0, $0.at) }, policy)
        #expect(permuted.result == inOrder.result, "seed \(seed)")
    }

    @Test("S18, S21: also where the merges come last", arguments: Seeded.seeds)
    func lateMerges(seed: Int) throws {
        let events = Self.history(seed)
        let policy = Self.policy(seed)
        let last = events.last?.at ?? Self.end
        let merges = events.filter { $0.kind == .merged }.reversed().enumerated()
            .map { ($0.element, last + .hours(1 + Int64($0.offset))) }
        let late = try Self.tell(events.filter { $0.kind != .merged }.map { ($0, $0.at) } + merges, policy)
        let inOrder = try Self.tell(late.taken.map { ($0, $0.at) }, policy)
        #expect(late.result == inOrder.result, "seed \(seed)")
    }
}
