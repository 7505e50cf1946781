import Engine
import Simulation
import Support
import Testing
import TimeBase

@Suite("Virtual time")
struct VirtualTimeTests {
    private func desk() throws -> Policy { try .desk([(.firstReply, .hours(6))]) }

    @Test("the end is inclusive: what is due at that instant happens, a millisecond earlier it does not")
    func untilIsInclusive() throws {
        let script = "Mon 09:00 A opened"
        let before = try Story(script, try desk(), until: "Mon 14:59:59.999")
        #expect(before.told([.breached]).isEmpty)
        #expect(before.standing == "A first_reply running until Mon 15:00, left 1ms, used 5h59m59s999ms, paused 0s")
        #expect(before.nextWake(of: "A") == "Mon 15:00")
        let at = try Story(script, try desk(), until: "Mon 15:00")
        #expect(at.told([.breached]) == "Mon 15:00 A breached first_reply -> manager-1")
        #expect(at.standing == "A first_reply running breached until Mon 15:00, left 0s, used 6h, paused 0s")
    }

    @Test("an event at the end is told, one after it is not")
    func eventsAtTheEnd() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 10:00 A agent_reply\nMon 10:00:00.001 B opened",
            try desk(),
            until: "Mon 10:00"
        )
        #expect(story.told([.met]) == "Mon 10:00 A met first_reply")
        #expect(story.simulation.applied == 2)
        #expect(story.simulation.untold == 1)
    }

    @Test("what happens at one instant is known before anything is decided: a note first, then the reply in time (S12)")
    func oneInstant() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 15:00 A note\nMon 15:00 A agent_reply\nMon 15:00 B opened",
            try desk()
        )
        #expect(story.told([.breached, .retracted, .met]) == "Mon 15:00 A met first_reply")
    }

    @Test("nothing is noticed late while events arrive when they happen")
    func nothingIsLate() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 09:30 B opened\nTue 16:00 A note\nFri 16:00 B agent_reply",
            try desk(),
            until: "Sat 12:00"
        )
        #expect(!story.told([.breached]).isEmpty)
        for case .record(_, let record) in story.happenings { #expect(record.late == .zero, "\(record)") }
    }

    @Test("a file that has one case after the other comes to the same as one in order of time")
    func casesOneAfterTheOther() throws {
        let inOrder = """
            Mon 09:00 A opened
            Mon 09:30 B opened
            Mon 16:00 A agent_reply
            Mon 17:00 B agent_reply
            """
        let byCase = """
            Mon 09:00 A opened
            Mon 16:00 A agent_reply
            Mon 09:30 B opened
            Mon 17:00 B agent_reply
            """
        #expect(try Story(inOrder, try desk()).told() == Story(byCase, try desk()).told())
    }

    @Test("a line behind younger ones of its case is a late event, and ends in the same verdict (S21)")
    func lateLine() throws {
        let story = try Story(
            "Mon 09:00 A opened\nMon 15:20 A note\nMon 14:58 A agent_reply",
            try desk()
        )
        #expect(story.told([.breached, .met]).hasSuffix("Mon 14:58 A met first_reply late 22m"))
        #expect(story.told([.retracted]).contains("late 20m"))
        #expect(story.standing == "A first_reply ended met until Mon 15:00, left 2m, used 5h58m, paused 0s")
    }

    @Test("told twice changes nothing; the same content twice in one file is two events unless it has an id (S20)")
    func duplicates() throws {
        let story = try Story(
            "Mon 09:00 A opened id=1\nMon 09:00 A opened id=1\nMon 09:10 A note\nMon 09:10 A note",
            try desk()
        )
        #expect(story.simulation.duplicates == 1)
        #expect(story.simulation.applied == 3)
    }

    @Test("what is refused is told where it arrives, with its line and its reason")
    func refusals() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            { no json
            Mon 09:10 A frobnicated
            Mon 09:20 X note
            Mon 09:30 A note
            { "case": "A", "event": "note" }
            """,
            try desk()
        )
        #expect(
            story.told([]) == """
                line 2 refused: invalid_json
                line 3 refused: unknown_kind
                line 4 refused: unknown_case
                line 6 refused: missing_key
                """
        )
        #expect(story.simulation.applied == 2)
    }

    @Test("an event dated more than two minutes ahead of its arrival counts from its arrival (S20)")
    func future() throws {
        let story = try Story("Mon 12:00 A opened received=Mon_10:00", try desk())
        #expect(story.told([.started]) == "Mon 10:00 A started first_reply until Mon 16:00")
    }
}
