import Dispatch
import Engine
import Host
import Loop
import Store
import TimeBase

/// Owns the loop and the store's writer: an actor whose executor is one serial queue, so that nothing in it ever waits
/// for anything but the disk.
///
/// Events that arrive while a commit is on its way to the disk share the next one.
actor LoopKeeper {
    /// Events in one commit.
    static let groupMax = 1_000
    /// Events that may wait for the loop; beyond it a client is told to come back.
    static let waitingMax = 100_000
    /// When to try again after the store failed.
    static let retryAfter = Span.seconds(1)

    private let executor: QueueExecutor
    private let store: SQLiteStore
    private let loop: Loop
    private let alarm: LoopAlarm
    private let pulse: LoopPulse
    private let clock = SystemClock()
    private let tell: @Sendable (LoopNews) -> Void
    private var jumps: ClockJumpWatch?
    private var waiting: [Waiting] = []
    private var waitingEvents = 0
    private var isServing = false
    private var isStopped = false
    private var failure: String?
    private var held: (reason: String, since: UInt64)?
    /// What `/metrics` shows of the loop; readable also while the loop is busy or hangs.
    nonisolated let gauges = Locked(Gauges())

    struct Gauges {
        /// The largest lateness of a breach in the last wake that decided something.
        var lateness = Span.zero
        var wakes = 0
    }

    private struct Waiting {
        var unit: Unit
        var continuation: CheckedContinuation<[Answer], any Error>
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// `tell` is called on the loop's queue and must not wait.
    init(
        store: sending SQLiteStore,
        policies: Policies,
        pulse: LoopPulse,
        tell: @escaping @Sendable (LoopNews) -> Void
    ) throws {
        executor = QueueExecutor(label: "slawatchd.loop")
        alarm = LoopAlarm()
        self.store = store
        self.pulse = pulse
        self.tell = tell
        let watched = WatchedStore(store, pulse: pulse)
        loop = try Loop(store: watched, policies: policies, clock: LoopClock(), alarm: alarm)
    }

    /// Begins to watch: whatever came due while nobody was looking is decided now.
    func start() {
        let queue = executor.queue
        alarm.set(WallAlarm(queue: queue) { @Sendable [weak self] in self?.assumeIsolated { $0.wake() } })
        do {
            jumps = try ClockJumpWatch(queue: queue) { @Sendable [weak self] _ in self?.assumeIsolated { $0.wake() } }
        } catch {
            tell(.degraded("\(error)"))
        }
        wake()
    }

    // MARK: Events

    /// Hands in one unit; returns after the commit that contains it.
    func submit(_ unit: Unit) async throws -> [Answer] {
        guard !isStopped else { throw KeeperProblem.stopping }
        guard waitingEvents + unit.events.count <= Self.waitingMax else { throw KeeperProblem.busy }
        if unit.events.count <= Self.groupMax { return try await enqueue(unit) }
        var answers = Array(repeating: Answer.duplicate, count: unit.events.count)
        for part in unit.parts(limit: Self.groupMax) {
            let given = try await enqueue(part.unit)
            for (index, answer) in zip(part.indices, given) { answers[index] = answer }
        }
        return answers
    }

    private func enqueue(_ unit: Unit) async throws -> [Answer] {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(Waiting(unit: unit, continuation: continuation))
            waitingEvents += unit.events.count
            guard !isServing else { return }
            isServing = true
            // Behind whatever else is queued: those who come before it share the commit.
            executor.queue.async { @Sendable [self] in assumeIsolated { $0.serve() } }
        }
    }

    /// Commits one group of waiting units.
    ///
    /// Due work goes first: a late announcement is worse than a late answer.
    private func serve() {
        if let due = alarm.armed, due <= clock.now() { wake() }
        var group: [Waiting] = []
        var events = 0
        while let next = waiting.first, group.isEmpty || events + next.unit.events.count <= Self.groupMax {
            group.append(next)
            events += next.unit.events.count
            waiting.removeFirst()
        }
        waitingEvents -= events
        commit(group)
        pulse.finishedWake()
        isServing = !waiting.isEmpty
        if isServing { executor.queue.async { @Sendable [self] in assumeIsolated { $0.serve() } } }
    }

    private func commit(_ group: [Waiting]) {
        guard !group.isEmpty else { return }
        do {
            let answers = try loop.submit(group.map(\.unit))
            succeeded()
            for (waiter, given) in zip(group, answers) { waiter.continuation.resume(returning: given) }
            tell(.committed)
        } catch {
            failed(error)
            for waiter in group { waiter.continuation.resume(throwing: error) }
        }
    }

    // MARK: Time

    /// One slice of what is due; queues the next behind whatever waits, so that requests and pings get through.
    private func wake() {
        guard !isStopped else { return }
        gauges.withLock { $0.wakes += 1 }
        do {
            if let jump = jumps?.takeJump(), jump != .zero { try loop.clockJumped(by: jump) }
            let report = try loop.wake()
            succeeded()
            noteHold()
            if report.cases > 0 { gauges.withLock { $0.lateness = report.latest } }
            for (id, reason) in report.setAside { tell(.setAside(id, reason: reason)) }
            if report.cases > 0 { tell(.committed) }
            if report.hasMore { executor.queue.async { @Sendable [self] in assumeIsolated { $0.wake() } } }
        } catch {
            failed(error)
        }
        pulse.finishedWake()
    }

    private func noteHold() {
        switch (held, loop.guardian.reason) {
        case (nil, let reason?):
            held = (reason, clock.monotonicMicroseconds())
            tell(.clockHeld(reason))
        case (let past?, nil):
            held = nil
            tell(.clockReleased(Span(milliseconds: Int64((clock.monotonicMicroseconds() - past.since) / 1_000))))
        case (nil, nil), (_?, _?): break
        }
        if held != nil, ClockSynchronisation.isKnown { loop.clockIsSynchronised() }
    }

    private func failed(_ error: any Error) {
        if failure == nil { tell(.degraded("\(error)")) }
        failure = "\(error)"
        alarm.arm(clock.now() + Self.retryAfter)
    }

    private func succeeded() {
        guard let past = failure else { return }
        failure = nil
        tell(.recovered("the store answers again: \(past)"))
    }

    // MARK: The rest of the writer's work

    var holding: String? { held?.reason }

    /// Keeps and adopts a policy.
    ///
    /// New cycles start under it.
    func adopt(_ policy: Policy, text: String) throws -> Adoption {
        let before = loop.policies.currentVersion
        let version = try store.adoptPolicy(hash: policy.contentHash, text: text, at: clock.now())
        if version != before { loop.adopt(policy, version: version) }
        guard let latest = try store.latestPolicy() else { throw KeeperProblem.busy }
        return Adoption(policy: latest, isNew: version != before, policies: loop.policies)
    }

    struct Adoption {
        var policy: AdoptedPolicy
        /// False where the file says what ruled before.
        var isNew: Bool
        var policies: Policies
    }

    nonisolated func confirm(_ numbers: [Int64]) throws {
        // The outlet's own queue waits here; the commit is the loop's.
        try executor.queue.sync { try assumeIsolated { _ = try $0.store.confirmNotices(numbers, at: $0.clock.now()) } }
    }

    nonisolated func recheckNotices() throws {
        try executor.queue.sync {
            try assumeIsolated { keeper in
                guard let last = keeper.store.lastCommit() else { return }
                _ = try keeper.store.unconfirmNotices(since: last - .minutes(10))
            }
        }
    }

    nonisolated func forgetConfirmed(before instant: Instant, limit: Int) throws -> Int {
        try executor.queue.sync {
            try assumeIsolated { try $0.store.pruneConfirmedNotices(before: instant, limit: limit) }
        }
    }

    /// Returns when the loop has come by: the watchdog's no-op.
    nonisolated func nudge(_ done: @escaping @Sendable () -> Void) { executor.queue.async(execute: done) }

    /// Stands still for ever, as a bug would: for tests of the watchdog.
    nonisolated func hang() { executor.queue.async { @Sendable in DispatchSemaphore(value: 0).wait() } }

    /// Ends the watch; everything accepted is on disk already.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        alarm.arm(nil)
        for waiter in waiting { waiter.continuation.resume(throwing: KeeperProblem.stopping) }
        waiting = []
    }

    /// After the outlets are done.
    func close() throws { try store.close() }
}

enum KeeperProblem: Error {
    case busy
    case stopping
}

/// What the loop has to tell the rest of the daemon.
enum LoopNews: Sendable {
    /// Something was committed: there may be notices, and the live line has changed.
    case committed
    case setAside(CaseID, reason: String)
    case clockHeld(String)
    case clockReleased(Span)
    case degraded(String)
    case recovered(String)
}
