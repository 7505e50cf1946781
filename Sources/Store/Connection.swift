import GRDB

/// Opens the database file, the same way for every connection.
enum Connection {
    /// Nobody holds a lock for long; a backup tool might for a moment.
    static let busyMilliseconds: CInt = 5_000

    static func open(
        path: String,
        label: String,
        cacheKiB: Int,
        isReadOnly: Bool = false
    ) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = label
        configuration.readonly = isReadOnly
        // No table references another: whatever is written in one transaction belongs together by construction.
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Double(busyMilliseconds) / 1_000)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
            // A mapped page counts as resident memory, and an I/O error on one is a signal, not an error code.
            try database.execute(sql: "PRAGMA mmap_size = 0")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

/// Copies the write-ahead log into the database, on a connection and a queue of its own: inside the writer it would
/// come between a deadline and its commit.
struct Checkpointer: Sendable {
    private let queue: DatabaseQueue

    init(path: String, limits: StoreLimits) throws {
        queue = try Connection.open(path: path, label: "slawatchd.store.checkpoint", cacheKiB: limits.readerCacheKiB)
    }

    /// Returns at once; neither the writer nor readers wait for it.
    func begin() {
        queue.asyncWriteWithoutTransaction { database in
            // Where it fails, the log keeps growing until the writer's own checkpoint or commit says why.
            _ = try? database.checkpoint(.passive)
        }
    }

    /// Waits for a checkpoint that is going on.
    func wait() { queue.writeWithoutTransaction { _ in } }

    /// Waits for a checkpoint that is going on, and ends.
    func close() throws { try queue.close() }
}
