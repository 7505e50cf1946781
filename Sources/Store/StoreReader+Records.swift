package import Engine
import GRDB

/// Which records of the ledger to read, over all cases.
package struct RecordSelection: Hashable, Sendable {
    /// Only records with a larger number, the oldest of them first; nil for the newest ones.
    package var after: Int64?
    /// Only records with a smaller number; nil for no such bound.
    package var before: Int64?
    package var caseID: CaseID?
    /// Only records that name this team, and those of cases that it holds now; without regard to case.
    package var team: String?
    /// Empty for all kinds.
    package var kinds: Set<LedgerRecord.Kind> = []
    /// How many records are read; at least 1.
    package var limit: Int
    /// How many rows are looked at for them.
    package var rowsMax = 10_000

    package init(limit: Int) { self.limit = limit }
}

/// A ledger record with its case and its number, which rises with every record and is never given twice.
package struct NumberedRecord: Hashable, Sendable {
    package var number: Int64
    package var caseID: CaseID
    package var record: LedgerRecord
}

/// Records of a stretch of the ledger.
package struct RecordStretch: Hashable, Sendable {
    /// In the order of their numbers.
    package var records: [NumberedRecord]
    /// The stretch reaches from here...
    package var first: Int64
    /// ...to here, whether or not a record there was asked for.
    package var last: Int64
    /// There may be more in the direction of reading: after `last`, or before `first` if the newest were asked for.
    package var hasMore: Bool
    /// The number that was given last; 0 if the ledger is empty.
    package var newest: Int64
}

extension StoreReader {
    /// Reads records in the order of their numbers; nil if the case that is asked for is not known.
    ///
    /// By number a read is a search in the ledger's own order. By case it costs no more than the records of that case that
    /// are younger than `after`. With a team or kinds it looks at `rowsMax` rows and says how far it came. A record that
    /// cannot be read is left out.
    package func records(_ selection: RecordSelection) throws(StoreProblem) -> RecordStretch? {
        try read("read the ledger of the store") { database -> RecordStretch? in
            let newest = try Self.newestRecord(in: database)
            guard selection.caseID != nil else { return try Self.scan(selection, newest: newest, in: database) }
            return try Self.chain(selection, newest: newest, in: database)
        }
    }

    /// What was erased since has had its number too.
    private static func newestRecord(in database: Database) throws -> Int64 {
        let last = try Prepared(database, "SELECT max(id) FROM ledger").first { $0.int(0) } ?? 0
        return max(last, (try Meta.int("next_record", in: database) ?? 1) - 1)
    }

    private static func scan(
        _ selection: RecordSelection,
        newest: Int64,
        in database: Database
    ) throws -> RecordStretch {
        let isForward = selection.after != nil
        let select = try Prepared(
            database,
            """
            SELECT ledger.id, cases.id, ledger.body, cases.state, ledger.case_key
            FROM ledger CROSS JOIN cases ON cases.key = ledger.case_key
            WHERE ledger.id > ?1 AND ledger.id < ?2 ORDER BY ledger.id \(isForward ? "ASC" : "DESC") LIMIT ?3
            """
        )
        // One more than is wanted shows that there is more.
        let rowsMax = selection.isFiltered ? selection.rowsMax : selection.limit
        select.bind(selection.after ?? 0, at: 1)
        select.bind(selection.before ?? .max, at: 2)
        select.bind(Int64(rowsMax) + 1, at: 3)
        var filter = RecordFilter(selection)
        var found: [NumberedRecord] = []
        var (rows, farthest, hasMore): (Int, Int64?, Bool) = (0, nil, false)
        try select.forEachWhile { row in
            guard rows < rowsMax, found.count < selection.limit else {
                hasMore = true
                return false
            }
            rows += 1
            farthest = row.int(0)
            if let record = filter.record(in: row) { found.append(record) }
            return true
        }
        // Read to its end, a stretch reaches to the bound that was asked for.
        let end = min(newest, (selection.before ?? .max) - 1)
        guard isForward else {
            return RecordStretch(
                records: found.reversed(),
                first: hasMore ? farthest ?? 1 : 1,
                last: max(end, 0),
                hasMore: hasMore,
                newest: newest
            )
        }
        let start = selection.after ?? 0
        return RecordStretch(
            records: found,
            first: min(start, newest) + 1,
            last: hasMore ? farthest ?? start : min(max(start, end), newest),
            hasMore: hasMore,
            newest: newest
        )
    }

