import Dispatch
import Engine
import Host
import Loop
import Outlets
import Store
import TimeBase

/// Brings notices and the service's own news into the journal, on a queue of its own: journald may keep it waiting.
actor Announcer {
    private let executor = QueueExecutor(label: "slawatchd.journal")
    private let port: any JournalPort
    private let outlet: JournalOutlet
    private let notices: StoreNotices
    private let storeID: String
    /// Before `start` it is not known what an earlier run left in the journal: anything sent then could be there twice.
    private var isStarted = false
    /// When it drains by itself, in microseconds; nil if nothing is planned.
    private var nextDrain: UInt64?
    private var isDue = false
    private var nextPrune: UInt64 = 0
    private let isStopping = Locked(false)
    private let report: @Sendable (String?) -> Void
    private var reported: String?
    /// What is told of the journal's own trouble, in the journal.
    private var trouble = TroubleLatch()
    /// The outlet has nothing to do until there are new notices.
    private var isAtRest = false
    private var overlookedNotices = OverlookedNotices()
    private let isCheckComing = Locked(false)
    /// How many notices waited although the journal answered, since the start: a mistake of ours each.
    nonisolated let overlooked = Locked(0)
    private nonisolated let callWatch: CallWatch?

    /// Not a global queue: Dispatch looks after the threads of those once a second from their first use on.
    private static let patience = DispatchQueue(label: "slawatchd.patience")

    /// How long journald may leave a call unanswered before that is trouble.
    static let stalledAfter = Span.seconds(5)

    private static let pruneSlice = 1_000
    private static let betweenSlices: UInt64 = 50_000

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(
        reader: StoreReader,
        keeper: LoopKeeper,
        policy: Policy,
        journal: JournalChoice,
        report: @escaping @Sendable (String?) -> Void
    ) {
        storeID = reader.storeID
        port = Self.openJournal(journal, storeID: reader.storeID)
        callWatch = (port as? SystemJournalPort)?.callWatch
        self.report = report
        notices = StoreNotices(reader: reader, keeper: keeper)
        outlet = JournalOutlet(
            port: port,
            source: notices,
            clock: OutletTime(),
            wording: Wording(policy: policy, storeID: reader.storeID)
        )
    }

    private static func openJournal(_ choice: JournalChoice, storeID: String) -> any JournalPort {
        // A unit of systemd has a journal, also where journald is down as it starts.
        guard choice == .auto, JournalWriter.isJournalPresent || Environment["INVOCATION_ID"] != nil,
            let journal = try? SystemJournal(
                identifier: "slawatchd",
                scope: ("SLA_STORE", storeID),
                key: "SLA_NOTICE_ID"
            )
        else { return StderrPort() }
        return SystemJournalPort(journal)
    }

    /// Finds out whether the journal can be read back, then delivers what an earlier run left behind.
    ///
    /// Returns at once: READY does not wait for journald.
    nonisolated func start() {
        executor.queue.async { @Sendable [self] in
            assumeIsolated { announcer in
                announcer.prepare()
                announcer.isStarted = true
                announcer.drain()
            }
        }
    }

    private func prepare() {
        (port as? SystemJournalPort)?.probe(storeID: storeID)
    }

    /// There may be new notices.
    ///
    /// From any thread, cheap, as often as one likes.
    nonisolated func wake() {
        executor.queue.async { @Sendable [self] in assumeIsolated { $0.drainSoon() } }
    }

    /// What the service has to say about itself.
    nonisolated func say(_ news: ServiceNews) {
        executor.queue.async { @Sendable [self] in
            assumeIsolated { try? $0.port.send(news.entry(storeID: $0.storeID)) }
        }
    }

    /// From now on notices are worded with the names of this policy.
    nonisolated func use(_ policy: Policy) {
        executor.queue.async { @Sendable [self] in assumeIsolated { $0.word(by: policy) } }
    }

    private func word(by policy: Policy) { outlet.wording = Wording(policy: policy, storeID: storeID) }

    /// That journald does not read, which its own queue cannot tell: it waits.
    nonisolated var stalled: String? {
        guard let age = callWatch?.age(), age > Self.stalledAfter else { return nil }
        return "journald has not read for \(age.rounded): see systemctl status systemd-journald"
    }

    /// A call of the journal has not come back: it may become a stall that nobody tells of.
    nonisolated var isInCall: Bool { callWatch?.age() != nil }

    /// Something was committed: a while later it is checked whether its notices were delivered, whoever has told of them.
    ///
    /// From any thread, cheap. One check is on its way at a time, and none while nothing is committed.
    nonisolated func checkLater() {
        let isFirst = isCheckComing.withLock { isComing in
            defer { isComing = true }
            return !isComing
        }
        guard isFirst else { return }
        executor.queue.asyncAfter(deadline: .now() + .seconds(OverlookedNotices.interval)) { @Sendable [self] in
            isCheckComing.withLock { $0 = false }
            assumeIsolated { $0.check() }
        }
    }

    private func check() {
        guard isStarted, !isStopping.withLock({ $0 }) else { return }
        // A store that cannot be read has its own trouble told.
        guard let counted = try? notices.pendingCount(), let pending = try? notices.pending(after: .min, limit: 1)
        else {
            return checkLater()
        }
        // The rows are the truth: a count that is too low hides nothing.
        let count = max(counted, pending.count)
        let isAtRest = isAtRest && !isDue && outlet.degraded == nil
        let found = overlookedNotices.judge(oldest: pending.first?.position, count: count, isAtRest: isAtRest)
        if found > 0 {
            overlooked.withLock { $0 += found }
            try? port.send(ServiceNews.noticesOverlooked(found).entry(storeID: storeID))
            outlet.startOver()
            drain()
        }
        if count > 0 { checkLater() }
    }

    /// Says a last word and lets go.
    ///
    /// Returns after `patience` at the latest, also where journald does not read: what is still pending is delivered at
    /// the next start.
    nonisolated func stop(saying news: ServiceNews, patience: DispatchTimeInterval = .milliseconds(600)) async {
        isStopping.withLock { $0 = true }
        await withCheckedContinuation { continuation in
            let waiter = Locked<CheckedContinuation<Void, Never>?>(continuation)
            let resume: @Sendable () -> Void = {
                waiter.withLock { waiter in
                    waiter?.resume()
                    waiter = nil
                }
            }
            executor.queue.async { @Sendable [self] in
                assumeIsolated { try? $0.port.send(news.entry(storeID: $0.storeID)) }
                resume()
            }
            Self.patience.asyncAfter(deadline: .now() + patience, execute: resume)
        }
    }

    private func drainSoon() {
        // Of many wakes that queue up during one drain, the next one serves all.
        guard isStarted, !isDue else { return }
        isDue = true
        executor.queue.async { @Sendable [self] in assumeIsolated { $0.drain() } }
    }

    private func drain() {
        isDue = false
        let next = outlet.drain(isStopping: { isStopping.withLock { $0 } })
        isAtRest = next == nil
        let again = [next, noteTrouble(), prune()].compactMap(\.self).min()
        if let again { drain(after: again) }
    }

    private func drain(after microseconds: UInt64) {
        let instant = SystemClock().monotonicMicroseconds() + microseconds
        // One that comes sooner serves this as well; one that comes later would keep it waiting.
        if let nextDrain, nextDrain <= instant { return }
        nextDrain = instant
        executor.queue.asyncAfter(deadline: .now() + .microseconds(Int(microseconds))) { @Sendable [self] in
            assumeIsolated { announcer in
                // Another was wanted sooner, and has come: whatever is left to do, it has arranged.
                guard announcer.nextDrain == instant else { return }
                announcer.nextDrain = nil
                announcer.drain()
            }
        }
    }

    /// Tells of the journal's own trouble: in STATUS as it is, in the journal once, as soon as that takes entries.
    ///
    /// Returns after how many microseconds it may be known to be over; nil if there is none.
    private func noteTrouble() -> UInt64? {
        let degraded = outlet.degraded
        if degraded != reported {
            reported = degraded
            report(degraded)
        }
        let now = SystemClock().monotonicMicroseconds()
        var wrong = degraded
        if let longest = callWatch?.takeLongest(), longest > Self.stalledAfter {
            wrong = wrong ?? "journald did not read for \(longest.rounded): see systemctl status systemd-journald"
        }
        if let wrong {
            if trouble.failed(wrong, at: now) { say(.degraded(wrong)) }
        } else if let ended = trouble.isWell(at: now) {
            let lasted = Span(milliseconds: Int64(ended.lasted / 1_000)).rounded
            say(.recovered("notices are delivered again after \(lasted): \(ended.text)"))
        }
        guard degraded == nil, let askAt = trouble.askAt else { return nil }
        return askAt > now ? askAt - now : 0
    }

    /// Forgets confirmed notices after an hour, when the burst that they belong to is over.
    ///
    /// One slice at a time, since the loop stands still meanwhile. Returns after how many microseconds the next one is
    /// due; nil when nothing is left.
    private func prune() -> UInt64? {
        let now = SystemClock().monotonicMicroseconds()
        guard now >= nextPrune else { return nil }
        nextPrune = now + 600_000_000
        let forgotten = try? notices.forget(before: SystemClock().now() - .hours(1), limit: Self.pruneSlice)
        guard forgotten == Self.pruneSlice else { return nil }
        nextPrune = now + Self.betweenSlices
        return Self.betweenSlices
    }
}

