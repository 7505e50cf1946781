import Engine
import Support
import Testing
import TimeBase
import WorkingTime

/// Times are UTC; the office is open from 08:00 to 16:00.
@Suite("Business days")
struct BusinessDayTests {
    private func policy(_ days: Int, reopen: Target.Reopen = .continue, ladder: Ladder? = nil) throws -> Policy {
        Policy.sample(
            [Target(metric: .resolution, allowance: .businessDays(days), calendar: "office", reopen: reopen)],
            calendar: try .office(holidays: [CivilDate(dayNumber: 20_782)]),
            ladder: ladder ?? Ladder(name: "default", steps: [])
        )
    }

    @Test(
        "the deadline is the closing of the n-th open date after the date of the start; Wednesday is a holiday (S8)",
        arguments: [
            ("Mon 07:00", 1, "Tue 16:00"), ("Mon 10:00", 1, "Tue 16:00"), ("Mon 20:00", 1, "Tue 16:00"),
            ("Tue 10:00", 1, "Thu 16:00"), ("Wed 10:00", 1, "Thu 16:00"), ("Mon 10:00", 3, "Fri 16:00"),
            ("Fri 10:00", 1, "Mon+ 16:00"), ("Sat 10:00", 1, "Mon+ 16:00"),
            // In Berlin it is Tuesday already.
            ("Mon 23:30", 1, "Thu 16:00"),
        ]
    )
    func deadline(start: String, days: Int, deadline: String) throws {
        var scenario = Scenario(try policy(days))
        let told = try scenario.tell("\(start) opened", showing: [.started])
        #expect(told == "\(start) started resolution until \(deadline)")
    }

    @Test("at closing time exactly is in time (S12)")
    func closing() throws {
        var scenario = Scenario(try policy(1))
        #expect(
            try scenario.tell("Mon 10:00 opened\ndown Tue 16:00 resolved", showing: [.met])
                == "Tue 16:00 met resolution"
        )
    }

    @Test("a share is one of the open time from the start to the deadline (S30)")
    func share() throws {
        let steps = [
            Step(due: .percent(50), text: "50%", action: .notify, audience: [.team]),
            Step(due: .before(.hours(2)), text: "before 2h", action: .notify, audience: [.team]),
        ]
        var scenario = Scenario(try policy(1, ladder: Ladder(name: "default", steps: steps)))
        // Twelve open hours.
        #expect(
            try scenario.tell("Mon 12:00 opened\nTue 16:00 ...", showing: [.warned, .breached]) == """
                Tue 10:00 warned resolution [50%] -> team-1
                Tue 14:00 warned resolution [before 2h] -> team-1
                Tue 16:00 breached resolution -> manager-1
                """
        )
    }

    @Test("it never pauses, whatever its metric does (S8)")
    func pauses() throws {
        let target = Target(
            metric: .agentWork,
            allowance: .businessDays(1),
            calendar: "office",
            pauseIn: [StatusSet(.pending)]
        )
        var scenario = Scenario(Policy.sample([target], calendar: try .office()))
        _ = try scenario.tell("Mon 10:00 opened\nMon 11:00 pending")
        #expect(scenario.state?.timer(.agentWork)?.deadline == Scenario.instant("Tue", "16:00"))
    }

    @Test("reopened, what is left of the open time is left; restarted, the dates are counted anew (S15)")
    func reopened() throws {
        var continued = Scenario(try policy(1))
        // Resolved with five open hours left.
        let told = try continued.tell("Mon 10:00 opened\nTue 11:00 resolved\nThu 09:00 reopened", showing: [.started])
        #expect(told.hasSuffix("Thu 09:00 started resolution cycle 2 until Thu 14:00"))
        var restarted = Scenario(try policy(1, reopen: .restart))
        let anew = try restarted.tell("Mon 10:00 opened\nTue 11:00 resolved\nThu 09:00 reopened", showing: [.started])
        #expect(anew.hasSuffix("Thu 09:00 started resolution cycle 2 until Fri 16:00"))
    }

    @Test("a change to it counts from the same start, under grace where that has passed (S16)")
    func retargeted() throws {
        var policy = try policy(3)
        let high = Target(metric: .resolution, allowance: .businessDays(1), calendar: "office")
        policy.targetRules.insert(TargetRule(name: "high", condition: .priority(["high"]), targets: [high]), at: 0)
        var early = Scenario(policy)
        #expect(
            try early.tell("Mon 10:00 opened\nTue 09:00 priority_changed priority=high", showing: [.retargeted])
                == "Tue 09:00 retargeted resolution until Tue 16:00"
        )
        var late = Scenario(policy)
        #expect(
            try late.tell("Mon 10:00 opened\nThu 09:00 priority_changed priority=high", showing: [.retargeted])
                == "Thu 09:00 retargeted resolution (change_grace) until Thu 09:15"
        )
    }

    @Test("a calendar without enough open dates suspends it (S5)")
    func suspended() throws {
        let never = try WorkingCalendar(
            spec: CalendarSpec(name: "office", zone: "UTC", weekly: [:], holidays: []),
            zone: try ZoneRules(name: "UTC", posix: "UTC0")
        )
        let target = Target(metric: .resolution, allowance: .businessDays(1), calendar: "office")
        var scenario = Scenario(Policy.sample([target], calendar: never))
        _ = try scenario.tell("Mon 10:00 opened")
        #expect(scenario.state?.timer(.resolution)?.state == .suspended)
    }
}
