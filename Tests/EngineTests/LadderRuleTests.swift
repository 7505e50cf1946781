import Engine
import Support
import Testing
import TimeBase

/// The sentences of S30 to S33 and S36 that no other suite tells.
@Suite("Rules of the ladder")
struct LadderRuleTests {
    private let climbing = LedgerRecord.Kind.climbing
    private let sixHours = [Target(metric: .firstReply, duration: .hours(6), calendar: "always")]

    private func scenario(_ steps: [Step], change: (inout Policy) -> Void = { _ in }) -> Scenario {
        Scenario(Policy.sample(sixHours, ladder: Ladder(name: "default", steps: steps), change: change))
    }

    @Test("a step names its audience: tier, team, agent, person, manager, manager of manager (S30)")
    func audiences() throws {
        let audience: [Step.Audience] = [.tier(3), .team, .assignee, .person("owner"), .manager, .managerOfManager]
        var scenario = scenario(audience.enumerated().map { step(after: Int64($0.offset), .notify, [$0.element]) })
        #expect(
            try scenario.tell("Mon 07:00 opened agent=agent-1\nMon 18:00 ...", showing: [.notified]) == """
                Mon 13:00 notified first_reply [breach] -> team-3
                Mon 14:00 notified first_reply [breach + 1h] -> team-1
                Mon 15:00 notified first_reply [breach + 2h] -> agent-1
                Mon 16:00 notified first_reply [breach + 3h] -> owner
                Mon 17:00 notified first_reply [breach + 4h] -> manager-1
                Mon 18:00 notified first_reply [breach + 5h] -> director
                """
        )
    }

    @Test("manager is who answers for the tier that missed, manager of manager the next up the line (S30)")
    func reportingLine() throws {
        let steps = [
            step(after: 0, .move(tier: 2), [.newManager]), step(after: 1, .notify, [.manager, .managerOfManager]),
        ]
        var scenario = scenario(steps) { $0.tiers[0].manager = "agent-1" }
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 14:00 ...", showing: climbing) == """
                Mon 13:00 breached first_reply -> agent-1
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2
                Mon 14:00 notified first_reply [breach + 1h] -> agent-1, manager-1
                """,
            "the tier has a manager of its own, above whom is the team's"
        )
    }

    @Test("steps are anchored to the timer's own deadline, also after a retarget and where one fired late (S30, S16)")
    func anchored() throws {
        let eightHours = Target(metric: .firstReply, duration: .hours(8), calendar: "always")
        let low = TargetRule(name: "low", condition: .priority(["low"]), targets: [eightHours])
        let half = Step(due: .percent(50), text: "50%", action: .notify, audience: [.team])
        let ladder = Ladder(name: "default", steps: [half, step(after: 0), step(after: 2)])
        var scenario = Scenario(Policy.sample(sixHours, ladder: ladder, rules: [low]))
        let told = try scenario.tell(
            "Mon 07:00 opened\nMon 09:00 priority_changed priority=low\nMon 14:00 ...\ndown Mon 15:40 ...\nMon 18:00 ...",
            showing: climbing
        )
        #expect(
            told == """
                Mon 11:00 warned first_reply [50%] -> team-1
                Mon 15:00 breached first_reply -> manager-1 (late 40m)
                Mon 15:00 notified first_reply [breach] (late 40m)
                Mon 17:00 notified first_reply [breach + 2h] -> manager-1
                """
        )
    }

    @Test("a step that raises the priority tells of the deadline that the case has then (S16, S30)")
    func raised() throws {
        let raise = Step(due: .percent(50), text: "50%", action: .raisePriority(to: "high"), audience: [.manager])
        let fourHours = Target(metric: .firstReply, duration: .hours(4), calendar: "always")
        let high = TargetRule(name: "high", condition: .priority(["high"]), targets: [fourHours])
        var scenario = Scenario(
            Policy.sample(sixHours, ladder: Ladder(name: "default", steps: [raise, step(after: 0)]), rules: [high])
        )
        let told = try scenario.tell("Mon 07:00 opened\nMon 13:00 ...", showing: climbing.union([.retargeted]))
        #expect(
            told == """
                Mon 10:00 retargeted first_reply until Mon 11:00
                Mon 10:00 prioritised first_reply [50%]
                Mon 10:00 warned first_reply [50%] -> manager-1
                Mon 11:00 breached first_reply -> manager-1
                Mon 11:00 notified first_reply [breach]
                """
        )
        #expect(scenario.records.first { $0.kind == .warned }?.deadline == Scenario.instant("Mon", "11:00"))
    }

    @Test(
        "of several due steps the highest that reaches somebody fires; one that resolves to nobody is no step (S31, S33)"
    )
    func highestWithSomebody() throws {
        let steps = [step(after: 0), step(after: 1, .notify, [.team]), step(after: 2, .notify, [.managerOfManager])]
        var scenario = scenario(steps) { $0.teams["team-1"]?.reportsTo = nil }
        _ = try scenario.tell("Mon 07:00 opened")
        #expect(
            try scenario.tell("down Mon 18:00 ...", showing: climbing) == """
                Mon 13:00 breached first_reply -> manager-1 (late 5h)
                Mon 13:00 skipped first_reply (catch_up) [breach] (late 5h)
                Mon 14:00 notified first_reply [breach + 1h] -> team-1 (late 4h)
                Mon 15:00 skipped first_reply (nobody_to_tell) [breach + 2h] (late 3h)
                """
        )
    }

    @Test("in place of a person or a tier that the policy has lost since the cycle began the last resort is told (S31)")
    func lost() throws {
        let steps = [
            step(after: 0, .notify, [.person("agent-1")]), step(after: 1, .assign(person: "agent-1"), [.manager]),
            step(after: 2, .move(tier: 3)), step(after: 3, .notify, [.person("agent-1"), .manager]),
        ]
        var scenario = scenario(steps)
        _ = try scenario.tell("Mon 07:00 opened")
        let smaller = Policy.sample(
            sixHours,
            change: {
                $0.people["agent-1"] = nil
                $0.tiers.removeLast()
            }
        )
        try scenario.adopt(smaller, "Mon", "08:00")
        #expect(
            try scenario.tell("Mon 16:00 ...", showing: climbing) == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 notified first_reply [breach] -> owner
                Mon 14:00 skipped first_reply (no_such_person) [breach + 1h]
                Mon 14:00 notified first_reply [breach + 1h] -> manager-1, owner
                Mon 15:00 skipped first_reply (no_such_tier) [breach + 2h]
                Mon 15:00 notified first_reply [breach + 2h] -> manager-1, owner
                Mon 16:00 notified first_reply [breach + 3h] -> owner, manager-1
                """
        )
        #expect(scenario.state?.tier == 1)
    }

    @Test("a case that has just come to the top tier is not handed on in the same wake (S31)")
    func topTier() throws {
        let targets = sixHours + [Target(metric: .resolution, duration: .hours(6), calendar: "always")]
        var scenario = Scenario(
            Policy.sample(targets, ladder: Ladder(name: "default", steps: [step(after: 0, .escalate, [])]))
        )
        #expect(
            try scenario.tell("Mon 07:00 opened tier=2\nMon 13:00 ...", showing: [.escalated, .skipped]) == """
                Mon 13:00 escalated first_reply tier 2 to 3 [breach] -> team-3
                Mon 13:00 skipped resolution (already_moved) [breach]
                """
        )
    }

    @Test(
        "after the last resort only a repeat of the last step tells them again; steps that only tell still do (S31, S37)"
    )
    func afterTheLastResort() throws {
        var scenario = scenario([step(after: 0, .escalate, [], every: .hours(1), timesMax: 5)])
        _ = try scenario.tell("Mon 07:00 opened tier=3")
        #expect(
            try scenario.tell("Tue 07:00 ...", showing: [.escalated]) == """
                Mon 13:00 escalated first_reply (reporting_line) [breach] -> manager-3
                Mon 14:00 escalated first_reply (reporting_line) [breach] -> director
                Mon 15:00 escalated first_reply (last_resort) [breach] -> owner
                Mon 16:00 escalated first_reply (last_resort) [breach] -> owner
                Mon 17:00 escalated first_reply (last_resort) [breach] -> owner
                """
        )
        #expect(scenario.nextWake == nil)
        var telling = self.scenario(
            (0..<4).map { step(after: $0, .escalate, []) } + [step(after: 4, .notify, [.managerOfManager])]
        )
        _ = try telling.tell("Mon 07:00 opened tier=3")
        #expect(
            try telling.tell("Tue 07:00 ...", showing: [.escalated, .notified])
                .hasSuffix(
                    """
                    Mon 15:00 escalated first_reply (last_resort) [breach + 2h] -> owner
                    Mon 17:00 notified first_reply [breach + 4h] -> director
                    """
                )
        )
    }

    @Test("a step fires once in a cycle, however often it is looked at (S32)")
    func once() throws {
        var scenario = scenario([step(after: 0), step(after: 1)])
        _ = try scenario.tell("Mon 07:00 opened")
        let told = try scenario.tell(
            "Mon 13:00 ...\nMon 13:00 ...\nMon 13:30 note\nMon 13:40 note at=Mon 10:00\nMon 14:00 ...\nMon 14:00 ...",
            showing: [.notified, .breached]
        )
        #expect(
            told == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 notified first_reply [breach]
                Mon 14:00 notified first_reply [breach + 1h] -> manager-1
                """
        )
    }

    @Test("turns that lie ahead again after a late event come again, and never more than the step may have (S32)")
    func turnsAgain() throws {
        let target = Target(
            metric: .resolution,
            duration: .hours(6),
            calendar: "always",
            pauseIn: [StatusSet(.pending)]
        )
        let ladder = Ladder(name: "default", steps: [step(after: 0, every: .hours(1), timesMax: 2)])
        var scenario = Scenario(Policy.sample([target], ladder: ladder))
        _ = try scenario.tell("Mon 07:00 opened\nMon 14:20 ...")
        let told = try scenario.tell(
            "Mon 14:30 pending at=Mon 12:00 & resumed at=Mon 12:40\nMon 20:00 ...",
            showing: [.notified, .breached, .retracted]
        )
        #expect(
            told == """
                Mon 13:00 retracted resolution (a late event shows another deadline, missed too) (late 1h30m)
                Mon 13:40 breached resolution revision 1 -> manager-1 (late 50m)
                Mon 14:40 notified resolution revision 1 [breach] -> manager-1
                """
        )
    }

    @Test("the default ladder tells each receiver of a breach once (S32)")
    func onceEach() throws {
        var scenario = Scenario(Policy.sample(sixHours))
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:00 ...")
        let receivers = scenario.records.filter { $0.at == Scenario.instant("Mon", "13:00") }.flatMap(\.to)
        #expect(receivers == ["manager-1", "team-2", "manager-2"])
    }

    @Test("what is only measured stays so, also where an acknowledgement would arm its ladder again (S24, S36)")
    func measuredOnly() throws {
        var scenario = scenario([step(after: 0, every: .hours(1))]) { $0.rearmAfter = .hours(1) }
        scenario.enforceFrom = Scenario.instant("Tue", "08:00")
        _ = try scenario.tell("down Tue 08:00 opened at=Mon 07:00\nTue 09:00 acknowledged")
        #expect(try scenario.tell("Wed 08:00 ...", showing: [.notified, .skipped]) == "")
    }

    @Test("a snooze that ends before the next step delays nothing; a second one replaces the first (S36)")
    func snoozes() throws {
        var scenario = scenario([step(after: 0), step(after: 2)])
        let told = try scenario.tell(
            """
            Mon 07:00 opened
            Mon 08:00 snoozed until=Mon 12:00 reason=x
            Mon 13:30 snoozed until=Tue 12:00 reason=x
            Mon 14:00 snoozed until=Mon 16:00 reason=y
            Mon 20:00 ...
            """,
            showing: [.breached, .notified]
        )
        #expect(
            told == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 notified first_reply [breach]
                Mon 15:00 notified first_reply [breach + 2h] -> manager-1 (late 1h)
                """
        )
    }
}
