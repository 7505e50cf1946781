import Engine
import GRDB
import Loop
import TimeBase

/// What a transaction changes beside the tables; the store takes it over once the commit has succeeded.
struct Book {
    var counts = Counts()
    var lastCommit: Instant?
    /// The key of the next new case.
    ///
    /// Keys are handed out here, not by SQLite, so that a case's records can name it before its row is written, once.
    var nextKey: Int64 = 1
    /// The number of the next ledger record.
    ///
    /// No number is given twice.
    var nextRecord: Int64 = 1
    /// Which words events have said lately.
    var words = WordBook()
    /// A notice of this run is in the store, and with it the epoch of the run.
    var hasEpoch = false
}

/// One transaction of the writer, on the queue of its connection.
final class SQLiteTransaction: CaseTransaction {
    private let database: Database
    private let statements: HotStatements
    private(set) var book: Book
    /// What went wrong before; the transaction cannot be committed any more, and nothing more be written in it.
    ///
    /// After some errors, a full disk among them, SQLite has rolled back by itself: what is written after that would be
    /// committed at once, statement by statement.
    private var failure: (any Error)?
    private var bytes = ByteWriter()
    /// Rows looked up in this transaction, nil if there was none.
    private var rows: [CaseID: Row?] = [:]
    /// Content was erased: the log must not keep it either.
    private(set) var hasErased = false

    /// The columns of a case that decide what an update has to touch.
    private struct Row {
        let key: Int64
        var nextWake: Instant?
        var ledgerHead: Int64?
        var urgency: Urgency
        var keptSince: Instant?
        var holder: Holder
    }

    init(_ database: Database, statements: HotStatements, book: Book) {
        self.database = database
        self.statements = statements
        self.book = book
    }

    func load(_ id: CaseID) throws -> Case? { try unlessFailed { try find(id) } }

    private func find(_ id: CaseID) throws -> Case? {
        let statement = statements.caseByID
        statement.bind(id.rawValue, at: 1)
        let state = try statement.first { found in try read(found, id: id) }
        if state == nil { rows[id] = .some(nil) }
        return state
    }

    func due(at now: Instant, limit: Int) throws -> [Case] { try unlessFailed { try takeDue(at: now, limit: limit) } }

    private func takeDue(at now: Instant, limit: Int) throws -> [Case] {
        let statement = statements.due
        statement.bind(now.milliseconds, at: 1)
        statement.bind(Int64(limit), at: 2)
        return try cases(of: statement, at: now).cases
    }

    func resting(since instant: Instant, limit: Int, at now: Instant) throws -> [Case] {
        try unlessFailed {
            let statement = statements.resting
            statement.bind(instant.milliseconds, at: 1)
            statement.bind(Int64(limit), at: 2)
            return try cases(of: statement, at: now).cases
        }
    }

    func live(after place: Int64, limit: Int, at now: Instant) throws -> LiveCases {
        try unlessFailed {
            let end = min(place + HotStatements.liveKeysMax, book.nextKey - 1)
            let statement = statements.live
            statement.bind(place, at: 1)
            statement.bind(end, at: 2)
            statement.bind(Int64(limit), at: 3)
            let found = try cases(of: statement, at: now)
            let last = found.count == limit ? found.lastKey : end
            return LiveCases(cases: found.cases, next: last < book.nextKey - 1 ? last : nil)
        }
    }

    func keep(_ rollout: Rollout?) throws { try unlessFailed { try Rollout.put(rollout, in: database) } }

    func keep(_ windows: [DigestWindow], ended: [String]) throws {
        try unlessFailed { try DigestWindow.put(windows, ended: ended, in: database) }
    }

    /// The cases that a statement finds, without damaged ones, which are taken out; `count` and `lastKey` are of all rows.
    private func cases(
        of statement: Prepared,
        at now: Instant
    ) throws -> (cases: [Case], count: Int, lastKey: Int64) {
        var cases: [Case] = []
        var damaged: [CaseDamaged] = []
        var lastKey: Int64 = 0
        try statement.forEach { found in
            lastKey = found.int(0)
            do throws(CaseDamaged) {
                cases.append(try read(found, id: CaseID(found.text(4))))
            } catch {
                damaged.append(error)
            }
        }
        for error in damaged { try takeOut(error.id, reason: error.description, at: now) }
        return (cases, cases.count + damaged.count, lastKey)
    }

