import Engine
import Support
import Testing
import TimeBase

@Suite("Pauses")
struct PauseTests {
    private static func policy(ladder: Ladder? = nil) -> Policy {
        Policy.sample(
            [
                Target(
                    metric: .resolution,
                    duration: .hours(6),
                    calendar: "always",
                    pauseIn: [StatusSet(.pending)]
                )
            ],
            ladder: ladder,
            change: { $0.thirdPartyReasons = ["vendor"] }
        )
    }

    @Test("a pause shifts the deadline; while paused there is no deadline but a remaining time (S9, S13)")
    func shift() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell("Mon 08:00 opened\nMon 10:00 pending")
        let paused = try #require(scenario.state?.timer(.resolution))
        #expect(paused.state == .paused)
        #expect(paused.deadline == nil)
        #expect(paused.duration - paused.elapsed == .hours(4))
        #expect(scenario.nextWake == nil)
        let told = try scenario.tell("Mon 20:00 customer_message\nMon 23:00 resolved")
        #expect(
            told == """
                Mon 20:00 resumed resolution until Tue 00:00
                Mon 22:30 warned resolution [75%] -> team-1
                Mon 23:00 met resolution
                """
        )
    }

    @Test("on_hold does not pause what pauses in pending; pending for a third party is on_hold (S25)")
    func thirdParty() throws {
        var scenario = Scenario(Self.policy())
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 pending reason=vendor\nMon 14:00 ...",
            showing: [.paused, .breached]
        )
        #expect(told == "Mon 14:00 breached resolution -> manager-1")
        #expect(scenario.state?.status == .onHold)
    }

    @Test(
        "a pause at the deadline exactly is in time: nothing is left, and nothing is missed while it lasts (S12, S13)"
    )
    func atTheDeadline() throws {
        var scenario = Scenario(Self.policy())
        let told = try scenario.tell(
            "Mon 08:00 opened\ndown Mon 14:00 pending\nTue 08:00 resumed & resolved",
            showing: [.paused, .breached, .resumed, .met]
        )
        #expect(
            told == """
                Mon 14:00 paused resolution (pending)
                Tue 08:00 resumed resolution until Tue 08:00
                Tue 08:00 met resolution
                """
        )
    }

    @Test("a breached timer that is paused stays breached, and its ladder waits (S13)")
    func ladderWaits() throws {
        var scenario = Scenario(Self.policy())
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 14:30 pending
            Mon 20:00 resumed
            Mon 20:10 resolved
            """,
            showing: [.breached, .paused, .resumed, .escalated, .skipped, .metLate]
        )
        #expect(
            told == """
                Mon 14:00 breached resolution -> manager-1
                Mon 14:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2
                Mon 14:30 paused resolution (pending)
                Mon 20:00 resumed resolution until Mon 14:00
                Mon 16:00 skipped resolution (catch_up, 2 times) [breach + 2h] (late 4h)
                Mon 20:00 escalated resolution tier 2 to 3 [breach + 2h] -> team-3
                Mon 20:10 met_late resolution -> manager-1, team-2, manager-2, team-3
                """
        )
    }

    @Test("resolved while paused is met (S13)")
    func resolvedWhilePaused() throws {
        var scenario = Scenario(Self.policy())
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 13:00 pending\nTue 13:00 resolved",
            showing: [.met, .breached]
        )
        #expect(told == "Tue 13:00 met resolution")
        #expect(scenario.state?.timer(.resolution)?.elapsed == .hours(5))
    }
}
