package import Engine
package import TimeBase

/// The store without a disk, for simulation and tests: what a transaction leaves behind is the same as in SQLite.
package final class MemoryStore: CaseStore {
    private var contents: Contents
    private let keeping: Keeping

    /// What it remembers besides the cases.
    package enum Keeping: Sendable {
        /// Counts and notices; the content of a finished case waits to be removed (S60).
        case everything
        /// What each commit has decided, until `take` is called, for a history that is told once: neither counts nor
        /// notices, and no content is removed by itself, however long ago a case has ended.
        case decisions
    }

    package init(keeping: Keeping = .everything) {
        self.keeping = keeping
        contents = Contents(keeping: keeping)
    }

    package var counts: Counts { contents.counts }

    /// Every ledger record that announces something, in the order of the commits.
    package var notices: [(id: CaseID, record: LedgerRecord)] { contents.notices }

    /// All ids, in the order the cases were first saved in.
    package var caseIDs: [CaseID] { contents.order }

    /// Nil if the case is not known.
    ///
    /// `facts` and `records` are in the order they were saved in.
    package func file(of id: CaseID) -> (state: Case, nextWake: Instant?, history: History, setAside: String?)? {
        contents.files[id].map { ($0.state, $0.nextWake, $0.history, $0.setAside) }
    }

    /// Runs `body` on the contents themselves and puts back what it changed where it throws: copying all of them for
    /// each transaction would cost O(cases).
    package func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        let transaction = MemoryTransaction(contents)
        contents = Contents(keeping: keeping)
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

    /// The smallest `next_wake`; nil if nothing is due without an event.
    package func earliestWake() -> Instant? { contents.queue.first?.at }

    /// The smallest `keptSince`; nil if no content waits to be removed.
    package func earliestRest() -> Instant? { keeping == .everything ? contents.rests.first?.at : nil }

    /// The instant of the last commit; nil in an empty store.
    package func lastCommit() -> Instant? { contents.lastCommit }

    /// A policy version that has not reached all open cases yet.
    package func rollout() -> Rollout? { contents.rollout }

    /// What receivers were told of late.
    package func digestWindows() -> [DigestWindow] { Array(contents.digests.values) }

    /// Remembers that a policy version is on its way to the open cases.
    package func begin(_ rollout: Rollout) { contents.rollout = rollout }

    /// The records committed since the last call, and the cases that were saved; empty unless decisions are kept.
    package func take() -> Committed {
        let committed = contents.committed
        contents.committed = Committed()
        return committed
    }

    /// What transactions have left behind.
    package struct Committed: Sendable {
        /// In the order in which they were decided.
        package var records: [(id: CaseID, record: LedgerRecord)] = []
        /// Once for each time a case was saved.
        package var cases: [CaseID] = []
    }

    /// When a case has to be looked at again; nil if it is not known, not due without an event, or was set aside.
    package func wake(of id: CaseID) -> Instant? {
        contents.files[id]?.wakeInQueue
    }

    /// The cases of which a digest is still going to tell (S35).
    package var casesInDigests: Set<CaseID> {
        Set(contents.digests.values.flatMap { $0.urgent.map(\.caseID) })
    }

    /// Forgets a case for which nothing comes any more; its id stays in `caseIDs`.
    package func release(_ id: CaseID) { contents.remove(id) }
}

/// Everything a memory store holds.
private struct Contents {
    let keeping: MemoryStore.Keeping
    var committed = MemoryStore.Committed()
    var files: [CaseID: File] = [:]
    var order: [CaseID] = []
    var queue = WakeQueue()
    /// The same of cases that are over, for when their content is to be removed.
    var rests = WakeQueue()
    var notices: [(id: CaseID, record: LedgerRecord)] = []
    var counts = Counts()
    var lastCommit: Instant?
    var rollout: Rollout?
    /// By receiver.
    var digests: [String: DigestWindow] = [:]

    /// A class: a history grows long, and a copy for each change would cost as much as all that happened before it.
    final class File {
        /// The place in the order of first saves.
        let number: Int
        var state: Case
        var nextWake: Instant?
        var history = History(facts: [], records: [])
        /// Where in the history each event is.
        var recordedEvents: [EventKey: Int] = [:]
        var setAside: String?

