import Engine
import GRDB
import Loop

/// What `is_overdue` means, as an earlier version wrote it and as it is written now.
enum OverdueForm {
    /// From 2 on a case whose breaches are only measured is not overdue (S24).
    private static let current: Int64 = 2
    private static let name = "overdue_form"

    /// Brings the column and its count to the present meaning, once; reads only cases that were overdue by the old one.
    static func bringUpToDate(in database: Database) throws {
        guard try Meta.int(name, in: database) != current else { return }
        try database.inTransaction(.immediate) {
            var kept = 0
            var cleared: [Int64] = []
            try Prepared(database, "SELECT key, id, state FROM cases WHERE is_overdue = 1")
                .forEach { row in
                    // A damaged case is found where it is decided.
                    let state = try? Case(id: CaseID(row.text(1)), stored: row.bytes(2))
                    let isOverdue = state.map { Urgency(of: $0).isOverdue } ?? true
                    if isOverdue { kept += 1 } else { cleared.append(row.int(0)) }
                }
            let update = try Prepared(database, "UPDATE cases SET is_overdue = 0 WHERE key = ?1")
            for key in cleared {
                update.bind(key, at: 1)
                try update.run()
            }
            if !cleared.isEmpty {
                let count = try Prepared(database, "INSERT OR REPLACE INTO counts(name, value) VALUES('overdue', ?1)")
                count.bind(Int64(kept), at: 1)
                try count.run()
            }
            try Meta.set(name, current, in: database)
            return .commit
        }
    }
}
