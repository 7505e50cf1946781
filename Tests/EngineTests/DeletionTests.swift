import Engine
import Support
import Testing
import TimeBase

@Suite("Deletion")
struct DeletionTests {
    private let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
    ])
    private let told = """
        Mon 08:00 opened subject=overcharged customer=c1 text=help
        Mon 09:00 agent_reply text=sorry
        Mon 10:00 customer_message customer=c1 text=thanks
        """

    @Test("S18: deletion ends what runs, and no verdict counts")
    func deleted() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(told)
        #expect(
            try scenario.tell("Mon 11:00 deleted") == """
                Mon 11:00 cancelled next_reply (deleted)
                Mon 11:00 voided first_reply (deleted)
                """
        )
        #expect(scenario.state?.status == .closed)
        #expect(scenario.state?.isDeleted == true)
        #expect(scenario.nextWake == nil)
    }

    @Test("S60: deletion erases subject, text and customer, wherever they are, and nothing that decides")
    func erased() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(told)
        let facts = scenario.facts
        _ = try scenario.tell("Mon 11:00 deleted subject=gone customer=c1 text=why")
        let fields = try #require(scenario.state?.fields)
        #expect(fields.subject == nil)
        #expect(fields.customer == nil)
        #expect(scenario.facts.count == facts.count + 1)
        for fact in scenario.facts {
            #expect(fact.event.text == nil)
            #expect(fact.event.fields.subject == nil)
            #expect(fact.event.fields.customer == nil)
        }
        #expect(scenario.facts.map(\.position).prefix(facts.count) == facts.map(\.position).prefix(facts.count))
    }

    @Test("S18: what happens at or after the deletion is refused, what was before is kept without its content")
    func afterwards() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(told + "\nMon 11:00 deleted")
        for kind in Event.Kind.allCases where kind != .snoozed {
            _ = try scenario.tell("Mon 12:00 \(kind.word)")
            #expect(scenario.answers == [.refused(.deleted)], "\(kind)")
        }
        _ = try scenario.tell("Mon 12:30 note at=Mon 11:00")
        #expect(scenario.answers == [.refused(.deleted)])
        let count = scenario.facts.count
        _ = try scenario.tell("Mon 13:00 customer_message at=Mon 08:30 text=please customer=c1 subject=s")
        #expect(scenario.answers == [.applied])
        #expect(scenario.facts.count == count + 1)
        #expect(scenario.facts.last == scenario.facts.last?.withoutContent)
        #expect(scenario.state?.isDeleted == true)
    }

    @Test("S18: spam may be deleted too, and what is void already is not said again")
    func spam() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(told + "\nMon 11:00 spam\nMon 11:30 note text=shelved")
        #expect(try scenario.tell("Mon 12:00 deleted") == "")
        #expect(scenario.state?.isDeleted == true)
        #expect(scenario.state?.doneAt == Scenario.instant("Mon", "12:00"))
        // Nothing takes it back.
        _ = try scenario.tell("Mon 13:00 not_spam")
        #expect(scenario.answers == [.refused(.deleted)])
        #expect(scenario.state?.timer(.firstReply)?.isVoid == true)
    }

    @Test("S18, S21: a deletion dated before a breach takes it back; after that nothing is announced any more")
    func late() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 14:10 ...")
        _ = try scenario.tell("Mon 14:20 deleted at=Mon 14:05")
        let told = try scenario.tell("Mon 14:30 agent_reply at=Mon 13:00", showing: [.retracted, .met, .voided])
        #expect(
            told == """
                Mon 14:00 retracted first_reply (a late event shows that the deadline was kept) \
                -> manager-1, team-2, manager-2 (late 30m)
                Mon 13:00 met first_reply revision 1 (late 1h30m)
                """
        )
        #expect(scenario.records.last { $0.kind == .retracted }?.priority == nil)
        #expect(scenario.state?.timer(.firstReply)?.isVoid == true)
    }

    @Test("what is deleted while the clock cannot be believed is erased when it can")
    func held() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(told)
        let now = Scenario.instant("Mon", "11:00")
        let deleted = Event(id: "d", caseID: CaseID("4711"), at: now, kind: .deleted)
        try scenario.hand(in: [deleted], at: now, isHeld: true)
        #expect(scenario.facts.contains { $0.event.text != nil })
        try scenario.wake(at: now + .minutes(10))
        #expect(scenario.state?.isDeleted == true)
        #expect(scenario.facts.allSatisfy { $0 == $0.withoutContent })
    }
}
