import Engine
import Support
import Testing
import TimeBase

@Suite("The place of an event")
struct PlacingTests {
    private static func policy(_ sources: [String: Source] = [:]) -> Policy {
        Policy.sample(
            [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
            change: { $0.sources = sources }
        )
    }

    private func fact(_ scenario: Scenario, _ number: Int) throws -> (at: String, isClamped: Bool) {
        let fact = try #require(scenario.facts.dropFirst(number).first)
        return (Scenario.text(fact.event.at), fact.isClamped)
    }

    @Test("more than two minutes in the future is clamped to the time received and marked (S20)")
    func future() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 note at=Mon 08:02\nMon 08:03 note at=Mon 08:05:00.001")
        #expect(try fact(scenario, 1) == ("Mon 08:02", false))
        #expect(try fact(scenario, 2) == ("Mon 08:03", true))
    }

    @Test("before the opening is clamped to the opening and marked (S20)")
    func beforeOpening() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 note at=Mon 06:00")
        #expect(try fact(scenario, 1) == ("Mon 07:00", true))
    }

    @Test("the time of a source that is not trusted is the time received (S20)")
    func untrusted() throws {
        var scenario = Scenario(Self.policy(["toy": Source(trustsAt: false)]))
        _ = try scenario.tell("Mon 07:00 opened\nMon 14:00 agent_reply at=Mon 08:00 source=toy")
        #expect(try fact(scenario, 1) == ("Mon 14:00", false))
        #expect(scenario.state?.timer(.firstReply)?.verdict == .metLate)
    }

    @Test("order is at, then seq, then arrival; what has no seq comes last (S20)")
    func order() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell(
            """
            Mon 07:00 opened
            Mon 09:00 assigned agent=c & assigned agent=b seq=2 & assigned agent=a seq=1 & assigned agent=d
            """
        )
        #expect(scenario.facts.map { $0.event.fields.agent } == [nil, "a", "b", "c", "d"])
        #expect(scenario.facts.map(\.arrival) == [0, 1, 2, 3, 4])
        #expect(scenario.state?.fields.agent == "d")
        _ = try scenario.tell("Mon 09:30 assigned at=Mon 09:00 agent=z seq=3")
        #expect(scenario.state?.fields.agent == "d")
    }

    @Test("the opening comes first wherever it stands in its unit, and stays first in a replay (S20, S23)")
    func openingFirst() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell(
            "Mon 09:00 agent_reply at=Mon 06:30 & opened at=Mon 07:00 seq=5 & note at=Mon 07:00 seq=1"
        )
        #expect(scenario.answers == [.clamped(to: Scenario.instant("Mon", "07:00")), .applied, .applied])
        #expect(scenario.facts.first?.event.kind == .opened)
        #expect(scenario.state?.timer(.firstReply)?.endedAt == Scenario.instant("Mon", "07:00"))
        _ = try scenario.tell("Mon 10:00 note at=Mon 07:00 seq=0")
        #expect(scenario.state?.timer(.firstReply)?.verdict == .met)
        #expect(scenario.facts.map(\.arrival) == [0, 1, 2, 3])
    }

    @Test("an event of an unknown case is refused, or opens it where its source may (S23)")
    func unknownCase() throws {
        var strict = Scenario(Self.policy())
        _ = try strict.tell("Mon 07:00 customer_message & note")
        #expect(strict.answers == [.refused(.unknownCase), .refused(.unknownCase)])
        #expect(strict.state == nil)
        #expect(strict.facts.isEmpty)
        var open = Scenario(Self.policy(["mail": Source(opensUnknown: true)]))
        let told = try open.tell(
            "Mon 07:00 note & customer_message source=mail\nMon 09:00 agent_reply\nMon 10:00 note at=Mon 08:00",
            showing: [.started, .met]
        )
        #expect(told == "Mon 07:00 started first_reply until Mon 13:00\nMon 09:00 met first_reply")
        #expect(open.state?.timer(.firstReply)?.verdict == .met)
    }

    @Test("S20, S26: a clamped time is named in the answer and in the ledger, once")
    func clampedIsNamed() throws {
        var scenario = Scenario(Self.policy())
        let told = try scenario.tell("Mon 07:00 opened\nMon 08:00 note at=Mon 09:30", showing: [.clamped])
        #expect(scenario.answers == [.clamped(to: Scenario.instant("Mon", "08:00"))])
        #expect(told == "Mon 08:00 clamped (note was dated 2026-11-23T09:30:00Z, ahead of the clock)")
        #expect(scenario.facts.last?.datedAt == Scenario.instant("Mon", "09:30"))
        let early = try scenario.tell("Mon 08:10 note at=Mon 06:00", showing: [.clamped])
        #expect(scenario.answers == [.clamped(to: Scenario.instant("Mon", "07:00"))])
        let record = "Mon 07:00 clamped (note was dated 2026-11-23T06:00:00Z, before the case was opened) (late 1h10m)"
        #expect(early == record)
        let again = try scenario.tell("Mon 08:20 note at=Mon 07:30\nMon 08:30 note", showing: [.clamped])
        #expect(again == "", "a replay does not say it again")
        #expect(scenario.answers == [.applied])
        var ahead = Scenario(Self.policy())
        let opening = try ahead.tell("Mon 07:00 opened at=Mon 09:00", showing: [.clamped])
        #expect(ahead.answers == [.clamped(to: Scenario.instant("Mon", "07:00"))])
        #expect(opening == "Mon 07:00 clamped (opened was dated 2026-11-23T09:00:00Z, ahead of the clock)")
    }

    @Test("a case is opened once (S23)")
    func openedTwice() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 opened")
        #expect(scenario.answers == [.refused(.alreadyOpen)])
        _ = try scenario.tell("Mon 09:00 opened at=Mon 07:30")
        #expect(scenario.answers == [.refused(.alreadyOpen)])
        #expect(scenario.facts.map(\.refusedFor) == [nil, .alreadyOpen, .alreadyOpen], "kept without effect (S25)")
    }

    @Test("a case takes so many events and no more, late ones among them")
    func tooMany() throws {
        var scenario = Scenario(Self.policy())
        _ = try scenario.tell("Mon 07:00 opened")
        let later = Scenario.instant("Mon", "08:00")
        let notes = (1...History.factsMax)
            .map { Event(id: "n\($0)", caseID: CaseID("4711"), at: later, kind: .note) }
        try scenario.hand(in: notes, at: later)
        let full = scenario.records.filter { $0.kind == .full }
        #expect(full.map(\.to) == [["manager-1"]], "somebody is told once that nothing more is measured in it")
        #expect(full.first?.priority == 4)
        #expect(scenario.facts.count == History.factsMax)
        #expect(scenario.answers.last == .refused(.tooManyEvents(limit: History.factsMax)))
        #expect(scenario.answers.dropLast().allSatisfy { $0 == .applied })
        _ = try scenario.tell("Mon 09:00 note at=Mon 07:30")
        #expect(scenario.answers == [.refused(.tooManyEvents(limit: History.factsMax))])
    }
}