/// Notices as the store keeps them.
private final class StoreNotices: NoticeSource {
    private let reader: StoreReader
    private let keeper: LoopKeeper

    init(reader: StoreReader, keeper: LoopKeeper) {
        self.reader = reader
        self.keeper = keeper
    }

    func pending(after position: Int64, limit: Int) throws -> [Outlets.PendingNotice] {
        try reader.pendingNotices(after: position, limit: limit)
            .map { PendingNotice(position: $0.number, id: $0.id, content: content($0)) }
    }

    /// A notice whose record cannot be read any more is said as what it is: stuck, it would hold up all others.
    private func content(_ notice: Store.PendingNotice) -> Outlets.PendingNotice.Content {
        switch notice.record {
        case .success(let record): .record(record, of: notice.caseID)
        case .failure(let damaged):
            .entry(ServiceNews.caseSetAside(notice.caseID, reason: "\(damaged)").entry(storeID: reader.storeID))
        }
    }

    func pendingCount() throws -> Int { try reader.counts().noticesPending }

    func confirm(_ ids: [String]) throws {
        try keeper.confirm(ids.compactMap { $0.split(separator: "-").last.flatMap { Int64($0) } })
    }

    func forget(before instant: Instant, limit: Int) throws -> Int {
        try keeper.forgetConfirmed(before: instant, limit: limit)
    }
}