    func recorded(eventID: String, source: String, of id: CaseID) throws -> Fact? {
        try unlessFailed {
            guard let row = try row(of: id) else { return nil }
            FactKey(source: source, eventID: eventID).write(to: &bytes)
            statements.fact.bind(row.key, at: 1)
            statements.fact.bind(bytes, at: 2)
            return try statements.fact.first { found in try Facts.fact(of: id, from: found) }
        }
    }

    func history(of id: CaseID) throws -> History { try unlessFailed { try readHistory(of: id) } }

    private func readHistory(of id: CaseID) throws -> History {
        guard let row = try row(of: id) else { return History(facts: [], records: []) }
        var facts: [Fact] = []
        statements.facts.bind(row.key, at: 1)
        try statements.facts.forEach { found in
            facts.append(try Facts.fact(of: id, from: found))
        }
        let records = try Ledger.records(
            of: id,
            key: row.key,
            head: row.ledgerHead,
            with: statements.ledgerRecord
        )
        return History(facts: facts, records: records)
    }

    func save(_ decision: Decision, previous: Case?, at now: Instant) throws {
        guard let state = decision.state else { return }
        try unlessFailed {
            try keep(decision, state: state, isKnown: previous != nil)
            try book.words.note(decision.facts, at: now, in: database)
        }
        book.lastCommit = now
    }

    private func keep(_ decision: Decision, state: Case, isKnown: Bool) throws {
        let old = try row(of: state.id)
        guard (old != nil) == isKnown else {
            throw InvariantBroken("case \(state.id) was saved without being loaded")
        }
        let urgency = Urgency(of: state)
        var row =
            old
            ?? Row(
                key: takeKey(),
                nextWake: nil,
                ledgerHead: nil,
                urgency: urgency,
                keptSince: nil,
                holder: .nobody
            )
        if let erasure = decision.erases { try erase(erasure, state.id, &row) }
        row.nextWake = decision.nextWake
        row.urgency = urgency
        row.keptSince = state.keptSince
        row.holder = Holder(state)
        try Holders.note(from: old?.holder ?? .nobody, to: row.holder, with: statements)
        for record in decision.records { row.ledgerHead = try append(record, toCase: row.key, after: row.ledgerHead) }
        for fact in decision.facts { try insert(fact, ofCase: row.key) }
        if !decision.revised.isEmpty { try Facts.replace(decision.revised, ofCase: row.key, in: database) }
        try write(state, row: row, over: old)
        rows[state.id] = row
        book.counts.note(decision, from: old?.urgency, to: urgency)
    }

    /// Reads before it writes: where something cannot be read, nothing was written yet.
    private func erase(_ erasure: Decision.Erasure, _ id: CaseID, _ row: inout Row) throws {
        switch erasure {
        case .content: try Facts.erase(of: id, key: row.key, in: database)
        case .history:
            row.ledgerHead = try Ledger.keepVerdicts(of: id, key: row.key, head: row.ledgerHead, in: database)
            try Facts.delete(ofCase: row.key, in: database)
        }
        hasErased = true
    }

    func setAside(_ id: CaseID, reason: String, at now: Instant) throws {
        try unlessFailed { try takeOut(id, reason: reason, at: now) }
    }

    private func takeOut(_ id: CaseID, reason: String, at now: Instant) throws {
        statements.setAside.bind(id.rawValue, at: 1)
        statements.setAside.bind(reason, at: 2)
        var isNew = false
        try statements.setAside.forEach { _ in isNew = true }
        guard isNew else { return }
        book.counts.setAside += 1
        book.lastCommit = now
    }

    /// Notices became pending, or ceased to be where `change` is negative.
    func countPending(_ change: Int) { book.counts.noticesPending += change }

    /// Remembers what `body` throws, and does not run it where something was thrown before.
    ///
    /// Damage does not count: it concerns one case, and nothing was written.
    private func unlessFailed<Value>(_ body: () throws -> Value) throws -> Value {
        if let failure { throw failure }
        do {
            return try body()
        } catch let damaged as CaseDamaged {
            throw damaged
        } catch {
            failure = error
            throw error
        }
    }

