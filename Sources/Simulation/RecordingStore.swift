import Engine
import Loop
import TimeBase

/// The store in memory, which also hands on what each commit has decided, in its order.
final class RecordingStore: CaseStore {
    let memory = MemoryStore()
    /// Since the last `take`.
    private var committed: [(id: CaseID, record: LedgerRecord)] = []

    func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        let recording = RecordingTransaction()
        let result = try memory.transaction { transaction in
            recording.transaction = transaction
            return try body(recording)
        }
        committed += recording.records
        return result
    }

    func earliestWake() -> Instant? { memory.earliestWake() }
    /// Nil: what a history says is shown whole at its end, however long ago a case was over.
    ///
    /// What comes for it then is refused `too_old` all the same (S60).
    func earliestRest() -> Instant? { nil }
    func lastCommit() -> Instant? { memory.lastCommit() }
    func rollout() -> Rollout? { memory.rollout() }
    func digestWindows() -> [DigestWindow] { memory.digestWindows() }

    /// The records committed since the last call.
    func take() -> [(id: CaseID, record: LedgerRecord)] {
        defer { committed.removeAll(keepingCapacity: true) }
        return committed
    }
}

private final class RecordingTransaction: CaseTransaction {
    /// Nil before the transaction begins.
    var transaction: (any CaseTransaction)?
    private(set) var records: [(id: CaseID, record: LedgerRecord)] = []

    private var inner: any CaseTransaction {
        guard let transaction else { preconditionFailure("a transaction was used before it began") }
        return transaction
    }

    func load(_ id: CaseID) throws -> Case? { try inner.load(id) }
    func due(at now: Instant, limit: Int) throws -> [Case] { try inner.due(at: now, limit: limit) }
    func history(of id: CaseID) throws -> History { try inner.history(of: id) }
    func recorded(eventID: String, source: String, of id: CaseID) throws -> Fact? {
        try inner.recorded(eventID: eventID, source: source, of: id)
    }
    func resting(since instant: Instant, limit: Int, at now: Instant) throws -> [Case] {
        try inner.resting(since: instant, limit: limit, at: now)
    }
    func live(after place: Int64, limit: Int, at now: Instant) throws -> LiveCases {
        try inner.live(after: place, limit: limit, at: now)
    }
    func keep(_ rollout: Rollout?) throws { try inner.keep(rollout) }
    func keep(_ windows: [DigestWindow], ended: [String]) throws { try inner.keep(windows, ended: ended) }
    func setAside(_ id: CaseID, reason: String, at now: Instant) throws {
        try inner.setAside(id, reason: reason, at: now)
    }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        try inner.save(decision, previous: previous, at: now)
        guard let state = decision.state else { return }
        for record in decision.records { records.append((state.id, record)) }
    }
}
