import Engine
import Simulation
import Support
import Testing
import TimeBase

@Suite("Split and linked cases")
struct LinkedCaseTests {
    private func desk(_ after: AfterReopenWindow) throws -> Policy {
        var policy = try Policy.desk([(.firstReply, .hours(6))])
        policy.reopenWindow = .hours(24)
        policy.afterReopenWindow = after
        return policy
    }

    @Test("S18: a case that is split off begins where the split says, and inherits nothing")
    func split() throws {
        let story = try Story(
            """
            Mon 09:00 A opened plan=gold
            Mon 11:00 B split from=A subject=another_thing
            Mon 12:00 C opened
            Mon 12:30 C split from=A
            """,
            desk(.refuse)
        )
        #expect(
            story.told() == """
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 11:00 B started first_reply until Mon 17:00
                Mon 11:00 B split A
                Mon 12:00 C started first_reply until Tue 10:00
                Mon 12:30 C split A
                """
        )
        let states = story.simulation.states().map(\.state)
        #expect(states.map { $0.fields.plan } == ["gold", nil, nil])
        #expect(states[1].fields.subject == "another_thing")
        #expect(states[1].waitingSince == Story.instant("Mon 11:00"))
    }

    @Test("S25: after the reopen window a message is refused, as the policy says by default")
    func refused() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A closed
            Wed 09:00 A customer_message
            """,
            desk(.refuse)
        )
        #expect(story.told([.linked]) == "line 3 refused: closed")
    }

    @Test("S25: by option it opens a linked case, which takes what comes from then on")
    func linked() throws {
        let story = try Story(
            """
            Mon 09:00 A opened subject=VPN plan=gold channel=mail private_=x
            Mon 10:00 A closed
            Wed 09:00 A customer_message priority=high
            Wed 10:00 A customer_message
            Wed 11:00 A agent_reply
            Wed 12:00 A closed
            Thu 11:00 A customer_message
            Fri 12:00 A closed
            Mon+ 09:00 A customer_message
            """,
            desk(.openLinked)
        )
        #expect(
            story.told([.linked, .started, .met]) == """
                Mon 09:00 A started first_reply until Mon 15:00
                Wed 09:00 A linked A~2
                Wed 09:00 A~2 started first_reply until Wed 15:00
                Wed 09:00 A~2 linked A
                Wed 11:00 A~2 met first_reply
                Mon+ 09:00 A~2 linked A~3
                Mon+ 09:00 A~3 started first_reply until Mon+ 15:00
                Mon+ 09:00 A~3 linked A~2
                """
        )
        let states = story.simulation.states().map(\.state)
        #expect(states.map(\.id.rawValue) == ["A", "A~2", "A~3"])
        #expect(states.map(\.status) == [.closed, .closed, .new])
        #expect(states.map { $0.fields.subject } == ["VPN", "VPN", "VPN"])
        #expect(states.map { $0.fields.plan } == ["gold", "gold", "gold"])
        #expect(states.map { $0.fields.priority } == [nil, "high", "high"])
    }

    @Test("S25, S20: the message that opened it is a duplicate when it comes again")
    func again() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A closed
            Wed 09:00 A customer_message id=m1
            Wed 09:00 A customer_message id=m2
            Wed 09:10 A customer_message id=m1
            Wed 09:10 A customer_message id=m2
            """,
            desk(.openLinked)
        )
        #expect(story.simulation.applied == 4)
        #expect(story.simulation.duplicates == 2)
    }

    @Test("S25, S21: that the case was closed may become known after the message")
    func lateClose() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Wed 09:00 A customer_message
            Mon 10:00 A closed received=Wed_10:00
            """,
            desk(.openLinked)
        )
        #expect(
            story.told([.linked, .started]) == """
                Mon 09:00 A started first_reply until Mon 15:00
                Wed 09:00 A linked A~2 late 1h
                Wed 09:00 A~2 started first_reply until Wed 15:00 late 1h
                Wed 09:00 A~2 linked A late 1h
                """
        )
    }

    @Test("S18, S25: a linked case is not merged into the one it continues: its events would go round in a circle")
    func circle() throws {
        let story = try Story(
            """
            Mon 09:00 A opened
            Mon 10:00 A closed
            Wed 09:00 A customer_message
            Wed 10:00 A~2 merged into=A
            """,
            desk(.openLinked)
        )
        #expect(story.told([.merged]) == "line 4 refused: merge_loop")
    }

    @Test("S25: ids count on")
    func following() {
        #expect(CaseID("T-7").following?.rawValue == "T-7~2")
        #expect(CaseID("T-7~2").following?.rawValue == "T-7~3")
        #expect(CaseID("~2").following?.rawValue == "~2~2")
        #expect(CaseID("T~x").following?.rawValue == "T~x~2")
        #expect(CaseID(String(repeating: "x", count: 255)).following == nil)
    }
}
