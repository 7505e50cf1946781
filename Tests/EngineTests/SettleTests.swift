import Engine
import Support
import Testing
import TimeBase

@Suite("Settling")
struct SettleTests {
    private let shown: Set<LedgerRecord.Kind> = [
        .warned, .breached, .met, .metLate, .cancelled, .retracted, .escalated, .skipped,
    ]

    private func policy(_ metric: Metric = .firstReply, _ settle: Span = .minutes(1), ladder: Ladder? = nil) -> Policy {
        Policy.sample(
            [
                Target(
                    metric: metric,
                    duration: .hours(6),
                    calendar: "always",
                    pauseIn: [StatusSet(.pending)],
                    settle: settle
                )
            ],
            ladder: ladder
        )
    }

    @Test("a breach is announced when it has settled, dated at the deadline, and its steps not before (S22)")
    func announcement() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:00:59.999 ...")
        #expect(scenario.nextWake == Scenario.instant("Mon", "13:01"))
        #expect(scenario.state?.timer(.firstReply)?.verdict == nil, "no verdict yet")
        #expect(
            try scenario.tell("Mon 15:00 ...", showing: shown) == """
                Mon 13:00 breached first_reply -> manager-1 (late 1m)
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2 (late 1m)
                Mon 15:00 escalated first_reply tier 2 to 3 [breach + 2h] -> team-3
                """
        )
    }

    @Test("a reply dated in time that arrives meanwhile: no breach was ever announced (S12, S22)")
    func inFlight() throws {
        var scenario = Scenario(policy())
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 13:00:20 agent_reply at=Mon 13:00\nMon 14:00 ...", showing: shown)
                == """
                Mon 11:30 warned first_reply [75%] -> team-1
                Mon 13:00 met first_reply (late 20s)
                """
        )
        #expect(scenario.nextWake == nil)
    }

    @Test("a reply dated too late that arrives meanwhile is met_late, and told when the breach has settled (S12, S22)")
    func tooLate() throws {
        var scenario = Scenario(policy())
        let meanwhile = try scenario.tell(
            "Mon 07:00 opened\nMon 13:00:10 agent_reply\nMon 13:00:59 ...",
            showing: shown.subtracting([.warned])
        )
        #expect(meanwhile == "")
        #expect(scenario.state?.timer(.firstReply)?.verdict == .metLate, "the history has decided")
        #expect(
            try scenario.tell("Mon 14:00 ...", showing: shown) == """
                Mon 13:00 breached first_reply -> manager-1 (late 1m)
                Mon 13:00:10 met_late first_reply (late 50s)
                """
        )
        #expect(scenario.nextWake == nil)
    }

    @Test("an earlier reply may still overtake that: then nothing was ever announced (S20, S22)")
    func overtaken() throws {
        var scenario = Scenario(policy())
        #expect(
            try scenario.tell(
                "Mon 07:00 opened\nMon 13:00:10 agent_reply\nMon 13:00:30 agent_reply at=Mon 12:59\nMon 14:00 ...",
                showing: shown.subtracting([.warned])
            ) == "Mon 12:59 met first_reply (late 1m30s)"
        )
    }

    @Test("a next cycle may run before the breach of the last one is announced (S22)")
    func nextCycle() throws {
        var scenario = Scenario(policy(.nextReply, ladder: Ladder(name: "default", steps: [])))
        #expect(
            try scenario.tell(
                """
                Mon 06:00 opened
                Mon 06:30 agent_reply
                Mon 07:00 customer_message
                Mon 13:00:10 agent_reply
                Mon 13:00:20 customer_message
                Mon 13:00:30 agent_reply
                Mon 14:00 ...
                """,
                showing: shown.union([.started])
            ) == """
                Mon 07:00 started next_reply until Mon 13:00
                Mon 13:00:20 started next_reply cycle 2 until Mon 19:00:20
                Mon 13:00:30 met next_reply cycle 2
                Mon 13:00 breached next_reply -> manager-1 (late 1m)
                Mon 13:00:10 met_late next_reply (late 50s)
                """
        )
    }

    @Test("paused while it settles, it was missed all the same (S13, S22)")
    func paused() throws {
        var scenario = Scenario(policy(.resolution))
        #expect(
            try scenario.tell(
                """
                Mon 07:00 opened
                Mon 13:00:10 pending
                Mon 13:00:20 resumed
                Mon 13:01 ...
                Mon 13:30 resolved
                """,
                showing: shown.union([.paused, .resumed]).subtracting([.warned])
            ) == """
                Mon 13:00:10 paused resolution (pending)
                Mon 13:00:20 resumed resolution until Mon 13:00
                Mon 13:00 breached resolution -> manager-1 (late 1m)
                Mon 13:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2 (late 1m)
                Mon 13:30 met_late resolution -> manager-1, team-2, manager-2
                """
        )
    }

    @Test("closed unanswered while it settles: the breach stands, and is told (S14, S22)")
    func closedUnanswered() throws {
        var scenario = Scenario(policy())
        #expect(
            try scenario.tell(
                "Mon 07:00 opened\nMon 13:00:10 closed\nMon 14:00 ...",
                showing: shown.subtracting([.warned])
            )
                == "Mon 13:00 breached first_reply -> manager-1 (late 1m)"
        )
        #expect(scenario.state?.timer(.firstReply)?.verdict == .breached)
    }

    @Test("a looser target that comes while it settles does not undo it (S16, S22)")
    func looser() throws {
        let low = TargetRule(
            name: "low",
            condition: .priority(["low"]),
            targets: [Target(metric: .firstReply, duration: .hours(20), calendar: "always")]
        )
        var policy = policy()
        policy.targetRules.insert(low, at: 0)
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            "Mon 07:00 opened\nMon 13:00:10 priority_changed priority=low\nMon 13:02 ...",
            showing: [.breached, .retargeted]
        )
        #expect(told == "Mon 13:00 breached first_reply -> manager-1 (late 1m)")
    }

    @Test("a warning that nobody saw is not sent while the breach settles (S22, S33)")
    func overtakenWarning() throws {
        var scenario = Scenario(policy())
        #expect(
            try scenario.tell("Mon 07:00 opened\ndown Mon 13:00:10 ...\nMon 13:01 ...", showing: shown) == """
                Mon 13:00 breached first_reply -> manager-1 (late 1m)
                Mon 13:00 skipped first_reply (catch_up) [75%] (late 1m)
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2 (late 1m)
                """
        )
    }

    @Test("a replay keeps it: a late note while it settles announces nothing (S21, S22)")
    func replayed() throws {
        var scenario = Scenario(policy())
        #expect(
            try scenario.tell(
                "Mon 07:00 opened\nMon 12:30 note\nMon 13:00:10 note at=Mon 12:00\nMon 13:00:59 ...",
                showing: shown.subtracting([.warned])
            ) == ""
        )
        #expect(scenario.nextWake == Scenario.instant("Mon", "13:01"))
    }

    @Test("after it was announced, a late event takes it back as any other (S21)")
    func retracted() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:01 ...")
        #expect(
            try scenario.tell("Mon 13:20 agent_reply at=Mon 12:58", showing: shown) == """
                Mon 13:00 retracted first_reply (a late event shows that the deadline was kept) \
                -> manager-1, team-2, manager-2 (late 20m)
                Mon 12:58 met first_reply revision 1 (late 22m)
                """
        )
    }
}
