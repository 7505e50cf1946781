import Engine
import Support
import Testing
import TimeBase
import WorkingTime

/// What a survivor makes of what it is told, without the case that tells it.
@Suite("What a merged case hands over")
struct AbsorbTests {
    private func absorbed(
        _ clock: String,
        since: String?,
        isCounted: Bool = false,
        number: Int = 1,
        from other: String = "L"
    ) -> Event {
        let at = Scenario.instant("Mon", clock)
        var event = Event(id: "\(other)/merged/\(number)", caseID: CaseID("4711"), at: at, kind: .absorbed)
        let waitingSince = since.map { Scenario.instant("Mon", $0) }
        event.link = Link(CaseID(other), waitingSince: waitingSince, isCounted: isCounted, number: number)
        return event
    }

    private func told(_ scenario: inout Scenario, _ event: Event, at clock: String) throws {
        let now = Scenario.instant("Mon", clock)
        try scenario.sleep(until: now)
        try scenario.hand(in: [event], at: now)
    }

    private func office(_ targets: [Target]) throws -> Policy { .sample(targets, calendar: try .office()) }

    @Test("S18, S13: a paused cycle moves its start too, and keeps what it has left")
    func paused() throws {
        var scenario = Scenario(
            try office([
                Target(metric: .firstReply, duration: .hours(6), calendar: "always", pauseIn: StatusSet(.pending))
            ])
        )
        _ = try scenario.tell("Mon 10:00 opened\nMon 11:00 pending")
        try told(&scenario, absorbed("12:00", since: "08:00"), at: "12:00")
        let timer = try #require(scenario.state?.timer(.firstReply))
        #expect(timer.state == .paused && timer.deadline == nil)
        #expect(timer.elapsed == .hours(3), "two hours of the other case, one of its own")
        _ = try scenario.tell("Mon 13:00 resumed")
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "16:00"))
    }

    @Test("S18, S25: a wait that began after its end reopens a survivor, an older one does not")
    func reopens() throws {
        let policy = Policy.sample([
            Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
            Target(metric: .nextReply, duration: .hours(4), calendar: "always"),
        ])
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 agent_reply\nMon 09:10 resolved")
        try told(&scenario, absorbed("11:00", since: "10:00"), at: "11:00")
        #expect(scenario.state?.status == .open)
        #expect(scenario.state?.waitingSince == Scenario.instant("Mon", "10:00"))
        #expect(scenario.state?.timer(.nextReply)?.deadline == Scenario.instant("Mon", "14:00"))

        scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 agent_reply\nMon 09:10 resolved")
        try told(&scenario, absorbed("11:00", since: "08:30"), at: "11:00")
        #expect(scenario.state?.status == .resolved, "it was resolved after that message")
        #expect(scenario.state?.waitingSince == nil)

        scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 closed")
        try told(&scenario, absorbed("11:00", since: "10:00"), at: "11:00")
        #expect(scenario.state?.status == .open)
        let again = scenario.state?.timer(.firstReply)
        #expect(again?.cycle == 2 && again?.deadline == Scenario.instant("Mon", "16:00"), "an hour was used before")
    }

    @Test("S18, S8: open dates are counted from the older message")
    func businessDays() throws {
        var scenario = Scenario(
            try office([Target(metric: .firstReply, allowance: .businessDays(1), calendar: "office")])
        )
        _ = try scenario.tell("Tue 10:00 opened")
        let before = try #require(scenario.state?.timer(.firstReply)?.deadline)
        var event = absorbed("09:00", since: "09:00")
        event.at = Scenario.instant("Tue", "11:00")
        try scenario.hand(in: [event], at: event.at)
        let after = try #require(scenario.state?.timer(.firstReply)?.deadline)
        #expect(before - after == .hours(24))
        #expect(scenario.state?.timer(.firstReply)?.businessDays == 1)
    }

    @Test("S18: several merges move the start to the oldest message of all, and the last word of each counts")
    func several() throws {
        var scenario = Scenario(try office([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]))
        _ = try scenario.tell("Mon 10:00 opened")
        try told(&scenario, absorbed("11:00", since: "09:00", from: "K"), at: "11:00")
        try told(&scenario, absorbed("11:30", since: "08:00", from: "L"), at: "11:30")
        #expect(scenario.state?.waitingSince == Scenario.instant("Mon", "08:00"))
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "14:00"))
        try told(&scenario, absorbed("11:30", since: nil, number: 2, from: "L"), at: "12:00")
        #expect(scenario.state?.waitingSince == Scenario.instant("Mon", "09:00"))
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "15:00"))
        try told(&scenario, absorbed("11:00", since: nil, number: 2, from: "K"), at: "12:10")
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "16:00"))
    }

    @Test("S18: a void cycle tells nobody, counts nowhere and stays void when it is stopped")
    func void() throws {
        var scenario = Scenario(
            try office([
                Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
                Target(metric: .nextReply, duration: .hours(2), calendar: "always", settle: .minutes(30)),
            ])
        )
        _ = try scenario.tell("Mon 08:00 opened\nMon 08:10 agent_reply")
        try told(&scenario, absorbed("12:00", since: "08:00", isCounted: true), at: "12:00")
        let told = try scenario.tell("Mon 12:10 note\nMon 13:00 agent_reply")
        #expect(told == "Mon 13:00 met_late next_reply")
        let timer = try #require(scenario.state?.timer(.nextReply))
        #expect(timer.isVoid && timer.verdict == .metLate && timer.breachedAt == Scenario.instant("Mon", "12:00"))
        #expect(scenario.records.allSatisfy { $0.metric != .nextReply || $0.priority == nil })
        // A late event of its own does not undo what counts in the other case.
        _ = try scenario.tell("Mon 13:10 note at=Mon 09:00")
        #expect(scenario.state?.timer(.nextReply) == timer)
    }

    @Test("S18: how it came about is explained")
    func explained() throws {
        var scenario = Scenario(try office([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]))
        _ = try scenario.tell("Mon 10:00 opened")
        try told(&scenario, absorbed("11:00", since: "09:00"), at: "11:00")
        let history = History(facts: scenario.facts, records: scenario.records)
        let state = try #require(scenario.state)
        let now = Scenario.instant("Mon", "12:00")
        let cycle = try #require(try Engine.explain(state, history, scenario.policies, now: now).cycles.first)
        #expect(cycle.deadline == Scenario.instant("Mon", "15:00"))
        #expect(cycle.carried == .hours(1), "waited in the other case")
        let reasons = cycle.parts.compactMap { part in
            if case .retargeted(let record) = part { record.reason } else { nil }
        }
        #expect(reasons == ["waits in case L since 2026-11-23T09:00:00Z"])
    }

    @Test("S18, S16: a moved start outlives a policy that asks for other targets")
    func adopted() throws {
        func policy(_ hours: Int64) throws -> Policy {
            try office([Target(metric: .firstReply, duration: .hours(hours), calendar: "always")])
        }
        var scenario = Scenario(try policy(6))
        _ = try scenario.tell("Mon 10:00 opened")
        try told(&scenario, absorbed("11:00", since: "08:00"), at: "11:00")
        try scenario.adopt(policy(8), "Mon", "12:00")
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "16:00"))
        #expect(scenario.state?.timers.count == 1)
    }
}
