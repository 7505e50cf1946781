import GRDB
package import TimeBase

// Notices go from pending to confirmed. They are listed by `StoreReader.pendingNotices`.

extension SQLiteStore {
    /// Remembers that the outlet has these notices, so that they are not sent again.
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

    /// Makes the notices pending again that were confirmed at `instant` or later: after a power cut the journal may
    /// have lost what it had let us read.
    ///
    /// Returns how many.
    @discardableResult
    package func unconfirmNotices(since instant: Instant) throws -> Int {
        try write("check notices in the store") { database, transaction in
            let update = try Prepared(database, "UPDATE notices SET confirmed_at = NULL WHERE confirmed_at >= ?1")
            update.bind(instant.milliseconds, at: 1)
            try update.run()
            transaction.countPending(database.changesCount)
            return database.changesCount
        }
    }

    /// Forgets the notices that were confirmed before `instant`.
    ///
    /// Their records stay in the ledger.
    ///
    /// Reads all of them, and listing the pending ones passes over those that are kept: call it every few minutes.
    /// Returns how many.
    @discardableResult
    package func pruneConfirmedNotices(before instant: Instant) throws -> Int {
        try write("forget confirmed notices in the store") { database, _ in
            let delete = try Prepared(database, "DELETE FROM notices WHERE confirmed_at < ?1")
            delete.bind(instant.milliseconds, at: 1)
            try delete.run()
            return database.changesCount
        }
    }
}
