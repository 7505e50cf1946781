import Engine
import Simulation
import Support
import Testing
import TimeBase

/// The worked checks of SEMANTICS, told by the simulation.
@Suite("Worked checks")
struct WorkedCheckTests {
    private let firstReply = [(Metric.firstReply, Span.hours(6))]

    @Test(
        "1: six hours from Friday 15:00 end on Monday 13:00, with a holiday on Tuesday, from Saturday on Monday 15:00"
    )
    func deadlines() throws {
        let plain = try Story("Fri 15:00 A opened\nSat 12:00 B opened", try .desk(firstReply))
        #expect(
            plain.told([.started]) == """
                Fri 15:00 A started first_reply until Mon+ 13:00
                Sat 12:00 B started first_reply until Mon+ 15:00
                """
        )
        let monday = try #require(CivilDate(text: "2026-11-30"))
        let holiday = try Story("Fri 15:00 A opened", try .desk(firstReply, holidays: [monday]))
        #expect(holiday.told([.started]) == "Fri 15:00 A started first_reply until Tue+ 13:00")
    }

    @Test("2: a reply at the deadline exactly is met, a millisecond later it is met late, the breach dated before it")
    func atTheDeadline() throws {
        let story = try Story(
            """
            Fri 15:00 A opened
            Fri 15:00 B opened
            Mon+ 13:00:00.000 A agent_reply
            Mon+ 13:00:00.001 B agent_reply
            """,
            try .desk(firstReply)
        )
        #expect(
            story.told([.breached, .met, .metLate]) == """
                Mon+ 13:00 A met first_reply
                Mon+ 13:00 B breached first_reply -> manager-1
                Mon+ 13:00:00.001 B met_late first_reply -> manager-1, team-2, manager-2
                """
        )
    }

    @Test("3: twelve hours of every hour count through a night of 25")
    func longNight() throws {
        let policy = Policy.sample([Target(metric: .firstReply, duration: .hours(12), calendar: "always")])
        let opened = #"{"at":"2026-10-24T20:00:00+02:00","case":"A","event":"opened"}"#
        let story = try Story(opened, policy)
        let deadline = try #require(story.simulation.states().first?.timers.first?.timer.deadline)
        #expect(deadline.shortRFC3339 == "2026-10-25T06:00:00Z", "07:00 in Berlin, after the clocks went back")
    }

    @Test("4: eight hours with a pause from Monday 16:00 to Tuesday 10:00 end on Tuesday at 11:00")
    func pause() throws {
        let policy = try Policy.desk([(.resolution, .hours(8))], pauseIn: [StatusSet(.pending), StatusSet(.onHold)])
        let story = try Story(
            "Mon 09:00 A opened\nMon 16:00 A pending\nTue 10:00 A resumed",
            policy,
            until: "Tue 10:30"
        )
        #expect(story.told([.resumed]) == "Tue 10:00 A resumed resolution until Tue 11:00")
        #expect(story.standing == "A resolution running until Tue 11:00, left 30m, used 7h30m, paused 2h")
    }

    @Test("5: three messages in a row are one cycle from the first of them, and one breach")
    func followUps() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 09:05 A agent_reply
            Mon 09:10 A customer_message
            Mon 09:20 A customer_message
            Mon 11:00 A customer_message
            """,
            try .desk([(.firstReply, .hours(6)), (.nextReply, .hours(2))]),
            until: "Mon 17:00"
        )
        #expect(
            story.told([.started, .breached]) == """
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 09:10 A started next_reply until Mon 11:10
                Mon 11:10 A breached next_reply -> manager-1
                """
        )
    }

    @Test("6: a reply dated before the deadline that arrives after the breach takes it back")
    func retraction() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 14:58 A agent_reply received=Mon_15:20",
            try .desk(firstReply)
        )
        #expect(
            story.told([.breached, .retracted, .met]) == """
                Mon 15:00 A breached first_reply -> manager-1
                Mon 15:00 A retracted first_reply (a late event shows that the deadline was kept) -> manager-1, team-2, \
                manager-2 late 20m
                Mon 14:58 A met first_reply late 22m
                """
        )
    }

    @Test("7: of several steps that were not seen the highest fires, the others are skipped")
    func catchUp() throws {
        let steps = [Span.zero, .hours(1), .hours(2)]
            .map { Step(due: .after($0, wall: true), text: "breach + \($0)", action: .notify, audience: [.manager]) }
        let policy = try Policy.desk(firstReply, ladder: Ladder(name: "default", steps: steps))
        let story = try Story("Thu 15:00 A opened received=Fri_18:00", policy)
        #expect(
            story.told([.breached, .notified, .skipped]) == """
                Fri 13:00 A breached first_reply -> manager-1 late 5h
                Fri 13:00 A skipped first_reply (catch_up) late 5h
                Fri 14:00 A skipped first_reply (catch_up) late 4h
                Fri 15:00 A notified first_reply late 3h
                """
        )
    }

    @Test("8: what a bot says is no reply")
    func bot() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 09:00:05 A agent_reply author=bot\nMon 16:00 A agent_reply",
            try .desk(firstReply)
        )
        #expect(story.told([.breached, .met]) == "Mon 15:00 A breached first_reply -> manager-1")
    }

    @Test("10: closed unanswered is cancelled; reopened, a new cycle goes on with the two hours used")
    func closedUnanswered() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 11:00 A closed\nTue 09:00 A reopened",
            try .desk(firstReply),
            until: "Tue 10:00"
        )
        #expect(
            story.told([.started, .cancelled]) == """
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 11:00 A cancelled first_reply (closed_unanswered)
                Tue 09:00 A started first_reply cycle 2 until Tue 13:00
                """
        )
        #expect(
            story.standing == """
                A first_reply ended cancelled until Mon 15:00, left 4h, used 2h, paused 0s
                A first_reply cycle 2 running until Tue 13:00, left 3h, used 3h, paused 0s
                """
        )
    }

    @Test("11: a missed case climbs tier by tier and up the reporting line until it is acknowledged")
    func climb() throws {
        let script = "Mon 09:00 A opened tier=1"
        let policy = try Policy.desk([(.firstReply, .hours(4))])
        let alone = try Story(script, policy, until: "Tue 17:00")
        #expect(
            alone.told([.breached, .escalated]) == """
                Mon 13:00 A breached first_reply -> manager-1
                Mon 13:00 A escalated first_reply to tier 2 -> team-2, manager-2
                Mon 15:00 A escalated first_reply to tier 3 -> team-3
                Mon 17:00 A escalated first_reply (reporting_line) -> manager-3
                Tue 11:00 A escalated first_reply (reporting_line) -> director
                Tue 13:00 A escalated first_reply (last_resort) -> owner
                Tue 15:00 A escalated first_reply (last_resort) -> owner
                Tue 17:00 A escalated first_reply (last_resort) -> owner
                """
        )
        let taken = try Story(script + "\nMon 15:30 A acknowledged", policy, until: "Tue 17:00")
        #expect(
            taken.told([.escalated]) == """
                Mon 13:00 A escalated first_reply to tier 2 -> team-2, manager-2
                Mon 15:00 A escalated first_reply to tier 3 -> team-3
                """
        )
    }
}
