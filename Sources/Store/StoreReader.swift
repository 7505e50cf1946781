package import Engine
import GRDB
package import Loop
package import TimeBase

/// Reads the store beside the writer, on a connection of its own.
///
/// Every method blocks while the disk answers: call it from a named queue, never from Swift's cooperative pool. Each
/// call sees the store as one commit left it and lets go of it before it returns, so that the log can be emptied.
package final class StoreReader: Sendable {
    /// As in `SQLiteStore`.
    package let storeID: String
    private let queue: DatabaseQueue

    /// Opens a store that a `SQLiteStore` of this version has opened before.
    package init(folder: String, limits: StoreLimits = StoreLimits()) throws(StoreProblem) {
        let path = "\(folder)/\(Schema.fileName)"
        do {
            queue = try Connection.open(
                path: path,
                label: "slawatchd.store.reader",
                cacheKiB: limits.readerCacheKiB,
                isReadOnly: true
            )
            storeID = try queue.unsafeRead { database in
                guard try Schema.isOurs(database, path: path), let id = try Meta.text("store_id", in: database) else {
                    throw StoreProblem.isForeign(path: path)
                }
                return id
            }
        } catch {
            throw StoreProblem(error, opening: path)
        }
    }

    /// Nil if the case is not known.
    package func `case`(_ id: CaseID) throws(StoreProblem) -> Case? { try stored(id)?.state }

    /// Nil if the case is not known.
    package func stored(_ id: CaseID) throws(StoreProblem) -> StoredCase? {
        try read("read case \(id) from the store") { database in try Self.find(id, in: database)?.stored }
    }

    /// A case with a page of its ledger; nil if it is not known.
    ///
    /// The page has at most `limit` records, without the `offset` newest ones.
    package func file(of id: CaseID, limit: Int = .max, offset: Int = 0) throws(StoreProblem) -> StoredFile? {
        try read("read case \(id) from the store") { database in
            guard let (stored, key, head) = try Self.find(id, in: database) else { return nil }
            let select = try Prepared(database, Ledger.select)
            let (records, hasOlder) = try Ledger.newestRecords(
                of: id,
                key: key,
                head: head,
                limit: limit,
                offset: offset,
                with: select
            )
            var recent = records
            if hasOlder || offset > 0 {
                recent =
                    if let start = stored.state.ladderStart {
                        try Ledger.recentRecords(of: id, key: key, head: head, since: start, with: select)
                    } else {
                        []
                    }
            }
            return StoredFile(stored: stored, records: records, hasOlder: hasOlder, recent: recent)
        }
    }

    /// A case with all its facts and ledger records; nil if it is not known.
    package func history(of id: CaseID) throws(StoreProblem) -> (stored: StoredCase, history: History)? {
        try read("read the history of case \(id) from the store") { database -> (StoredCase, History)? in
            guard let (stored, key, head) = try Self.find(id, in: database) else { return nil }
            let records = try Ledger.records(
                of: id,
                key: key,
                head: head,
                with: try Prepared(database, Ledger.select)
            )
            var facts: [Fact] = []
            let select = try Prepared(database, Facts.select)
            select.bind(key, at: 1)
            try select.forEach { row in facts.append(try Facts.fact(of: id, from: row)) }
            return (stored, History(facts: facts, records: records))
        }
    }

    /// One page of the live cases, most urgent first: by the earliest deadline, those without one last.
    ///
    /// Everything given must hold. A case that cannot be read is left out.
    ///
    /// `tier` asks for cases of that tier, `isOverdue` for those with a breached timer that nobody has stopped,
    /// `dueWithin` for those whose earliest deadline is at most this far ahead of `now`, or behind it.
    package func cases(
        tier: Int? = nil,
        isOverdue: Bool = false,
        dueWithin: Span? = nil,
        now: Instant,
        limit: Int,
        offset: Int = 0
    ) throws(StoreProblem) -> [StoredCase] {
        try read("list cases of the store") { database in
            // A tier is searched for among the entries of this one index: a few milliseconds with 100,000 live cases, as
            // only those that match are fetched. An index by tier would make every breach that escalates write to a
            // third place, and a burst of them half as slow again.
            // A breached deadline lies behind `now`: the bound keeps the search short where few are overdue.
            let dueMax = isOverdue ? now : dueWithin.map { now + $0 }
            var conditions = ["is_live = 1"]
            if tier != nil { conditions.append("tier = ?1") }
            if isOverdue { conditions.append("is_overdue = 1") }
            if dueMax != nil { conditions.append("due_at <= ?2") }
            if isOverdue, dueWithin != nil { conditions.append("due_at <= ?3") }
            let select = try Prepared(
                database,
                """
                SELECT id, state, next_wake, set_aside FROM cases INDEXED BY cases_by_due
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY due_at NULLS LAST, tier, key LIMIT ?4 OFFSET ?5
                """
            )
            if let tier { select.bind(Int64(tier), at: 1) }
            if let dueMax { select.bind(dueMax.milliseconds, at: 2) }
            if isOverdue, let dueWithin { select.bind((now + dueWithin).milliseconds, at: 3) }
            select.bind(Int64(limit), at: 4)
            select.bind(Int64(offset), at: 5)
            var cases: [StoredCase] = []
            try select.forEach { row in
                guard let stored = try? StoredCase(id: CaseID(row.text(0)), from: row) else { return }
                cases.append(stored)
            }
            return cases
        }
    }

    /// Live cases after a place in the order of their first saves, at most `limit`, from a stretch of bounded length.
    ///
    /// Begin at 0. Cases that were set aside are not among them, nor those that cannot be read.
    package func live(after place: Int64, limit: Int) throws(StoreProblem) -> LiveCases {
        try read("read open cases from the store") { database in
            let newest = try Prepared(database, "SELECT max(key) FROM cases").first { $0.optionalInt(0) } ?? nil
            let end = min(place + HotStatements.liveKeysMax, newest ?? 0)
            let select = try Prepared(database, HotStatements.selectLive)
            select.bind(place, at: 1)
            select.bind(end, at: 2)
            select.bind(Int64(limit), at: 3)
            var cases: [Case] = []
            var count = 0
            var last = end
            try select.forEach { row in
                count += 1
                if count == limit { last = row.int(0) }
                guard let state = try? Case(id: CaseID(row.text(4)), stored: row.bytes(1)) else { return }
                cases.append(state)
            }
            return LiveCases(cases: cases, next: last < newest ?? 0 ? last : nil)
        }
    }

    /// What the transactions have counted so far.
    package func counts() throws(StoreProblem) -> Counts {
        try read("read counts from the store") { database in try Counts(from: database) }
    }

    /// The case that has to be looked at next, and when; nil if nothing is due without an event.
    package func nextWake() throws(StoreProblem) -> (at: Instant, id: CaseID)? {
        try read("read the next deadline from the store") { database in
            let select = try Prepared(database, HotStatements.selectEarliestWake)
            return try select.first { (Instant(milliseconds: $0.int(0)), CaseID($0.text(1))) }
        }
    }

    /// Notices that no outlet has confirmed, in the order of the commits, after number `cursor` (0 for all), at most
    /// `limit`.
    package func pendingNotices(after cursor: Int64 = 0, limit: Int) throws(StoreProblem) -> [PendingNotice] {
        try read("read notices from the store") { database in
            let select = try Prepared(
                database,
                """
                SELECT cases.id, notices.id, ledger.body, (\(NoticeID.selectEpoch))
                FROM notices JOIN ledger ON ledger.id = notices.id JOIN cases ON cases.key = notices.case_key
                WHERE notices.id > ?1 AND confirmed_at IS NULL ORDER BY notices.id LIMIT ?2
                """
            )
            select.bind(cursor, at: 1)
            select.bind(Int64(limit), at: 2)
            var notices: [PendingNotice] = []
            try select.forEach { row in
                let id = CaseID(row.text(0))
                let record = Result { () throws(CaseDamaged) in
                    try CaseDamaged.naming(id) { () throws(Damage) in try LedgerRecord(stored: row.bytes(2)) }
                }
                let number = row.int(1)
                let epoch = row.isNull(3) ? nil : row.text(3)
                notices.append(
                    PendingNotice(
                        number: number,
                        id: NoticeID.text(storeID: storeID, epoch: epoch, number: number),
                        caseID: id,
                        record: record
                    )
                )
            }
            return notices
        }
    }

    /// Closes the connection; calls after it fail.
    package func close() throws(StoreProblem) {
        do { try queue.close() } catch { throw StoreProblem(error, while: "close the store") }
    }
}

