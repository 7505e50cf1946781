import Engine
import Support
import Testing
import TimeBase

@Suite("The steps of a ladder, as they are shown")
struct StepViewTests {
    private func steps(_ scenario: Scenario, _ day: String, _ clock: String) throws -> [StepView] {
        let state = try #require(scenario.state)
        return Engine.steps(of: state, scenario.records, scenario.policies, now: Scenario.instant(day, clock))
    }

    private func scenario() throws -> Scenario {
        var scenario = Scenario(Policy.sample([Target(metric: .resolution, duration: .hours(6), calendar: "always")]))
        _ = try scenario.tell("Mon 08:00 opened")
        return scenario
    }

    @Test("who would be told is who is told in the end, the team of the new tier too")
    func forecast() throws {
        var scenario = try scenario()
        let before = try steps(scenario, "Mon", "08:00")
        #expect(before.map(\.text) == ["75%", "breach", "breach + 2h"])
        #expect(before.allSatisfy { $0.told.isEmpty && $0.firedAt == nil && !$0.audience.isEmpty })
        #expect(before[1].audience.contains("team-2"))
        #expect(before[2].audience.contains("team-3"))
        _ = try scenario.tell("Mon 16:30 ...")
        let after = try steps(scenario, "Mon", "16:30")
        // Who was told of the breach itself is not told again by its step.
        for (after, before) in zip(after, before) {
            #expect(Set(after.told).isSubset(of: before.audience), "\(after.text)")
        }
        #expect(after[0].told == before[0].audience)
        #expect(Set(before[1].audience).subtracting(after[1].told).isSubset(of: ["manager-1"]))
        #expect(after[2].told == before[2].audience)
        #expect(after.map { $0.firedAt.map(Scenario.text) } == ["Mon 12:30", "Mon 14:00", "Mon 16:00"])
        #expect(after.allSatisfy { $0.skipped == nil })
    }

    @Test(
        "a step after the breach that resolves to nobody is foretold as such: the breach itself is told by then (S31)"
    )
    func nobody() throws {
        var scenario = Scenario(
            Policy.sample(
                [Target(metric: .resolution, duration: .hours(6), calendar: "always")],
                ladder: Ladder(name: "default", steps: [step(after: 0, .notify, [.managerOfManager])]),
                change: { $0.teams["team-1"]?.reportsTo = nil }
            )
        )
        _ = try scenario.tell("Mon 08:00 opened")
        #expect(try steps(scenario, "Mon", "08:00").map(\.audience) == [[]])
        #expect(
            try scenario.tell("Mon 14:00 ...", showing: [.skipped])
                == "Mon 14:00 skipped resolution (nobody_to_tell) [breach]"
        )
    }

    @Test("a step whose goal the case has reached is foretold to tell nobody, and the next one to go further (S37)")
    func reached() throws {
        let steps = [step(after: 0, .escalate, []), step(after: 1, .escalate, [])]
        var scenario = Scenario(
            Policy.sample(
                [Target(metric: .resolution, duration: .hours(6), calendar: "always")],
                ladder: Ladder(name: "default", steps: steps)
            )
        )
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 tier_changed tier=2")
        #expect(try self.steps(scenario, "Mon", "09:00").map(\.audience) == [[], ["team-3"]])
        #expect(
            try scenario.tell("Mon 15:00 ...", showing: [.escalated, .skipped]) == """
                Mon 14:00 skipped resolution (already_there) [breach]
                Mon 15:00 escalated resolution tier 2 to 3 [breach + 1h] -> team-3
                """
        )
    }

    @Test("a step that was passed over says so and why, and told nobody (S33)")
    func skipped() throws {
        var scenario = try scenario()
        _ = try scenario.tell("down Mon 15:00 ...")
        let found = try steps(scenario, "Mon", "15:00")
        #expect(found[0].skipped == "catch_up")
        #expect(found[0].told.isEmpty)
        #expect(found[1].skipped == nil)
        #expect(found[1].told.contains("team-2"))
    }

    @Test("of an ended or acknowledged timer nothing is to come, and who was told stays")
    func over() throws {
        for end in ["resolved", "acknowledged"] {
            var scenario = try scenario()
            _ = try scenario.tell("Mon 14:30 \(end)")
            let found = try steps(scenario, "Mon", "14:30")
            #expect(found.allSatisfy { $0.audience.isEmpty }, "\(end)")
            #expect(found[1].told.contains("team-2"), "\(end)")
            #expect(found[2].told.isEmpty, "\(end)")
        }
    }
}
