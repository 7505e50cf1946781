import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("The loop")
struct LoopTests {
    @Test("the same id of the same source is a duplicate, in another request as in the same one (S20)")
    func duplicates() throws {
        let stage = try Stage()
        let opened = stage.event(.opened, "1", of: "A")
        #expect(try stage.loop.submit([Unit(events: [opened, opened])]) == [[.applied, .duplicate]])
        #expect(try stage.loop.submit([Unit(events: [opened])]) == [[.duplicate]])
        var other = stage.event(.note, "1", of: "A")
        other.source = "mail"
        #expect(try stage.loop.submit([Unit(events: [other])]) == [[.applied]])
        #expect(stage.store.kept.facts[CaseID("A")]?.count == 2)
        let second = stage.event(.note, "2", of: "A")
        #expect(try stage.loop.submit([Unit(events: [second]), Unit(events: [second])]) == [[.applied], [.duplicate]])
    }

    @Test("answers stand in the order of the events, whatever cases they are of")
    func answers() throws {
        let stage = try Stage()
        let unit = Unit(events: [
            stage.event(.opened, "1", of: "A"), stage.event(.note, "2", of: "B"), stage.event(.note, "3", of: "A"),
            stage.event(.opened, "1", of: "A"), stage.event(.opened, "4", of: "A"),
        ])
        #expect(
            try stage.loop.submit([unit]) == [
                [.applied, .refused(.unknownCase), .applied, .duplicate, .refused(.alreadyOpen)]
            ]
        )
        #expect(stage.store.kept.cases.count == 1)
        #expect(stage.store.commits == 1)
    }

    @Test("nothing due in a unit's cases is decided before its last line (S24)")
    func unit() throws {
        let stage = try Stage()
        let opening = stage.clock.reading
        stage.clock.pass(.hours(48))
        let unit = Unit(events: [
            stage.event(.opened, "1", of: "A", at: opening), stage.event(.opened, "2", of: "B", at: opening),
            stage.event(.agentReply, "3", of: "A", at: opening + .hours(1)),
        ])
        _ = try stage.loop.submit([unit])
        #expect(stage.store.records(CaseID("A"), .breached).isEmpty)
        #expect(stage.store.records(CaseID("B"), .breached).count == 1)
    }

    @Test("a late event is decided with its history (S21)")
    func late() throws {
        let stage = try Stage()
        try stage.open(["A"])
        let inTime = stage.clock.reading + .hours(5)
        stage.clock.pass(.hours(7))
        _ = try stage.loop.wake()
        #expect(stage.store.records(CaseID("A"), .breached).count == 1)
        let reply = stage.event(.agentReply, "2", of: "A", at: inTime)
        #expect(try stage.loop.submit([Unit(events: [reply])]) == [[.applied]])
        #expect(stage.store.records(CaseID("A"), .retracted).count == 1)
        #expect(stage.store.records(CaseID("A"), .met).count == 1)
    }

    @Test("the alarm is armed for the earliest wake of all cases, and disarmed where nothing is due")
    func alarm() throws {
        let stage = try Stage()
        try stage.open(["A"])
        let first = try #require(stage.alarm.armed)
        #expect(first == stage.clock.reading + .minutes(270))
        stage.clock.pass(.hours(1))
        try stage.open(["B"])
        #expect(stage.alarm.armed == first)
        _ = try stage.loop.submit([Unit(events: [stage.event(.agentReply, "2", of: "A")])])
        #expect(stage.alarm.armed == stage.clock.reading + .minutes(270))
        _ = try stage.loop.submit([Unit(events: [stage.event(.agentReply, "2", of: "B")])])
        #expect(stage.alarm.armed == nil)
    }

    @Test("many due cases are decided in slices, and the alarm rings at once for the next")
    func slices() throws {
        let stage = try Stage()
        try stage.open((1...Loop.sliceMax + 10).map { "case \($0)" })
        stage.clock.pass(.hours(6))
        let report = try stage.loop.wake()
        #expect(report.hasMore)
        #expect(stage.alarm.armed == stage.clock.reading)
        #expect(try [report.cases] + stage.wakeAll() == [Loop.sliceMax, 10])
        let breached = stage.store.kept.order.flatMap { stage.store.records($0, .breached) }
        #expect(breached.count == Loop.sliceMax + 10)
        #expect(report.latest == .zero)
        #expect(report.notices == 2 * Loop.sliceMax)
    }

    @Test("a case that breaks a promise is set aside with its reason, and the others go on")
    func setAside() throws {
        let stage = try Stage()
        try stage.open(["A", "B", "C"])
        stage.store.broken = [CaseID("B")]
        stage.clock.pass(.hours(6))
        let report = try stage.loop.wake()
        #expect(report.cases == 2)
        #expect(report.setAside.map(\.id) == [CaseID("B")])
        #expect(stage.store.kept.setAside[CaseID("B")] == "the test says so")
        #expect(stage.store.records(CaseID("C"), .breached).count == 1)
        #expect(stage.alarm.armed == stage.clock.reading + .hours(2))
        let note = stage.event(.note, "2", of: "B")
        #expect(try stage.loop.submit([Unit(events: [note])]) == [[.refused(.setAside("the test says so"))]])
    }

    @Test("a store that fails keeps what it had: nothing of the request, and the loop says so")
    func failing() throws {
        let stage = try Stage()
        try stage.open(["A"])
        stage.store.isFull = true
        let unit = Unit(events: [stage.event(.agentReply, "2", of: "A"), stage.event(.opened, "3", of: "B")])
        #expect(throws: PlainStore.Full.self) { try stage.loop.submit([unit]) }
        stage.clock.pass(.hours(6))
        #expect(throws: PlainStore.Full.self) { try stage.loop.wake() }
        #expect(stage.store.kept.facts[CaseID("A")]?.count == 1)
        #expect(stage.store.kept.order == [CaseID("A")])
        stage.store.isFull = false
        #expect(try stage.loop.submit([unit]) == [[.applied, .applied]])
    }

}
