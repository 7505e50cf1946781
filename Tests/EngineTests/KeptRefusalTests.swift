import Engine
import Support
import Testing
import TimeBase

@Suite("What a case refuses and keeps")
struct KeptRefusalTests {
    private let shown: Set<LedgerRecord.Kind> = [.started, .met, .breached]

    private func policy(reopenWindow: Span = .hours(24)) -> Policy {
        .sample(
            [
                Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
                Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
            ],
            change: { $0.reopenWindow = reopenWindow }
        )
    }

    private static let closed = "Mon 08:00 opened\nMon 08:30 agent_reply\nMon 09:00 closed"

    @Test("S25: a message refused by a closed case counts once a late reopening shows that it was open")
    func revived() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("\(Self.closed)\nFri 10:00 customer_message")
        #expect(scenario.answers == [.refused(.closed(.closed))])
        #expect(scenario.facts.last?.refusedFor == .closed(.closed))
        #expect(scenario.state?.status == .closed)
        let told = try scenario.tell("Fri 10:00:01 reopened at=Wed 10:00\nFri 11:00 agent_reply", showing: shown)
        #expect(told == "Fri 10:00 started next_reply until Fri 12:00 (late 1s)\nFri 11:00 met next_reply")
        #expect(scenario.facts.allSatisfy { $0.refusedFor == nil })
    }

    @Test("S25: a late event that does not open the case leaves the refusal as it is")
    func stillRefused() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("\(Self.closed)\nFri 10:00 customer_message")
        let told = try scenario.tell("Fri 11:00 note at=Wed 10:00\nFri 12:00 ...", showing: shown)
        #expect(told == "")
        #expect(scenario.facts.map(\.refusedFor) == [nil, nil, nil, .closed(.closed), nil])
        #expect(scenario.state?.waitingSince == nil)
    }

    @Test("S25: what was given its effect keeps it, though a later event takes the effect away again")
    func accepted() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("\(Self.closed)\nFri 10:00 customer_message\nFri 10:01 reopened at=Wed 10:00")
        _ = try scenario.tell("Fri 10:02 closed at=Wed 11:00")
        #expect(scenario.state?.status == .closed)
        #expect(scenario.facts.allSatisfy { $0.refusedFor == nil })
        #expect(Ending.list(scenario.records).map(\.metric) == [.firstReply], "the next reply was never due")
    }

    @Test("S25, S60: a refused event does not prolong the time for which a finished case is kept")
    func rests() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell(Self.closed)
        let since = scenario.state?.restsSince
        #expect(since == Scenario.instant("Mon", "09:00"))
        _ = try scenario.tell("Fri 10:00 customer_message")
        #expect(scenario.state?.restsSince == since)
        _ = try scenario.tell("Fri 11:00 note")
        #expect(scenario.state?.restsSince == Scenario.instant("Fri", "11:00"))
    }

    @Test("S25: what names an unknown tier is refused for that and not kept; a deleted case keeps nothing")
    func notKept() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell("\(Self.closed)\nFri 10:00 customer_message tier=9")
        #expect(scenario.answers == [.refused(.unknownTier(9))])
        #expect(scenario.facts.count == 3)
        _ = try scenario.tell("Fri 10:00 opened")
        #expect(scenario.answers == [.refused(.alreadyOpen)])
        #expect(scenario.facts.map(\.refusedFor) == [nil, nil, nil, .alreadyOpen])
        _ = try scenario.tell("Fri 11:00 deleted\nFri 12:00 customer_message")
        #expect(scenario.answers == [.refused(.deleted)])
        #expect(scenario.facts.count == 5)
    }

    @Test("S25: a refused event takes one of the places that a case has for its events")
    func limit() throws {
        var scenario = Scenario(policy())
        _ = try scenario.tell(Self.closed)
        let messages = (4...History.factsMax)
            .map { number in
                let at = Scenario.instant("Fri", "10:00")
                return Event(id: "m\(number)", caseID: CaseID("4711"), at: at, kind: .customerMessage)
            }
        try scenario.hand(in: messages, at: Scenario.instant("Fri", "10:00"))
        #expect(Set(scenario.answers) == [.refused(.closed(.closed))])
        _ = try scenario.tell("Fri 11:00 customer_message")
        #expect(scenario.answers == [.refused(.tooManyEvents(limit: History.factsMax))])
    }
}
