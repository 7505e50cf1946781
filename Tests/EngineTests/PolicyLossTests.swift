import Engine
import Support
import Testing
import TimeBase

@Suite("What a new policy does not have any more")
struct PolicyLossTests {
    /// A case in tier 2, held by `person-1` and `team-1`, under a ladder that names a person and tiers.
    private func scenario() throws -> Scenario {
        let steps = [
            Step(due: .after(.zero, wall: false), text: "breach", action: .notify, audience: [.person("person-2")]),
            Step(
                due: .after(.hours(1), wall: false),
                text: "breach + 1h",
                action: .move(tier: 3),
                audience: [.tier(1)]
            ),
        ]
        var policy = Policy.sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")])
        for name in policy.ladders.keys { policy.ladders[name]?.steps = steps }
        for id in ["person-1", "person-2"] { policy.people[id] = Person(id: id, name: id) }
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened tier=2 agent=person-1 team=team-1")
        return scenario
    }

    private func losses(_ scenario: Scenario, _ change: (inout Policy) -> Void) throws -> [String] {
        var proposed = scenario.policies.current
        change(&proposed)
        let state = try #require(scenario.state)
        return Engine.losses(of: state, scenario.policies, proposed: proposed)
            .map { "\($0.kind.rawValue) \($0.name)" }.sorted()
    }

    @Test("S31: tier, team and agent of a case, and whatever its ladder names, are missed once each")
    func each() throws {
        let scenario = try scenario()
        #expect(try losses(scenario) { _ in } == [])
        #expect(try losses(scenario) { $0.tiers.removeAll { $0.number == 2 } } == ["tier 2"])
        #expect(try losses(scenario) { $0.tiers.removeAll { $0.number == 3 } } == ["tier 3"])
        #expect(try losses(scenario) { $0.tiers.removeAll { $0.number == 1 } } == ["tier 1"])
        #expect(try losses(scenario) { $0.teams["team-1"] = nil } == ["team team-1"])
        #expect(try losses(scenario) { $0.people["person-1"] = nil } == ["person person-1"])
        #expect(try losses(scenario) { $0.people["person-2"] = nil } == ["person person-2"])
    }

    @Test("S31: who was no receiver before is not lost, nor what only a ladder names that has ended")
    func notLost() throws {
        var scenario = try scenario()
        _ = try scenario.tell("Mon 08:00 assigned agent=stranger & agent_reply")
        #expect(try losses(scenario) { $0.people = [:] } == [])
    }
}
