import GRDB
package import TimeBase

// Notices go from pending to confirmed. They are listed by `StoreReader.pendingNotices`.

extension SQLiteStore {
    /// Remembers that the outlet has these notices: they are never sent again, whatever the outlet loses later.
    ///
    /// One commit; unknown and confirmed ones are passed over. Returns how many were pending until now.
    @discardableResult
    package func confirmNotices(_ numbers: [Int64], at now: Instant) throws -> Int {
        guard !numbers.isEmpty else { return 0 }
        return try write("confirm notices in the store") { database, transaction in
            let update = try Prepared(
                database,
                "UPDATE notices SET confirmed_at = ?2 WHERE id = ?1 AND confirmed_at IS NULL"
            )
            let before = database.totalChangesCount
            for number in numbers {
                update.bind(number, at: 1)
                update.bind(now.milliseconds, at: 2)
                try update.run()
            }
            let confirmed = database.totalChangesCount - before
            transaction.countPending(-confirmed)
            return confirmed
        }
    }

    /// Forgets the oldest notices, as long as they were confirmed before `instant`: up to the first that is pending or
    /// was confirmed later, and `limit` at most.
    ///
    /// Their records stay in the ledger.
    ///
    /// Numbers ascend with time, so that only what is forgotten is read, and a call is short however many there are.
    /// Returns how many; where that is `limit`, there may be more.
    package func pruneConfirmedNotices(before instant: Instant, limit: Int) throws -> Int {
        try write("forget confirmed notices in the store") { database, _ in
            let select = try Prepared(database, "SELECT id, confirmed_at FROM notices ORDER BY id LIMIT ?1")
            select.bind(Int64(limit), at: 1)
            var last: Int64?
            var isOld = true
            try select.forEach { row in
                isOld = isOld && row.optionalInt(1).map { $0 < instant.milliseconds } ?? false
                if isOld { last = row.int(0) }
            }
            guard let last else { return 0 }
            let delete = try Prepared(database, "DELETE FROM notices WHERE id <= ?1")
            delete.bind(last, at: 1)
            try delete.run()
            return database.changesCount
        }
    }
}
