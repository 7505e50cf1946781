import Engine
import Support
import Testing
import TimeBase

@Suite("Late events")
struct LateEventTests {
    private let shown: Set<LedgerRecord.Kind> = [
        .started, .breached, .met, .metLate, .cancelled, .retracted, .escalated,
    ]
    private let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
    ])

    @Test("S20, S21: what means nothing as the history stands now may mean something by the next late event")
    func dormant() throws {
        var scenario = Scenario(.sample([Target(metric: .agentWork, duration: .hours(6), calendar: "always")]))
        _ = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 10:00 on_hold
            Mon 10:10 closed at=Mon 08:30
            Mon 10:20 customer_message at=Mon 09:00
            """
        )
        #expect(scenario.state?.status == .onHold, "closed, reopened, then on hold")
        #expect(scenario.state?.timer(.agentWork)?.state == .paused)
    }

    @Test(
        "a reply in time that arrives late takes the breach back, told to those who heard of it (S21, worked check 6)"
    )
    func retracted() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:01 ...")
        let told = try scenario.tell("Mon 13:20 agent_reply at=Mon 12:58\nTue 13:00 ...", showing: shown)
        #expect(
            told == """
                Mon 13:00 retracted first_reply (a late event shows that the deadline was kept) \
                -> manager-1, team-2, manager-2 (late 20m)
                Mon 12:58 met first_reply revision 1 (late 22m)
                """
        )
        #expect(scenario.records.count { $0.kind == .breached } - scenario.records.count { $0.kind == .retracted } == 0)
        #expect(scenario.state?.tier == 2, "nothing is moved back by itself")
        #expect(scenario.nextWake == nil, "the ladder stops")
        let notice = try #require(scenario.records.last { $0.kind == .retracted })
        #expect(notice.priority == 5)
    }

    @Test("whoever heard of the breach by a ladder's move down hears of its retraction (S32)")
    func movedDown() throws {
        var scenario = Scenario(
            Policy.sample(
                [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
                ladder: Ladder(name: "default", steps: [step(after: 1, .move(tier: 0), [])]),
                change: { policy in
                    policy.teams["team-0"] = Team(
                        id: "team-0",
                        name: "Team 0",
                        members: [],
                        manager: "manager-1",
                        reportsTo: "support"
                    )
                    policy.tiers.insert(
                        Tier(
                            number: 0,
                            name: "Tier 0",
                            description: "",
                            team: "team-0",
                            manager: "manager-1",
                            ladder: "default"
                        ),
                        at: 0
                    )
                }
            )
        )
        let told = try scenario.tell(
            "Mon 07:00 opened\nMon 14:30 agent_reply at=Mon 12:59",
            showing: [.breached, .moved, .retracted]
        )
        #expect(
            told == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 14:00 moved first_reply tier 1 to 0 [breach + 1h] -> team-0
                Mon 13:00 retracted first_reply (a late event shows that the deadline was kept) \
                -> manager-1, team-0 (late 1h30m)
                """
        )
    }

    @Test("after the retract window a wrong breach is only annotated (S21)")
    func tooLate() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 14:00 acknowledged")
        let told = try scenario.tell("Tue 13:00:00.001 agent_reply at=Mon 12:58", showing: [.retracted, .met])
        #expect(
            told == """
                Mon 13:00 retracted first_reply (a late event shows that the deadline was kept, after the \
                retract_window of 24h: nobody is told) (late 24h1ms)
                Mon 12:58 met first_reply revision 1 (late 24h2m1ms)
                """
        )
        let annotation = try #require(scenario.records.last { $0.kind == .retracted })
        #expect(annotation.priority == nil)
        #expect(scenario.state?.timer(.firstReply)?.verdict == .met)
        let state = try #require(scenario.state)
        let history = History(facts: scenario.facts, records: scenario.records)
        let now = Scenario.instant("Tue", "14:00")
        let explanation = try Engine.explain(state, history, scenario.policies, now: now)
        #expect(explanation.cycles.first?.told.last == annotation, "slactl explain tells it all the same")
    }

    @Test("how long a wrong breach is taken back with a notice is the policy's retract_window (S21)")
    func window() throws {
        func priority(_ clock: String, window: Span) throws -> Int? {
            var scenario = Scenario(
                Policy.sample(
                    [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
                    change: { $0.retractWindow = window }
                )
            )
            _ = try scenario.tell("Mon 07:00 opened\nMon 13:00 ...\nMon \(clock) agent_reply at=Mon 12:58")
            let retracted = try #require(scenario.records.last { $0.kind == .retracted })
            #expect(retracted.to.isEmpty == (retracted.priority == nil))
            return retracted.priority
        }
        #expect(try priority("14:00", window: .hours(1)) == 5)
        #expect(try priority("14:00:00.001", window: .hours(1)) == nil)
        #expect(try priority("13:00", window: .zero) == 5)
        #expect(try priority("13:00:00.001", window: .zero) == nil)
    }

    @Test("an event that late ones make meaningless and meaningful again has its effect in the end (S21)")
    func meaningful() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 10:50 pending at=Mon 10:45\nMon 11:00 closed at=Mon 10:30")
        #expect(scenario.state?.status == .closed)
        _ = try scenario.tell("Mon 11:10 reopened at=Mon 10:30")
        #expect(scenario.state?.status == .pending)
    }

    @Test("a breach that nobody saw is recorded with how late, and climbs only if the case still waits (S21)")
    func unseen() throws {
        var waiting = Scenario(policy)
        _ = try waiting.tell("Mon 07:00 opened\nMon 08:00 agent_reply\nMon 10:00 note")
        #expect(
            try waiting.tell("Mon 12:00 customer_message at=Mon 09:00", showing: shown) == """
                Mon 09:00 started next_reply until Mon 11:00 (late 3h)
                Mon 11:00 breached next_reply -> manager-1 (late 1h)
                Mon 11:00 escalated next_reply tier 1 to 2 [breach] -> team-2, manager-2 (late 1h)
                """
        )
        var answered = Scenario(policy)
        _ = try answered.tell("Mon 07:00 opened\nMon 08:00 agent_reply\nMon 11:30 agent_reply")
        #expect(
            try answered.tell("Mon 12:00 customer_message at=Mon 09:00", showing: shown) == """
                Mon 09:00 started next_reply until Mon 11:00 (late 3h)
                Mon 11:00 breached next_reply -> manager-1 (late 1h)
                Mon 11:30 met_late next_reply (late 30m)
                """
        )
    }

    @Test("an older unanswered message moves the start of its cycle, not its id (S11)")
    func olderMessage() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 agent_reply\nMon 09:20 customer_message")
        let told = try scenario.tell("Mon 09:30 customer_message at=Mon 09:10\nMon 11:30 agent_reply", showing: shown)
        #expect(
            told == """
                Mon 09:10 started next_reply until Mon 11:10 (late 20m)
                Mon 11:10 breached next_reply -> manager-1
                Mon 11:10 escalated next_reply tier 1 to 2 [breach] -> team-2, manager-2
                Mon 11:30 met_late next_reply -> manager-1, team-2, manager-2
                """
        )
        #expect(scenario.state?.timer(.nextReply)?.cycle == 1)
    }

    @Test("a cycle that a late event puts before others takes the next free id; theirs stay (S21)")
    func inserted() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(
            """
            Mon 07:00 opened
            Mon 08:00 agent_reply
            Mon 10:00 customer_message
            """
        )
        let told = try scenario.tell(
            """
            Mon 10:30 customer_message at=Mon 09:00 & agent_reply at=Mon 09:30
            Mon 11:00 agent_reply
            Mon 11:30 customer_message
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 09:00 started next_reply cycle 2 until Mon 11:00 (late 1h30m)
                Mon 09:30 met next_reply cycle 2 (late 1h)
                Mon 11:00 met next_reply
                Mon 11:30 started next_reply cycle 3 until Mon 13:30
                """
        )
    }

    @Test(
        "a breach that a late event moves is one breach still: taken back and told anew under the next revision (S21)"
    )
    func moved() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 agent_reply\nMon 09:20 customer_message\nMon 11:20 ...")
        let told = try scenario.tell("Mon 11:25 customer_message at=Mon 09:10\nMon 11:30 agent_reply", showing: shown)
        #expect(
            told == """
                Mon 11:20 retracted next_reply (a late event shows another deadline, missed too) \
                -> team-2, manager-2 (late 5m)
                Mon 09:10 started next_reply revision 1 until Mon 11:10 (late 2h15m)
                Mon 11:10 breached next_reply revision 1 -> manager-1 (late 15m)
                Mon 11:30 met_late next_reply revision 1 -> manager-1
                """
        )
        #expect(scenario.state?.tier == 2, "the ladder does not climb twice for it")
    }

    @Test("a retracted breach that comes true later is a breach of the next revision (S21)")
    func secondRevision() throws {
        var scenario = Scenario(
            Policy.sample([
                Target(metric: .resolution, duration: .hours(6), calendar: "always", pauseIn: [StatusSet(.pending)])
            ])
        )
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:00 ...")
        let told = try scenario.tell(
            """
            Mon 13:10 pending at=Mon 12:00
            Mon 13:20 resumed
            Mon 15:00 ...
            Mon 15:10 note at=Mon 14:00
            """,
            showing: [.retracted, .breached, .resumed, .escalated]
        )
        #expect(
            told == """
                Mon 13:00 retracted resolution (a late event shows that the deadline was kept) \
                -> manager-1, team-2, manager-2 (late 10m)
                Mon 13:20 resumed resolution revision 1 until Mon 14:20
                Mon 14:20 breached resolution revision 1 -> manager-1
                Mon 14:20 escalated resolution revision 1 tier 2 to 3 [breach] -> team-3, manager-3
                """
        )
        #expect(scenario.state?.timer(.resolution)?.revision == 1)
    }

    @Test("moves and assignments made meanwhile are facts at their commit and stay (S21)")
    func actsStay() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened agent=agent-1\nMon 15:00 ...")
        #expect(scenario.state?.tier == 3)
        _ = try scenario.tell("Mon 15:10 note at=Mon 12:00 agent=agent-2")
        #expect(scenario.state?.tier == 3)
        #expect(scenario.state?.fields.agent == nil, "the move came after the late assignment")
    }

    @Test("an event before a tier was known to be gone is not refused in a replay (S16)")
    func lostTier() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 tier_changed tier=3\nMon 09:00 note")
        let sixHours = Target(metric: .firstReply, duration: .hours(6), calendar: "always")
        try scenario.adopt(Policy.sample([sixHours], change: { $0.tiers.removeLast() }), "Mon", "09:30")
        let told = try scenario.tell("Mon 10:00 note at=Mon 08:30\nMon 12:00 agent_reply", showing: shown)
        #expect(told == "Mon 12:00 met first_reply")
        #expect(scenario.state?.tier == 3)
    }

    @Test("while the clock is held a late event takes nothing back that still stands")
    func held() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:00 ...")
        let before = scenario.records.count
        var note = Event(id: "held", caseID: CaseID("4711"), at: Scenario.instant("Mon", "12:00"), kind: .note)
        try scenario.hand(in: [note], at: Scenario.instant("Wed", "13:00"), isHeld: true)
        #expect(scenario.records.count == before)
        #expect(scenario.state?.timer(.firstReply)?.verdict == .breached)
        note.id = "held 2"
        note.at = Scenario.instant("Mon", "07:00") + .hours(24)
        try scenario.hand(in: [note], at: Scenario.instant("Mon", "14:00"), isHeld: true)
        #expect(scenario.answers == [.applied])
        #expect(scenario.facts.last?.isClamped == false)
    }
}
