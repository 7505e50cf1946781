import Engine
import Loop
import Support
import TimeBase

/// A loop with a store, a clock and an alarm that the test holds in its hands.
final class Stage {
    let store = PlainStore()
    let clock = HandClock()
    let alarm = NotedAlarm()
    let loop: Loop

    init(
        _ policy: Policy = .sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]),
        lastCommit: Instant? = nil
    ) throws {
        store.kept.lastCommit = lastCommit
        loop = try Loop(store: store, policies: Policies(version: 1, policy: policy), clock: clock, alarm: alarm)
        clock.set("Mon", "07:00")
    }

    final class HandClock: WallClock {
        private(set) var reading = Instant(milliseconds: 0)
        func now() -> Instant { reading }
        func set(_ day: String, _ clock: String) { reading = Scenario.instant(day, clock) }
        func set(_ instant: Instant) { reading = instant }
        func pass(_ span: Span) { reading = reading + span }
    }

    final class NotedAlarm: Alarm {
        private(set) var armed: Instant?
        func arm(_ instant: Instant?) { armed = instant }
    }

    /// An event of a case at the present reading of the clock, unless `at` says otherwise.
    func event(_ kind: Event.Kind, _ id: String, of caseID: String, at: Instant? = nil) -> Event {
        Event(id: id, caseID: CaseID(caseID), at: at ?? clock.reading, kind: kind)
    }

    /// Opens cases, each by a request of its own.
    func open(_ ids: [String]) throws {
        _ = try loop.submit(ids.map { Unit(events: [event(.opened, "open", of: $0)]) })
    }

    /// Wakes the loop until nothing more is due; the numbers of cases in each slice.
    func wakeAll() throws -> [Int] {
        var slices: [Int] = []
        while true {
            let report = try loop.wake()
            slices.append(report.cases)
            guard report.hasMore else { return slices }
        }
    }
}
