import Engine
import Support
import Testing
import TimeBase

@Suite("From the opening to the resolution")
struct WholeCaseTests {
    private static let metrics: [Metric] = [.requesterWait, .agentWork, .resolution]
    private let quiet = Ladder(name: "default", steps: [])

    @Test("agent_work does not count while the customer has the turn (S2, S13, worked check 4)")
    func agentWork() throws {
        var scenario = Scenario(
            Policy.sample(
                [Target(metric: .agentWork, duration: .hours(8), calendar: "office")],
                calendar: try .office(),
                ladder: quiet
            )
        )
        // 09:00, 16:00 and 10:00 in Berlin.
        let told = try scenario.tell("Mon 08:00 opened\nMon 15:00 pending\nTue 09:00 resumed\ndown Tue 10:00 resolved")
        #expect(
            told == """
                Mon 08:00 started agent_work until Mon 16:00
                Mon 15:00 paused agent_work (pending)
                Tue 09:00 resumed agent_work until Tue 10:00
                Tue 10:00 met agent_work
                """
        )
    }

    @Test("each pauses where the table says: nothing, pending, or pending and on_hold")
    func pauses() throws {
        let targets = Self.metrics.map { Target(metric: $0, duration: .hours(10), calendar: "always") }
        var scenario = Scenario(Policy.sample(targets, ladder: quiet))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 pending\nMon 11:00 on_hold\nMon 14:00 resumed",
            showing: [.paused, .resumed]
        )
        #expect(
            told == """
                Mon 09:00 paused requester_wait (pending)
                Mon 09:00 paused agent_work (pending)
                Mon 11:00 resumed requester_wait until Mon 20:00
                Mon 14:00 resumed agent_work until Mon 23:00
                """
        )
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "18:00"))
    }

    @Test("pause_in overrides that, also where it is empty", arguments: metrics)
    func explicit(metric: Metric) throws {
        for (pauseIn, deadline) in [(StatusSet([]), "18:00"), (StatusSet(.onHold), "21:00")] {
            let target = Target(metric: metric, duration: .hours(10), calendar: "always", pauseIn: pauseIn)
            var scenario = Scenario(Policy.sample([target], ladder: quiet))
            _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 pending\nMon 11:00 on_hold\nMon 14:00 resumed")
            #expect(scenario.state?.timer(metric)?.deadline == Scenario.instant("Mon", deadline))
        }
    }

    @Test("closed without resolved counts as resolved, closing a resolved case as nothing (S9)", arguments: metrics)
    func closed(metric: Metric) throws {
        let target = Target(metric: metric, duration: .hours(4), calendar: "always")
        let shown: Set<LedgerRecord.Kind> = [.met, .metLate, .breached, .cancelled]
        var inTime = Scenario(Policy.sample([target], ladder: quiet))
        #expect(
            try inTime.tell("Mon 08:00 opened\ndown Mon 12:00 closed\nMon 13:00 closed", showing: shown)
                == "Mon 12:00 met \(metric.word)"
        )
        var late = Scenario(Policy.sample([target], ladder: quiet))
        #expect(
            try late.tell("Mon 08:00 opened\nMon 12:00:00.001 closed", showing: shown) == """
                Mon 12:00 breached \(metric.word) -> manager-1
                Mon 12:00:00.001 met_late \(metric.word) -> manager-1
                """
        )
        var twice = Scenario(Policy.sample([target], ladder: quiet))
        #expect(
            try twice.tell("Mon 08:00 opened\nMon 11:00 resolved\nMon 13:00 closed", showing: shown)
                == "Mon 11:00 met \(metric.word)"
        )
    }

    @Test("neither a reply, a note nor who has it touches them (S10, S17)", arguments: metrics)
    func untouched(metric: Metric) throws {
        var scenario = Scenario(Policy.sample([Target(metric: metric, duration: .hours(8), calendar: "always")]))
        let told = try scenario.tell(
            "Mon 08:00 opened by=staff\nMon 09:00 agent_reply\nMon 10:00 tier_changed tier=2 agent=agent-1\nMon 11:00 note",
            showing: [.started, .met, .cancelled, .retargeted]
        )
        #expect(told == "Mon 08:00 started \(metric.word) until Mon 16:00")
    }

    @Test("a pause that arrives late moves the deadline as if it had come in time (S21)", arguments: [Metric.agentWork])
    func latePause(metric: Metric) throws {
        var scenario = Scenario(
            Policy.sample([Target(metric: metric, duration: .hours(4), calendar: "always")], ladder: quiet)
        )
        _ = try scenario.tell("Mon 08:00 opened\nMon 12:00 ...")
        #expect(
            try scenario.tell(
                "Mon 12:30 on_hold at=Mon 11:00 & resumed at=Mon 11:30",
                showing: [.retracted, .breached, .paused, .resumed]
            ) == """
                Mon 12:00 retracted agent_work (a late event shows another deadline, missed too) (late 30m)
                Mon 11:00 paused agent_work revision 1 (on_hold) (late 1h30m)
                Mon 11:30 resumed agent_work revision 1 until Mon 12:30 (late 1h)
                Mon 12:30 breached agent_work revision 1 -> manager-1
                """
        )
    }

    @Test("every metric is warned of at its share and at the time left (S30)", arguments: Metric.allCases)
    func warnings(metric: Metric) throws {
        let ladder = Ladder(
            name: "default",
            steps: [
                Step(due: .percent(75), text: "75%", action: .notify, audience: [.assignee]),
                Step(due: .before(.minutes(30)), text: "before 30m", action: .notify, audience: [.manager]),
            ]
        )
        var scenario = Scenario(
            Policy.sample([Target(metric: metric, duration: .hours(4), calendar: "always")], ladder: ladder)
        )
        let start =
            switch metric {
            case .firstReply, .requesterWait, .agentWork, .resolution, .tierTime: "Mon 08:00 opened"
            case .nextReply: "Mon 06:00 opened\nMon 07:00 agent_reply\nMon 08:00 customer_message"
            case .update, .pausableUpdate: "Mon 07:00 opened\nMon 08:00 agent_reply"
            }
        #expect(
            try scenario.tell(start + "\nMon 12:00 ...", showing: [.warned, .breached]) == """
                Mon 11:00 warned \(metric.word) [75%] -> team-1
                Mon 11:30 warned \(metric.word) [before 30m] -> manager-1
                Mon 12:00 breached \(metric.word) -> manager-1
                """
        )
    }
}
