import Engine
import Host
import Loop
import Store
import TimeBase

/// The machine's wall clock, for the loop.
struct LoopClock: WallClock {
    private let clock = SystemClock()
    func now() -> Instant { clock.now() }
}

/// The one Dispatch timer, for the loop.
///
/// Remembers what it was armed for, and is there before the timer is.
final class LoopAlarm: Alarm {
    private var alarm: WallAlarm?
    private(set) var armed: Instant?

    func set(_ alarm: WallAlarm) {
        self.alarm = alarm
        alarm.arm(armed)
    }

    func arm(_ instant: Instant?) {
        armed = instant
        alarm?.arm(instant)
    }
}

/// The store, with every call of it visible to the watchdog: a disk that stands still is not a loop that does.
final class WatchedStore: CaseStore {
    private let store: SQLiteStore
    private let pulse: LoopPulse

    init(_ store: SQLiteStore, pulse: LoopPulse) {
        self.store = store
        self.pulse = pulse
    }

    func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        pulse.beginStoreCall()
        defer { pulse.endStoreCall() }
        return try store.transaction { transaction in
            pulse.endStoreCall()
            // The commit that follows the body is the store's again.
            defer { pulse.beginStoreCall() }
            return try body(WatchedTransaction(transaction, pulse: pulse))
        }
    }

    func earliestWake() throws -> Instant? { try pulse.duringStoreCall { try store.earliestWake() } }
    func earliestRest() throws -> Instant? { try pulse.duringStoreCall { try store.earliestRest() } }
    func lastCommit() throws -> Instant? { store.lastCommit() }
    func rollout() throws -> Rollout? { try pulse.duringStoreCall { try store.rollout() } }
    func digestWindows() throws -> [DigestWindow] { try pulse.duringStoreCall { try store.digestWindows() } }
}

private final class WatchedTransaction: CaseTransaction {
    private let transaction: any CaseTransaction
    private let pulse: LoopPulse

    init(_ transaction: any CaseTransaction, pulse: LoopPulse) {
        self.transaction = transaction
        self.pulse = pulse
    }

    func load(_ id: CaseID) throws -> Case? { try pulse.duringStoreCall { try transaction.load(id) } }

    func due(at now: Instant, limit: Int) throws -> [Case] {
        try pulse.duringStoreCall { try transaction.due(at: now, limit: limit) }
    }

    func resting(since instant: Instant, limit: Int, at now: Instant) throws -> [Case] {
        try pulse.duringStoreCall { try transaction.resting(since: instant, limit: limit, at: now) }
    }

    func live(after place: Int64, limit: Int, at now: Instant) throws -> LiveCases {
        try pulse.duringStoreCall { try transaction.live(after: place, limit: limit, at: now) }
    }

    func keep(_ rollout: Rollout?) throws { try pulse.duringStoreCall { try transaction.keep(rollout) } }

    func keep(_ windows: [DigestWindow], ended: [String]) throws {
        try pulse.duringStoreCall { try transaction.keep(windows, ended: ended) }
    }

    func recorded(eventID: String, source: String, of id: CaseID) throws -> Fact? {
        try pulse.duringStoreCall { try transaction.recorded(eventID: eventID, source: source, of: id) }
    }

    func history(of id: CaseID) throws -> History { try pulse.duringStoreCall { try transaction.history(of: id) } }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        try pulse.duringStoreCall { try transaction.save(decision, previous: previous, at: now) }
    }

    func setAside(_ id: CaseID, reason: String, at now: Instant) throws {
        try pulse.duringStoreCall { try transaction.setAside(id, reason: reason, at: now) }
    }
}
