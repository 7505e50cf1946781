import Engine
import Simulation
import Support
import Testing
import TimeBase

/// The numbers of `--state`, worked out by hand.
@Suite("How cases stand")
struct StandingTests {
    @Test("past the deadline what is left is negative, and a paused timer keeps what is left")
    func negativeAndPaused() throws {
        let policy = try Policy.desk([(.resolution, .hours(2))], pauseIn: StatusSet(.pending))
        let story = try Story(
            "Mon 09:00 A opened\nMon 09:00 B opened\nMon 10:00 B pending",
            policy,
            until: "Mon 12:00"
        )
        #expect(
            story.standing == """
                A resolution running breached until Mon 11:00, left -1h, used 3h, paused 0s
                B resolution paused, left 1h, used 1h, paused 2h
                """
        )
        #expect(story.nextWake(of: "B") == nil)
    }

    @Test("S18: a void verdict says so, that of an earlier cycle too")
    func void() throws {
        let policy = try Policy.desk([(.firstReply, .hours(2)), (.nextReply, .hours(1))])
        let script = """
            Mon 09:00 A opened subject=overcharged
            Mon 10:00 A agent_reply
            Mon 10:00 A customer_message
            Mon 11:30 A agent_reply
            Mon 12:00 A customer_message
            """
        func lines(_ more: String) throws -> String {
            var writer = SimulationWriter()
            for standing in try Story("\(script)\n\(more)", policy).simulation.states() { writer.write(standing) }
            return String(decoding: writer.take(), as: UTF8.self)
        }
        let spam = try lines("Mon 12:30 A spam")
        #expect(spam.contains(#""status":"spam""#))
        #expect(spam.split(separator: #""void":true"#, omittingEmptySubsequences: false).count == 3)
        #expect(!spam.contains("deleted"))
        #expect(try !lines("Mon 12:30 A spam\nMon 12:40 A not_spam").contains("void"))
        let deleted = try lines("Mon 12:30 A deleted")
        #expect(deleted.contains(#""deleted":true"#))
        #expect(deleted.contains(#""status":"closed""#))
    }

    @Test("S60: a case that has rested for too long takes nothing more, and is shown with all its cycles all the same")
    func forgotten() throws {
        var policy = try Policy.desk([(.firstReply, .hours(2)), (.nextReply, .hours(1))])
        let script = """
            Mon 09:00 A opened
            Mon 10:00 A agent_reply
            Mon 10:00 A customer_message
            Mon 11:30 A agent_reply
            Mon 12:00 A customer_message
            Mon 12:30 A resolved
            Wed 13:00 A customer_message
            Wed 14:00 B opened
            """
        let kept = try Story(script, policy)
        #expect(kept.told([]) == "")
        policy.keep = .hours(48)
        let gone = try Story(script, policy)
        #expect(gone.told([]) == "line 7 refused: too_old")
        let without = try Story(script.replacing("Wed 13:00 A customer_message\n", with: ""), policy)
        #expect(gone.standing == without.standing)
        let whole = try Story(
            script.replacing("Wed 13:00 A customer_message\n", with: ""),
            .desk([
                (.firstReply, .hours(2)), (.nextReply, .hours(1)),
            ])
        )
        #expect(whole.standing == without.standing)
    }

    @Test("a night in between is neither used nor paused")
    func night() throws {
        let policy = try Policy.desk([(.resolution, .hours(20))], pauseIn: StatusSet(.pending))
        let story = try Story(
            "Mon 16:00 A opened\nMon 16:30 A pending\nTue 09:30 A resumed",
            policy,
            until: "Tue 12:00"
        )
        // Used 16:00-16:30 and 09:30-12:00, paused 16:30-17:00 and 09:00-09:30.
        #expect(story.standing == "A resolution running until Thu 13:00, left 17h, used 3h, paused 1h")
    }

    @Test("every cycle is shown, those that newer ones have replaced with their own times")
    func earlierCycles() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A agent_reply
            Mon 11:00 A customer_message
            Mon 12:00 A agent_reply
            Mon 13:00 A customer_message
            Mon 16:00 A agent_reply
            Tue 09:00 A customer_message
            """,
            try .desk([(.firstReply, .hours(6)), (.nextReply, .hours(2))]),
            until: "Tue 09:30"
        )
        #expect(
            story.standing == """
                A first_reply ended met until Mon 15:00, left 5h, used 1h, paused 0s
                A next_reply ended met until Mon 13:00, left 1h, used 1h, paused 0s
                A next_reply cycle 2 ended met_late until Mon 15:00, left -1h, used 3h, paused 0s
                A next_reply cycle 3 running until Tue 11:00, left 1h30m, used 30m, paused 0s
                """
        )
    }

    @Test("a late event corrects an earlier cycle, too")
    func lateForAnEarlierCycle() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A agent_reply
            Mon 11:00 A customer_message
            Mon 14:00 A agent_reply
            Mon 15:00 A customer_message
            Mon 12:30 A agent_reply received=Mon_15:30
            """,
            try .desk([(.firstReply, .hours(6)), (.nextReply, .hours(2))]),
            until: "Mon 16:00"
        )
        #expect(
            story.standing == """
                A first_reply ended met until Mon 15:00, left 5h, used 1h, paused 0s
                A next_reply ended met until Mon 13:00, left 30m, used 1h30m, paused 0s
                A next_reply cycle 2 running until Mon 17:00, left 1h, used 1h, paused 0s
                """
        )
    }

    @Test("S21: a late message that proves an older one moves the deadline of a cycle that has ended in time")
    func lateStartOfAnEarlierCycle() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A agent_reply
            Mon 11:00 A customer_message
            Mon 12:00 A agent_reply
            Mon 13:00 A customer_message
            Mon 10:30 A customer_message received=Mon_13:30
            """,
            try .desk([(.firstReply, .hours(6)), (.nextReply, .hours(2))])
        )
        #expect(
            story.standing.contains("A next_reply ended met until Mon 12:30, left 30m, used 1h30m, paused 0s")
        )
        #expect(story.told([.met]).split(separator: "\n").count == 2, "no cycle has two verdicts")
        #expect(story.told([.retargeted]).contains("until Mon 12:30"), "\(story.told([.retargeted]))")
    }

    @Test("S18: a deadline that passed in spam was missed, also where newer cycles have come since")
    func missedInSpam() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A spam
            Mon 12:00 A not_spam
            Mon 13:00 A resolved
            Mon 14:00 A customer_message
            """,
            try .desk([(.firstReply, .hours(2))])
        )
        #expect(story.standing.hasPrefix("A first_reply ended breached until Mon 11:00"))
    }

    @Test("S18: the cycle of a wait that counted in another case is like any other once that wait is none")
    func noLongerCountedElsewhere() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 09:30 B agent_reply
            Mon 12:00 A merged into=B
            Mon 14:00 B customer_message
            Mon 14:30 B agent_reply
            Mon 15:00 B customer_message
            Mon 10:30 A agent_reply received=Mon_15:30
            """,
            try .desk([(.firstReply, .hours(2)), (.nextReply, .hours(1))])
        )
        let standing = try #require(story.simulation.states().last)
        let cycle = try #require(standing.timers.map(\.timer).first { $0.metric == .nextReply && $0.cycle == 1 })
        #expect(cycle.verdict == .met)
        #expect(cycle.breachedAt == nil)
        #expect(!cycle.isVoid)
    }

    @Test("S18: a cycle that a merge moved to an older message still starts there when newer ones have come")
    func movedByMerge() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 09:30 B agent_reply
            Mon 11:00 B customer_message
            Mon 11:30 A merged into=B
            Mon 12:00 B agent_reply
            Mon 13:00 B customer_message
            """,
            try .desk([(.firstReply, .hours(4)), (.nextReply, .hours(4))])
        )
        #expect(story.standing.contains("B next_reply ended met until Mon 13:00, left 1h, used 3h, paused 0s"))
    }

    @Test("S21: what a late end made meaningless means something again once a late message reopens the case before it")
    func meaningComesBack() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 14:00 A pending
            Mon 12:00 A resolved received=Mon_14:30
            Mon 13:00 A customer_message received=Mon_15:00
            """,
            try .desk([(.resolution, .hours(20))], pauseIn: StatusSet(.pending))
        )
        #expect(story.simulation.states().map(\.state.status) == [.pending])
        #expect(story.standing.contains("A resolution cycle 2 paused, left 16h, used 4h"))
    }

    @Test("S13, S21: a cycle whose start and pause arrive together has taken nothing over")
    func pausedAtFirstSight() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A agent_reply received=Mon_12:00
            Mon 11:00 A pending received=Mon_12:00
            """,
            try .desk([(.update, .hours(4))], pauseIn: StatusSet(.pending))
        )
        #expect(story.standing == "A update paused, left 3h, used 1h, paused 1h")
    }

    @Test("cases come in the order of their first appearance")
    func order() throws {
        let story = try Story(
            "Mon 09:00 Z opened\nMon 09:01 A opened\nMon 09:02 Z note",
            try .desk([(.firstReply, .hours(6))])
        )
        #expect(story.simulation.states().map(\.state.id.rawValue) == ["Z", "A"])
    }
}
