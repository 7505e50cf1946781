import Engine
import Support
import Testing
import TimeBase
import WorkingTime

/// The worked checks with an office calendar; the timelines are in UTC, the office opens at 08:00 and closes at 16:00.
@Suite("Office hours")
struct OfficeHoursTests {
    private func policy(_ metric: Metric, _ hours: Int64, holidays: Set<CivilDate> = []) throws -> Policy {
        Policy.sample(
            [Target(metric: metric, duration: .hours(hours), calendar: "office", pauseIn: [])],
            calendar: try .office(holidays: holidays)
        )
    }

    @Test("six hours from Friday 15:00 end on Monday 13:00, from Saturday on Monday 15:00 (S2, worked check 1)")
    func weekend() throws {
        var friday = Scenario(try policy(.firstReply, 6))
        #expect(try friday.tell("Fri 14:00 opened") == "Fri 14:00 started first_reply until Mon+ 12:00")
        var saturday = Scenario(try policy(.firstReply, 6))
        #expect(try saturday.tell("Sat 10:00 opened") == "Sat 10:00 started first_reply until Mon+ 14:00")
    }

    @Test("a holiday on Monday moves the deadline to Tuesday (S4, worked check 1)")
    func holiday() throws {
        let monday = try #require(CivilDate(year: 2026, month: 11, day: 30))
        var scenario = Scenario(try policy(.firstReply, 6, holidays: [monday]))
        #expect(try scenario.tell("Fri 14:00 opened") == "Fri 14:00 started first_reply until Tue+ 12:00")
    }

    @Test("a target that ends with the working day falls on closing time (S2)")
    func closingTime() throws {
        var scenario = Scenario(try policy(.firstReply, 8))
        let told = try scenario.tell(
            "Mon 08:00 opened\ndown Mon 16:00 agent_reply",
            showing: [.started, .met, .metLate, .breached]
        )
        #expect(
            told == """
                Mon 08:00 started first_reply until Mon 16:00
                Mon 16:00 met first_reply
                """
        )
    }

    @Test("twelve hours round the clock count a day of 25 hours (S2, worked check 3)")
    func longDay() throws {
        let policy = Policy.sample([Target(metric: .firstReply, duration: .hours(12), calendar: "always")])
        let openedAt = try Instant(rfc3339: "2026-10-24T20:00:00+02:00")
        let opened = Event(id: "1", caseID: CaseID("4711"), at: openedAt, kind: .opened)
        var scenario = Scenario(policy)
        try scenario.hand(in: [opened], at: openedAt)
        #expect(scenario.nextWake == openedAt + .hours(9))
        #expect(scenario.state?.timer(.firstReply)?.deadline == (try Instant(rfc3339: "2026-10-25T07:00:00+01:00")))
    }

    @Test("a pause in the night and the morning shifts the deadline by open time only (S13, worked check 4)")
    func pause() throws {
        let target = Target(
            metric: .resolution,
            duration: .hours(8),
            calendar: "office",
            pauseIn: [StatusSet(.pending), StatusSet(.onHold)]
        )
        var scenario = Scenario(Policy.sample([target], calendar: try .office()))
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 15:00 pending
            Tue 09:00 resumed
            down Tue 10:00 resolved
            """,
            showing: [.started, .paused, .resumed, .met, .breached]
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 15:00 paused resolution (pending)
                Tue 09:00 resumed resolution until Tue 10:00
                Tue 10:00 met resolution
                """
        )
    }

    @Test("steps after the breach are counted in open time, or on the wall clock by option (S30)")
    func openAndWall() throws {
        func step(_ hours: Int64, wall: Bool) -> Step {
            Step(
                due: .after(.hours(hours), wall: wall),
                text: "breach + \(hours)h\(wall ? " wall" : "")",
                action: .notify,
                audience: [.manager]
            )
        }
        let ladder = Ladder(name: "default", steps: [step(2, wall: true), step(2, wall: false)])
        let target = Target(metric: .firstReply, duration: .hours(7), calendar: "office")
        var scenario = Scenario(Policy.sample([target], calendar: try .office(), ladder: ladder))
        let told = try scenario.tell("Mon 08:00 opened\nTue 12:00 ...", showing: [.notified])
        #expect(
            told == """
                Mon 17:00 notified first_reply [breach + 2h wall] -> manager-1
                Tue 09:00 notified first_reply [breach + 2h] -> manager-1
                """
        )
    }
}
