import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("A policy on its way to the open cases")
struct RolloutTests {
    private func policy(_ hours: Int64) -> Policy {
        .sample([Target(metric: .firstReply, duration: .hours(hours), calendar: "always")])
    }

    /// Adopts version 2 as the store and the loop do together.
    private func adopt(_ hours: Int64, on stage: Stage) throws {
        let open = stage.store.kept.cases.values.count { $0.status.isLive }
        stage.store.kept.rollout = Rollout(version: 2, total: open)
        try stage.loop.adopt(policy(hours), version: 2, adoptedAt: stage.clock.now())
    }

    @Test("new cycles start under it at once, running ones follow in slices (S16)")
    func slices() throws {
        let stage = try Stage()
        let ids = (0..<Loop.sliceMax + 10).map { "case-\($0)" }
        try stage.open(ids)
        stage.clock.set("Mon", "08:00")
        try adopt(4, on: stage)
        try stage.open(["new"])
        #expect(stage.store.kept.cases[CaseID("new")]?.timer(.firstReply)?.duration == .hours(4))
        #expect(stage.store.kept.cases[CaseID("case-0")]?.timer(.firstReply)?.duration == .hours(6))
        #expect(try stage.loop.wake().hasMore)
        #expect(stage.store.kept.rollout?.cases == Loop.sliceMax)
        let last = try stage.loop.wake()
        #expect(!last.hasMore)
        #expect(last.rolledOut?.moved == ids.count)
        #expect(last.rolledOut?.graced == 0)
        #expect(stage.store.kept.rollout == nil)
        for id in ids {
            #expect(
                stage.store.kept.cases[CaseID(id)]?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "11:00")
            )
        }
    }

    @Test("events in between do not put it off: the alarm stays armed for now until all are reached")
    func staysArmed() throws {
        let stage = try Stage()
        try stage.open((0..<2 * Loop.sliceMax).map { "case-\($0)" })
        stage.clock.set("Mon", "08:00")
        try adopt(4, on: stage)
        #expect(try stage.loop.wake().hasMore)
        _ = try stage.loop.submit([Unit(events: [stage.event(.note, "note", of: "case-0")])])
        #expect(stage.alarm.armed == Scenario.instant("Mon", "08:00"))
        #expect(try !stage.loop.wake().hasMore)
        #expect(stage.alarm.armed == Scenario.instant("Mon", "10:00"), "three of the four hours")
    }

    @Test("what is due goes first")
    func dueFirst() throws {
        let stage = try Stage()
        try stage.open((0..<Loop.sliceMax).map { "case-\($0)" })
        stage.clock.set("Mon", "12:59")
        try adopt(20, on: stage)
        stage.clock.set("Mon", "13:00")
        let report = try stage.loop.wake()
        #expect(report.cases == Loop.sliceMax)
        // Nothing was missed when the policy came: the wake brings each case up to it first.
        #expect(stage.store.kept.rollout?.cases == Loop.sliceMax)
        #expect(stage.store.records(CaseID("case-0"), .breached).isEmpty)
        #expect(try stage.wakeAll().isEmpty == false)
        #expect(stage.store.kept.rollout == nil)
    }

    @Test("a daemon that was killed in the middle goes on where it stood")
    func resumes() throws {
        let stage = try Stage()
        try stage.open((0..<3 * Loop.sliceMax).map { "case-\($0)" })
        stage.clock.set("Mon", "12:00")
        _ = try stage.wakeAll()
        try adopt(4, on: stage)
        _ = try stage.loop.wake()
        var policies = Policies(version: 2, policy: policy(4), adoptedAt: stage.clock.now())
        policies.remember(policy(6), version: 1, adoptedAt: .earliest)
        let clock = stage.clock
        clock.pass(.minutes(30))
        let next = try Loop(store: stage.store, policies: policies, clock: clock, alarm: stage.alarm)
        #expect(next.rollout?.cases == Loop.sliceMax)
        var rolledOut: Rollout?
        while true {
            let report = try next.wake()
            rolledOut = report.rolledOut ?? rolledOut
            guard report.hasMore else { break }
        }
        #expect(rolledOut?.cases == 3 * Loop.sliceMax)
        // Five hours had passed of what are four now: put off by 15 minutes as of the adoption, missed when it resumed.
        #expect(rolledOut?.graced == 3 * Loop.sliceMax)
        let last = try #require(stage.store.kept.cases[CaseID("case-700")]?.timer(.firstReply))
        #expect(last.breachedAt == Scenario.instant("Mon", "12:15"))
    }

    @Test("closed cases are left alone, those that an input touched first are counted once")
    func leftAlone() throws {
        let stage = try Stage()
        try stage.open(["A", "B", "C"])
        _ = try stage.loop.submit([Unit(events: [stage.event(.resolved, "end", of: "C")])])
        stage.clock.set("Mon", "08:00")
        try adopt(4, on: stage)
        _ = try stage.loop.submit([Unit(events: [stage.event(.note, "note", of: "A")])])
        #expect(stage.store.kept.cases[CaseID("A")]?.policyVersion == 2)
        let report = try stage.loop.wake()
        #expect(report.rolledOut?.total == 2)
        #expect(report.rolledOut?.cases == 2)
        #expect(report.rolledOut?.moved == 2)
        #expect(stage.store.kept.cases[CaseID("C")]?.policyVersion == 1)
    }
}
