import Engine
import Support
import Testing
import TimeBase

@Suite("Keeping")
struct KeepingTests {
    private func policy(_ hours: Int64) -> Policy {
        .sample(
            [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
            change: { $0.keep = .hours(hours) }
        )
    }

    private func told(_ script: String) throws -> Scenario {
        var scenario = Scenario(policy(24))
        _ = try scenario.tell(script)
        return scenario
    }

    private let resolved = "Mon 08:00 opened subject=s customer=c\nMon 09:00 agent_reply\nMon 10:00 resolved"

    @Test("S60: a case that is over takes events until its content is kept no longer, to the millisecond")
    func boundary() throws {
        var inTime = try told(resolved)
        _ = try inTime.tell("Tue 09:59:59.999 note")
        #expect(inTime.answers == [.applied])
        #expect(inTime.state?.restsSince == Scenario.instant("Tue", "09:59:59.999"), "it rests anew")
        var late = try told(resolved)
        let before = late.state
        _ = try late.tell("Tue 10:00 customer_message & note at=Mon 09:30")
        let refusal = Refusal.tooOld(endedAt: Scenario.instant("Mon", "10:00"), keep: .hours(24))
        #expect(late.answers == [.refused(refusal), .refused(refusal)])
        #expect(late.facts.count == 3)
        #expect(before?.restsSince == Scenario.instant("Mon", "10:00"))
        #expect(refusal.code == "too_old")
        #expect(
            refusal.message(for: CaseID("4711"))
                == "case 4711 ended on 2026-11-23 and its content is kept 1 day: open a new case"
        )
    }

    @Test("S60: it is kept from the commit on, so that an old log that is imported today is kept from today on")
    func imported() throws {
        var scenario = try told("Wed 08:00 opened at=Mon 08:00 & resolved at=Mon 09:00")
        #expect(scenario.state?.doneAt == Scenario.instant("Mon", "09:00"))
        #expect(scenario.state?.restsSince == Scenario.instant("Wed", "08:00"))
        _ = try scenario.tell("Thu 07:59 note")
        #expect(scenario.answers == [.applied])
        _ = try scenario.tell("Fri 07:58 note at=Mon 08:30")
        #expect(scenario.answers == [.applied], "a late event is one too")
        _ = try scenario.tell("Sat 07:58 note")
        #expect(scenario.answers.first != .applied)
    }

    @Test("S60: an open case never expires, and a reopened one rests no more")
    func live() throws {
        var scenario = try told("Mon 08:00 opened\nMon 09:00 agent_reply\nFri 08:00 note")
        #expect(scenario.answers == [.applied])
        #expect(scenario.state?.restsSince == nil)
        _ = try scenario.tell("Fri 09:00 resolved\nSat 08:00 reopened\nMon+ 08:00 note")
        #expect(scenario.answers == [.applied])
        #expect(scenario.state?.restsSince == nil)
    }

    @Test("S60: what is refused does not keep a case longer, nor does time")
    func refused() throws {
        var scenario = try told(resolved)
        _ = try scenario.tell("Mon 20:00 opened\nTue 09:00 ...")
        #expect(scenario.state?.restsSince == Scenario.instant("Mon", "10:00"))
        _ = try scenario.tell("Tue 10:00 note")
        #expect(scenario.answers.first != .applied)
    }

    @Test("S60: spam rests too, and after that it is too late to say that it is none")
    func spam() throws {
        let scenario = try told("Mon 08:00 opened\nMon 09:00 spam\nMon 10:00 note\nTue 10:00 not_spam")
        #expect(scenario.answers.first != .applied)
        #expect(scenario.state?.status == .spam)
    }

    @Test("S60: another policy keeps longer or shorter as soon as it rules")
    func policies() throws {
        var scenario = try told(resolved)
        try scenario.adopt(policy(48), "Mon", "12:00")
        _ = try scenario.tell("Tue 12:00 note")
        #expect(scenario.answers == [.applied])
        try scenario.adopt(policy(24), "Tue", "13:00")
        _ = try scenario.tell("Wed 12:00 note")
        #expect(scenario.answers.first != .applied)
    }

    @Test("S60: forgotten, only what measures need is left, for good")
    func forgotten() throws {
        let scenario = try told(resolved)
        var state = try #require(scenario.state)
        state.fields.tags = ["t"]
        state.fields.topic = "billing"
        let now = Scenario.instant("Wed", "08:00")
        let decision = Engine.forget(state, now: now)
        #expect(decision.erases == .history)
        #expect(decision.nextWake == nil)
        let left = try #require(decision.state)
        #expect(left.fields.subject == nil)
        #expect(left.fields.customer == nil)
        #expect(left.fields.tags == nil)
        #expect(left.fields.topic == "billing")
        #expect(left.timers == state.timers)
        #expect(left.forgottenAt == now)
        #expect(left.keptSince == nil)
        // A policy that keeps longer brings nothing back.
        let longer = Policies(version: 1, policy: policy(1_000))
        let event = Event(id: "x", caseID: state.id, at: now, kind: .note)
        for isHeld in [false, true] {
            guard
                case .decided(let refusal) = try Engine.decide(left, .events([event], isHeld: isHeld), longer, now: now)
            else {
                Issue.record("asked for a history that is gone")
                continue
            }
            #expect(refusal.answers.first != .applied)
            #expect(refusal.state == nil, "nothing to save")
        }
        let history = History(facts: [], records: scenario.records.filter(\.kind.isVerdict))
        let explanation = try Engine.explain(left, history, longer, now: now)
        #expect(explanation.cycles.isEmpty)
        #expect(explanation.forgottenAt == now)
        #expect(explanation.verdicts.map(\.kind) == [.met])
    }

    @Test("S60: a clock that cannot be believed ages no case")
    func held() throws {
        var scenario = try told(resolved)
        let now = Scenario.instant("Wed", "08:00")
        let event = Event(id: "x", caseID: CaseID("4711"), at: now, kind: .note)
        try scenario.hand(in: [event], at: now, isHeld: true)
        #expect(scenario.answers == [.applied])
        try scenario.wake(at: Scenario.instant("Mon", "11:00"))
        #expect(scenario.state?.restsSince == Scenario.instant("Mon", "11:00"))
    }
}