        init(number: Int, state: Case) {
            self.number = number
            self.state = state
        }
    }

    /// How a file was at the start of a transaction; its history only grows, unless `whole` is kept.
    struct Mark {
        let state: Case
        let nextWake: Instant?
        let facts: Int
        let records: Int
        let setAside: String?
        /// All of it, where more was done to it than to add to it.
        var whole: (history: History, recordedEvents: [EventKey: Int])?
    }

    struct EventKey: Hashable {
        let source: String
        let id: String
    }

    /// Changes the file of a case, and its place in the queue with it.
    mutating func change<Result>(_ id: CaseID, _ body: (File) throws -> Result) rethrows -> Result? {
        guard let file = files[id] else { return nil }
        let (wake, rest) = (file.wakeInQueue, file.restInQueue)
        defer {
            queue.move(id, file.number, from: wake, to: file.wakeInQueue)
            rests.move(id, file.number, from: rest, to: file.restInQueue)
        }
        return try body(file)
    }

    /// Adds a case, whose `nextWake` comes with its first change.
    mutating func add(_ state: Case) {
        let file = File(number: order.count, state: state)
        rests.move(state.id, file.number, from: nil, to: file.restInQueue)
        files[state.id] = file
        order.append(state.id)
    }

    /// Takes a case out as if it had never been saved.
    mutating func remove(_ id: CaseID) {
        guard let file = files.removeValue(forKey: id) else { return }
        queue.move(id, file.number, from: file.wakeInQueue, to: nil)
        rests.move(id, file.number, from: file.restInQueue, to: nil)
    }
}

extension Contents.File {
    /// A case that was set aside keeps its `nextWake`, but not its place in the queue.
    fileprivate var wakeInQueue: Instant? { setAside == nil ? nextWake : nil }
    fileprivate var restInQueue: Instant? { setAside == nil ? state.keptSince : nil }

    fileprivate var mark: Contents.Mark {
        Contents.Mark(
            state: state,
            nextWake: nextWake,
            facts: history.facts.count,
            records: history.records.count,
            setAside: setAside
        )
    }

    fileprivate func rollBack(to mark: Contents.Mark) {
        if let whole = mark.whole { (history, recordedEvents) = whole }
        for fact in history.facts[mark.facts...] {
            recordedEvents[Contents.EventKey(source: fact.event.source, id: fact.event.id)] = nil
        }
        history.facts.removeSubrange(mark.facts...)
        history.records.removeSubrange(mark.records...)
        state = mark.state
        nextWake = mark.nextWake
        setAside = mark.setAside
    }
}

private final class MemoryTransaction: CaseTransaction {
    var contents: Contents
    /// Set by a `save` that threw: the transaction cannot be committed any more.
    private(set) var broken: InvariantBroken?
    /// How the changed cases stood before, nil if they were not there.
    private var before: [CaseID: Contents.Mark?] = [:]
    private let casesBefore: Int
    private let noticesBefore: Int
    private let recordsBefore: Int
    private let savesBefore: Int
    private let countsBefore: Counts
    private let lastCommitBefore: Instant?
    private let rolloutBefore: Rollout?
    private let digestsBefore: [String: DigestWindow]

    init(_ contents: Contents) {
        self.contents = contents
        casesBefore = contents.order.count
        noticesBefore = contents.notices.count
        recordsBefore = contents.committed.records.count
        savesBefore = contents.committed.cases.count
        countsBefore = contents.counts
        lastCommitBefore = contents.lastCommit
        rolloutBefore = contents.rollout
        digestsBefore = contents.digests
    }

    func rollBack() {
        // Order does not matter here: each case is put back by itself.
        for (id, mark) in before {
            if let mark { contents.change(id) { $0.rollBack(to: mark) } } else { contents.remove(id) }
        }
        contents.order.removeLast(contents.order.count - casesBefore)
        contents.notices.removeLast(contents.notices.count - noticesBefore)
        contents.committed.records.removeLast(contents.committed.records.count - recordsBefore)
        contents.committed.cases.removeLast(contents.committed.cases.count - savesBefore)
        contents.counts = countsBefore
        contents.lastCommit = lastCommitBefore
        contents.rollout = rolloutBefore
        contents.digests = digestsBefore
    }

