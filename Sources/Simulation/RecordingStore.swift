import Engine
import Loop
import TimeBase

/// The store in memory, which also hands on what each commit has decided, in its order.
final class RecordingStore: CaseStore {
    let memory = MemoryStore()
    /// Since the last `take`.
    private var committed: [(id: CaseID, record: LedgerRecord)] = []
    /// What the cases themselves forget of their cycles; empty unless `keepsCycles`.
    private(set) var cycles: [CaseID: SeenCycles] = [:]
    private let keepsCycles: Bool

    init(keepsCycles: Bool) { self.keepsCycles = keepsCycles }

    func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        let recording = RecordingTransaction(keepsCycles: keepsCycles)
        let result = try memory.transaction { transaction in
            recording.transaction = transaction
            return try body(recording)
        }
        committed += recording.records
        for (id, state, previous) in recording.turned { cycles[id, default: SeenCycles()].see(state, after: previous) }
        return result
    }

    func earliestWake() -> Instant? { memory.earliestWake() }
    func lastCommit() -> Instant? { memory.lastCommit() }
    func rollout() -> Rollout? { memory.rollout() }

    /// The records committed since the last call.
    func take() -> [(id: CaseID, record: LedgerRecord)] {
        defer { committed.removeAll(keepingCapacity: true) }
        return committed
    }
}

/// What was seen of the cycles of one case while they were its current ones.
struct SeenCycles {
    /// The last look at each cycle before the next one took its place; of a cycle seen twice, the later look is behind.
    private(set) var past: [CaseTimer] = []
    /// Elapsed time that a cycle began with (S15).
    private var carried: [Key: Span] = [:]

    private struct Key: Hashable {
        var metric: Metric
        var cycle: Int
    }

    /// Open time that a cycle took over from the one before.
    func carried(by metric: Metric, cycle: Int) -> Span { carried[Key(metric: metric, cycle: cycle)] ?? .zero }

    mutating func see(_ state: Case, after previous: Case?) {
        for timer in state.timers {
            let old = previous?.timer(timer.metric)
            guard old?.cycle != timer.cycle else { continue }
            if let old { past.append(old) }
            // Elapsed already as it starts: carried over, not run.
            if timer.cycle > 1, timer.elapsed > .zero,
                timer.runningSince == timer.startedAt || timer.state == .paused
            {
                carried[Key(metric: timer.metric, cycle: timer.cycle)] = timer.elapsed
            }
        }
    }

    /// Whether a case has a cycle that it had not before.
    static func isTurned(_ state: Case, _ previous: Case?) -> Bool {
        guard let previous, previous.timers.count == state.timers.count else { return !state.timers.isEmpty }
        // By index: a loop over the timers would copy each of them.
        return state.timers.indices.contains { state.timers[$0].cycle != previous.timers[$0].cycle }
    }
}

private final class RecordingTransaction: CaseTransaction {
    /// Nil before the transaction begins.
    var transaction: (any CaseTransaction)?
    private(set) var records: [(id: CaseID, record: LedgerRecord)] = []
    /// Cases with a new cycle, as they are and as they were.
    private(set) var turned: [(id: CaseID, state: Case, previous: Case?)] = []
    private let keepsCycles: Bool

    init(keepsCycles: Bool) { self.keepsCycles = keepsCycles }

    private var inner: any CaseTransaction {
        guard let transaction else { preconditionFailure("a transaction was used before it began") }
        return transaction
    }

    func load(_ id: CaseID) throws -> Case? { try inner.load(id) }
    func due(at now: Instant, limit: Int) throws -> [Case] { try inner.due(at: now, limit: limit) }
    func history(of id: CaseID) throws -> History { try inner.history(of: id) }
    func isRecorded(eventID: String, source: String, of id: CaseID) throws -> Bool {
        try inner.isRecorded(eventID: eventID, source: source, of: id)
    }
    func live(after place: Int64, limit: Int, at now: Instant) throws -> LiveCases {
        try inner.live(after: place, limit: limit, at: now)
    }
    func keep(_ rollout: Rollout?) throws { try inner.keep(rollout) }
    func setAside(_ id: CaseID, reason: String, at now: Instant) throws {
        try inner.setAside(id, reason: reason, at: now)
    }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        try inner.save(decision, previous: previous, at: now)
        guard let state = decision.state else { return }
        for record in decision.records { records.append((state.id, record)) }
        if keepsCycles, SeenCycles.isTurned(state, previous) { turned.append((state.id, state, previous)) }
    }
}
