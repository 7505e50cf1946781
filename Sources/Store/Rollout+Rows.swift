import GRDB
import Loop

extension Rollout {
    /// The one that has not reached all open cases yet; nil if there is none.
    static func current(in database: Database) throws -> Rollout? {
        try Prepared(database, "SELECT version, place, total, cases, moved, graced FROM rollout")
            .first { row in
                var rollout = Rollout(version: Int(row.int(0)), total: Int(row.int(2)))
                rollout.place = row.int(1)
                rollout.cases = Int(row.int(3))
                rollout.moved = Int(row.int(4))
                rollout.graced = Int(row.int(5))
                return rollout
            }
    }

    /// Replaces what is kept; nil if nothing is left to do.
    static func put(_ rollout: Rollout?, in database: Database) throws {
        try Prepared(database, "DELETE FROM rollout").run()
        guard let rollout else { return }
        let insert = try Prepared(
            database,
            "INSERT INTO rollout(version, place, total, cases, moved, graced) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
        )
        let columns = [
            Int64(rollout.version), rollout.place, Int64(rollout.total), Int64(rollout.cases), Int64(rollout.moved),
            Int64(rollout.graced),
        ]
        for (index, value) in columns.enumerated() { insert.bind(value, at: Int32(index + 1)) }
        try insert.run()
    }
}
