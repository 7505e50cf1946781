package import Engine
import GRDB
package import TimeBase

/// Where a page of live cases ends, in the order of urgency.
package struct CasePlace: Hashable, Sendable {
    /// Milliseconds; nil behind all that have a deadline.
    fileprivate var dueAt: Int64?
    fileprivate var tier: Int64
    fileprivate var key: Int64
}

extension StoreReader {
    /// The next page of live cases in the order of `cases(tier:isOverdue:dueWithin:now:limit:offset:)`, for who looks at each.
    ///
    /// Begins at the place at which the page before ended, nil for the first, and not by counting: a page costs the same
    /// wherever it is. A case that cannot be read is left out. `next` is nil at the end.
    package func page(
        tier: Int? = nil,
        isOverdue: Bool = false,
        dueWithin: Span? = nil,
        now: Instant,
        after place: CasePlace?,
        limit: Int
    ) throws(StoreProblem) -> (cases: [StoredCase], next: CasePlace?) {
        try read("list cases of the store") { database in
            let bounds = [isOverdue ? now : nil, dueWithin.map { now + $0 }].compactMap(\.self)
            var rows = Rows(tier: tier, isOverdue: isOverdue, limit: limit)
            if place == nil || place?.dueAt != nil {
                try rows.add(dated: true, until: bounds.min(), after: place, in: database)
            }
            if rows.count < limit, bounds.isEmpty {
                try rows.add(dated: false, until: nil, after: place?.dueAt == nil ? place : nil, in: database)
            }
            return (rows.cases, rows.count == limit ? rows.last : nil)
        }
    }
}

/// What a page has so far.
private struct Rows {
    let tier: Int?
    let isOverdue: Bool
    let limit: Int
    var cases: [StoredCase] = []
    var count = 0
    var last: CasePlace?

    /// Reads on among the cases with a deadline, or among those without one.
    mutating func add(dated: Bool, until end: Instant?, after place: CasePlace?, in database: Database) throws {
        var conditions = ["is_live = 1", dated ? "due_at IS NOT NULL" : "due_at IS NULL"]
        if tier != nil { conditions.append("tier = ?1") }
        if isOverdue { conditions.append("is_overdue = 1") }
        if end != nil { conditions.append("due_at <= ?2") }
        if place != nil { conditions.append(dated ? "(due_at, tier, key) > (?3, ?4, ?5)" : "(tier, key) > (?4, ?5)") }
        let select = try Prepared(
            database,
            """
            SELECT id, state, next_wake, set_aside, due_at, tier, key FROM cases INDEXED BY cases_by_due
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY due_at, tier, key LIMIT ?6
            """
        )
        if let tier { select.bind(Int64(tier), at: 1) }
        if let end { select.bind(end.milliseconds, at: 2) }
        if let place {
            if dated { select.bind(place.dueAt, at: 3) }
            select.bind(place.tier, at: 4)
            select.bind(place.key, at: 5)
        }
        select.bind(Int64(limit - count), at: 6)
        try select.forEach { row in
            count += 1
            last = CasePlace(dueAt: row.optionalInt(4), tier: row.int(5), key: row.int(6))
            guard let stored = try? StoredCase(id: CaseID(row.text(0)), from: row) else { return }
            cases.append(stored)
        }
    }
}

extension StoreReader {
    /// Ids of live cases that begin with `prefix`, in the order of their bytes, at most `limit`.
    ///
    /// Looks at the first `rowsMax` cases with that beginning and at the `rowsMax` most urgent live ones: where finished
    /// cases fill the beginning of the list, those that people work on are found.
    package func liveIDs(
        prefix: String,
        limit: Int,
        rowsMax: Int = 10_000
    ) throws(StoreProblem) -> [CaseID] {
        try read("list case ids of the store") { database in
            let byID = try Prepared(
                database,
                """
                SELECT id FROM (SELECT id, is_live FROM cases WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3)
                WHERE is_live = 1 LIMIT ?4
                """
            )
            let byUrgency = try Prepared(
                database,
                """
                SELECT id FROM (
                    SELECT id FROM cases INDEXED BY cases_by_due WHERE is_live = 1 ORDER BY due_at NULLS LAST LIMIT ?3
                ) WHERE id >= ?1 AND id < ?2 LIMIT ?4
                """
            )
            var ids: Set<String> = []
            for select in [byID, byUrgency] where ids.count < limit {
                select.bind(prefix, at: 1)
                // Behind every text that begins with the prefix.
                select.bind(prefix + "\u{10FFFF}", at: 2)
                select.bind(Int64(rowsMax), at: 3)
                select.bind(Int64(limit), at: 4)
                try select.forEach { ids.insert($0.text(0)) }
            }
            return ids.map { CaseID($0) }.sorted().prefix(limit).map(\.self)
        }
    }
}
