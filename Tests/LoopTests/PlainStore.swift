import Engine
import Loop
import TimeBase

/// A store that keeps everything in memory, plainly: what a transaction saved is undone where it fails.
final class PlainStore: CaseStore {
    var kept = Kept()
    /// Cases for which saving fails as a broken promise of the engine would.
    var broken: Set<CaseID> = []
    /// Whether commits fail.
    var isFull = false
    var commits = 0

    struct Full: Error {}

    struct Kept {
        var cases: [CaseID: Case] = [:]
        var order: [CaseID] = []
        var wakes: [CaseID: Instant] = [:]
        var facts: [CaseID: [Fact]] = [:]
        var records: [CaseID: [LedgerRecord]] = [:]
        var setAside: [CaseID: String] = [:]
        var lastCommit: Instant?
        var rollout: Rollout?
        var digests: [String: DigestWindow] = [:]
    }

    func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        let before = kept
        do {
            let result = try body(PlainTransaction(store: self))
            if isFull { throw Full() }
            commits += 1
            return result
        } catch {
            kept = before
            throw error
        }
    }

    func earliestWake() -> Instant? { kept.wakes.values.min() }
    func earliestRest() -> Instant? { rests.map(\.since).min() }
    func lastCommit() -> Instant? { kept.lastCommit }
    func rollout() -> Rollout? { kept.rollout }
    func digestWindows() -> [DigestWindow] { Array(kept.digests.values) }

    var rests: [(since: Instant, state: Case)] {
        kept.order.filter { kept.setAside[$0] == nil }
            .compactMap { id in
                kept.cases[id].flatMap { state in state.keptSince.map { ($0, state) } }
            }
    }

    func records(_ id: CaseID, _ kind: LedgerRecord.Kind) -> [LedgerRecord] {
        (kept.records[id] ?? []).filter { $0.kind == kind }
    }
}

private final class PlainTransaction: CaseTransaction {
    private let store: PlainStore
    init(store: PlainStore) { self.store = store }

    func load(_ id: CaseID) -> Case? { store.kept.cases[id] }

    func resting(since instant: Instant, limit: Int, at now: Instant) -> [Case] {
        store.rests.filter { $0.since <= instant }.sorted { $0.since < $1.since }.prefix(limit).map(\.state)
    }

    func live(after place: Int64, limit: Int, at now: Instant) -> LiveCases {
        let rest = store.kept.order.dropFirst(Int(place))
        return LiveCases(
            cases: rest.prefix(limit).compactMap { store.kept.cases[$0] }.filter { $0.status.isLive },
            next: rest.count > limit ? place + Int64(limit) : nil
        )
    }

    func keep(_ rollout: Rollout?) { store.kept.rollout = rollout }

    func keep(_ windows: [DigestWindow], ended: [String]) {
        for window in windows { store.kept.digests[window.receiver] = window }
        for receiver in ended { store.kept.digests[receiver] = nil }
    }

    func due(at now: Instant, limit: Int) -> [Case] {
        let places = Dictionary(uniqueKeysWithValues: store.kept.order.enumerated().map { ($1, $0) })
        return store.kept.wakes.filter { $0.value <= now }
            .sorted { ($0.value, places[$0.key] ?? 0) < ($1.value, places[$1.key] ?? 0) }
            .prefix(limit)
            .compactMap { store.kept.cases[$0.key] }
    }

    func recorded(eventID: String, source: String, of id: CaseID) -> Fact? {
        (store.kept.facts[id] ?? []).first { $0.event.id == eventID && $0.event.source == source }
    }

    func history(of id: CaseID) -> History {
        History(facts: store.kept.facts[id] ?? [], records: store.kept.records[id] ?? [])
    }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        guard let state = decision.state else { return }
        if store.broken.contains(state.id) { throw InvariantBroken("the test says so") }
        if previous == nil { store.kept.order.append(state.id) }
        store.kept.cases[state.id] = state
        switch decision.erases {
        case .content: store.kept.facts[state.id] = store.kept.facts[state.id]?.map(\.withoutContent)
        case .history:
            store.kept.facts[state.id] = []
            store.kept.records[state.id]?.removeAll { !$0.kind.isVerdict }
        case nil: break
        }
        for fact in decision.revised {
            let isSame = { (kept: Fact) in kept.event.id == fact.event.id && kept.event.source == fact.event.source }
            if let place = store.kept.facts[state.id]?.firstIndex(where: isSame) {
                store.kept.facts[state.id]?[place] = fact
            }
        }
        store.kept.facts[state.id, default: []] += decision.facts
        store.kept.records[state.id, default: []] += decision.records
        store.kept.wakes[state.id] = decision.nextWake
        store.kept.lastCommit = now
    }

    func setAside(_ id: CaseID, reason: String, at now: Instant) {
        store.kept.setAside[id] = reason
        store.kept.wakes[id] = nil
    }
}
