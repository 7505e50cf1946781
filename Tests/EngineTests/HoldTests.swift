import Engine
import Support
import Testing
import TimeBase

/// What people do by hand while the clock cannot be believed.
@Suite("By hand during a hold")
struct HoldTests {
    private func scenario() throws -> Scenario {
        var scenario = Scenario(
            Policy.sample(
                [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
                ladder: Ladder(name: "default", steps: [])
            )
        )
        _ = try scenario.tell("Mon 08:00 opened")
        return scenario
    }

    private func event(_ kind: Event.Kind, _ clock: String, on day: String = "Mon") -> Event {
        Event(id: "held \(kind.word) \(clock)", caseID: CaseID("4711"), at: Scenario.instant(day, clock), kind: kind)
    }

    @Test("a snooze that is over or too long by its own dates is refused, and not kept (S36)")
    func snooze() throws {
        var scenario = try scenario()
        let ten = Scenario.instant("Mon", "10:00")
        var snooze = event(.snoozed, "10:00")
        snooze.until = ten + .hours(24 * 365 * 73)
        try scenario.hand(in: [snooze], at: ten, isHeld: true)
        #expect(scenario.answers == [.refused(.snoozeIsTooLong(longest: .hours(168)))])
        snooze.until = ten
        try scenario.hand(in: [snooze], at: ten, isHeld: true)
        #expect(scenario.answers == [.refused(.snoozeIsOver(until: ten))])
        #expect(scenario.facts.count == 1)
        snooze.until = ten + .hours(5)
        try scenario.hand(in: [snooze], at: ten, isHeld: true)
        #expect(scenario.answers == [.applied])
        #expect(
            try scenario.tell("down Mon 14:30 ...", showing: [.breached])
                == "Mon 14:00 breached first_reply until Mon 15:00 (late 30m)"
        )
    }

    @Test("a snooze that was dated by a clock far ahead does not reach as far as that clock (S36)")
    func snoozeAhead() throws {
        var scenario = try scenario()
        let ahead = Scenario.instant("Mon", "10:00") + .hours(24 * 365)
        var snooze = event(.snoozed, "10:00")
        snooze.at = ahead
        snooze.until = ahead + .hours(2)
        try scenario.hand(in: [snooze], at: ahead, isHeld: true)
        #expect(scenario.answers == [.applied])
        #expect(
            try scenario.tell("down Mon 10:10 ...\nMon 14:00 ...", showing: [.snoozed, .breached])
                == "Mon 14:00 breached first_reply -> manager-1"
        )
        #expect(scenario.state?.snooze == nil)
    }

    @Test("a deadline that is not ahead by its own dates is refused, and not kept (S19)")
    func deadline() throws {
        var scenario = try scenario()
        let (nine, ten) = (Scenario.instant("Mon", "09:00"), Scenario.instant("Mon", "10:00"))
        var setting = event(.deadlineSet, "10:00")
        setting.deadline = DeadlineSetting(.firstReply, to: nine)
        try scenario.hand(in: [setting], at: ten, isHeld: true)
        #expect(scenario.answers == [.refused(.deadlinePassed(nine))])
        #expect(scenario.facts.count == 1)
        _ = try scenario.tell("Mon 10:30 ...")
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "14:00"))
    }

    @Test(
        "all of it counts as it is dated, as everything that is taken then (S19, S36)",
        arguments: [Event.Kind.acknowledged, .snoozed, .snoozeEnded, .deadlineSet]
    )
    func dated(kind: Event.Kind) throws {
        var scenario = try scenario()
        var event = event(kind, "09:30")
        if kind == .snoozed { event.until = Scenario.instant("Mon", "12:00") }
        if kind == .deadlineSet { event.deadline = DeadlineSetting(.firstReply, to: Scenario.instant("Mon", "13:00")) }
        try scenario.hand(in: [event], at: Scenario.instant("Wed", "10:00"), isHeld: true)
        #expect(scenario.answers == [.applied])
        #expect(scenario.facts.last?.event.at == Scenario.instant("Mon", "09:30"))
        _ = try scenario.tell("down Mon 10:00 ...")
        let taken = scenario.state?.acknowledgement?.at
        #expect(taken == (kind == .acknowledged ? event.at : nil))
        #expect(scenario.state?.snooze?.since == (kind == .snoozed ? event.at : nil))
        let deadline = Scenario.instant("Mon", kind == .deadlineSet ? "13:00" : "14:00")
        #expect(scenario.state?.timer(.firstReply)?.deadline == deadline)
    }
}
