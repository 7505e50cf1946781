import Engine
import Support
import Testing
import TimeBase

@Suite("Priority changes")
struct PriorityTests {
    private let shown: Set<LedgerRecord.Kind> = [.started, .retargeted, .breached, .met, .metLate, .cancelled]

    private func policy(high: [Target], grace: Span = .minutes(15)) -> Policy {
        Policy.sample(
            [Target(metric: .resolution, duration: .hours(8), calendar: "always", pauseIn: [StatusSet(.pending)])],
            rules: [
                TargetRule(name: "high", condition: .priority(["high"]), targets: high),
                TargetRule(
                    name: "low",
                    condition: .priority(["low"]),
                    targets: [Target(metric: .resolution, duration: .hours(20), calendar: "always")]
                ),
            ],
            change: { $0.changeGrace = grace }
        )
    }

    private let fourHours = [
        Target(metric: .resolution, duration: .hours(4), calendar: "always", pauseIn: [StatusSet(.pending)])
    ]

    @Test("same start, elapsed time and pauses kept, new duration (S16)")
    func kept() throws {
        var scenario = Scenario(policy(high: fourHours))
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 pending
            Mon 19:00 resumed
            Mon 20:00 priority_changed priority=high
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 20:00 retargeted resolution until Mon 22:00
                """
        )
    }

    @Test(
        "another field that a rule asks for chooses the rule again, as a priority does (S16)",
        arguments: ["tags_changed tags=new,vip", "note channel=phone", "note customer=acme"]
    )
    func otherFields(event: String) throws {
        var policy = policy(high: fourHours)
        policy.targetRules.insert(
            TargetRule(
                name: "named",
                condition: .any([.tags(["vip"]), .channel(["phone"]), .customer(["acme"])]),
                targets: fourHours
            ),
            at: 0
        )
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            "Mon 08:00 opened tags=new channel=mail customer=other\nMon 09:00 \(event)\nMon 10:00 note subject=x",
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 09:00 retargeted resolution until Mon 12:00
                """
        )
    }

    @Test("the plan of the start goes on choosing the rule: a new priority does not bring the new plan with it (S16)")
    func pinnedPlan() throws {
        var policy = policy(high: fourHours)
        policy.targetRules.insert(
            TargetRule(
                name: "premium",
                condition: .plan(["premium"]),
                targets: [Target(metric: .resolution, duration: .hours(2), calendar: "always")]
            ),
            at: 0
        )
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 08:30 plan_changed plan=premium
            Mon 09:00 priority_changed priority=high
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 09:00 retargeted resolution until Mon 12:00
                """
        )
    }

    @Test("a target that is new in mid-life has not run in pauses that are over, nor while the case was (S2, S15, S16)")
    func newAfterPauses() throws {
        let work = [Target(metric: .agentWork, duration: .hours(4), calendar: "always")]
        var policy = policy(high: work)
        policy.targetRules[0].targets += fourHours
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 08:10 pending
            Mon 13:00 resumed
            Mon 13:00 priority_changed priority=high
            """,
            showing: shown.union([.paused, .resumed])
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 08:10 paused resolution (pending)
                Mon 13:00 resumed resolution until Mon 20:50
                Mon 13:00 retargeted resolution until Mon 16:50
                Mon 08:00 started agent_work until Mon 16:50 (late 5h)
                Mon 08:10 paused agent_work (pending) (late 4h50m)
                Mon 13:00 resumed agent_work until Mon 16:50
                """
        )
        scenario = Scenario(policy)
        _ = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 resolved
            Mon 12:00 reopened
            Mon 13:00 pending
            Mon 14:00 priority_changed priority=high
            Mon 15:00 resumed
            """
        )
        // An hour before the end and one after the reopening.
        #expect(scenario.state?.timer(.agentWork)?.elapsed == .hours(2))
        #expect(scenario.state?.timer(.agentWork)?.deadline == Scenario.instant("Mon", "17:00"))
        scenario = Scenario(policy)
        _ = try scenario.tell("down Mon 14:00 opened at=Mon 08:00 & pending at=Mon 09:00 & resumed at=Mon 13:00")
        _ = try scenario.tell("Mon 14:00 priority_changed priority=high")
        #expect(scenario.state?.timer(.agentWork)?.deadline == Scenario.instant("Mon", "16:00"))
    }

    @Test("a deadline that has passed by the change becomes the change plus grace, once (S16)")
    func grace() throws {
        var scenario = Scenario(policy(high: fourHours))
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 13:00 priority_changed priority=high
            Mon 13:10 priority_changed priority=high
            down Mon 13:15 resolved
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 13:00 retargeted resolution (change_grace) until Mon 13:15
                Mon 13:15 met resolution
                """
        )
    }

    @Test("without grace the breach is dated at the change (S16)")
    func strict() throws {
        var scenario = Scenario(policy(high: fourHours, grace: .zero))
        let told = try scenario.tell("Mon 08:00 opened\nMon 13:00 priority_changed priority=high", showing: shown)
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 13:00 retargeted resolution until Mon 13:00
                Mon 13:00 breached resolution -> manager-1
                """
        )
    }

    @Test("a looser target never undoes a breach (S16)")
    func looser() throws {
        var scenario = Scenario(policy(high: fourHours))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 17:00 priority_changed priority=low\nMon 18:00 resolved",
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 16:00 breached resolution -> manager-1
                Mon 18:00 met_late resolution -> manager-1, team-2, manager-2, team-3
                """
        )
    }

    @Test("a target that the new rule does not have is cancelled, missed or not (S9, S16)")
    func noLongerRequired() throws {
        var early = Scenario(policy(high: []))
        #expect(
            try early.tell("Mon 08:00 opened\nMon 09:00 priority_changed priority=high", showing: shown)
                .hasSuffix("Mon 09:00 cancelled resolution (no_longer_required)")
        )
        var late = Scenario(policy(high: []))
        _ = try late.tell("Mon 08:00 opened\nMon 17:00 priority_changed priority=high")
        #expect(late.state?.timer(.resolution)?.verdict == .breached)
        #expect(late.state?.timer(.resolution)?.state == .ended)
        #expect(late.nextWake == nil)
    }

    @Test("a target that is new in mid-life starts where its metric starts, under grace (S16)")
    func newInMidLife() throws {
        let all: [Target] = [
            Target(metric: .firstReply, duration: .hours(1), calendar: "always"),
            Target(metric: .resolution, duration: .hours(8), calendar: "always"),
            Target(metric: .tierTime, duration: .hours(5), calendar: "always"),
        ]
        var scenario = Scenario(policy(high: all))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 tier_changed tier=2\nMon 10:00 priority_changed priority=high",
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 10:00 retargeted resolution until Mon 16:00
                Mon 08:00 started first_reply (change_grace) until Mon 10:15 (late 2h)
                Mon 09:00 started tier_time until Mon 14:00 (late 1h)
                """
        )
    }

    @Test("a message that waits gets its next_reply with the new target, from when it came (S11, S16)")
    func newNextReply() throws {
        var scenario = Scenario(policy(high: [Target(metric: .nextReply, duration: .hours(3), calendar: "always")]))
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 08:30 agent_reply
            Mon 09:00 customer_message
            Mon 10:00 priority_changed priority=high
            """,
            showing: [.started]
        )
        #expect(told.hasSuffix("Mon 09:00 started next_reply until Mon 12:00 (late 1h)"))
    }

    @Test("a step whose time moves ahead again may fire again (S32)")
    func again() throws {
        var scenario = Scenario(policy(high: fourHours))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 15:00 priority_changed priority=low\nTue 00:00 ...",
            showing: [.warned]
        )
        #expect(
            told == """
                Mon 14:00 warned resolution [75%] -> team-1
                Mon 23:00 warned resolution [75%] -> team-1
                """
        )
    }
}