    func load(_ id: CaseID) -> Case? { contents.files[id]?.state }

    func due(at now: Instant, limit: Int) -> [Case] {
        contents.queue.due(at: now, limit: limit).compactMap { load($0.id) }
    }

    func resting(since instant: Instant, limit: Int, at now: Instant) -> [Case] {
        contents.rests.due(at: instant, limit: limit).compactMap { load($0.id) }
    }

    func recorded(eventID: String, source: String, of id: CaseID) -> Fact? {
        guard let file = contents.files[id] else { return nil }
        return file.recordedEvents[Contents.EventKey(source: source, id: eventID)].map { file.history.facts[$0] }
    }

    func history(of id: CaseID) -> History {
        contents.files[id]?.history ?? History(facts: [], records: [])
    }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        guard let state = decision.state else { return }
        let isNew = contents.files[state.id] == nil
        guard isNew == (previous == nil) else {
            throw reject("case \(state.id) was saved without being loaded")
        }
        remember(state.id)
        if isNew {
            contents.add(state)
        }
        if decision.erases != nil || !decision.revised.isEmpty { keepWhole(state.id) }
        let repeated = contents.change(state.id) { file in file.take(decision, state) } ?? nil
        if let repeated {
            throw reject("event \(repeated.id) of \(repeated.source) was saved twice for case \(state.id)")
        }
        switch contents.keeping {
        case .everything:
            for record in decision.records where record.priority != nil { contents.notices.append((state.id, record)) }
            contents.counts.note(decision, from: previous.map(Urgency.init(of:)), to: Urgency(of: state))
        case .decisions:
            for record in decision.records { contents.committed.records.append((state.id, record)) }
            contents.committed.cases.append(state.id)
        }
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

    func keep(_ windows: [DigestWindow], ended: [String]) {
        for window in windows { contents.digests[window.receiver] = window }
        for receiver in ended { contents.digests[receiver] = nil }
    }

    func setAside(_ id: CaseID, reason: String, at now: Instant) {
        guard let file = contents.files[id], file.setAside == nil else { return }
        remember(id)
        contents.change(id) { $0.setAside = reason }
        contents.counts.setAside += 1
        contents.lastCommit = now
    }

    private func reject(_ why: String) -> InvariantBroken {
        let error = InvariantBroken(why)
        broken = error
        return error
    }

    /// Keeps the history of a case, which is going to lose something.
    private func keepWhole(_ id: CaseID) {
        guard let mark = before[id] ?? nil, mark.whole == nil, let file = contents.files[id] else { return }
        before[id]??.whole = (file.history, file.recordedEvents)
    }

    /// Keeps how the case stood before the transaction first touches it.
    private func remember(_ id: CaseID) {
        if !before.keys.contains(id) { before[id] = .some(contents.files[id]?.mark) }
    }
}

extension Contents.File {
    /// Takes over a decision; returns the event that was saved before, where there is one, and then stops half way.
    fileprivate func take(_ decision: Decision, _ state: Case) -> Contents.EventKey? {
        self.state = state
        nextWake = decision.nextWake
        switch decision.erases {
        case .content: history.facts = history.facts.map(\.withoutContent)
        case .history:
            history.facts = []
            recordedEvents = [:]
            history.records.removeAll { !$0.kind.isVerdict }
        case nil: break
        }
        history.records += decision.records
        for fact in decision.revised {
            let key = Contents.EventKey(source: fact.event.source, id: fact.event.id)
            if let place = recordedEvents[key] { history.facts[place] = fact }
        }
        for fact in decision.facts {
            let key = Contents.EventKey(source: fact.event.source, id: fact.event.id)
            guard recordedEvents[key] == nil else { return key }
            recordedEvents[key] = history.facts.count
            history.facts.append(fact)
        }
        return nil
    }
}
