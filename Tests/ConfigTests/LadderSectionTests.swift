import Config
import Engine
import Support
import Testing
import TimeBase

@Suite("Ladders that repeat a section")
struct LadderSectionTests {
    private func policy(_ steps: String, calendar: String = "always") throws -> Policy {
        let lines = steps.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let targets = "  - { name: all, calendar: \(calendar), first_reply: 6h }"
        return try Given.loaded(Given.text(targets: targets, steps: lines)).policy
    }

    private func texts(_ steps: String) throws -> [String] {
        try policy(steps).ladders["default"]?.steps.map(\.text) ?? []
    }

    private let tierTwoFiveTimes = """
        - { every: 30m, times: 5, steps: [{ at: breach, notify: tier 2 }, { at: breach + 10m, notify: ada }] }
        - { at: breach + 3h, notify: manager }
        """

    @Test("a section is written out, round by round, and each step says which it is")
    func writtenOut() throws {
        #expect(
            try texts(tierTwoFiveTimes) == [
                "breach (round 1 of 5)", "breach + 10m (round 1 of 5)", "breach + 30m (round 2 of 5)",
                "breach + 40m (round 2 of 5)", "breach + 1h (round 3 of 5)", "breach + 1h10m (round 3 of 5)",
                "breach + 1h30m (round 4 of 5)", "breach + 1h40m (round 4 of 5)", "breach + 2h (round 5 of 5)",
                "breach + 2h10m (round 5 of 5)", "breach + 3h",
            ]
        )
        let steps = try policy(tierTwoFiveTimes).ladders["default"]?.steps ?? []
        #expect(steps[3].due == .after(.minutes(40), wall: false))
        #expect(steps.map(\.audience).prefix(3) == [[.tier(2)], [.person("ada")], [.tier(2)]])
        #expect(steps.allSatisfy { $0.every == nil })
    }

    @Test("a step that repeats so many times may be followed by others; the last one goes on by itself")
    func followed() throws {
        let steps = """
            - { at: 75%, notify: team }
            - { at: breach, every: 30m, times: 3, notify: tier 2 }
            - { at: breach + 2h, every: 2h, do: escalate }
            """
        #expect(
            try texts(steps) == [
                "75%", "breach (1 of 3)", "breach + 30m (2 of 3)", "breach + 1h (3 of 3)", "breach + 2h",
            ]
        )
        #expect(try policy(steps).ladders["default"]?.steps.last?.every == .hours(2))
        #expect(try texts("- { at: breach, every: 1h, times: 900, notify: team }") == ["breach"])
    }

    @Test("a step may repeat within a round, and a section may count wall time (S30)")
    func nested() throws {
        let steps = """
            - every: 1d
              times: 2
              clock: wall
              steps:
                - { at: breach + 1h, every: 10m, times: 2, notify: team }
            - { at: breach + 2d, clock: wall, do: escalate }
            """
        #expect(
            try texts(steps) == [
                "breach + 1h (1 of 2, round 1 of 2)", "breach + 1h10m (2 of 2, round 1 of 2)",
                "breach + 25h (1 of 2, round 2 of 2)", "breach + 25h10m (2 of 2, round 2 of 2)", "breach + 48h",
            ]
        )
        #expect(try policy(steps).ladders["default"]?.steps[2].due == .after(.hours(25), wall: true))
    }

    @Test("tier 2 five times, then the manager: told on the dot (S31)")
    func told() throws {
        var scenario = Scenario(try policy(tierTwoFiveTimes))
        _ = try scenario.tell("Mon 07:00 opened\nMon 14:40 ...")
        #expect(
            try scenario.tell("Tue 07:00 ...", showing: [.notified]) == """
                Mon 15:00 notified first_reply [breach + 2h (round 5 of 5)] -> desk
                Mon 15:10 notified first_reply [breach + 2h10m (round 5 of 5)] -> ada
                Mon 16:00 notified first_reply [breach + 3h] -> bo
                """
        )
        #expect(scenario.records.count { $0.kind == .notified } == 11)
        #expect(scenario.nextWake == nil)
    }

    @Test("after downtime the highest step of all rounds fires, each of the others is skipped (S33)")
    func catchUp() throws {
        var scenario = Scenario(try policy(tierTwoFiveTimes))
        _ = try scenario.tell("Mon 07:00 opened")
        #expect(
            try scenario.tell("down Mon 13:45 ...\nMon 14:00 ...", showing: [.notified, .skipped]) == """
                Mon 13:00 skipped first_reply (catch_up) [breach (round 1 of 5)] (late 45m)
                Mon 13:10 skipped first_reply (catch_up) [breach + 10m (round 1 of 5)] (late 35m)
                Mon 13:30 skipped first_reply (catch_up) [breach + 30m (round 2 of 5)] (late 15m)
                Mon 13:40 notified first_reply [breach + 40m (round 2 of 5)] -> ada (late 5m)
                Mon 14:00 notified first_reply [breach + 1h (round 3 of 5)] -> desk
                """
        )
    }

    @Test("acknowledging stops the rounds, a snooze is caught up to the round that is due then (S36)")
    func acknowledged() throws {
        var taken = Scenario(try policy(tierTwoFiveTimes))
        #expect(
            try taken.tell("Mon 07:00 opened\nMon 13:05 acknowledged\nTue 07:00 ...", showing: [.notified])
                == "Mon 13:00 notified first_reply [breach (round 1 of 5)] -> desk"
        )
        var snoozed = Scenario(try policy(tierTwoFiveTimes))
        _ = try snoozed.tell("Mon 07:00 opened\nMon 12:00 snoozed until=Mon 15:05 reason=x")
        #expect(
            try snoozed.tell("Mon 15:10 ...", showing: [.notified]) == """
                Mon 15:00 notified first_reply [breach + 2h (round 5 of 5)] -> desk (late 5m)
                Mon 15:10 notified first_reply [breach + 2h10m (round 5 of 5)] -> ada
                """
        )
    }

    @Test("a ladder of 64 steps written out fires its last one (S30)")
    func full() throws {
        var scenario = Scenario(try policy("- { every: 5m, times: 64, steps: [{ at: breach, notify: manager }] }"))
        _ = try scenario.tell("Mon 07:00 opened\nTue 07:00 ...")
        #expect(scenario.records.count { $0.kind == .notified } == 64)
        #expect(scenario.records.last?.step == "breach + 5h15m (round 64 of 64)")
        #expect(scenario.nextWake == nil)
    }
}
