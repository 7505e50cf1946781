import Engine
import GRDB
import Loop
import TimeBase

/// The chain of a case's ledger records: the case names the newest, each names the one before it.
enum Ledger {
    static let select = "SELECT body, prev FROM ledger WHERE id = ?1 AND case_key = ?2"

    /// The records of a case, oldest first.
    ///
    /// Throws `CaseDamaged` where one is missing or cannot be read.
    ///
    /// `statement` is `select`, prepared.
    static func records(
        of id: CaseID,
        key: Int64,
        head: Int64?,
        with statement: Prepared
    ) throws -> [LedgerRecord] {
        var records: [LedgerRecord] = []
        try walk(of: id, key: key, head: head, with: statement) { _, record in
            records.append(record)
            return true
        }
        return records.reversed()
    }

    /// At most `limit` records of a case, oldest first, without the `offset` newest ones; and whether there are older ones.
    ///
    /// Throws like `records(of:key:head:with:)`, for what it reads.
    static func newestRecords(
        of id: CaseID,
        key: Int64,
        head: Int64?,
        limit: Int,
        offset: Int,
        with statement: Prepared
    ) throws -> (records: [LedgerRecord], hasOlder: Bool) {
        var (records, passed, hasOlder): ([LedgerRecord], Int, Bool) = ([], 0, false)
        try walk(of: id, key: key, head: head, with: statement) { _, record in
            guard records.count < limit else {
                hasOlder = true
                return false
            }
            if passed < offset { passed += 1 } else { records.append(record) }
            return true
        }
        return (records.reversed(), hasOlder)
    }

    /// How far back `recentRecords` looks: no request reads a longer ledger to its beginning.
    private static let recentMax = 10_000

    /// The newest records of a case, oldest first, back to those noticed at `start`, at most 10,000.
    ///
    /// Throws like `records(of:key:head:with:)`, for what it reads.
    static func recentRecords(
        of id: CaseID,
        key: Int64,
        head: Int64?,
        since start: Instant,
        with statement: Prepared
    ) throws -> [LedgerRecord] {
        var records: [LedgerRecord] = []
        try walk(of: id, key: key, head: head, with: statement) { _, record in
            guard record.noticedAt >= start, records.count < recentMax else { return false }
            records.append(record)
            return true
        }
        return records.reversed()
    }

    /// Removes the records of a case but its verdicts, and those that are still to be announced (S60); returns the new head.
    ///
    /// What stays is chained anew. Everything is read before anything is written.
    static func keepVerdicts(of id: CaseID, key: Int64, head: Int64?, in database: Database) throws -> Int64? {
        let pending = try Prepared(database, "SELECT 1 FROM notices WHERE id = ?1 AND confirmed_at IS NULL")
        var stays: [Int64] = []
        var goes: [Int64] = []
        try walk(of: id, key: key, head: head, with: try Prepared(database, select)) { number, record in
            pending.bind(number, at: 1)
            let isPending = try record.priority != nil && pending.first { _ in true } ?? false
            if record.kind.isVerdict || isPending { stays.append(number) } else { goes.append(number) }
            return true
        }
        let chain = try Prepared(database, "UPDATE ledger SET prev = ?2 WHERE id = ?1")
        for (index, number) in stays.enumerated() {
            chain.bind(number, at: 1)
            chain.bind(index + 1 < stays.count ? stays[index + 1] : nil, at: 2)
            try chain.run()
        }
        let deletion = try Prepared(database, "DELETE FROM ledger WHERE id = ?1")
        for number in goes {
            deletion.bind(number, at: 1)
            try deletion.run()
        }
        return stays.first
    }

    /// Hands the records of a case to `body` with their numbers, newest first, for as long as it answers true.
    static func walk(
        of id: CaseID,
        key: Int64,
        head: Int64?,
        with statement: Prepared,
        _ body: (Int64, LedgerRecord) throws -> Bool
    ) throws {
        var next = head
        while let number = next {
            statement.bind(number, at: 1)
            statement.bind(key, at: 2)
            let found = try statement.first { row in
                (
                    try CaseDamaged.naming(id) { () throws(Damage) in try LedgerRecord(stored: row.bytes(0)) },
                    row.optionalInt(1)
                )
            }
            guard let (record, previous) = found else {
                throw CaseDamaged(id: id, reason: "ledger record \(number) is missing")
            }
            // Falling numbers end; a chain that damage has bent into a ring would not.
            if let previous, previous >= number {
                throw CaseDamaged(id: id, reason: "ledger record \(number) points ahead")
            }
            guard try body(number, record) else { return }
            next = previous
        }
    }
}

extension CaseDamaged {
    /// Says of which case the damage is.
    static func naming<Value>(
        _ id: CaseID,
        _ body: () throws(Damage) -> Value
    ) throws(CaseDamaged) -> Value {
        do { return try body() } catch { throw CaseDamaged(id: id, reason: error.description) }
    }
}
