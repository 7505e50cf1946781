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
                Mon 09:00 acknowledged (mine) -> alice
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
                Mon 13:00 acknowledged (late 1h30m)
                Mon 16:00 breached resolution -> manager-1
                """
        )
        #expect(scenario.state?.tier == 2)
    }
}
