import Engine
import Foundation
import Loop
import Store
import Support
import Testing
import TimeBase

/// The loop over the store on disk, with a clock that the test sets.
@Suite("Content that is not kept any more, on disk")
struct KeepingTests {
    private final class HandClock: WallClock, Alarm {
        var reading = Scenario.instant("Mon", "08:00")
        private(set) var armed: Instant?
        func now() -> Instant { reading }
        func arm(_ instant: Instant?) { armed = instant }
    }

    private static let secret = "overcharged twice"

    private func event(_ kind: Event.Kind, _ id: String, _ clock: HandClock) -> Event {
        var event = Event(id: id, caseID: CaseID("T"), at: clock.reading, kind: kind)
        event.text = Self.secret
        event.fields.subject = Self.secret
        return event
    }

    @Test("S60: the alarm is armed for it, also by the next run; then the case is told by its verdicts alone")
    func forgets() throws {
        let folder = try Folder()
        let clock = HandClock()
        let policy = Policy.sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")])
        func loop(_ store: SQLiteStore) throws -> Loop {
            try Loop(store: store, policies: Policies(version: 1, policy: policy), clock: clock, alarm: clock)
        }
        var store = try SQLiteStore(folder: folder.path)
        let first = try loop(store)
        for (kind, hours) in [(Event.Kind.opened, 0), (.agentReply, 1), (.resolved, 1)] as [(Event.Kind, Int64)] {
            clock.reading = clock.reading + .hours(hours)
            #expect(try first.submit([Unit(events: [event(kind, kind.word, clock)])]) == [[.applied]])
        }
        let due = clock.reading + .hours(400 * 24) + Loop.forgetSlack
        #expect(clock.armed == due)
        try store.close()
        store = try SQLiteStore(folder: folder.path)
        let second = try loop(store)
        try second.rearm()
        #expect(clock.armed == due)
        clock.reading = due
        #expect(try second.wake().forgotten == 1)
        #expect(clock.armed == nil)
        #expect(try store.history(of: "T").facts.isEmpty)
        #expect(try store.history(of: "T").records.map(\.kind) == [.met])
        let refused = try second.submit([Unit(events: [event(.note, "late", clock), event(.opened, "opened", clock)])])
        #expect(refused.flatMap { $0 }.allSatisfy { $0 != .applied && $0 != .duplicate })
        for path in [folder.database, "\(folder.database)-wal"] {
            #expect(try Data(contentsOf: URL(filePath: path)).range(of: Data(Self.secret.utf8)) == nil)
        }
        try store.close()
    }
}
