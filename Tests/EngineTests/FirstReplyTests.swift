import Engine
import Support
import Testing
import TimeBase

@Suite("First reply")
struct FirstReplyTests {
    let sixHours = Policy.sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")])

    @Test(
        "a missed first reply warns at 75 %, breaches at the deadline and goes up tier by tier (S31, worked check 11)"
    )
    func climbs() throws {
        var scenario = Scenario(sixHours)
        #expect(
            try scenario.tell(
                """
                Mon 07:00 opened
                Mon 15:30 acknowledged
                Tue 07:00 ...
                """
            ) == """
                Mon 07:00 started first_reply until Mon 13:00
                Mon 11:30 warned first_reply [75%] -> team-1
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2
                Mon 15:00 escalated first_reply tier 2 to 3 [breach + 2h] -> team-3
                Mon 15:30 acknowledged
                """
        )
        #expect(scenario.state?.tier == 3)
        #expect(scenario.nextWake == nil)
    }

    @Test("nobody acts: tier by tier, person by person, then the last resort again at each repeat (S31, S37)")
    func lastResort() throws {
        var scenario = Scenario(sixHours)
        let told = try scenario.tell(
            """
            Mon 07:00 opened
            Tue 01:00 ...
            """,
            showing: [.escalated]
        )
        #expect(
            told == """
                Mon 13:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2
                Mon 15:00 escalated first_reply tier 2 to 3 [breach + 2h] -> team-3
                Mon 17:00 escalated first_reply (reporting_line) [breach + 2h] -> manager-3
                Mon 19:00 escalated first_reply (reporting_line) [breach + 2h] -> director
                Mon 21:00 escalated first_reply (last_resort) [breach + 2h] -> owner
                Mon 23:00 escalated first_reply (last_resort) [breach + 2h] -> owner
                Tue 01:00 escalated first_reply (last_resort) [breach + 2h] -> owner
                """
        )
        #expect(scenario.records.last?.priority == 2)
        #expect(scenario.state?.fields.agent == "owner")
        #expect(scenario.nextWake == Scenario.instant("Tue", "03:00"))
        _ = try scenario.tell("Tue 02:00 acknowledged")
        #expect(scenario.nextWake == nil)
    }

    @Test("at the deadline exactly is in time, a millisecond later is late (S12, worked check 2)")
    func exactly() throws {
        for (reply, expected) in [
            ("Mon 13:00:00.000", "Mon 13:00 met first_reply"),
            ("Mon 13:00:00.001", "Mon 13:00:00.001 met_late first_reply"),
        ] {
            var scenario = Scenario(sixHours)
            let told = try scenario.tell("Mon 07:00 opened\ndown \(reply) agent_reply", showing: [.met, .metLate])
            #expect(told == expected)
        }
    }

    @Test("a reply at the deadline that comes after the breach was announced takes it back (S12, S21)")
    func atTheDeadlineButLater() throws {
        var scenario = Scenario(sixHours)
        let told = try scenario.tell(
            """
            Mon 07:00 opened
            Mon 13:00 ...
            Mon 13:00 agent_reply
            """,
            showing: [.breached, .retracted, .met]
        )
        #expect(
            told == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 13:00 retracted first_reply (a late event shows that the deadline was kept) \
                -> manager-1, team-2, manager-2
                Mon 13:00 met first_reply revision 1
                """
        )
        #expect(scenario.state?.timer(.firstReply)?.verdict == .met)
    }

    @Test("resolved late is met_late, also where no alarm fired in between (S12)")
    func unseen() throws {
        var scenario = Scenario(Policy.sample([Target(metric: .resolution, duration: .hours(6), calendar: "always")]))
        let told = try scenario.tell(
            "Mon 07:00 opened\ndown Mon 18:00 resolved",
            showing: [.breached, .metLate, .escalated]
        )
        #expect(
            told == """
                Mon 13:00 breached resolution -> manager-1 (late 5h)
                Mon 18:00 met_late resolution
                """
        )
    }

    @Test("closed unanswered before the deadline is cancelled, after it the breach stands (S14)")
    func closedUnanswered() throws {
        var early = Scenario(sixHours)
        #expect(
            try early.tell("Mon 07:00 opened\nMon 09:00 closed", showing: [.breached, .cancelled])
                == "Mon 09:00 cancelled first_reply (closed_unanswered)"
        )
        var late = Scenario(sixHours)
        #expect(
            try late.tell("Mon 07:00 opened\nMon 14:00 closed", showing: [.breached, .cancelled])
                == "Mon 13:00 breached first_reply -> manager-1"
        )
        #expect(late.state?.timer(.firstReply)?.verdict == .breached)
        #expect(late.state?.timer(.firstReply)?.state == .ended)
    }

    @Test("bots, auto-replies, notes and status changes are no reply (S10, worked check 8)")
    func qualifying() throws {
        var scenario = Scenario(sixHours)
        let told = try scenario.tell(
            """
            Mon 07:00 opened
            Mon 07:00:05 agent_reply author=bot
            Mon 07:10 agent_reply author=auto
            Mon 07:20 note
            Mon 07:30 assigned agent=agent-1
            Mon 07:40 pending
            Mon 14:00 agent_reply
            """,
            showing: [.breached, .met, .metLate]
        )
        #expect(
            told == """
                Mon 13:00 breached first_reply -> manager-1
                Mon 14:00 met_late first_reply -> manager-1, team-2, manager-2
                """
        )
    }

    @Test("a case opened by staff has no first reply; its next reply starts with the first message (S10)")
    func openedByStaff() throws {
        let targets = [
            Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
            Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
        ]
        var scenario = Scenario(Policy.sample(targets))
        let told = try scenario.tell("Mon 07:00 opened by=staff\nMon 08:00 customer_message\nMon 09:00 agent_reply")
        #expect(
            told == """
                Mon 08:00 started next_reply until Mon 10:00
                Mon 09:00 met next_reply
                """
        )
    }

    @Test("a warning goes to the agent who has the case, else to its team (S31)")
    func assignee() throws {
        var scenario = Scenario(sixHours)
        let told = try scenario.tell("Mon 07:00 opened agent=agent-1\nMon 12:00 ...", showing: [.warned])
        #expect(told == "Mon 11:30 warned first_reply [75%] -> agent-1")
    }
}
