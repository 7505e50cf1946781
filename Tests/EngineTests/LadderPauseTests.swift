import Engine
import Support
import Testing
import TimeBase

@Suite("Ladders while paused")
struct LadderPauseTests {
    private let shown: Set<LedgerRecord.Kind> = [
        .warned, .breached, .paused, .resumed, .escalated, .notified, .skipped, .metLate,
    ]

    private static func resolution(
        within hours: Int64 = 6,
        climbs: Bool = true,
        settle: Span = .zero
    ) -> Target {
        Target(
            metric: .resolution,
            duration: .hours(hours),
            calendar: "always",
            pauseIn: [StatusSet(.pending)],
            settle: settle,
            climbsWhilePaused: climbs
        )
    }

    @Test("with ladder_when_paused the ladder of a breached timer goes on while it is paused (S13)")
    func goesOn() throws {
        var scenario = Scenario(Policy.sample([Self.resolution()]))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 14:30 pending\nMon 19:00 resumed\nMon 19:10 resolved",
            showing: shown
        )
        #expect(
            told == """
                Mon 12:30 warned resolution [75%] -> team-1
                Mon 14:00 breached resolution -> manager-1
                Mon 14:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2
                Mon 14:30 paused resolution (pending)
                Mon 16:00 escalated resolution tier 2 to 3 [breach + 2h] -> team-3
                Mon 18:00 escalated resolution (reporting_line) [breach + 2h] -> manager-3
                Mon 19:00 resumed resolution until Mon 14:00
                Mon 19:10 met_late resolution -> manager-1, team-2, manager-2, team-3, manager-3
                """
        )
    }

    @Test("a timer that is paused before its deadline warns of nothing and misses nothing, option or not (S13)")
    func notMissed() throws {
        var scenario = Scenario(Policy.sample([Self.resolution()]))
        #expect(try scenario.tell("Mon 08:00 opened\nMon 12:00 pending", showing: [.warned, .breached]) == "")
        #expect(scenario.nextWake == nil)
        #expect(
            try scenario.tell("Tue 08:00 resumed\nTue 08:30 ...", showing: [.warned, .breached])
                == "Tue 08:30 warned resolution [75%] -> team-1"
        )
    }

    @Test("an acknowledgement stops it all the same, and so does a snooze for its time (S13, S36)")
    func acknowledged() throws {
        let start = "Mon 08:00 opened\nMon 14:30 pending\n"
        var taken = Scenario(Policy.sample([Self.resolution()]))
        #expect(
            try taken.tell(start + "Mon 15:00 acknowledged\nTue 08:00 ...", showing: [.escalated])
                == "Mon 14:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2"
        )
        #expect(taken.nextWake == nil)
        var snoozed = Scenario(Policy.sample([Self.resolution()]))
        _ = try snoozed.tell(start + "Mon 15:00 snoozed until=Mon 17:00 reason=x")
        #expect(
            try snoozed.tell("Mon 18:00 ...", showing: [.escalated, .skipped]) == """
                Mon 16:00 escalated resolution tier 2 to 3 [breach + 2h] -> team-3 (late 1h)
                Mon 18:00 escalated resolution (reporting_line) [breach + 2h] -> manager-3
                """
        )
    }

    @Test("a breach that settles is announced, and its ladder begins, although the timer is paused by then (S13, S22)")
    func settles() throws {
        var scenario = Scenario(Policy.sample([Self.resolution(settle: .minutes(30))]))
        let told = try scenario.tell("Mon 08:00 opened\nMon 14:10 pending\nMon 16:00 ...", showing: shown)
        #expect(
            told == """
                Mon 12:30 warned resolution [75%] -> team-1
                Mon 14:10 paused resolution (pending)
                Mon 14:00 breached resolution -> manager-1 (late 30m)
                Mon 14:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2 (late 30m)
                Mon 16:00 escalated resolution tier 2 to 3 [breach + 2h] -> team-3
                """
        )
    }

    @Test("a paused ladder and a running one that are due together come in the order of the deadlines (S13, S33)")
    func order() throws {
        let steps = [0, 2]
            .map { hours in
                Step(
                    due: .after(.hours(hours), wall: false),
                    text: "breach + \(hours)h",
                    action: .notify,
                    audience: [.manager]
                )
            }
        let firstReply = Target(metric: .firstReply, duration: .hours(6), calendar: "always")
        var scenario = Scenario(
            Policy.sample([firstReply, Self.resolution(within: 5)], ladder: Ladder(name: "default", steps: steps))
        )
        _ = try scenario.tell("Mon 07:00 opened\nMon 12:30 pending")
        #expect(
            try scenario.tell("down Mon 16:00 ...", showing: shown) == """
                Mon 13:00 breached first_reply (late 3h)
                Mon 14:00 notified resolution [breach + 2h] -> manager-1 (late 2h)
                Mon 13:00 skipped first_reply (catch_up) [breach + 0h] (late 3h)
                Mon 15:00 notified first_reply [breach + 2h] (late 1h)
                """
        )
    }

    @Test("another priority or policy brings the option of its own target (S13, S16)")
    func retargeted() throws {
        let story = "Mon 16:00 pending\nMon 18:00 ..."
        let rule = TargetRule(name: "high", condition: .priority(["high"]), targets: [Self.resolution(within: 7)])
        var raised = Scenario(Policy.sample([Self.resolution(climbs: false)], rules: [rule]))
        _ = try raised.tell("Mon 08:00 opened\nMon 09:00 priority_changed priority=high")
        #expect(
            try raised.tell(story, showing: [.escalated]) == """
                Mon 15:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2
                Mon 17:00 escalated resolution tier 2 to 3 [breach + 2h] -> team-3
                """
        )
        var reloaded = Scenario(Policy.sample([Self.resolution(climbs: false)]))
        _ = try reloaded.tell("Mon 08:00 opened")
        try reloaded.adopt(Policy.sample([Self.resolution()]), "Mon", "09:00")
        #expect(!reloaded.records.contains { $0.kind == .retargeted }, "its deadline is the same")
        #expect(
            try reloaded.tell("Mon 14:30 pending\nMon 17:00 ...", showing: [.escalated]) == """
                Mon 14:00 escalated resolution tier 1 to 2 [breach] -> team-2, manager-2
                Mon 16:00 escalated resolution tier 2 to 3 [breach + 2h] -> team-3
                """
        )
    }

    @Test("what slactl shows of the steps agrees: they come due with the option and wait without it (S13)")
    func views() throws {
        func due(climbs: Bool) throws -> [String] {
            var scenario = Scenario(Policy.sample([Self.resolution(climbs: climbs)]))
            _ = try scenario.tell("Mon 08:00 opened\nMon 14:30 pending")
            let state = try #require(scenario.state)
            return Engine.steps(of: state, [], scenario.policies, now: Scenario.instant("Mon", "14:30"))
                .map { "\($0.text) \($0.isDone ? "done" : $0.dueAt.map(Scenario.text) ?? "waits")" }
        }
        #expect(try due(climbs: true) == ["75% done", "breach done", "breach + 2h Mon 16:00"])
        #expect(try due(climbs: false) == ["75% done", "breach done", "breach + 2h waits"])
    }
}
