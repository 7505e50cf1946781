import Engine
import Support
import Testing
import TimeBase
import WorkingTime

@Suite("What another policy would do, to every history")
struct PreviewPropertyTests {
    /// Laid out once: that takes some time.
    private static let office = Result { try WorkingCalendar.office() }

    /// It moves no case: what a ladder does to one is foretold as notices, not as changes of its targets.
    private static let telling = Ladder(
        name: "default",
        steps: [
            Step(due: .percent(75), text: "75%", action: .notify, audience: [.assignee]),
            Step(due: .after(.zero, wall: false), text: "breach", action: .notify, audience: [.manager]),
        ]
    )

    /// Most of the eight metrics, with pauses, settling and grace made at random.
    private static func policy(_ random: inout Seeded) throws -> Policy {
        let calendar = Bool.random(using: &random) ? "always" : "office"
        let looser = Int64.random(in: 1...3, using: &random)
        let targets = [Target].random(&random, calendar: calendar, settles: true, looser: looser)
            .filter { _ in Int.random(in: 0..<6, using: &random) > 0 }
        let grace: Int64 = [0, 15, 90].randomElement(using: &random) ?? 0
        return Policy.sample(targets, calendar: try office.get(), ladder: telling) { $0.changeGrace = .minutes(grace) }
    }

    @Test("what is foretold at any instant is what the adoption then does (S16)", arguments: Seeded.seeds)
    func foretold(seed: Int) throws {
        var random = Seeded(seed)
        let history = RandomHistory(&random, kinds: RandomHistory.conversation)
        var scenario = Scenario(try Self.policy(&random))
        let cut = Int.random(in: 1...history.events.count, using: &random)
        for (event, at) in history.asHandedIn.prefix(cut) {
            try scenario.sleep(until: at)
            try scenario.hand(in: [event], at: at)
        }
        var now = history.asHandedIn[cut - 1].now + .minutes(Int64.random(in: 0...400, using: &random))
        // A policy that was adopted and has not reached the case yet is taken in first.
        if Bool.random(using: &random) {
            let version = scenario.policies.currentVersion + 1
            scenario.policies.adopt(try Self.policy(&random), version: version, adoptedAt: now)
            now = now + .minutes(Int64.random(in: 0...60, using: &random))
        }
        let proposed = scenario.policies.proposing(try Self.policy(&random), adoptedAt: now)
        let state = try #require(scenario.state)
        let known = History(facts: scenario.facts, records: scenario.records)
        let told = try Engine.preview(state, history: known, scenario.policies, proposed: proposed, now: now)
        let preview = try #require(told)

        try scenario.wake(at: now)
        let before = try #require(scenario.state)
        let first = scenario.records.count
        scenario.policies = proposed
        try scenario.wake(at: now)
        let after = try #require(scenario.state)
        let notices = scenario.records[first...].filter { $0.priority != nil }
        #expect(preview.notices == notices.count, "seed \(seed)")
        for metric in Metric.allCases {
            let (old, new) = (before.timer(metric), after.timer(metric))
            if let target = preview.targets.first(where: { $0.metric == metric }) {
                #expect(target.cycle == new?.cycle, "seed \(seed): \(metric)")
                #expect(
                    target.deadlineAfter == (new?.state == .running ? new?.deadline : nil),
                    "seed \(seed): \(metric)"
                )
                let isSameCycle = old?.cycle == new?.cycle
                #expect(target.deadlineBefore == (isSameCycle ? old?.deadline : nil), "seed \(seed): \(metric)")
                #expect((target.effect == .cancelled) == (new?.state == .ended), "seed \(seed): \(metric)")
            } else if old?.verdict != .breached, old.flatMap(\.deadline).map({ $0 >= now }) ?? true {
                #expect(old?.state == new?.state, "seed \(seed): \(metric)")
                #expect(old?.verdict == new?.verdict, "seed \(seed): \(metric)")
                #expect(old?.deadline == new?.deadline, "seed \(seed): \(metric)")
            }
        }
    }
}
