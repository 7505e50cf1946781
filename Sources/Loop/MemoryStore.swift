package import Engine
package import TimeBase

/// The store without a disk, for simulation and tests: what a transaction leaves behind is the same as in SQLite.
package final class MemoryStore: CaseStore {
    private var contents = Contents()

    package init() {}

    package var counts: Counts { contents.counts }

    /// Every ledger record that announces something, in the order of the commits.
    package var notices: [(id: CaseID, record: LedgerRecord)] { contents.notices }

    /// All ids, in the order the cases were first saved in.
    package var caseIDs: [CaseID] { contents.order }

    /// Nil where the case is not known.
    ///
    /// `facts` and `records` are in the order they were saved in.
    package func file(of id: CaseID) -> (state: Case, nextWake: Instant?, history: History, setAside: String?)? {
        contents.files[id].map { ($0.state, $0.nextWake, $0.history, $0.setAside) }
    }

    /// Runs `body` on the contents themselves and puts back what it changed where it throws: copying all of them for
    /// each transaction would cost O(cases).
    package func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        let transaction = MemoryTransaction(contents)
        contents = Contents()
        defer { contents = transaction.contents }
        do {
            let result = try body(transaction)
            if let broken = transaction.broken { throw broken }
            return result
        } catch {
            transaction.rollBack()
            throw error
        }
    }

    /// The smallest `next_wake`; nil where nothing is due without an event.
    package func earliestWake() -> Instant? { contents.queue.first?.at }

    /// The instant of the last commit; nil in an empty store.
    package func lastCommit() -> Instant? { contents.lastCommit }

    /// A policy version that has not reached all open cases yet.
    package func rollout() -> Rollout? { contents.rollout }

    /// Remembers that a policy version is on its way to the open cases.
    package func begin(_ rollout: Rollout) { contents.rollout = rollout }
}

/// Everything a memory store holds.
private struct Contents {
    var files: [CaseID: File] = [:]
    var order: [CaseID] = []
    var queue = WakeQueue()
    var notices: [(id: CaseID, record: LedgerRecord)] = []
    var counts = Counts()
    var lastCommit: Instant?
    var rollout: Rollout?

    struct File {
        /// The place in the order of first saves.
        let number: Int
        var state: Case
        var nextWake: Instant?
        var history = History(facts: [], records: [])
        var recordedEvents: Set<EventKey> = []
        var setAside: String?
    }

    struct EventKey: Hashable {
        let source: String
        let id: String
    }

    /// Replaces the file of a case and its place in the queue; nil removes both.
    mutating func put(_ file: File?, for id: CaseID) {
        let old = files[id]
        if let old, let wake = old.wakeInQueue { queue.remove(Wake(at: wake, number: old.number, id: id)) }
        if let file, let wake = file.wakeInQueue { queue.insert(Wake(at: wake, number: file.number, id: id)) }
        files[id] = file
    }
}

extension Contents.File {
    /// A case that was set aside keeps its `nextWake`, but not its place in the queue.
    fileprivate var wakeInQueue: Instant? { setAside == nil ? nextWake : nil }
}

private final class MemoryTransaction: CaseTransaction {
    var contents: Contents
    /// Set by a `save` that threw: the transaction cannot be committed any more.
    private(set) var broken: InvariantBroken?
    /// How the changed cases stood before, nil where they were not there.
    private var before: [CaseID: Contents.File?] = [:]
    private let casesBefore: Int
    private let noticesBefore: Int
    private let countsBefore: Counts
    private let lastCommitBefore: Instant?
    private let rolloutBefore: Rollout?

    init(_ contents: Contents) {
        self.contents = contents
        casesBefore = contents.order.count
        noticesBefore = contents.notices.count
        countsBefore = contents.counts
        lastCommitBefore = contents.lastCommit
        rolloutBefore = contents.rollout
    }

    func rollBack() {
        // Order does not matter here: each case is put back by itself.
        for (id, file) in before { contents.put(file, for: id) }
        contents.order.removeLast(contents.order.count - casesBefore)
        contents.notices.removeLast(contents.notices.count - noticesBefore)
        contents.counts = countsBefore
        contents.lastCommit = lastCommitBefore
        contents.rollout = rolloutBefore
    }

    func load(_ id: CaseID) -> Case? { contents.files[id]?.state }

    func due(at now: Instant, limit: Int) -> [Case] {
        contents.queue.due(at: now, limit: limit).compactMap { contents.files[$0.id]?.state }
    }

    func isRecorded(eventID: String, source: String, of id: CaseID) -> Bool {
        contents.files[id]?.recordedEvents.contains(Contents.EventKey(source: source, id: eventID)) ?? false
    }

    func history(of id: CaseID) -> History {
        contents.files[id]?.history ?? History(facts: [], records: [])
    }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        guard let state = decision.state else { return }
        let old = contents.files[state.id]
        guard (old == nil) == (previous == nil) else {
            throw reject("case \(state.id) was saved without being loaded")
        }
        var file = old ?? Contents.File(number: contents.order.count, state: state)
        file.state = state
        file.nextWake = decision.nextWake
        file.history.records += decision.records
        for fact in decision.facts {
            let key = Contents.EventKey(source: fact.event.source, id: fact.event.id)
            let (isNew, _) = file.recordedEvents.insert(key)
            guard isNew else { throw reject("event \(key.id) of \(key.source) was saved twice for case \(state.id)") }
            file.history.facts.append(fact)
        }
        if old == nil { contents.order.append(state.id) }
        replace(old, with: file, of: state.id)
        contents.notices += decision.records.filter { $0.priority != nil }.map { (state.id, $0) }
        contents.counts.note(decision, from: previous.map(Urgency.init(of:)), to: Urgency(of: state))
        contents.lastCommit = now
    }

    func live(after place: Int64, limit: Int, at now: Instant) -> LiveCases {
        let stretch = contents.order.indices.dropFirst(Int(place)).prefix(limit)
        let files = stretch.compactMap { contents.files[contents.order[$0]] }
        return LiveCases(
            cases: files.filter { $0.setAside == nil && $0.state.status.isLive }.map(\.state),
            next: stretch.endIndex < contents.order.endIndex ? Int64(stretch.endIndex) : nil
        )
    }

    func keep(_ rollout: Rollout?) { contents.rollout = rollout }

    func setAside(_ id: CaseID, reason: String, at now: Instant) {
        guard let old = contents.files[id], old.setAside == nil else { return }
        var file = old
        file.setAside = reason
        replace(old, with: file, of: id)
        contents.counts.setAside += 1
        contents.lastCommit = now
    }

    private func reject(_ why: String) -> InvariantBroken {
        let error = InvariantBroken(why)
        broken = error
        return error
    }

    private func replace(_ old: Contents.File?, with file: Contents.File, of id: CaseID) {
        if !before.keys.contains(id) { before[id] = .some(old) }
        contents.put(file, for: id)
    }
}
