import Engine
import Support
import Testing
import TimeBase
import WorkingTime

/// What holds for every history; a failure names the seed that shows it.
@Suite("Every history")
struct PropertyTests {
    private static let customerMetrics = Set(Metric.allCases).subtracting([.tierTime])
    /// Laid out once: that takes some time.
    private static let office = Result { try WorkingCalendar.office() }

    /// All eight metrics with pauses, reopen modes and settling made of the seed.
    private static func policy(
        _ seed: Int,
        settles: Bool = true,
        looser: Int64 = 1,
        ladder: Ladder? = nil
    ) throws -> Policy {
        let calendar = seed % 2 == 0 ? "always" : "office"
        var random = Seeded(seed + 1_000)
        let targets = [Target].random(&random, calendar: calendar, settles: settles, looser: looser)
        let high = targets.map { target in
            var high = target
            high.allowance = .openTime(.hours(looser))
            high.calendar = "always"
            return high
        }
        return Policy.sample(
            targets,
            calendar: try office.get(),
            ladder: ladder,
            rules: [TargetRule(name: "high", condition: .priority(["high"]), targets: high)],
            change: { $0.reopenWindow = seed % 3 == 0 ? .hours(2) : .hours(24 * 14) }
        )
    }

    /// Half of the seeds have cases that turn out to be spam, or not, or are deleted.
    private static func kinds(_ seed: Int) -> [Event.Kind] {
        seed % 2 == 0 ? RandomHistory.everything : RandomHistory.conversation + [.priorityChanged]
    }

    private static let quiet = Ladder(name: "default", steps: [])

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

