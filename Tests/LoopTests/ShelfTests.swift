import Engine
import Loop
import Support
import Synchronization
import Testing
import TimeBase

@Suite("Policies that were adopted earlier")
struct ShelfTests {
    /// Gives first replies within `number` hours under version `number`, and notes what it was asked for.
    private final class Shelf: PolicyShelf {
        let asked = Mutex<[Int]>([])
        /// A version that nobody can read any more.
        let unreadable: Int?

        init(unreadable: Int? = nil) { self.unreadable = unreadable }

        func policy(_ version: Int) -> ShelvedPolicy? {
            asked.withLock { $0.append(version) }
            guard version != unreadable else { return nil }
            return ShelvedPolicy(policy: ShelfTests.policy(version), adoptedAt: ShelfTests.adoption(of: version))
        }
    }

    private static func policy(_ version: Int) -> Policy {
        .sample([Target(metric: .firstReply, duration: .hours(Int64(version)), calendar: "always")])
    }

    /// Version 1 on Monday at 07:00, one more each hour.
    private static func adoption(of version: Int) -> Instant {
        Scenario.instant("Mon", "06:00") + .hours(Int64(version))
    }

    /// The loop of a later run: all that it has is the store, the latest version and the shelf.
    private func restarted(_ stage: Stage, latest: Int, _ shelf: Shelf) throws -> Loop {
        var policies = Policies(
            version: latest,
            policy: Self.policy(latest),
            adoptedAt: Self.adoption(of: latest)
        )
        policies.shelve(1...latest)
        return try Loop(
            store: stage.store,
            policies: policies,
            shelf: shelf,
            clock: stage.clock,
            alarm: stage.alarm
        )
    }

    /// A case that was opened under version 1 and brought to version 3 by two rollouts.
    private func stage() throws -> Stage {
        let stage = try Stage(Self.policy(1))
        try stage.open(["A"])
        for version in 2...3 {
            stage.clock.set(Self.adoption(of: version))
            stage.store.kept.rollout = Rollout(version: version, total: 1)
            try stage.loop.adopt(Self.policy(version), version: version, adoptedAt: stage.clock.now())
            _ = try stage.wakeAll()
        }
        return stage
    }

    @Test("a start reads none of two hundred, and a case that follows the latest asks for none (S16)")
    func unasked() throws {
        let stage = try Stage()
        let shelf = Shelf()
        stage.clock.set(Self.adoption(of: 201))
        let loop = try restarted(stage, latest: 201, shelf)
        _ = try loop.submit([Unit(events: [stage.event(.opened, "open", of: "B")])])
        stage.clock.pass(.hours(300))
        #expect(try loop.wake().cases == 1)
        #expect(shelf.asked.withLock { $0 } == [])
    }

    @Test("the ladder that a cycle pinned is read when its case is due, once (S31)")
    func pinned() throws {
        let stage = try stage()
        let shelf = Shelf()
        let loop = try restarted(stage, latest: 3, shelf)
        stage.clock.set("Mon", "10:00")
        #expect(try loop.wake().cases == 1)
        #expect(shelf.asked.withLock { $0 } == [1])
        stage.clock.pass(.hours(12))
        #expect(try loop.wake().cases == 1)
        #expect(shelf.asked.withLock { $0 } == [1])
    }

    @Test("a late event is judged by the versions that ruled, as if they had never left (S16, S21)")
    func replayed() throws {
        let (kept, lost) = (try stage(), try stage())
        let shelf = Shelf()
        let loops = (kept.loop, try restarted(lost, latest: 3, shelf))
        for (stage, loop) in [(kept, loops.0), (lost, loops.1)] {
            stage.clock.set("Mon", "12:00")
            // Two hours after the opening: in time by the third version, late by the first.
            let late = stage.event(.agentReply, "late", of: "A", at: Scenario.instant("Mon", "09:00"))
            _ = try loop.submit([Unit(events: [late])])
        }
        #expect(shelf.asked.withLock { $0 } == [1, 2])
        let id = CaseID("A")
        #expect(lost.store.kept.cases[id] == kept.store.kept.cases[id])
    }

    @Test("a version that cannot be read any more is asked for once; its cycles go on under the latest")
    func unreadable() throws {
        let stage = try stage()
        let shelf = Shelf(unreadable: 1)
        let loop = try restarted(stage, latest: 3, shelf)
        for _ in 1...2 {
            stage.clock.pass(.hours(3))
            _ = try loop.wake()
        }
        #expect(shelf.asked.withLock { $0 } == [1])
        #expect(stage.store.kept.cases[CaseID("A")]?.timer(.firstReply)?.verdict == .breached)
    }
}
