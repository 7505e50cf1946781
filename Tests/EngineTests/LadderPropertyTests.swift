import Engine
import Support
import Testing
import TimeBase
import WorkingTime

/// What holds for the steps of every history, by sums of their own; a failure names the seed that shows it.
@Suite("Every ladder")
struct LadderPropertyTests {
    private static let ladder = Ladder(
        name: "default",
        steps: [
            Step(due: .percent(75), text: "75%", action: .notify, audience: [.team]),
            Step(due: .after(.zero, wall: false), text: "breach", action: .notify, audience: [.manager]),
            Step(
                due: .after(.minutes(45), wall: false),
                text: "later",
                action: .notify,
                audience: [.manager],
                every: .minutes(90),
                timesMax: 5
            ),
        ]
    )

    /// All metrics with pauses made of a seed; `climbs` is nil where each target draws its own.
    private static func told(_ seed: Int, climbs: Bool?, late: Bool = false) throws -> Scenario {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation)
        var targets = [Target].random(&random, calendar: "always")
        for index in targets.indices { targets[index].climbsWhilePaused = climbs ?? Bool.random(using: &random) }
        var scenario = Scenario(Policy.sample(targets, ladder: ladder))
        let inOrder = history.events.map { ($0, $0.at) }
        try scenario.tell(late ? history.asHandedIn : inOrder, until: history.end)
        return scenario
    }

    private static func key(_ record: LedgerRecord) -> String { "\(record.metric?.word ?? "") \(record.cycle ?? 0)" }

    @Test(
        "with ladder_when_paused no step after a breach is late or skipped, whatever is paused (S13)",
        arguments: Seeded.seeds
    )
    func punctual(seed: Int) throws {
        let scenario = try Self.told(seed, climbs: true)
        for record in scenario.records {
            if record.kind == .notified { #expect(record.late == .zero, "seed \(seed): \(record)") }
            #expect(record.kind != .skipped, "seed \(seed): \(record)")
        }
    }

    @Test("without it nothing is told of a timer while it is paused (S13)", arguments: Seeded.seeds)
    func silent(seed: Int) throws {
        let scenario = try Self.told(seed, climbs: false)
        var paused: Set<String> = []
        for record in scenario.records {
            if record.kind == .paused { paused.insert(Self.key(record)) }
            if record.kind == .resumed { paused.remove(Self.key(record)) }
            guard [.notified, .warned, .skipped].contains(record.kind) else { continue }
            #expect(!paused.contains(Self.key(record)), "seed \(seed): \(record)")
        }
    }

    @Test(
        "each step is stamped with its own distance from the breach, and comes once (S30, S32)",
        arguments: Seeded.seeds
    )
    func stamped(seed: Int) throws {
        let scenario = try Self.told(seed, climbs: nil)
        var breachedAt: [String: Instant] = [:]
        var seen: Set<String> = []
        for record in scenario.records {
            if record.kind == .breached { breachedAt[Self.key(record)] = record.at }
            guard record.kind == .notified, let breach = breachedAt[Self.key(record)] else { continue }
            let after = record.at - breach
            let turns = (0..<5).map { Span.minutes(45 + 90 * $0) }
            #expect(record.step == "breach" ? after == .zero : turns.contains(after), "seed \(seed): \(record)")
            #expect(seen.insert("\(Self.key(record)) \(record.at)").inserted, "seed \(seed): twice \(record)")
        }
    }

    @Test(
        "the verdicts of a history do not depend on ladder_when_paused, late events or not (S12, S13)",
        arguments: Seeded.seeds
    )
    func verdicts(seed: Int) throws {
        for late in [false, true] {
            let on = try Self.told(seed, climbs: true, late: late)
            let off = try Self.told(seed, climbs: false, late: late)
            #expect(Standing.list(on.state) == Standing.list(off.state), "seed \(seed)")
            #expect(Ending.list(on.records) == Ending.list(off.records), "seed \(seed)")
        }
    }
}
