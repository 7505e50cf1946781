import Dispatch
import Engine
import Host
import Loop
import Store
import TimeBase

/// Owns the loop and the store's writer: an actor whose executor is one thread, so that nothing in it ever waits
/// for anything but the disk.
///
/// Events that arrive while a commit is on its way to the disk share the next one.
actor LoopKeeper {
    /// Events in one commit.
    static let groupMax = 1_000
    /// Events that may wait for the loop; beyond it a client is told to come back.
    static let waitingMax = 100_000

    private let executor: ThreadExecutor
    /// Where the alarm and the watch on the clock ring.
    private let clocks = DispatchQueue(label: "slawatchd.clocks")
    private let store: SQLiteStore
    private let loop: Loop
    private let alarm: LoopAlarm
    private let pulse: LoopPulse
    private let clock = SystemClock()
    private let tell: @Sendable (LoopNews) -> Void
    private var jumps: ClockJumpWatch?
    private var waiting: [Waiting] = []
    private var waitingEvents = 0
    /// Says what is next; everything below only does it.
    private var schedule = LoopSchedule()
    private var isStopped = false
    private var held: (reason: String, since: UInt64)?
    /// What `/metrics` shows of the loop; readable also while the loop is busy or hangs.
    nonisolated let gauges = Locked(Gauges())

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
        executor = ThreadExecutor(label: "loop")
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
        alarm.set(
            WallAlarm(queue: clocks) { @Sendable [weak self] in
                queue.async { self?.assumeIsolated { $0.rang() } }
            }
        )
        do {
            jumps = try ClockJumpWatch(queue: clocks) { @Sendable [weak self] jump in
                queue.async {
                    self?
                        .assumeIsolated { keeper in
                            if keeper.schedule.jumped(by: jump) { keeper.turn() }
                        }
                }
            }
        } catch {
            tell(.clockUnwatched("\(error)"))
        }
        noteRollout()
        rang()
    }

    /// The alarm: something may be due, whatever it was armed for.
    private func rang() {
        if schedule.rang() { turn() }
    }

    /// One turn of the loop, as the schedule wants it.
    private func turn() {
        schedule.begin()
        // Asked for, not only waited for: the watch may not have been heard yet, and events would be decided before it is.
        if let jump = jumps?.takeJump(), jump != .zero { _ = schedule.jumped(by: jump) }
        while true {
            let step = schedule.next(
                at: clock.monotonicMicroseconds(),
                isDue: alarm.armed.map { $0 <= clock.now() } ?? false,
                isWaiting: !waiting.isEmpty
            )
            switch step {
            case .hear(let jump): trying { try loop.clockJumped(by: jump) }
            case .look: trying { try look() }
            case .commit: commit(takeGroup())
            case .prove:
                trying {
                    try pulse.duringStoreCall { try store.tryCommit() }
                    recovered(schedule.proved(at: clock.monotonicMicroseconds()))
                }
            case .tell: tell(.committed)
            case .goOn:
                pulse.finishedWake()
                return queueTurn()
            case .rest(let again):
                pulse.finishedWake()
                if let again { arm(within: again) }
                return
            }
        }
    }

    /// The next turn is queued behind whatever else waits for this queue, so that requests and pings get through a burst.
    private func queueTurn() { executor.queue.async { @Sendable [self] in assumeIsolated { $0.turn() } } }

    /// Has the alarm ring after so many microseconds at the latest.
    ///
    /// It has rung for an instant that has passed: armed for that again, it would ring at once.
    private func arm(within microseconds: UInt64) {
        let now = clock.now()
        let latest = now + Span(milliseconds: Int64(microseconds / 1_000) + 1)
        alarm.arm(alarm.armed.map { $0 > now ? min($0, latest) : latest } ?? latest)
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
            if schedule.arrived() { queueTurn() }
        }
    }

    /// The units that wait, as many as one commit takes.
    private func takeGroup() -> [Waiting] {
        var count = 0
        var events = 0
        while count < waiting.count, count == 0 || events + waiting[count].unit.events.count <= Self.groupMax {
            events += waiting[count].unit.events.count
            count += 1
        }
        let group = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        waitingEvents -= events
        return group
    }

    private func commit(_ group: [Waiting]) {
        do {
            let answers = try loop.submit(group.map(\.unit))
            schedule.committed(at: clock.monotonicMicroseconds())
            tell(.written)
            noteHold()
            for (id, reason) in loop.takeSetAside() { tell(.setAside(id, reason: reason)) }
            for (waiter, given) in zip(group, answers) { waiter.continuation.resume(returning: given) }
        } catch {
            failed(error)
            for waiter in group { waiter.continuation.resume(throwing: error) }
        }
    }

    // MARK: Time

    /// One slice of what is due.
    private func look() throws {
        gauges.withLock { $0.wakes += 1 }
        let report = try loop.wake()
        schedule.looked(
            hasWritten: report.hasWritten,
            hasMoreDue: report.hasMoreDue,
            hasMore: report.hasMore,
            at: clock.monotonicMicroseconds()
        )
        noteHold()
        note(report)
    }

    private func note(_ report: WakeReport) {
        if report.hasWritten { tell(.written) }
        if report.cases > 0 { gauges.withLock { $0.lateness = report.latest } }
        for (id, reason) in report.setAside { tell(.setAside(id, reason: reason)) }
        noteRollout()
        if let rollout = report.rolledOut { tell(.rolledOut(rollout)) }
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

    private func trying(_ step: () throws -> Void) {
        do { try step() } catch { failed(error) }
    }

    private func failed(_ error: any Error) {
        // What was committed before it failed is as true as ever.
        if let report = loop.takeUnreported() { note(report) }
        if schedule.failed("\(error)", at: clock.monotonicMicroseconds()) { tell(.degraded("\(error)")) }
    }

    private func recovered(_ ended: TroubleLatch.Ended?) {
        guard let ended else { return }
        let lasted = Span(milliseconds: Int64(ended.lasted / 1_000)).rounded
        tell(.recovered("the store takes commits again after \(lasted): \(ended.text)"))
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
        _ call: @escaping @Sendable (isolated LoopKeeper) throws -> Result
    ) throws -> Result {
        try executor.queue.sync { [self] in
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
        schedule.stop()
        turn()
        alarm.arm(nil)
        for waiter in waiting { waiter.continuation.resume(throwing: KeeperProblem.stopping) }
        waiting = []
    }

    /// After the outlets are done.
    func close() throws { try store.close() }
}
