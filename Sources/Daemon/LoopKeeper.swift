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
    /// How long a burst may keep its commits to itself, in microseconds.
    static let untoldMax: UInt64 = 500_000
    /// When to try again after the store failed.
    static let retryAfter = Span.seconds(1)
    /// How long the store has to work again, in microseconds, before that is said.
    static let recoveredAfter: UInt64 = 5_000_000

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
    /// Since when commits have not been told of, in microseconds; nil where all were.
    private var untoldSince: UInt64?
    /// How far the clock was set since the loop was last told.
    private var untoldJump = Span.zero
    /// A turn is on its way.
    private var isQueued = false
    /// What is due is asked of the store in the next turn, whatever the alarm was armed for.
    private var mustLook = false
    private var isStopped = false
    private var failure: Failure?
    private var held: (reason: String, since: UInt64)?
    /// What `/metrics` shows of the loop; readable also while the loop is busy or hangs.
    nonisolated let gauges = Locked(Gauges())

    private struct Failure {
        var text: String
        /// In microseconds of a clock that is never set.
        var at: UInt64
    }

    struct Gauges {
        /// The largest lateness of a breach in the last wake that decided something.
        var lateness = Span.zero
        var wakes = 0
        /// The policy version that has not reached all open cases yet.
        var rollout: Rollout?
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
        shelf: any PolicyShelf,
        pulse: LoopPulse,
        tell: @escaping @Sendable (LoopNews) -> Void
    ) throws {
        executor = QueueExecutor(label: "slawatchd.loop")
        alarm = LoopAlarm()
        self.store = store
        self.pulse = pulse
        self.tell = tell
        let watched = WatchedStore(store, pulse: pulse)
        loop = try Loop(store: watched, policies: policies, shelf: shelf, clock: LoopClock(), alarm: alarm)
    }

    /// Begins to watch: whatever came due while nobody was looking is decided now.
    func start() {
        let queue = executor.queue
        alarm.set(WallAlarm(queue: queue) { @Sendable [weak self] in self?.assumeIsolated { $0.rang() } })
        do {
            jumps = try ClockJumpWatch(queue: queue) { @Sendable [weak self] jump in
                self?
                    .assumeIsolated { keeper in
                        // Taken from the watch by being told: it has to be kept until the loop knows.
                        keeper.untoldJump = keeper.untoldJump + jump
                        keeper.rang()
                    }
            }
        } catch {
            tell(.clockUnwatched("\(error)"))
        }
        noteRollout()
        rang()
    }

    /// The alarm, or the watch on the clock: something may be due, whatever it was armed for.
    private func rang() {
        mustLook = true
        if !isQueued { turn() }
    }

    /// One turn of the loop: a slice of what is due, then one group of what waits.
    ///
    /// Due work goes first: a late announcement is worse than a late answer. The next turn is queued behind whatever else
    /// waits for this queue, once, so that requests and pings get through a burst.
    private func turn() {
        isQueued = false
        guard !isStopped else { return }
        let hasMore = wakeIfDue()
        serve()
        pulse.finishedWake()
        if hasMore || !waiting.isEmpty { queueTurn() }
    }

    private func queueTurn() {
        guard !isQueued else { return }
        isQueued = true
        executor.queue.async { @Sendable [self] in assumeIsolated { $0.turn() } }
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
        guard !isStopped else { throw KeeperProblem.stopping }
        return try await withCheckedThrowingContinuation { continuation in
            waiting.append(Waiting(unit: unit, continuation: continuation))
            waitingEvents += unit.events.count
            // Behind whatever else is queued: those who come before it share the commit.
            queueTurn()
        }
    }

    /// Commits one group of waiting units.
    private func serve() {
        var count = 0
        var events = 0
        while count < waiting.count, count == 0 || events + waiting[count].unit.events.count <= Self.groupMax {
            events += waiting[count].unit.events.count
            count += 1
        }
        guard count > 0 else { return }
        let group = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        waitingEvents -= events
        commit(group)
    }

    private func commit(_ group: [Waiting]) {
        do {
            let answers = try loop.submit(group.map(\.unit))
            succeeded()
            noteHold()
            for (id, reason) in loop.takeSetAside() { tell(.setAside(id, reason: reason)) }
            for (waiter, given) in zip(group, answers) { waiter.continuation.resume(returning: given) }
            noteCommit(isInBurst: false)
        } catch {
            failed(error)
            for waiter in group { waiter.continuation.resume(throwing: error) }
        }
    }

    // MARK: Time

    /// One slice of what is due; true where more is.
    ///
    /// The clock is asked first: events that wait must not be decided by one that cannot be believed.
    private func wakeIfDue() -> Bool {
        do {
            let jump = untoldJump + (jumps?.takeJump() ?? .zero)
            untoldJump = jump
            if jump != .zero { try loop.clockJumped(by: jump) }
            untoldJump = .zero
            guard mustLook || jump != .zero || alarm.armed.map({ $0 <= clock.now() }) ?? false else { return false }
            mustLook = false
            gauges.withLock { $0.wakes += 1 }
            let report = try loop.wake()
            noteHold()
            if report.cases > 0 { gauges.withLock { $0.lateness = report.latest } }
            for (id, reason) in report.setAside { tell(.setAside(id, reason: reason)) }
            noteRollout()
            if let rollout = report.rolledOut { tell(.rolledOut(rollout)) }
            if report.cases > 0 || report.notices > 0 || untoldSince != nil { noteCommit(isInBurst: report.hasMoreDue) }
            succeeded()
            return report.hasMore
        } catch {
            failed(error)
            return false
        }
    }

    /// Tells the others that something was committed; in a burst only now and then.
    ///
    /// Their reading and confirming would take the disk and the processor from the slices that are still to come.
    private func noteCommit(isInBurst: Bool) {
        let now = clock.monotonicMicroseconds()
        let since = untoldSince ?? now
        untoldSince = since
        guard !isInBurst || now - since >= Self.untoldMax else { return }
        untoldSince = nil
        tell(.committed)
    }

    private func noteRollout() {
        let rollout = loop.rollout
        let before = gauges.withLock { gauges in
            defer { gauges.rollout = rollout }
            return gauges.rollout
        }
        if rollout != before { tell(.rollingOut(rollout)) }
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
        failure = Failure(text: "\(error)", at: clock.monotonicMicroseconds())
        // What was committed before it failed is there to be told.
        untoldSince = nil
        tell(.committed)
        alarm.arm(clock.now() + Self.retryAfter)
    }

    /// A disk that is nearly full lets every other commit through: only a while without a failure is a recovery.
    private func succeeded() {
        guard let past = failure else { return }
        guard clock.monotonicMicroseconds() - past.at >= Self.recoveredAfter else {
            let soon = clock.now() + Self.retryAfter
            alarm.arm(alarm.armed.map { min($0, soon) } ?? soon)
            return
        }
        failure = nil
        tell(.recovered("the store answers again: \(past.text)"))
    }

    // MARK: The rest of the writer's work

    /// Keeps and adopts a policy.
    ///
    /// `rollOut` has to follow, once that was said. `kept` are the files that it was read with, by name.
    func adopt(_ policy: Policy, text: String, kept: [String: [UInt8]]) throws -> Adoption {
        let now = clock.now()
        let before = loop.policies.currentVersion
        let (version, latest) = try pulse.duringStoreCall {
            let version = try store.adoptPolicy(hash: policy.contentHash, text: text, kept: kept, at: now)
            return (version, try? store.latestPolicy())
        }
        if version != before {
            // With the instant that the store has: a replay of tomorrow asks for the same.
            try loop.adopt(policy, version: version, adoptedAt: latest?.adoptedAt ?? now)
            noteRollout()
        }
        // It rules from here on, also where reading it back fails.
        let adopted = latest ?? AdoptedPolicy(version: version, hash: policy.contentHash, adoptedAt: now, text: text)
        return Adoption(policy: adopted, isNew: version != before, policies: loop.policies)
    }

    /// Brings the open cases up to the policy that was adopted last.
    func rollOut() { rang() }

    /// The files that a policy was read with when it was adopted, by name.
    nonisolated func keptFiles(ofPolicy version: Int) throws -> [String: [UInt8]] {
        try onLoop { try $0.store.keptFiles(ofPolicy: version) }
    }

    /// Remembers that these notices arrived.
    ///
    /// The outlet's own queue waits here; the commit is the loop's.
    nonisolated func confirm(_ numbers: [Int64]) throws {
        try onLoop { _ = try $0.store.confirmNotices(numbers, at: $0.clock.now()) }
    }

    /// Forgets one slice of the oldest notices; how many they were.
    nonisolated func forgetConfirmed(before instant: Instant, limit: Int) throws -> Int {
        try onLoop { try $0.store.pruneConfirmedNotices(before: instant, limit: limit) }
    }

    /// Does one call of the store on the loop's queue, where the watchdog knows of it, and waits for it.
    private nonisolated func onLoop<Result: Sendable>(
        _ call: @Sendable (isolated LoopKeeper) throws -> Result
    ) throws -> Result {
        try executor.queue.sync {
            try assumeIsolated { keeper in try keeper.pulse.duringStoreCall { try call(keeper) } }
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
