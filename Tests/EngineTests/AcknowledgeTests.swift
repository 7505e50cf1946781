import Engine
import Support
import Testing
import TimeBase

@Suite("Acknowledging")
struct AcknowledgeTests {
    private let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .resolution, duration: .hours(8), calendar: "always"),
    ])

    @Test("it stops the ladders that run, never the timers (S36)")
    func stops() throws {
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 acknowledged user=alice reason=mine
            Mon 18:00 ...
            """,
            showing: [.warned, .breached, .escalated, .acknowledged]
        )
        #expect(
            told == """
                Mon 09:00 acknowledged by alice (mine)
                Mon 14:00 breached first_reply -> manager-1
                Mon 16:00 breached resolution -> manager-1
                """
        )
        #expect(scenario.state?.tier == 1)
    }

    @Test("a cycle that starts later climbs its own ladder (S36)")
    func nextCycle() throws {
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 acknowledged
            Mon 10:00 agent_reply
            Mon 11:00 resolved
            Mon 12:00 reopened
            Mon 18:00 ...
            """,
            showing: [.warned, .breached, .escalated]
        )
        #expect(
            told == """
                Mon 15:00 warned resolution cycle 2 [75%] -> team-1
                Mon 17:00 breached resolution cycle 2 -> manager-1
                Mon 17:00 escalated resolution cycle 2 tier 1 to 2 [breach] -> team-2, manager-2
                """
        )
    }

    @Test("one that arrives late holds from its commit on; what the ladder did before stays (S21)")
    func late() throws {
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 14:30 acknowledged at=Mon 13:00
            Mon 23:00 ...
            """,
            showing: [.escalated, .acknowledged, .breached, .retracted]
        )
        #expect(
            told == """
                Mon 14:00 breached first_reply -> manager-1
                Mon 14:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2
                Mon 14:30 acknowledged
                Mon 16:00 breached resolution -> manager-1
                """
        )
        #expect(scenario.state?.tier == 2)
    }

    @Test("it covers what runs, is paused or is missed at its instant; a deadline after it is told once (S36)")
    func covers() throws {
        let policy = Policy.sample(
            [
                Target(metric: .firstReply, duration: .hours(2), calendar: "always"),
                Target(metric: .agentWork, duration: .hours(4), calendar: "always"),
                Target(metric: .resolution, duration: .hours(6), calendar: "always"),
            ],
            ladder: Ladder(
                name: "default",
                steps: [step(after: 0, .notify, [.team]), step(after: 1, .notify, [.team])]
            )
        )
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 10:10 pending
            Mon 10:20 acknowledged by=amy
            Mon 11:30 resumed
            Mon 18:00 ...
            """,
            showing: [.breached, .notified, .acknowledged]
        )
        #expect(
            told == """
                Mon 10:00 breached first_reply -> manager-1
                Mon 10:00 notified first_reply [breach] -> team-1
                Mon 10:20 acknowledged by amy
                Mon 13:20 breached agent_work -> manager-1
                Mon 14:00 breached resolution -> manager-1
                """
        )
        #expect(scenario.state?.acknowledgement == Acknowledgement(at: Scenario.instant("Mon", "10:20"), by: "amy"))
        #expect(scenario.records.first { $0.kind == .acknowledged }?.priority == 6)
    }

    @Test("when every timer that it covers has ended, nobody has the case any more (S36)")
    func ends() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 acknowledged user=amy")
        #expect(scenario.state?.acknowledgement?.by == "amy", "the local user, if the source names nobody")
        _ = try scenario.tell("Mon 10:00 agent_reply")
        #expect(scenario.state?.acknowledgement != nil, "the resolution runs on")
        _ = try scenario.tell("Mon 11:00 resolved\nMon 12:00 reopened")
        #expect(scenario.state?.acknowledgement == nil)
    }
}