    /// Writes the counts that changed and the instant of the commit.
    func finish(since before: Book) throws {
        if let failure { throw failure }
        let old = before.counts.named
        for (name, value) in book.counts.named where old[name] != value {
            statements.setCount.bind(name, at: 1)
            statements.setCount.bind(Int64(value), at: 2)
            try statements.setCount.run()
        }
        if hasErased { try Meta.set("next_record", book.nextRecord, in: database) }
        guard let lastCommit = book.lastCommit, lastCommit != before.lastCommit else { return }
        statements.setLastCommit.bind(lastCommit.milliseconds, at: 1)
        try statements.setLastCommit.run()
    }
}

extension SQLiteTransaction {
    /// Reads columns 0 to 3 of a statement that found a case, and remembers its row.
    private func read(_ found: Prepared, id: CaseID) throws(CaseDamaged) -> Case {
        let state = try CaseDamaged.naming(id) { () throws(Damage) in try Case(id: id, stored: found.bytes(1)) }
        rows[id] = Row(
            key: found.int(0),
            nextWake: found.optionalInt(2).map(Instant.init(milliseconds:)),
            ledgerHead: found.optionalInt(3),
            urgency: Urgency(of: state),
            keptSince: state.keptSince,
            holder: Holder(state)
        )
        return state
    }

    private func row(of id: CaseID) throws -> Row? {
        if let row = rows[id] { return row }
        _ = try find(id)
        return rows[id] ?? nil
    }

    private func takeKey() -> Int64 {
        defer { book.nextKey += 1 }
        return book.nextKey
    }

    /// Returns the number of the record, the case's new head.
    private func append(_ record: LedgerRecord, toCase key: Int64, after head: Int64?) throws -> Int64 {
        let number = book.nextRecord
        book.nextRecord += 1
        record.write(to: &bytes)
        let statement = statements.insertRecord
        statement.bind(number, at: 1)
        statement.bind(key, at: 2)
        statement.bind(head, at: 3)
        statement.bind(bytes, at: 4)
        try statement.run()
        if record.priority != nil {
            if !book.hasEpoch {
                try NoticeID.beginEpoch(at: number, in: database)
                book.hasEpoch = true
            }
            statements.insertNotice.bind(number, at: 1)
            statements.insertNotice.bind(key, at: 2)
            try statements.insertNotice.run()
        }
        return number
    }

    private func insert(_ fact: Fact, ofCase key: Int64) throws {
        let statement = statements.insertFact
        statement.bind(key, at: 1)
        FactKey(source: fact.event.source, eventID: fact.event.id).write(to: &bytes)
        statement.bind(bytes, at: 2)
        fact.write(to: &bytes)
        statement.bind(bytes, at: 3)
        do {
            try statement.run()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw InvariantBroken(
                "event \(fact.event.id) of \(fact.event.source) was saved twice for case \(fact.event.caseID)"
            )
        }
    }

    private func write(_ state: Case, row: Row, over old: Row?) throws {
        state.write(to: &bytes)
        let urgency = row.urgency
        let wakeChanges = old?.nextWake != row.nextWake
        let urgencyChanges =
            old?.urgency.dueAt != urgency.dueAt || old?.urgency.tier != urgency.tier
            || old?.urgency.isLive != urgency.isLive
        let restChanges = old?.keptSince != row.keptSince
        let statement =
            old == nil
            ? statements.insertCase
            : statements.updateCase(
                wakeChanges: wakeChanges,
                urgencyChanges: urgencyChanges,
                restChanges: restChanges
            )
        statement.bind(row.key, at: 1)
        statement.bind(bytes, at: 2)
        statement.bind(row.ledgerHead, at: 3)
        statement.bind(urgency.isOverdue ? 1 : 0, at: 4)
        if old == nil || wakeChanges { statement.bind(row.nextWake?.milliseconds, at: 5) }
        if old == nil || urgencyChanges {
            statement.bind(urgency.dueAt?.milliseconds, at: 6)
            statement.bind(Int64(urgency.tier), at: 7)
            statement.bind(urgency.isLive ? 1 : 0, at: 8)
        }
        if old == nil || restChanges { statement.bind(row.keptSince?.milliseconds, at: 10) }
        if old == nil { statement.bind(state.id.rawValue, at: 9) }
        try statement.run()
    }
}
