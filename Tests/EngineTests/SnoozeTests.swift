import Engine
import Support
import Testing
import TimeBase

@Suite("Snooze, re-arm and reapply")
struct SnoozeTests {
    private let shown: Set<LedgerRecord.Kind> = [
        .warned, .breached, .escalated, .skipped, .acknowledged, .snoozed, .snoozeEnded, .announced,
    ]

    private func policy(rearm: Span? = nil) -> Policy {
        .sample(
            [Target(metric: .firstReply, duration: .hours(4), calendar: "always")],
            change: { $0.rearmAfter = rearm }
        )
    }

    @Test("a snoozed ladder rests until its end, then the highest step that came due fires (S33, S36)")
    func snoozed() throws {
        var scenario = Scenario(policy())
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 10:00 snoozed until=Mon 15:00 reason=vendor user=ada
            Mon 16:30 ...
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 10:00 snoozed by ada (vendor) until Mon 15:00
                Mon 12:00 breached first_reply until Mon 15:00
                Mon 15:00 snooze_ended
                Mon 12:00 announced first_reply (snoozed) -> manager-1 (late 3h)
                Mon 12:00 skipped first_reply (snoozed) [75%] (late 3h)
                Mon 12:00 skipped first_reply (snoozed) [breach] (late 3h)
                Mon 14:00 escalated first_reply tier 1 to 2 [breach + 2h] -> team-2 (late 1h)
                Mon 16:00 escalated first_reply tier 2 to 3 [breach + 2h] -> team-3
                """
        )
    }

    @Test("the timer runs on under a snooze, and a reply ends it")
    func answered() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 snoozed until=Tue 09:00 reason=x\nMon 11:30 agent_reply")
        #expect(scenario.state?.timer(.firstReply)?.verdict == .met)
        #expect(scenario.nextWake == Scenario.instant("Tue", "09:00"), "the end of the snooze is written down")
        _ = try scenario.tell("Tue 09:00 ...")
        #expect(scenario.nextWake == nil)
    }

    @Test("an acknowledgement stops the ladder for good, or until it is armed again (S36)")
    func rearmed() throws {
        let story = "Mon 08:00 opened\nMon 12:30 acknowledged user=ada\nMon 17:00 ..."
        var stopped = Scenario(policy())
        #expect(
            try stopped.tell(story, showing: [.escalated])
                == "Mon 12:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2"
        )
        var rearmed = Scenario(policy(rearm: .hours(3)))
        #expect(
            try rearmed.tell(story, showing: [.escalated, .skipped]) == """
                Mon 12:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2
                Mon 14:00 escalated first_reply tier 2 to 3 [breach + 2h] -> team-3 (late 1h30m)
                Mon 16:00 escalated first_reply (reporting_line) [breach + 2h] -> manager-3
                """
        )
    }

    @Test("a late event tells the snooze again in its place (S21)")
    func late() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 snoozed until=Mon 20:00 reason=x\nMon 10:00 note at=Mon 08:30"
        )
        #expect(scenario.state?.snooze?.until == Scenario.instant("Mon", "20:00"))
        #expect(try scenario.tell("Mon 15:00 ...", showing: [.warned, .escalated, .skipped]) == "")
    }

    @Test("the plan is pinned; reapplied, the deadline is now plus grace (worked check 9)")
    func reapplied() throws {
        let policy = Policy.sample(
            [Target(metric: .firstReply, duration: .hours(12), calendar: "always")],
            rules: [
                TargetRule(
                    name: "premium",
                    condition: .plan(["premium"]),
                    targets: [Target(metric: .firstReply, duration: .hours(6), calendar: "always")]
                )
            ]
        )
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 15:00 plan_changed plan=premium\nMon 15:30 ...")
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "20:00"))
        let told = try scenario.tell("Mon 16:00 reapplied reason=upgrade", showing: [.retargeted, .breached])
        #expect(told == "Mon 16:00 retargeted first_reply (change_grace) until Mon 16:15")
        #expect(scenario.state?.timer(.firstReply)?.plan == "premium")
    }

    @Test("reapplied, the plan of now is pinned though the same rule is chosen: a later change asks for it (S16)")
    func reappliedSameRule() throws {
        let policy = Policy.sample(
            [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
            rules: [
                TargetRule(
                    name: "vip",
                    condition: .all([.plan(["premium"]), .priority(["high"])]),
                    targets: [Target(metric: .firstReply, duration: .hours(1), calendar: "always")]
                )
            ]
        )
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened plan=basic\nMon 08:10 plan_changed plan=premium")
        #expect(try scenario.tell("Mon 08:20 reapplied reason=upgrade", showing: [.retargeted]) == "")
        #expect(
            try scenario.tell("Mon 08:30 priority_changed priority=high", showing: [.retargeted])
                == "Mon 08:30 retargeted first_reply until Mon 09:00"
        )
    }
}
