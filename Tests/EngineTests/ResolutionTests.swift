import Engine
import Support
import Testing
import TimeBase

@Suite("Resolution")
struct ResolutionTests {
    let policy = Policy.sample([Target(metric: .resolution, duration: .hours(6), calendar: "always")])

    private func told(_ script: String) throws -> String {
        var scenario = Scenario(policy)
        return try scenario.tell(script, showing: [.started, .met, .metLate, .breached, .cancelled])
    }

    @Test("it runs from the opening, also of a case opened by staff, until resolved")
    func resolved() throws {
        #expect(
            try told("Mon 08:00 opened by=staff\nMon 09:00 agent_reply\nMon 13:59 resolved") == """
                Mon 08:00 started resolution until Mon 14:00
                Mon 13:59 met resolution
                """
        )
    }

    @Test("closed without resolved counts as resolved, and closing a resolved case changes nothing (S9)")
    func closed() throws {
        #expect(
            try told("Mon 08:00 opened\nMon 10:00 closed\nMon 16:00 closed") == """
                Mon 08:00 started resolution until Mon 14:00
                Mon 10:00 met resolution
                """
        )
    }

    @Test("resolved late is met_late, the breach is dated at the deadline (S12)")
    func late() throws {
        #expect(
            try told("Mon 08:00 opened\ndown Tue 08:00 resolved") == """
                Mon 08:00 started resolution until Mon 14:00
                Mon 14:00 breached resolution -> manager-1 (late 18h)
                Tue 08:00 met_late resolution
                """
        )
    }

    @Test("neither team, agent nor tier touches it (S17)")
    func untouched() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 09:00 assigned agent=agent-1 team=team-2
                Mon 10:00 tier_changed tier=3
                Mon 11:00 tier_changed tier=1
                Mon 12:00 resolved
                """
            ) == """
                Mon 08:00 started resolution until Mon 14:00
                Mon 12:00 met resolution
                """
        )
    }
}
