package import Engine
import Intake
import Loop
package import TimeBase

/// A history told in virtual time: the real loop over the store in memory, with a clock that jumps from one thing to the
/// next.
///
/// The clock stops at every instant at which something arrives and at every instant at which something is due, so nothing
/// is noticed late. At one instant the events come first, all of them as one unit, then what is due: at the deadline
/// exactly is in time (S12).
package final class Simulation {
    private let store: RecordingStore
    private let clock = VirtualClock(.earliest)
    private let alarm = VirtualAlarm()
    private let loop: Loop
    private let policy: Policy
    /// Events that had been told before.
    package private(set) var duplicates = 0
    /// Events that were applied.
    package private(set) var applied = 0
    /// Lines that arrive after the end and were not told.
    package private(set) var untold = 0
    /// Cases that broke an invariant, with the reason.
    package private(set) var setAside: [(id: CaseID, reason: String)] = []

    /// `keepsCycles` is needed for `states`.
    package init(_ policy: Policy, keepsCycles: Bool = true) throws {
        self.policy = policy
        store = RecordingStore(keepsCycles: keepsCycles)
        loop = try Loop(
            store: store,
            policies: Policies(version: 1, policy: policy),
            clock: clock,
            alarm: alarm
        )
    }

    /// Tells the whole history up to an instant, that included.
    ///
    /// - Parameters:
    ///   - arrivals: What arrives; lines that arrive after `end` are left out.
    ///   - end: Alarms at this very instant still ring.
    ///   - progress: Called now and then with the number of lines told.
    ///   - tell: Called with everything that comes of it, in the order in which it was decided.
    /// - Throws: What `tell` throws, or `SimulationStuck`.
    package func run(
        _ arrivals: Arrivals,
        until end: Instant,
        progress: (Int) -> Void = { _ in },
        _ tell: (Happening) throws -> Void
    ) throws {
        let list = arrivals.list
        var next = 0
        while next < list.count, list[next].at <= end {
            let at = list[next].at
            var behind = next + 1
            while behind < list.count, list[behind].at == at { behind += 1 }
            try ring(before: at, tell)
            clock.instant = max(clock.instant, at)
            try submit(list[next..<behind], tell)
            if next / Self.progressEvery != behind / Self.progressEvery { progress(behind) }
            next = behind
        }
        untold = list.count - next
        // The instants are whole milliseconds: up to and including the end is before the next one.
        try ring(before: end + Span(milliseconds: 1), tell)
        clock.instant = max(clock.instant, end)
    }

    private static let progressEvery = 1_000

    /// How often the alarm may ring at one instant without the clock going on: more is a mistake of ours.
    private static let ringsMax = 10_000

    /// Lets everything that is due before an instant happen, each at its own.
    private func ring(before limit: Instant, _ tell: (Happening) throws -> Void) throws {
        var rings = 0
        while let due = alarm.instant, due < limit {
            rings = due > clock.instant ? 0 : rings + 1
            // A slice of many that are due at once is no standstill.
            guard rings < Self.ringsMax + store.memory.caseIDs.count else { throw SimulationStuck(at: clock.instant) }
            clock.instant = max(clock.instant, due)
            let report = try loop.wake()
            setAside += report.setAside
            for (id, record) in store.take() { try tell(.record(id, record)) }
        }
    }

    /// Hands in everything that arrives at one instant.
    private func submit(_ arrivals: ArraySlice<Arrivals.Arrival>, _ tell: (Happening) throws -> Void) throws {
        var events: [Event] = []
        events.reserveCapacity(arrivals.count)
        var lines: [Int] = []
        for arrival in arrivals {
            switch arrival.line.content {
            case .event(let event):
                events.append(event)
                lines.append(arrival.line.number)
            case .refused(let refusal, let caseID, let id):
                try tell(
                    .refused(
                        Refused(
                            at: clock.instant,
                            line: arrival.line.number,
                            caseID: caseID,
                            eventID: id,
                            code: refusal.code.rawValue,
                            reason: refusal.reason
                        )
                    )
                )
            }
        }
        guard !events.isEmpty else { return }
        let answers = try loop.submit([Unit(events: events)]).first ?? []
        setAside += loop.takeSetAside()
        for (id, record) in store.take() { try tell(.record(id, record)) }
        for (index, answer) in answers.enumerated() {
            let event = events[index]
            switch answer.final {
            case .applied, .forwarded: applied += 1
            case .duplicate: duplicates += 1
            case .refused(let refusal):
                try tell(
                    .refused(
                        Refused(
                            at: clock.instant,
                            line: lines[index],
                            caseID: event.caseID.rawValue,
                            eventID: event.id,
                            code: refusal.code,
                            reason: refusal.message(for: answer.taker ?? event.caseID)
                        )
                    )
                )
            }
        }
    }

    /// How every case stands now, in the order of their first appearance; elapsed times are as of the end of the run.
    package func states() -> [CaseStanding] {
        store.memory.caseIDs.compactMap { id in
            guard let file = store.memory.file(of: id) else { return nil }
            return CaseStanding(
                file.state,
                nextWake: file.setAside == nil ? file.nextWake : nil,
                records: file.history.records,
                seen: store.cycles[id] ?? SeenCycles(),
                policy,
                now: clock.instant
            )
        }
    }
}

/// One thing that came of a history.
package enum Happening: Sendable {
    case record(CaseID, LedgerRecord)
    case refused(Refused)
}

/// A line that was not taken, and why.
package struct Refused: Hashable, Sendable {
    /// When it arrived.
    package var at: Instant
    package var line: Int
    package var caseID: String?
    package var eventID: String?
    package var code: String
    package var reason: String
}

/// The alarm rings and rings, and nothing comes of it: a mistake of ours.
package struct SimulationStuck: Error, CustomStringConvertible {
    package let at: Instant

    package var description: String { "time stands still at \(at): report the policy and the events" }
}
