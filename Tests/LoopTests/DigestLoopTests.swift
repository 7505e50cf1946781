import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("Digests")
struct DigestLoopTests {
    private static let targets = [Target(metric: .firstReply, duration: .hours(6), calendar: "always")]
    private static let quiet = Ladder(name: "default", steps: [])

    private static func policy(_ digest: DigestRule? = DigestRule(moreThan: 3, within: .minutes(10))) -> Policy {
        .sample(targets, ladder: quiet, change: { $0.digest = digest })
    }

    @Test(
        "what a failed commit decided is not there, neither state nor record nor notice; the next one says it once (S34)"
    )
    func oneTransaction() throws {
        let stage = try Stage(Self.policy(nil))
        try stage.open(["A1"])
        stage.clock.set("Mon", "13:00")
        stage.store.isFull = true
        #expect(throws: PlainStore.Full.self) { try stage.loop.wake() }
        #expect(stage.store.kept.cases[CaseID("A1")]?.timer(.firstReply)?.verdict == nil)
        #expect(all(.breached, stage.store).isEmpty)
        #expect(stage.store.kept.wakes[CaseID("A1")] == Scenario.instant("Mon", "13:00"))
        stage.store.isFull = false
        stage.clock.set("Mon", "13:05")
        #expect(try stage.loop.wake().notices == 1)
        #expect(try stage.loop.wake().notices == 0)
        #expect(all(.breached, stage.store).map(\.late) == [.minutes(5)])
    }

    private let ids = (1...8).map { "A\($0)" }

    private func all(_ kind: LedgerRecord.Kind, _ store: PlainStore) -> [LedgerRecord] {
        store.kept.order.flatMap { store.records($0, kind) }
    }

    @Test("in a storm the first are told one by one, all are kept, and one digest tells of the rest at the end (S35)")
    func storm() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        let breaches = all(.breached, stage.store)
        #expect(breaches.count == 8)
        #expect(breaches.count { $0.digests.isEmpty } == 3)
        #expect(breaches.allSatisfy { $0.priority != nil }, "the journal gets every entry")
        #expect(stage.alarm.armed == Scenario.instant("Mon", "13:10"))
        stage.clock.set("Mon", "13:10")
        #expect(try stage.loop.wake().notices == 1)
        let digests = all(.digested, stage.store)
        #expect(digests.count == 1)
        #expect(digests.first?.to == ["manager-1"])
        #expect(
            digests.first?.reason == "5 notices in 5 cases since 2026-11-23T13:00:00Z: 5 breached; "
                + "most urgent A4, A5, A6, A7, A8"
        )
        #expect(digests.first.map { [$0.digests] } == Set(breaches.map(\.digests)).filter { !$0.isEmpty })
        #expect(stage.store.kept.digests.isEmpty)
        #expect(stage.alarm.armed == nil)
        stage.clock.set("Mon", "13:30")
        #expect(try stage.loop.wake().notices == 0, "it is told once")
    }

    @Test("a restart in between loses nothing and tells it once (S35, R9.1)")
    func restart() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        let policies = Policies(version: 1, policy: Self.policy())
        let again = try Loop(store: stage.store, policies: policies, clock: stage.clock, alarm: stage.alarm)
        try again.rearm()
        #expect(stage.alarm.armed == Scenario.instant("Mon", "13:10"))
        stage.clock.set("Mon", "14:00")
        #expect(try again.wake().notices == 1)
        let digest = try #require(all(.digested, stage.store).first)
        #expect(digest.at == Scenario.instant("Mon", "13:10"))
        #expect(digest.late == .minutes(50))
        let third = try Loop(store: stage.store, policies: policies, clock: stage.clock, alarm: stage.alarm)
        #expect(try third.wake().notices == 0)
    }

    @Test("an event that comes after the end tells the digest first, and begins a new window (S35)")
    func byEvent() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        stage.clock.set("Mon", "13:20")
        let reply = stage.event(.agentReply, "reply", of: "A1")
        #expect(try stage.loop.submit([Unit(events: [reply])]) == [[.applied]])
        #expect(all(.digested, stage.store).count == 1)
        let late = try #require(all(.metLate, stage.store).first)
        #expect(late.to == ["manager-1"])
        #expect(late.digests.isEmpty)
    }

    @Test("the retraction of a folded breach belongs to no digest, or to that of its own window (S32, S35)")
    func retracted() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        let folded = try #require(stage.store.kept.order.last)
        #expect(stage.store.records(folded, .breached).first?.digests.isEmpty == false)
        stage.clock.set("Mon", "13:20")
        let noon = Scenario.instant("Mon", "12:00")
        let reply = stage.event(.agentReply, "reply", of: folded.rawValue, at: noon)
        #expect(try stage.loop.submit([Unit(events: [reply])]) == [[.applied]])
        let retracted = try #require(stage.store.records(folded, .retracted).first)
        #expect(retracted.digests.isEmpty)
        #expect(retracted.to == ["manager-1"])
        #expect(retracted.alsoTold.isEmpty)
    }

    @Test("a commit that fails keeps neither the notices nor what was counted of them (S34, S35)")
    func failed() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        stage.store.isFull = true
        #expect(throws: PlainStore.Full.self) { try stage.loop.wake() }
        #expect(stage.store.kept.digests.isEmpty)
        stage.store.isFull = false
        stage.clock.set("Mon", "13:01")
        _ = try stage.wakeAll()
        #expect(all(.breached, stage.store).count { $0.digests.isEmpty } == 3)
        stage.clock.set("Mon", "13:11")
        stage.store.isFull = true
        #expect(throws: PlainStore.Full.self) { try stage.loop.wake() }
        #expect(all(.digested, stage.store).isEmpty)
        stage.store.isFull = false
        #expect(try stage.loop.wake().notices == 1)
        #expect(all(.digested, stage.store).count == 1)
    }

    @Test("a case that the store refuses is told of by nobody, and counted by nobody (S34, S35)")
    func broken() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.store.broken = [CaseID("A1")]
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        #expect(all(.breached, stage.store).count == 7)
        #expect(all(.breached, stage.store).count { $0.digests.isEmpty } == 3)
    }

    @Test("a policy without digests counts nothing; one that drops them tells what was gathered (S35)")
    func off() throws {
        let plain = try Stage(Self.policy(nil))
        try plain.open(ids)
        plain.clock.set("Mon", "13:00")
        _ = try plain.wakeAll()
        #expect(plain.store.kept.digests.isEmpty)
        #expect(all(.breached, plain.store).allSatisfy { $0.digests.isEmpty })
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        try stage.loop.adopt(Self.policy(nil), version: 2, adoptedAt: stage.clock.reading)
        stage.clock.set("Mon", "13:10")
        _ = try stage.wakeAll()
        #expect(all(.digested, stage.store).count == 1)
    }

    @Test("while the clock cannot be believed no digest is told (S35)")
    func held() throws {
        let stage = try Stage(Self.policy())
        try stage.open(ids)
        stage.clock.set("Mon", "13:00")
        _ = try stage.wakeAll()
        stage.clock.set("Tue", "13:00")
        try stage.loop.clockJumped(by: .hours(24))
        _ = try stage.loop.submit([Unit(events: [stage.event(.note, "note", of: "A1")])])
        _ = try stage.loop.wake()
        #expect(all(.digested, stage.store).isEmpty)
    }
}
