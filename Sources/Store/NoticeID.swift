import GRDB

/// The id of a notice: `<store>-<epoch>-<number>`, in the journal as `SLA_NOTICE_ID`.
///
/// A store that is restored from a backup, or copied with its folder, gives the numbers of its ledger a second time.
/// Therefore each run of the writer draws an epoch, and no id has two meanings. The epoch of a number never changes, so
/// neither does the id. Notices of a version 1 store have no epoch: `<store>-<number>`.
enum NoticeID {
    /// The epoch of the notice `notices.id`; NULL in a store of version 1.
    static let selectEpoch = "SELECT epoch FROM epochs WHERE first <= notices.id ORDER BY first DESC LIMIT 1"
    /// Bytes of an epoch.
    private static let epochBytes = 6

    static func text(storeID: String, epoch: String?, number: Int64) -> String {
        epoch.map { "\(storeID)-\($0)-\(number)" } ?? "\(storeID)-\(number)"
    }

    /// Begins a new epoch with the notice `number`, in the transaction that writes this notice.
    static func beginEpoch(at number: Int64, in database: Database) throws {
        let insert = try Prepared(database, "INSERT OR REPLACE INTO epochs(first, epoch) VALUES(?1, ?2)")
        insert.bind(number, at: 1)
        insert.bind(Schema.randomName(bytes: epochBytes), at: 2)
        try insert.run()
    }
}