/// A case with a page of its ledger records, oldest first.
package struct StoredFile: Hashable, Sendable {
    package var stored: StoredCase
    package var records: [LedgerRecord]
    /// Whether there are records older than the page.
    package var hasOlder: Bool
    /// The records since the start of the oldest cycle whose ladder has done something, at most 10,000, whatever the page;
    /// if the page is the whole ledger, all of them.
    package var recent: [LedgerRecord]
}

/// A case as the store keeps it.
package struct StoredCase: Hashable, Sendable {
    package var state: Case
    package var nextWake: Instant?
    /// Why the case was taken out of the queue of deadlines; nil normally.
    package var setAside: String?
}

/// A ledger record that some outlet has still to announce.
package struct PendingNotice: Sendable {
    /// Unique in the store; a copy of the store can give it to another notice.
    package var number: Int64
    /// Unique for ever, over copies and restored backups too; never changes, and has no dot.
    package var id: String
    package var caseID: CaseID
    /// A failure where the stored bytes are damaged: announce that instead, and confirm it.
    package var record: Result<LedgerRecord, CaseDamaged>
}

extension StoreReader {
    /// Runs `body` in a transaction, so that all its statements see the same commit.
    func read<Value>(
        _ verb: String,
        _ body: (Database) throws -> Value
    ) throws(StoreProblem) -> Value {
        do {
            return try queue.unsafeRead { database in
                var value: Value?
                try database.inTransaction(.deferred) {
                    value = try body(database)
                    return .commit
                }
                guard let value else { preconditionFailure("a read ended without a result") }
                return value
            }
        } catch {
            throw StoreProblem(error, while: verb)
        }
    }

    private static func find(
        _ id: CaseID,
        in database: Database
    ) throws -> (stored: StoredCase, key: Int64, head: Int64?)? {
        let select = try Prepared(
            database,
            "SELECT id, state, next_wake, set_aside, key, ledger_head FROM cases WHERE id = ?1"
        )
        select.bind(id.rawValue, at: 1)
        return try select.first { (try StoredCase(id: id, from: $0), $0.int(4), $0.optionalInt(5)) }
    }
}

extension StoredCase {
    /// Reads columns 1 to 3: state, `next_wake`, `set_aside`.
    init(id: CaseID, from row: Prepared) throws(CaseDamaged) {
        state = try CaseDamaged.naming(id) { () throws(Damage) in try Case(id: id, stored: row.bytes(1)) }
        nextWake = row.optionalInt(2).map(Instant.init(milliseconds:))
        setAside = row.isNull(3) ? nil : row.text(3)
    }
}
