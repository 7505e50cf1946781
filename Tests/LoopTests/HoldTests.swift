import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("A clock that cannot be believed")
struct HoldTests {
    private func jumped(by span: Span) throws -> Stage {
        let stage = try Stage()
        try stage.open(["A"])
        stage.clock.pass(span)
        try stage.loop.clockJumped(by: span)
        return stage
    }

    @Test("after a jump forward events are taken as they are dated and nothing is decided")
    func forward() throws {
        let stage = try jumped(by: .hours(24))
        #expect(stage.loop.guardian.reason == "the clock was set forward by 1d")
        #expect(stage.alarm.armed == stage.clock.reading + .seconds(1))
        #expect(try stage.loop.wake().cases == 0)
        let ahead = stage.clock.reading + .hours(5)
        #expect(try stage.loop.submit([Unit(events: [stage.event(.note, "2", of: "A", at: ahead)])]) == [[.applied]])
        #expect(stage.store.kept.facts[CaseID("A")]?.last?.event.at == ahead)
        #expect(stage.store.records(CaseID("A"), .breached).isEmpty, "dated by a clock that cannot be believed")
    }

    @Test("what was taken during a hold is told from the history when it ends")
    func told() throws {
        let stage = try jumped(by: .hours(24))
        let reply = stage.event(.agentReply, "2", of: "A", at: Scenario.instant("Mon", "07:30"))
        #expect(try stage.loop.submit([Unit(events: [reply])]) == [[.applied]])
        #expect(stage.store.records(CaseID("A"), .met).isEmpty)
        stage.loop.clockIsSynchronised()
        stage.clock.pass(.seconds(60))
        #expect(try stage.loop.wake().cases == 1)
        #expect(stage.store.records(CaseID("A"), .met).map(\.at) == [reply.at])
        #expect(stage.store.records(CaseID("A"), .breached).isEmpty)
        #expect(try stage.loop.wake().cases == 0)
    }

    @Test("a held event announces nothing, whatever is due by the wrong clock")
    func silent() throws {
        let stage = try jumped(by: .hours(24))
        let note = stage.event(.note, "2", of: "A", at: stage.clock.reading - .hours(23))
        _ = try stage.loop.submit([Unit(events: [note])])
        #expect(stage.store.records(CaseID("A"), .breached).isEmpty)
        #expect(stage.store.records(CaseID("A"), .warned).isEmpty)
    }

    @Test("a minute of a stable clock that is known to be synchronised ends it, and what is due is decided")
    func stable() throws {
        let stage = try jumped(by: .hours(24))
        stage.loop.clockIsSynchronised()
        stage.clock.pass(.seconds(59))
        #expect(try stage.loop.wake().cases == 0)
        stage.clock.pass(.seconds(1))
        #expect(try stage.loop.wake().cases == 1)
        #expect(stage.loop.guardian.reason == nil)
        #expect(stage.store.records(CaseID("A"), .breached).count == 1)
    }

    @Test("ten minutes end it in any case")
    func patience() throws {
        let stage = try jumped(by: .hours(24))
        stage.clock.pass(.minutes(10) - .seconds(1))
        #expect(try stage.loop.wake().cases == 0)
        stage.clock.pass(.seconds(1))
        #expect(try stage.loop.wake().cases == 1)
    }

    @Test("a jump of ten minutes or less is lived with")
    func small() throws {
        let stage = try jumped(by: .minutes(10))
        #expect(stage.loop.guardian.reason == nil)
    }

    @Test("a jump and a jump back are one hold, counted from the last of them")
    func andBack() throws {
        let stage = try jumped(by: .hours(24))
        stage.loop.clockIsSynchronised()
        let note = stage.event(.note, "2", of: "A", at: Scenario.instant("Mon", "07:00"))
        _ = try stage.loop.submit([Unit(events: [note])])
        stage.clock.pass(-.hours(24))
        try stage.loop.clockJumped(by: -.hours(24))
        stage.clock.pass(.seconds(30))
        #expect(try stage.loop.wake().cases == 0)
        #expect(stage.loop.guardian.reason != nil)
        stage.clock.pass(.seconds(30))
        _ = try stage.loop.wake()
        #expect(stage.loop.guardian.reason == nil)
        #expect(stage.store.records(CaseID("A"), .breached).isEmpty)
        stage.clock.set("Mon", "13:00")
        #expect(try stage.loop.wake().cases == 1)
        #expect(stage.store.records(CaseID("A"), .breached).count == 1, "the deadline was not lost by the hold")
    }

    @Test("what was dated by the wrong clock counts at the latest when the right one is there")
    func wrongDate() throws {
        let stage = try jumped(by: .hours(24))
        let note = stage.event(.note, "2", of: "A", at: stage.clock.reading)
        _ = try stage.loop.submit([Unit(events: [note])])
        stage.clock.pass(-.hours(24))
        try stage.loop.clockJumped(by: -.hours(24))
        stage.clock.pass(.minutes(10))
        #expect(try stage.loop.wake().cases == 1)
        #expect(stage.store.records(CaseID("A"), .breached).isEmpty)
    }

    @Test("a clock that goes back behind the last commit is held too, at a start as in mid-life")
    func backward() throws {
        let started = try Stage(lastCommit: Scenario.instant("Mon", "09:00"))
        _ = try started.loop.wake()
        #expect(started.loop.guardian.reason == "the clock is 2h behind the last commit")
        let running = try Stage()
        try running.open(["A"])
        running.clock.pass(.hours(1))
        _ = try running.loop.wake()
        running.clock.pass(-.minutes(30))
        _ = try running.loop.wake()
        #expect(running.loop.guardian.reason == "the clock is 30m behind the last commit")
        running.clock.pass(.minutes(10))
        _ = try running.loop.wake()
        #expect(running.loop.guardian.reason == nil, "ten minutes have passed, and the clock as it is is believed")
    }

    @Test("a step back of a second is the fine adjustment of a clock that is kept well")
    func slack() throws {
        let stage = try Stage()
        try stage.open(["A"])
        stage.clock.pass(-.seconds(1))
        _ = try stage.loop.wake()
        #expect(stage.loop.guardian.reason == nil)
    }

    @Test("set back unseen during a hold, the hold does not last until the old reading comes again")
    func unseen() throws {
        let stage = try jumped(by: .hours(24))
        stage.clock.pass(-.hours(24))
        _ = try stage.loop.wake()
        stage.clock.pass(.minutes(10))
        _ = try stage.loop.wake()
        #expect(stage.loop.guardian.reason == nil)
    }
}
