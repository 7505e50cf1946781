import Engine
import Support
import Testing
import TimeBase

@Suite("Ladder")
struct LadderTests {
    private let climbing = LedgerRecord.Kind.climbing
    private let sixHours = [Target(metric: .firstReply, duration: .hours(6), calendar: "always")]

    private func told(_ steps: [Step], _ script: String) throws -> String {
        var scenario = Scenario(Policy.sample(sixHours, ladder: Ladder(name: "default", steps: steps)))
        return try scenario.tell(script, showing: climbing)
    }

    @Test("after downtime the highest due step fires and the others are skipped (S33, worked check 7)")
    func catchUp() throws {
        var scenario = Scenario(
            Policy.sample(
                sixHours,
                ladder: Ladder(name: "default", steps: [step(after: 0), step(after: 1), step(after: 2)])
            )
        )
        let told = try scenario.tell("Mon 07:00 opened\ndown Mon 18:00 ...", showing: climbing)
        #expect(
            told == """
                Mon 13:00 breached first_reply -> manager-1 (late 5h)
                Mon 13:00 skipped first_reply (catch_up) [breach] (late 5h)
                Mon 14:00 skipped first_reply (catch_up) [breach + 1h] (late 4h)
                Mon 15:00 notified first_reply [breach + 2h] (late 3h)
                """
        )
    }

    @Test("a warning whose breach has passed is skipped, one that is only late fires (S33)")
    func lateWarning() throws {
        let warning = Step(due: .before(.hours(2)), text: "before 2h", action: .notify, audience: [.team])
        #expect(
            try told([warning, step(after: 0)], "Mon 07:00 opened\ndown Mon 13:00 ...") == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 skipped first_reply (catch_up) [before 2h]
                Mon 13:00 notified first_reply [breach]
                """
        )
        #expect(
            try told([warning, step(after: 0)], "Mon 07:00 opened\ndown Mon 12:59 ...")
                == "Mon 11:00 warned first_reply [before 2h] -> team-1 (late 1h59m)"
        )
    }

    @Test("of two warnings that are due together the later one fires (S33)")
    func twoWarnings() throws {
        let half = Step(due: .percent(50), text: "50%", action: .notify, audience: [.team])
        let most = Step(due: .percent(75), text: "75%", action: .notify, audience: [.team])
        #expect(
            try told([half, most], "Mon 07:00 opened\ndown Mon 12:00 ...") == """
                Mon 10:00 skipped first_reply (catch_up) [50%] (late 2h)
                Mon 11:30 warned first_reply [75%] -> team-1 (late 30m)
                """
        )
    }

    @Test("steps that come due at one instant all fire, also beside a move that begins the next cycle (S30)")
    func together() throws {
        let half = Step(due: .percent(50), text: "50%", action: .notify, audience: [.team])
        let left = Step(due: .before(.hours(3)), text: "before 3h", action: .notify, audience: [.manager])
        let steps = [half, left, step(after: 0, .escalate, []), step(after: 0), step(after: 0, .escalate, [])]
        #expect(
            try told(steps, "Mon 07:00 opened\nMon 13:00 ...") == """
                Mon 10:00 warned first_reply [50%] -> team-1
                Mon 10:00 warned first_reply [before 3h] -> manager-1
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2
                Mon 13:00 notified first_reply [breach]
                Mon 13:00 skipped first_reply (already_moved) [breach]
                """
        )
        let tier = [Target(metric: .tierTime, duration: .hours(6), calendar: "always")]
        var scenario = Scenario(Policy.sample(tier, ladder: Ladder(name: "default", steps: Array(steps[2...3]))))
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 13:00 ...", showing: climbing) == """
                Mon 13:00 breached tier_time -> manager-1
                Mon 13:00 escalated tier_time tier 1 to 2 [breach] -> team-2
                Mon 13:00 notified tier_time [breach]
                """
        )
        #expect(scenario.nextWake == Scenario.instant("Mon", "19:00"), "the next cycle has its own steps")
    }

    @Test("a repeating step comes due from the deadline on, as often as it may, and missed turns are caught up as one")
    func repeats() throws {
        let steps = [step(after: 1, every: .hours(2), timesMax: 4)]
        #expect(
            try told(steps, "Mon 07:00 opened\nMon 14:30 ...\ndown Mon 18:40 ...\nTue 07:00 ...") == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 14:00 notified first_reply [breach + 1h] -> manager-1
                Mon 16:00 skipped first_reply (catch_up, 1 times) [breach + 1h] (late 2h40m)
                Mon 18:00 notified first_reply [breach + 1h] -> manager-1 (late 40m)
                Mon 20:00 notified first_reply [breach + 1h] -> manager-1
                """
        )
    }

    @Test("steps move to a tier, assign, and say so; a move to the tier that has the case is skipped")
    func actions() throws {
        let steps = [
            step(after: 0, .move(tier: 3), [.newManager]),
            step(after: 1, .move(tier: 3), []),
            step(after: 2, .assign(person: "agent-1"), [.assignee]),
            step(after: 3, .move(tier: 2), []),
        ]
        #expect(
            try told(steps, "Mon 07:00 opened\nMon 17:00 ...") == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 escalated first_reply tier 1 to 3 [breach] -> team-3, manager-3
                Mon 14:00 skipped first_reply (already_there) [breach + 1h]
                Mon 15:00 assigned first_reply [breach + 2h]
                Mon 15:00 notified first_reply [breach + 2h] -> agent-1
                Mon 16:00 moved first_reply tier 3 to 2 [breach + 3h] -> team-2
                """
        )
    }

    @Test("a step that resolves to nobody is skipped at once and recorded (S31)")
    func nobody() throws {
        let steps = [step(after: 0, .notify, [.managerOfManager]), step(after: 1, .notify, [.manager])]
        let policy = Policy.sample(
            sixHours,
            ladder: Ladder(name: "default", steps: steps),
            change: { $0.teams["team-1"]?.reportsTo = nil }
        )
        var scenario = Scenario(policy)
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 15:00 ...", showing: climbing) == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 skipped first_reply (nobody_to_tell) [breach]
                Mon 14:00 notified first_reply [breach + 1h] -> manager-1
                """
        )
    }

    @Test("at most one move for each case and wake; the other is skipped as already_moved (S31)")
    func alreadyMoved() throws {
        let targets = sixHours + [Target(metric: .resolution, duration: .hours(6), calendar: "always")]
        let ladder = Ladder(name: "default", steps: [step(after: 0, .escalate, [])])
        var scenario = Scenario(Policy.sample(targets, ladder: ladder))
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 13:00 ...", showing: climbing) == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 breached resolution
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2
                Mon 13:00 skipped resolution (already_moved) [breach]
                """
        )
    }

    @Test("what is due together is told in the order of the deadlines (S33)")
    func order() throws {
        let targets = [
            Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
            Target(metric: .resolution, duration: .hours(5), calendar: "always"),
        ]
        let ladder = Ladder(name: "default", steps: [step(after: 0)])
        var scenario = Scenario(Policy.sample(targets, ladder: ladder))
        #expect(
            try scenario.tell("Mon 07:00 opened\ndown Mon 14:00 ...", showing: climbing) == """
                Mon 12:00 breached resolution -> manager-1 (late 2h)
                Mon 13:00 breached first_reply (late 1h)
                Mon 12:00 notified resolution [breach] (late 2h)
                Mon 13:00 notified first_reply [breach] (late 1h)
                """
        )
    }

    @Test("a step may raise the priority; with no grace it misses the new target in the same wake (S16, S31)")
    func raise() throws {
        let raise = Step(
            due: .percent(50),
            text: "50%",
            action: .raisePriority(to: "high"),
            audience: [.manager]
        )
        let policy = Policy.sample(
            sixHours,
            ladder: Ladder(name: "default", steps: [raise, step(after: 0)]),
            rules: [
                TargetRule(
                    name: "high",
                    condition: .priority(["high"]),
                    targets: [Target(metric: .firstReply, duration: .hours(2), calendar: "always")]
                )
            ],
            change: { $0.changeGrace = .zero }
        )
        var scenario = Scenario(policy)
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 12:00 ...", showing: climbing.union([.retargeted])) == """
                Mon 10:00 retargeted first_reply until Mon 10:00
                Mon 10:00 prioritised first_reply [50%]
                Mon 10:00 warned first_reply [50%]
                Mon 10:00 breached first_reply -> manager-1
                Mon 10:00 notified first_reply [breach]
                """
        )
    }

    @Test("a cycle keeps the ladder of the tier and the version it started under (S16, S31)")
    func pinned() throws {
        var scenario = Scenario(Policy.sample(sixHours, ladder: Ladder(name: "default", steps: [step(after: 0)])))
        _ = try scenario.tell("Mon 07:00 opened")
        try scenario.adopt(
            Policy.sample(sixHours, ladder: Ladder(name: "default", steps: [])),
            "Mon",
            "07:10"
        )
        #expect(
            try scenario.tell("Mon 07:30 tier_changed tier=2\nMon 14:00 ...", showing: climbing) == """
                Mon 07:30 moved tier 1 to 2
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 notified first_reply [breach]
                """
        )
    }

    @Test("a person who moves the case on changes whom the next cycle tells, not this one (S31)")
    func pinnedTier() throws {
        let policy = Policy.sample(
            sixHours + [Target(metric: .resolution, duration: .hours(8), calendar: "always")],
            ladder: Ladder(name: "default", steps: [step(after: 0)]),
            change: { policy in
                policy.ladders["quiet"] = Ladder(name: "quiet", steps: [step(after: 1, .notify, [.person("owner")])])
                policy.tiers[1].ladder = "quiet"
            }
        )
        var scenario = Scenario(policy)
        #expect(
            try scenario.tell(
                "Mon 07:00 opened\nMon 08:00 tier_changed tier=2\nMon 09:00 resolved\nMon 10:00 reopened\nTue 07:00 ...",
                showing: [.notified]
            ) == """
                Mon 15:00 notified first_reply cycle 2 [breach + 1h] -> owner
                Mon 17:00 notified resolution cycle 2 [breach + 1h] -> owner
                """
        )
        scenario = Scenario(policy)
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 08:00 tier_changed tier=2\nMon 16:00 ...", showing: [.notified])
                == """
                Mon 13:00 notified first_reply [breach]
                Mon 15:00 notified resolution [breach]
                """
        )
    }

    @Test("a share that is no whole millisecond is rounded up: never before its time (S1, S30)")
    func roundedUp() throws {
        let half = Step(due: .percent(50), text: "50%", action: .notify, audience: [.team])
        let targets = [Target(metric: .firstReply, duration: Span(milliseconds: 3_001), calendar: "always")]
        var scenario = Scenario(Policy.sample(targets, ladder: Ladder(name: "default", steps: [half])))
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 07:01 ...", showing: [.warned])
                == "Mon 07:00:01.501 warned first_reply [50%] -> team-1"
        )
    }

    @Test("cycles whose deadline lies before enforce_from are measured and never escalate (S24)")
    func measuredOnly() throws {
        var scenario = Scenario(Policy.sample(sixHours))
        scenario.enforceFrom = Scenario.instant("Tue", "08:00")
        let told = try scenario.tell(
            "down Tue 08:00 opened at=Mon 07:00\nTue 12:00 ...\nTue 13:00 agent_reply",
            showing: climbing.union([.metLate])
        )
        #expect(
            told == """
                Mon 13:00 breached first_reply (deadline before enforce_from) (late 19h)
                Tue 13:00 met_late first_reply
                """
        )
        #expect(scenario.records.allSatisfy { $0.priority == nil })
    }

    @Test("a deadline after enforce_from is enforced: a warning that is late fires, so do the steps (S24, S33)")
    func enforced() throws {
        var scenario = Scenario(Policy.sample(sixHours))
        scenario.enforceFrom = Scenario.instant("Mon", "12:00")
        let told = try scenario.tell("down Mon 12:00 opened at=Mon 07:00\nMon 13:00 ...", showing: climbing)
        #expect(
            told == """
                Mon 11:30 warned first_reply [75%] -> team-1 (late 30m)
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2
                """
        )
    }

    @Test("nothing due is decided before the last event of a unit is applied (S24)")
    func unit() throws {
        var scenario = Scenario(Policy.sample(sixHours))
        let told = try scenario.tell(
            "down Mon 18:00 opened at=Mon 07:00 & agent_reply at=Mon 12:00 & resolved at=Mon 12:00"
        )
        #expect(told == "Mon 07:00 started first_reply until Mon 13:00 (late 11h)\nMon 12:00 met first_reply (late 6h)")
    }
}
