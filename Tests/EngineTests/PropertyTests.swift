import Engine
import Support
import Testing
import TimeBase
import WorkingTime

/// What holds for every history; a failure names the seed that shows it.
@Suite("Every history")
struct PropertyTests {
    private static let customerMetrics: Set<Metric> = [.firstReply, .nextReply, .resolution]
    private static let seeds = 0..<200

    private static func policy(_ seed: Int, ladder: Ladder? = nil) throws -> Policy {
        let calendar = seed % 2 == 0 ? "always" : "office"
        let targets = [
            Target(metric: .firstReply, duration: .hours(6), calendar: calendar),
            Target(metric: .nextReply, duration: .hours(2), calendar: calendar),
            Target(metric: .resolution, duration: .hours(12), calendar: calendar, pauseIn: [StatusSet(.pending)]),
            Target(
                metric: .tierTime,
                duration: .hours(5),
                calendar: calendar,
                pauseIn: [StatusSet(.pending), StatusSet(.onHold)]
            ),
        ]
        let high = targets.map {
            Target(metric: $0.metric, duration: .hours(1), calendar: "always", pauseIn: $0.pauseIn)
        }
        return Policy.sample(
            targets,
            calendar: try .office(),
            ladder: ladder,
            rules: [TargetRule(name: "high", condition: .priority(["high"]), targets: high)]
        )
    }

    private static let telling = Ladder(
        name: "default",
        steps: [
            Step(due: .percent(75), text: "75%", action: .notify, audience: [.assignee]),
            Step(due: .after(.zero, wall: false), text: "breach", action: .notify, audience: [.manager]),
        ]
    )

    /// The accepted events of a case in the order of S20, each at its own instant.
    private static func ordered(_ scenario: Scenario) -> [(event: Event, now: Instant)] {
        let opening = scenario.facts.first
        let rest = scenario.facts.dropFirst().sorted { $0.position < $1.position }
        return ((opening.map { [$0] } ?? []) + rest).map { ($0.event, $0.event.at) }
    }

    @Test("told late and out of order comes to the same as told in order (S20, S21)", arguments: seeds)
    func lateEqualsOrdered(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation + [.priorityChanged])
        let policy = try Self.policy(seed, ladder: Self.telling)
        var late = Scenario(policy)
        try late.tell(history.asHandedIn, until: history.end)
        var inOrder = Scenario(policy)
        try inOrder.tell(Self.ordered(late), until: history.end)
        #expect(Standing.list(late.state) == Standing.list(inOrder.state), "seed \(seed)")
        #expect(Ending.list(late.records) == Ending.list(inOrder.records), "seed \(seed)")
        #expect(late.state?.status == inOrder.state?.status, "seed \(seed)")
    }

    @Test("so it does for the customer's timers while ladders move the case (S17, S21)", arguments: seeds)
    func lateEqualsOrderedWithMoves(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation)
        let policy = try Self.policy(seed)
        var late = Scenario(policy)
        try late.tell(history.asHandedIn, until: history.end)
        var inOrder = Scenario(policy)
        try inOrder.tell(Self.ordered(late), until: history.end)
        let metrics = Self.customerMetrics
        #expect(Standing.list(late.state, metrics) == Standing.list(inOrder.state, metrics), "seed \(seed)")
        #expect(
            Ending.list(late.records).filter { metrics.contains($0.metric) }
                == Ending.list(inOrder.records).filter { metrics.contains($0.metric) },
            "seed \(seed)"
        )
    }

    @Test("when it is looked at changes no verdict, deadline or breach date (S12)", arguments: seeds)
    func wakes(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation)
        let inOrder = history.events.map { ($0, $0.at) }
        let policy = try Self.policy(seed, ladder: Self.telling)
        var punctual = Scenario(policy)
        try punctual.tell(inOrder, until: history.end)
        var asleep = Scenario(policy)
        try asleep.tell(inOrder, until: history.end, asleep: true)
        var restless = Scenario(policy)
        var previous = RandomHistory.start
        for (event, now) in inOrder {
            for _ in 0..<3 where now > previous {
                let wake = Int64.random(in: previous.milliseconds...now.milliseconds, using: &random)
                let between = Instant(milliseconds: wake)
                try restless.sleep(until: between)
                try restless.wake(at: between)
                previous = between
            }
            try restless.sleep(until: now)
            try restless.hand(in: [event], at: now)
            previous = now
        }
        try restless.sleep(until: history.end)
        try restless.wake(at: history.end)
        for other in [asleep, restless] {
            #expect(Standing.list(other.state) == Standing.list(punctual.state), "seed \(seed)")
            #expect(Ending.list(other.records) == Ending.list(punctual.records), "seed \(seed)")
        }
    }

    @Test("decided again in the same instant, nothing is left to decide (S32)", arguments: seeds)
    func again(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation + [.priorityChanged, .acknowledged])
        var scenario = Scenario(try Self.policy(seed))
        for (event, now) in history.asHandedIn {
            try scenario.sleep(until: now)
            try scenario.hand(in: [event], at: now)
            let before = scenario
            try scenario.wake(at: now)
            #expect(scenario.records.count == before.records.count, "seed \(seed) at \(now)")
            #expect(scenario.state == before.state, "seed \(seed) at \(now)")
            #expect(scenario.nextWake == before.nextWake, "seed \(seed) at \(now)")
        }
    }

    @Test("nothing comes before its time, and the next look lies ahead", arguments: seeds)
    func notBefore(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation + [.priorityChanged, .acknowledged])
        var scenario = Scenario(try Self.policy(seed))
        for (event, now) in history.asHandedIn {
            try scenario.sleep(until: now)
            try scenario.hand(in: [event], at: now)
            #expect(scenario.nextWake ?? .latest > now, "seed \(seed) at \(now)")
        }
        try scenario.sleep(until: history.end)
        for record in scenario.records { #expect(record.noticedAt >= record.at, "seed \(seed): \(record)") }
    }

    @Test("each revision of a breach is told once and taken back at most once (S21, S32)", arguments: seeds)
    func once(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation + [.priorityChanged])
        var scenario = Scenario(try Self.policy(seed))
        try scenario.tell(history.asHandedIn, until: history.end)
        var told: [[Int]: [LedgerRecord.Kind]] = [:]
        for record in scenario.records where [.breached, .retracted, .met, .metLate].contains(record.kind) {
            let key = [Int(record.metric?.rawValue ?? 99), record.cycle ?? 0, record.revision ?? 0]
            told[key, default: []].append(record.kind)
        }
        for (key, kinds) in told {
            #expect(kinds.count { $0 == .breached } <= 1, "seed \(seed), \(key): \(kinds)")
            #expect(kinds.count { $0 == .retracted } <= kinds.count { $0 == .breached }, "seed \(seed), \(key)")
            // What was met may turn out late, and says so with its breach; what was late is met only in a new revision.
            let breach = kinds.firstIndex(of: .breached) ?? kinds.endIndex
            #expect(kinds[breach...].allSatisfy { $0 != .met }, "seed \(seed), \(key): \(kinds)")
            #expect(kinds[..<breach].allSatisfy { $0 == .met }, "seed \(seed), \(key): \(kinds)")
        }
    }
}