    /// The records of one case, along their chain.
    private static func chain(
        _ selection: RecordSelection,
        newest: Int64,
        in database: Database
    ) throws -> RecordStretch? {
        guard let id = selection.caseID else { return nil }
        let find = try Prepared(database, "SELECT key, ledger_head, state FROM cases WHERE id = ?1")
        find.bind(id.rawValue, at: 1)
        guard let (key, head, state) = try find.first({ ($0.int(0), $0.optionalInt(1), $0.bytes(2)) }) else {
            return nil
        }
        let filter = RecordFilter(selection)
        let isOfTeam = filter.holds(try? Case(id: id, stored: state))
        let (start, bound) = (selection.after ?? 0, selection.before ?? .max)
        let isForward = selection.after != nil
        var found: [NumberedRecord] = []
        var hasMore = false
        try Ledger.walk(of: id, key: key, head: head, with: try Prepared(database, Ledger.select)) { number, record in
            guard number > start else { return false }
            guard isForward || found.count < selection.limit else {
                hasMore = true
                return false
            }
            if number < bound, filter.fits(record, isOfTeam: isOfTeam) {
                found.append(NumberedRecord(number: number, caseID: id, record: record))
            }
            return true
        }
        if found.count > selection.limit {
            hasMore = true
            found.removeFirst(found.count - selection.limit)
        }
        let end = max(min(newest, bound - 1), 0)
        return RecordStretch(
            records: found.reversed(),
            first: !isForward && hasMore ? found.last?.number ?? 1 : min(start, newest) + 1,
            last: isForward && hasMore ? found.first?.number ?? end : min(max(start, end), newest),
            hasMore: hasMore,
            newest: newest
        )
    }
}

extension RecordSelection {
    fileprivate var isFiltered: Bool { team != nil || !kinds.isEmpty }
}

/// Which of the records that are looked at are asked for.
private struct RecordFilter {
    private let team: String?
    private let kinds: Set<LedgerRecord.Kind>
    /// Whether the team holds a case, by the case's key.
    private var held: [Int64: Bool] = [:]

    init(_ selection: RecordSelection) {
        team = selection.team?.lowercased()
        kinds = selection.kinds
    }

    /// The record of a row, if it can be read and is asked for: number, case, body, state and key.
    mutating func record(in row: Prepared) -> NumberedRecord? {
        guard let record = try? LedgerRecord(stored: row.bytes(2)) else { return nil }
        let id = CaseID(row.text(1))
        var isOfTeam = false
        if team != nil { isOfTeam = isHeld(id, row) }
        guard fits(record, isOfTeam: isOfTeam) else { return nil }
        return NumberedRecord(number: row.int(0), caseID: id, record: record)
    }

    private mutating func isHeld(_ id: CaseID, _ row: Prepared) -> Bool {
        let key = row.int(4)
        if let known = held[key] { return known }
        let isHeld = holds(try? Case(id: id, stored: row.bytes(3)))
        held[key] = isHeld
        return isHeld
    }

    /// Whether the team that is asked for holds this case.
    func holds(_ state: Case?) -> Bool { team != nil && state?.fields.team?.lowercased() == team }

    func fits(_ record: LedgerRecord, isOfTeam: Bool) -> Bool {
        (kinds.isEmpty || kinds.contains(record.kind))
            && (team == nil || isOfTeam || record.team?.lowercased() == team)
    }
}