    @Test("told late and out of order comes to the same as told in order (S20, S21)", arguments: Seeded.seeds)
    func lateEqualsOrdered(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed))
        let policy = try Self.policy(seed, ladder: Self.telling)
        var late = Scenario(policy)
        try late.tell(history.asHandedIn, until: history.end)
        var inOrder = Scenario(policy)
        try inOrder.tell(Self.ordered(late), until: history.end)
        #expect(Standing.list(late.state) == Standing.list(inOrder.state), "seed \(seed)")
        #expect(Ending.list(late.records) == Ending.list(inOrder.records), "seed \(seed)")
        #expect(late.state?.status == inOrder.state?.status, "seed \(seed)")
    }

    @Test("so it does for the customer's timers while ladders move the case (S17, S21)", arguments: Seeded.seeds)
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

    @Test("when it is looked at changes no verdict, deadline or breach date (S12)", arguments: Seeded.seeds)
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

    @Test("decided again in the same instant, nothing is left to decide (S32)", arguments: Seeded.seeds)
    func again(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed) + [.acknowledged])
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

    @Test("nothing comes before its time, and the next look lies ahead", arguments: Seeded.seeds)
    func notBefore(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed) + [.acknowledged])
        var scenario = Scenario(try Self.policy(seed))
        for (event, now) in history.asHandedIn {
            try scenario.sleep(until: now)
            try scenario.hand(in: [event], at: now)
            #expect(scenario.nextWake ?? .latest > now, "seed \(seed) at \(now)")
        }
        try scenario.sleep(until: history.end)
        for record in scenario.records { #expect(record.noticedAt >= record.at, "seed \(seed): \(record)") }
    }

    @Test("each revision of a breach is told once and taken back at most once (S21, S32)", arguments: Seeded.seeds)
    func once(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed))
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

    @Test("in whatever order it comes in, a history comes to the same (S20, S21)", arguments: Seeded.seeds)
    func permuted(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed))
        let policy = try Self.policy(seed, ladder: Self.telling)
        let shuffled = history.events.dropFirst().shuffled(using: &random)
        let last = history.events.last?.at ?? history.end
        var permuted = Scenario(policy)
        try permuted.tell(
            history.events.prefix(1).map { ($0, $0.at) }
                + shuffled.enumerated().map { ($0.element, last + .minutes(Int64($0.offset))) },
            until: history.end
        )
        var inOrder = Scenario(policy)
        try inOrder.tell(Self.ordered(permuted), until: history.end)
        #expect(Standing.list(permuted.state) == Standing.list(inOrder.state), "seed \(seed)")
        #expect(Ending.list(permuted.records) == Ending.list(inOrder.records), "seed \(seed)")
    }

    @Test("settling delays what is announced and changes nothing else (S22)", arguments: Seeded.seeds)
    func settling(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed))
        let policy = try Self.policy(seed, ladder: Self.telling)
        var settling = Scenario(policy)
        try settling.tell(history.asHandedIn, until: history.end)
        var prompt = Scenario(try Self.policy(seed, settles: false, ladder: Self.telling))
        try prompt.tell(history.asHandedIn, until: history.end)
        #expect(Standing.list(settling.state) == Standing.list(prompt.state), "seed \(seed)")
        #expect(Ending.list(settling.records) == Ending.list(prompt.records), "seed \(seed)")
        // Both rules settle alike.
        let settle = Dictionary(
            uniqueKeysWithValues: policy.targetRules.first?.targets.map { ($0.metric, $0.settle) } ?? []
        )
        for record in settling.records where record.kind == .breached {
            let earliest = record.at + (record.metric.flatMap { settle[$0] } ?? .zero)
            #expect(record.noticedAt >= earliest, "seed \(seed): \(record)")
        }
        let retractions = { (records: [LedgerRecord]) in records.count { $0.kind == .retracted } }
        #expect(retractions(settling.records) <= retractions(prompt.records), "seed \(seed)")
    }

    @Test("a looser duration adds no breach (S12, S15)", arguments: Seeded.seeds)
    func looser(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation)
        func breaches(_ looser: Int64) throws -> Set<String> {
            var scenario = Scenario(try Self.policy(seed, settles: false, looser: looser, ladder: Self.quiet))
            try scenario.tell(history.events.map { ($0, $0.at) }, until: history.end)
            return Set(
                Ending.list(scenario.records).filter { $0.breachedAt != nil }
                    .map { "\($0.metric.word) \(Scenario.text($0.startedAt))" }
            )
        }
        let more = try breaches(2).subtracting(breaches(1))
        #expect(more.isEmpty, "seed \(seed): \(more)")
    }

    @Test("no cycle has two verdicts (S9, S12)", arguments: Seeded.seeds)
    func oneVerdict(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: Self.kinds(seed))
        var scenario = Scenario(try Self.policy(seed, ladder: Self.quiet))
        try scenario.tell(history.events.map { ($0, $0.at) }, until: history.end)
        var words: [[Int]: [LedgerRecord.Kind]] = [:]
        for record in scenario.records {
            let cycle = [Int(record.metric?.rawValue ?? 99), record.cycle ?? 0]
            // What is said in the instant of a deadline may be taken back by an event of the same instant.
            if record.kind == .retracted { words[cycle] = nil }
            guard [.breached, .met, .metLate, .cancelled].contains(record.kind) else { continue }
            // Taken back where the case is no spam.
            guard record.reason != "spam" else { continue }
            words[cycle, default: []].append(record.kind)
        }
        for (cycle, kinds) in words {
            let allowed: [[LedgerRecord.Kind]] = [[.met], [.breached], [.breached, .metLate], [.cancelled]]
            #expect(allowed.contains(kinds), "seed \(seed), \(cycle): \(kinds)")
        }
    }

    @Test("an import changes no verdict and announces nothing that was past (S24)", arguments: Seeded.seeds)
    func imported(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation)
        let policy = try Self.policy(seed, ladder: Self.telling)
        let known = Int.random(in: 1...history.events.count, using: &random)
        let importedAt = (history.events.last?.at ?? history.end) + .hours(1) + .seconds(7)
        func told(enforceFrom: Instant?) throws -> Scenario {
            var scenario = Scenario(policy)
            for event in history.events.prefix(known) {
                try scenario.sleep(until: event.at)
                try scenario.hand(in: [event], at: event.at)
            }
            try scenario.sleep(until: importedAt)
            scenario.enforceFrom = enforceFrom
            try scenario.hand(in: Array(history.events.dropFirst(known)), at: importedAt)
            try scenario.sleep(until: history.end)
            try scenario.wake(at: history.end)
            return scenario
        }
        let imported = try told(enforceFrom: importedAt)
        let reported = try told(enforceFrom: nil)
        #expect(Standing.list(imported.state) == Standing.list(reported.state), "seed \(seed)")
        #expect(Ending.list(imported.records) == Ending.list(reported.records), "seed \(seed)")
        let breaches = imported.records.filter { $0.kind == .breached }
        let cycle = { (record: LedgerRecord) in "\(record.metric?.word ?? "") \(record.cycle ?? 0)" }
        let announced = Set(breaches.filter { $0.noticedAt < importedAt }.map(cycle))
        for breach in breaches where breach.noticedAt >= importedAt && breach.at < importedAt {
            // One that was announced before may be corrected aloud.
            guard !announced.contains(cycle(breach)) else { continue }
            #expect(breach.priority == nil, "seed \(seed): \(breach)")
        }
        for breach in breaches where breach.at >= importedAt { #expect(breach.priority != nil, "seed \(seed)") }
    }
}