private struct OutletTime: OutletClock {
    private let clock = SystemClock()
    func microseconds() -> UInt64 { clock.monotonicMicroseconds() }
    func wallTime() -> Instant { clock.now() }
    func pause(microseconds: UInt64) { clock.pause(microseconds: microseconds) }
}

/// systemd's journal as the outlet sees it.
private final class SystemJournalPort: JournalPort {
    private let journal: SystemJournal

    init(_ journal: SystemJournal) { self.journal = journal }

    var canReadBack: Bool { journal.canReadBack }
    var callWatch: CallWatch { journal.callWatch }
    func probe(storeID: String) { _ = try? journal.probe(JournalEntry.probe(storeID: storeID).journalFields) }
    func send(_ entry: JournalEntry) throws { try journal.send(entry.journalFields) }
    func readBack(noticeIDs: Set<String>) throws -> Set<String> { try journal.readBack(noticeIDs) }
    func lookUp(_ entries: [JournalEntry]) throws -> Set<String> {
        try journal.lookUp(entries.compactMap(Self.wanted))
    }

    private static func wanted(_ entry: JournalEntry) -> JournalReader.Wanted? {
        entry.noticeID.map { id in
            JournalReader.Wanted(
                key: id,
                traits: entry.identity.map { ($0.name, $0.value, mayBeMissing: $0.mayBeMissing) }
            )
        }
    }
}

/// Standard error in place of a journal: a line that was written has arrived.
private final class StderrPort: JournalPort {
    private let journal = StderrJournal()
    private var written: Set<String> = []

    let canReadBack = true

    func send(_ entry: JournalEntry) throws {
        // A barrier is for a journal that may have lost something; here it would only be noise.
        if entry.messageID != MessageID.barrier.rawValue {
            try journal.send(priority: entry.priority, message: entry.message)
        }
        if let id = entry.noticeID { written.insert(id) }
    }

    func readBack(noticeIDs: Set<String>) throws -> Set<String> {
        let found = noticeIDs.intersection(written)
        written.subtract(found)
        return found
    }

    func lookUp(_ entries: [JournalEntry]) throws -> Set<String> {
        Set(entries.compactMap(\.noticeID)).intersection(written)
    }
}
