package import Engine
package import Intake
import Loop
package import TimeBase

/// A history told in virtual time: the real loop over the store in memory, with a clock that jumps from one thing to the
/// next.
///
/// The clock stops at every instant at which something arrives and at every instant at which something is due, so nothing
/// is noticed late. At one instant the events come first, all of them as one unit, then what is due: at the deadline
/// exactly is in time (S12).
package final class Simulation {
    private let store = MemoryStore(keeping: .decisions)
    private let clock = VirtualClock(.earliest)
    private let alarm = VirtualAlarm()
    private let loop: Loop
    private let policy: Policy
    private let policies: Policies
    /// Which cases nothing comes for any more; nil if all are kept to the end.
    private let outline: LogOutline?
    private let keepsStates: Bool
    private var quiet: QuietSteps
    /// What arrives at one instant, until that is known to be all of it.
    private var group = Group()
    /// How many events have been handed in.
    private var toldCount = 0
    /// Cases that were let go, until somebody takes them.
    private var released: [CaseID] = []
    /// Cases that can be let go once no digest speaks of them any more.
    private var waiting: [CaseID] = []
    /// How those stand that were let go.
    private var standings: [CaseID: CaseStanding] = [:]
    /// Events that had been told before.
    package private(set) var duplicates = 0
    /// Events that were applied.
    package private(set) var applied = 0
    /// Lines that arrive after the end and were not told.
    package private(set) var untold = 0
    /// Cases that broke an invariant, with the reason.
    package private(set) var setAside: [(id: CaseID, reason: String)] = []

    private struct Group {
        var at: Instant?
        var events: [Event] = []
        var lines: [Int] = []
    }

    /// Under a policy, from an empty store.
    ///
    /// With the `outline` of the log that is going to be told, cases are let go as soon as nothing comes for them any more,
    /// so that memory does not grow with the length of the log. `keepsStates` says whether `states` is going to be asked,
    /// `isUnbounded` whether a timer may have any number of steps without an event.
    package init(
        _ policy: Policy,
        outline: LogOutline? = nil,
        keepsStates: Bool = true,
        isUnbounded: Bool = false
    ) throws {
        self.policy = policy
        self.outline = outline
        self.keepsStates = keepsStates
        quiet = QuietSteps(isUnbounded: isUnbounded)
        policies = Policies(version: 1, policy: policy)
        loop = try Loop(store: store, policies: policies, clock: clock, alarm: alarm)
    }

    /// Tells the whole history up to an instant, that included.
    ///
    /// - Parameters:
    ///   - arrivals: What arrives; lines that arrive after `end` are left out.
    ///   - end: Alarms at this very instant still ring.
    ///   - tell: Called with everything that comes of it, in the order in which it was decided.
    /// - Throws: What `tell` throws, `SimulationUnbounded` or `SimulationStuck`.
    package func run(_ arrivals: Arrivals, until end: Instant, _ tell: (Happening) throws -> Void) throws {
        for arrival in arrivals.list { try take(arrival.line, at: arrival.at, until: end, tell) }
        try finish(until: end, tell)
    }

    /// Tells the next line, which arrives at `instant` and not before an earlier one.
    ///
    /// What it brings about is told when a line of a later instant comes, or at the end.
    package func take(
        _ line: LogLine,
        at instant: Instant,
        until end: Instant,
        _ tell: (Happening) throws -> Void
    ) throws {
        guard instant <= end else {
            untold += 1
            return
        }
        if group.at != instant {
            try submit(tell)
            try ring(before: instant, towards: "line \(line.number) of \(instant.shortRFC3339)", tell)
            clock.instant = max(clock.instant, instant)
            group.at = instant
        }
        switch line.content {
        case .event(let event):
            group.events.append(event)
            group.lines.append(line.number)
            if group.events.count == IntakeLimits.eventsMax { try submit(tell) }
        case .refused(let refusal, let caseID, let id):
            try tell(
                .refused(
                    Refused(
                        at: clock.instant,
                        line: line.number,
                        caseID: caseID,
                        eventID: id,
                        code: refusal.code.rawValue,
                        reason: refusal.reason
                    )
                )
            )
        }
    }

    /// Tells what is left, and everything that is due up to an instant, that included.
    package func finish(until end: Instant, _ tell: (Happening) throws -> Void) throws {
        try submit(tell)
        // The instants are whole milliseconds: up to and including the end is before the next one.
        try ring(before: end + Span(milliseconds: 1), towards: "the end of \(end.shortRFC3339)", tell)
        clock.instant = max(clock.instant, end)
    }

    /// The cases that were let go since the last call: nothing more is told of them.
    package func takeReleased() -> [CaseID] {
        defer { released.removeAll(keepingCapacity: true) }
        return released
    }

    /// How often the alarm may ring at one instant without the clock going on: more is a mistake of ours.
    private static let ringsMax = 10_000

    /// Lets everything that is due before an instant happen, each at its own.
    private func ring(
        before limit: Instant,
        towards goal: @autoclosure () -> String,
        _ tell: (Happening) throws -> Void
    ) throws {
        var rings = 0
        while let due = alarm.instant, due < limit {
            rings = due > clock.instant ? 0 : rings + 1
            // A slice of many that are due at once is no standstill.
            guard rings < Self.ringsMax + store.caseIDs.count else { throw SimulationStuck(at: clock.instant) }
            clock.instant = max(clock.instant, due)
            let report = try loop.wake()
            setAside += report.setAside
            try tellCommitted(tell)
            if let timer = quiet.unbounded {
                throw SimulationUnbounded(timer: timer, since: group.at ?? clock.instant, goal: goal())
            }
        }
    }

    /// Hands in everything that arrives at one instant.
    private func submit(_ tell: (Happening) throws -> Void) throws {
        guard !group.events.isEmpty else { return }
        let (events, lines) = (group.events, group.lines)
        group.events = []
        group.lines = []
        toldCount += events.count
        quiet.end()
        let answers = try loop.submit([Unit(events: events)]).first ?? []
        setAside += loop.takeSetAside()
        try tellCommitted(tell)
        for (index, answer) in answers.enumerated() {
            let event = events[index]
            switch answer.final {
            case .applied, .clamped, .forwarded: applied += 1
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
        guard let outline else { return }
        for event in events where outline.isOver(event.caseID, after: toldCount) {
            for id in outline.company(of: event.caseID) { letGo(id) }
        }
    }

    private func tellCommitted(_ tell: (Happening) throws -> Void) throws {
        let committed = store.take()
        var endsDigest = false
        for (id, record) in committed.records {
            quiet.note(record, of: id)
            if record.kind == .digested { endsDigest = true }
            try tell(.record(id, record))
        }
        guard let outline else { return }
        for id in committed.cases where outline.isOver(id, after: toldCount) { letGo(id) }
        if waiting.count >= Self.waitingMax || (endsDigest && !waiting.isEmpty) { letGoWaiting() }
    }

    // MARK: Letting go

    private static let waitingMax = 1_000

    /// Lets a case go for which no event comes any more, if nothing is due in it either.
    private func letGo(_ id: CaseID) {
        guard store.wake(of: id) == nil, let file = store.file(of: id), file.setAside == nil else { return }
        // What runs or is paused goes on to the end of the history.
        if keepsStates, file.state.timers.contains(where: { $0.state != .ended }) { return }
        if policy.digest == nil { release(id) } else { waiting.append(id) }
    }

    private func letGoWaiting() {
        let kept = store.casesInDigests
        let all = waiting
        waiting = []
        for id in all { if kept.contains(id) { waiting.append(id) } else { release(id) } }
    }

    private func release(_ id: CaseID) {
        guard let file = store.file(of: id) else { return }
        if keepsStates { standings[id] = standing(file.state, file.nextWake, file.history, file.setAside) }
        store.release(id)
        released.append(id)
    }

    // MARK: Standings

    /// How every case stands now, in the order of their first appearance; elapsed times are as of the end of the run.
    package func states() -> [CaseStanding] {
        precondition(keepsStates, "a simulation that keeps no states was asked for them")
        return store.caseIDs.compactMap { id -> CaseStanding? in
            if let standing = standings[id] { return standing }
            guard let file = store.file(of: id) else { return nil }
            return standing(file.state, file.nextWake, file.history, file.setAside)
        }
    }

    private func standing(
        _ state: Case,
        _ nextWake: Instant?,
        _ history: History,
        _ setAside: String?
    ) -> CaseStanding {
        // One that was set aside may have a history that cannot be told.
        let told = try? Engine.cycles(of: state, history, policies, now: clock.instant)
        let cycles = told ?? state.timers.map { Cycle(timer: $0, carried: .zero) }
        return CaseStanding(state, nextWake: setAside == nil ? nextWake : nil, cycles, policy, now: clock.instant)
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
