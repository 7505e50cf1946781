import Engine
import Support
import Testing
import TimeBase

@Suite("Tier time")
struct TierTimeTests {
    private let shown: Set<LedgerRecord.Kind> = [.started, .met, .metLate, .breached, .cancelled, .moved, .escalated]
    private let policy = Policy.sample([Target(metric: .tierTime, duration: .hours(4), calendar: "always")])

    @Test("a person moving the case up meets it, moving it down cancels it, and each tier starts anew (S17)")
    func people() throws {
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 tier_changed tier=2
            Mon 10:00 tier_changed tier=1
            Mon 10:30 tier_changed tier=1
            Mon 11:00 resolved
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started tier_time until Mon 12:00
                Mon 09:00 met tier_time
                Mon 09:00 moved tier 1 to 2
                Mon 09:00 started tier_time cycle 2 until Mon 13:00
                Mon 10:00 cancelled tier_time cycle 2 (moved_down)
                Mon 10:00 moved tier 2 to 1
                Mon 10:00 started tier_time cycle 3 until Mon 14:00
                Mon 11:00 met tier_time cycle 3
                """
        )
    }

    @Test("the engine moving the case up leaves the breach and starts the next tier's time at the commit (S31)")
    func engine() throws {
        var scenario = Scenario(policy)
        let told = try scenario.tell("Mon 08:00 opened\ndown Mon 12:30 ...\nMon 13:00 resolved", showing: shown)
        #expect(
            told == """
                Mon 08:00 started tier_time until Mon 12:00
                Mon 12:00 breached tier_time -> manager-1 (late 30m)
                Mon 12:30 started tier_time cycle 2 until Mon 16:30
                Mon 12:00 escalated tier_time tier 1 to 2 [breach] -> team-2, manager-2 (late 30m)
                Mon 13:00 met tier_time cycle 2
                """
        )
        #expect(scenario.state?.tierSince == Scenario.instant("Mon", "12:30"))
    }

    @Test("the engine moving the case up for another target cancels a tier time that was not missed (escalated)")
    func escalated() throws {
        var scenario = Scenario(
            Policy.sample([
                Target(metric: .firstReply, duration: .hours(2), calendar: "always"),
                Target(metric: .tierTime, duration: .hours(4), calendar: "always"),
            ])
        )
        let told = try scenario.tell("Mon 08:00 opened\nMon 10:00 ...", showing: [.cancelled, .breached])
        #expect(
            told == """
                Mon 10:00 breached first_reply -> manager-1
                Mon 10:00 cancelled tier_time (escalated)
                """
        )
    }

    @Test("with until: reply a reply from the tier meets it, also late; without it does not (table of targets)")
    func untilReply() throws {
        let target = Target(metric: .tierTime, duration: .hours(4), calendar: "always", stopsAtReply: true)
        var scenario = Scenario(Policy.sample([target], ladder: Ladder(name: "default", steps: [])))
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 agent_reply author=bot
            Mon 10:00 agent_reply
            Mon 11:00 agent_reply
            Mon 12:00 tier_changed tier=2
            Mon 17:00 agent_reply
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started tier_time until Mon 12:00
                Mon 10:00 met tier_time
                Mon 12:00 moved tier 1 to 2
                Mon 12:00 started tier_time cycle 2 until Mon 16:00
                Mon 16:00 breached tier_time cycle 2 -> manager-2
                Mon 17:00 met_late tier_time cycle 2 -> manager-2
                """
        )
        var plain = Scenario(policy)
        #expect(
            try plain.tell("Mon 08:00 opened\nMon 10:00 agent_reply", showing: shown)
                == "Mon 08:00 started tier_time until Mon 12:00"
        )
    }

    @Test("closed without resolved meets it, and a pause in pending shifts it where its target says so (S9, S13)")
    func closed() throws {
        let target = Target(metric: .tierTime, duration: .hours(4), calendar: "always", pauseIn: StatusSet(.pending))
        var scenario = Scenario(Policy.sample([target]))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 pending\nMon 12:00 resumed\ndown Mon 15:00 closed",
            showing: shown.union([.resumed])
        )
        #expect(
            told == """
                Mon 08:00 started tier_time until Mon 12:00
                Mon 12:00 resumed tier_time until Mon 15:00
                Mon 15:00 met tier_time
                """
        )
    }

    @Test("time used up in a tier is not carried into another after a reopening (S15, S17)")
    func reopenedElsewhere() throws {
        var scenario = Scenario(policy)
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 11:00 resolved
            Mon 12:00 tier_changed tier=2
            Mon 13:00 reopened
            """,
            showing: [.started]
        )
        #expect(
            told == """
                Mon 08:00 started tier_time until Mon 12:00
                Mon 13:00 started tier_time cycle 2 until Mon 17:00
                """
        )
    }

    @Test("a person who moves a case names its agent; without one nobody of the new tier has it")
    func agent() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened agent=agent-1\nMon 09:00 tier_changed tier=2")
        #expect(scenario.state?.fields.agent == nil)
        #expect(scenario.state?.fields.team == "team-2")
        _ = try scenario.tell("Mon 10:00 tier_changed tier=3 agent=agent-1")
        #expect(scenario.state?.fields.agent == "agent-1")
    }

    @Test("a tier that the policy does not have is refused by its number")
    func unknown() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened tier=9")
        #expect(scenario.answers == [.refused(.unknownTier(9))])
        #expect(scenario.state == nil)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 tier_changed tier=9")
        #expect(scenario.answers == [.refused(.unknownTier(9))])
        #expect(scenario.state?.tier == 1)
    }
}
