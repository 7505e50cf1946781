import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("Content that is not kept any more")
struct KeepingTests {
    private func policy(_ hours: Int64) -> Policy {
        .sample(
            [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
            change: { $0.keep = .hours(hours) }
        )
    }

    private func close(_ ids: [String], on stage: Stage) throws {
        _ = try stage.loop.submit(ids.map { Unit(events: [stage.event(.closed, "end", of: $0)]) })
    }

    @Test("S60: the alarm rings once, an hour behind, and the history of the case is gone; its verdicts stay")
    func forgets() throws {
        let stage = try Stage(policy(48))
        try stage.open(["A"])
        stage.clock.set("Mon", "08:00")
        _ = try stage.loop.submit([Unit(events: [stage.event(.agentReply, "reply", of: "A")])])
        try close(["A"], on: stage)
        #expect(stage.alarm.armed == Scenario.instant("Wed", "09:00"))
        stage.clock.set("Wed", "08:59")
        #expect(try stage.loop.wake().forgotten == 0)
        stage.clock.set("Wed", "09:00")
        let report = try stage.loop.wake()
        #expect(report.forgotten == 1)
        #expect(!report.hasMore)
        let id = CaseID("A")
        #expect(stage.store.kept.facts[id] == [])
        #expect(stage.store.kept.records[id]?.map(\.kind) == [.met])
        #expect(stage.store.kept.cases[id]?.forgottenAt == stage.clock.now())
        #expect(stage.alarm.armed == nil)
    }

    @Test("S60: refused to the millisecond, whether or not the content is gone; known events too")
    func refused() throws {
        let stage = try Stage(policy(48))
        let opened = stage.event(.opened, "open", of: "A")
        _ = try stage.loop.submit([Unit(events: [opened])])
        stage.clock.set("Mon", "08:00")
        try close(["A"], on: stage)
        stage.clock.set("Wed", "07:59")
        #expect(try stage.loop.submit([Unit(events: [opened])]) == [[.duplicate]])
        let refusal = Answer.refused(.tooOld(endedAt: Scenario.instant("Mon", "08:00"), keep: .hours(48)))
        for clock in ["08:00", "09:00"] {
            stage.clock.set("Wed", clock)
            _ = try stage.loop.wake()
            #expect((stage.store.kept.facts[CaseID("A")]?.isEmpty == true) == (clock == "09:00"))
            let commits = stage.store.kept.lastCommit
            let answers = try stage.loop.submit([Unit(events: [opened, stage.event(.note, "n", of: "A")])])
            #expect(answers == [[refusal, refusal]])
            #expect(stage.store.kept.lastCommit == commits)
        }
    }

    @Test("S60: many go in slices, after what is due, and one alarm serves those of an hour")
    func slices() throws {
        let stage = try Stage(policy(48))
        let ids = (0..<Loop.forgetMax + 10).map { "case-\($0)" }
        try stage.open(ids)
        stage.clock.set("Mon", "08:00")
        try close(["case-0"], on: stage)
        stage.clock.set("Mon", "09:00")
        try close(Array(ids.dropFirst()), on: stage)
        stage.clock.set("Wed", "05:00")
        try stage.open(["late"])
        stage.clock.set("Wed", "11:00")
        let first = try stage.loop.wake()
        #expect(first.notices > 0, "what is due goes first")
        #expect(first.forgotten == Loop.forgetMax)
        #expect(first.hasMore)
        let second = try stage.loop.wake()
        #expect(second.forgotten == 10)
        #expect(!second.hasMore)
        #expect(stage.store.kept.facts.filter { !$0.value.isEmpty }.map(\.key) == [CaseID("late")])
    }

    @Test("S60: a case that goes on is left alone, and rests anew when it is over again")
    func reopened() throws {
        let stage = try Stage(policy(48))
        try stage.open(["A"])
        try close(["A"], on: stage)
        stage.clock.set("Mon", "12:00")
        _ = try stage.loop.submit([Unit(events: [stage.event(.reopened, "again", of: "A")])])
        stage.clock.set("Fri", "08:00")
        #expect(try stage.loop.wake().forgotten == 0)
        _ = try stage.loop.submit([Unit(events: [stage.event(.closed, "end 2", of: "A")])])
        #expect(stage.alarm.armed == Scenario.instant("Sun", "09:00"))
    }

    @Test("S60: a policy that keeps shorter takes effect at its adoption")
    func adopted() throws {
        let stage = try Stage(policy(480))
        try stage.open(["A"])
        try close(["A"], on: stage)
        stage.clock.set("Fri", "08:00")
        try stage.loop.adopt(policy(24), version: 2, adoptedAt: stage.clock.now())
        #expect(try stage.loop.wake().forgotten == 1)
    }

    @Test("S60: nothing is removed while the clock cannot be believed")
    func held() throws {
        let stage = try Stage(policy(48))
        try stage.open(["A"])
        try close(["A"], on: stage)
        stage.clock.set("Sun", "08:00")
        try stage.loop.clockJumped(by: .hours(140))
        #expect(try stage.loop.wake().forgotten == 0)
        #expect(stage.store.kept.facts[CaseID("A")]?.count == 2)
    }

    @Test("S18, S60: an expired case still sends on what its survivor takes, and nothing that was its own")
    func merged() throws {
        let stage = try Stage(policy(48))
        try stage.open(["A", "B"])
        stage.clock.set("Mon", "08:00")
        var merged = stage.event(.merged, "m", of: "A")
        merged.link = Link(CaseID("B"))
        #expect(try stage.loop.submit([Unit(events: [merged])]) == [[.applied]])
        stage.clock.set("Wed", "09:00")
        #expect(try stage.loop.wake().forgotten == 1)
        let reply = Unit(events: [stage.event(.agentReply, "r", of: "A")])
        #expect(try stage.loop.submit([reply]) == [[.forwarded(to: CaseID("B"), .applied)]])
        #expect(try stage.loop.submit([reply]) == [[.forwarded(to: CaseID("B"), .duplicate)]])
        #expect(stage.store.kept.facts[CaseID("A")] == [])
        let late = Unit(events: [stage.event(.note, "n", of: "A", at: Scenario.instant("Mon", "07:30"))])
        let refusal = Refusal.tooOld(endedAt: Scenario.instant("Mon", "08:00"), keep: .hours(48))
        #expect(try stage.loop.submit([late]) == [[.refused(refusal)]])
    }

    @Test("S18, S60: nothing is merged into a case that takes nothing more")
    func intoExpired() throws {
        let stage = try Stage(policy(48))
        try stage.open(["A"])
        try close(["A"], on: stage)
        stage.clock.set("Wed", "07:00")
        try stage.open(["B"])
        var merged = stage.event(.merged, "m", of: "B")
        merged.link = Link(CaseID("A"))
        let answers = try stage.loop.submit([Unit(events: [merged])])
        #expect(answers == [[.refused(.expiredSurvivor(CaseID("A")))]])
        #expect(stage.store.kept.cases[CaseID("B")]?.status == .new)
    }

    @Test("S25, S60: a message for an expired case opens a linked one, where the policy says so")
    func linked() throws {
        var linking = policy(48)
        linking.afterReopenWindow = .openLinked
        let stage = try Stage(linking)
        try stage.open(["A"])
        try close(["A"], on: stage)
        stage.clock.set("Wed", "08:00")
        #expect(try stage.loop.wake().forgotten == 1)
        let next = CaseID("A~2")
        let message = Unit(events: [stage.event(.customerMessage, "m", of: "A")])
        #expect(try stage.loop.submit([message]) == [[.forwarded(to: next, .applied)]])
        #expect(try stage.loop.submit([message]) == [[.forwarded(to: next, .duplicate)]])
        #expect(stage.store.kept.cases[next]?.status == .new)
        #expect(stage.store.kept.facts[CaseID("A")] == [])
        let note = Unit(events: [stage.event(.note, "n", of: "A")])
        #expect(try stage.loop.submit([note]) == [[.forwarded(to: next, .applied)]])
    }
}
