package import Engine
import GRDB
import GRDBSQLite
package import Loop
package import TimeBase

/// The store on disk: SQLite in the state directory, one writer.
///
/// Used from one thread at a time, the loop's; every call blocks until the disk has answered. What a call has returned
/// from is durable: the log is synced with every commit. Nothing but counters is held in memory between two calls.
package final class SQLiteStore: CaseStore {
    /// Of the database, in its folder.
    package static let fileName = Schema.fileName
    /// 8 hex digits, drawn when the database was made; the ids of its notices begin with it.
    package let storeID: String
    /// Nil once closed, like the statements.
    private var lock: FolderLock?
    private let queue: DatabaseQueue
    private let checkpointer: Checkpointer
    private let limits: StoreLimits
    private var statements: HotStatements?
    private var book: Book
    /// Pages written to the log before the last checkpoint was begun, and before the last that the writer made itself.
    private var pagesAtCheckpoint: Int64 = 0
    private var pagesAtOwnCheckpoint: Int64 = 0
    /// The log still holds what was erased.
    private var mustEmptyLog = false

    /// Opens the store in `folder`, and makes it where the folder holds none.
    ///
    /// Takes a few milliseconds however much is in it.
    package init(folder: String, limits: StoreLimits = StoreLimits()) throws(StoreProblem) {
        self.limits = limits
        lock = try FolderLock(folder: folder)
        let path = "\(folder)/\(Schema.fileName)"
        do {
            queue = try Connection.open(
                path: path,
                label: "slawatchd.store.writer",
                cacheKiB: limits.writerCacheKiB
            )
            (statements, book, storeID) = try queue.writeWithoutTransaction { database in
                // Asked before anything is written: a foreign file stays as it is.
                _ = try Schema.isOurs(database, path: path)
                try Self.configure(database, limits: limits)
                try Schema.prepare(database, path: path)
                try OverdueForm.bringUpToDate(in: database)
                guard let storeID = try Meta.text("store_id", in: database) else {
                    throw StoreProblem.isDamaged(cause: "the store has no id")
                }
                return (try HotStatements(database), try Book(from: database), storeID)
            }
            checkpointer = try Checkpointer(path: path, limits: limits)
        } catch {
            throw StoreProblem(error, opening: path)
        }
        // What the last run left in the log.
        checkpointer.begin()
    }

    private static func configure(_ database: Database, limits: StoreLimits) throws {
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        // What is erased is overwritten and not only let go of (S60).
        try database.execute(sql: "PRAGMA secure_delete = ON")
        // After a burst, the log file shrinks to this with the first commit that starts it anew.
        let bytes = limits.checkpointPages * StoreLimits.pageSize
        try database.execute(sql: "PRAGMA journal_size_limit = \(bytes)")
        if let pagesMax = limits.pagesMax { try database.execute(sql: "PRAGMA max_page_count = \(pagesMax)") }
    }

    /// Throws what `body` throws, and a `StoreProblem` for what SQLite has to say.
    package func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result {
        try write("commit to the store") { _, transaction in try body(transaction) }
    }

    /// The smallest `next_wake`; nil if nothing is due without an event.
    package func earliestWake() throws -> Instant? {
        try use("read the next deadline from the store") { _, statements in
            try statements.earliestWake.first { Instant(milliseconds: $0.int(0)) }
        }
    }

    /// The smallest `keptSince`; nil if no content waits to be removed.
    package func earliestRest() throws -> Instant? {
        try use("read from the store whose content is to be removed") { _, statements in
            try statements.earliestRest.first { Instant(milliseconds: $0.int(0)) }
        }
    }

    /// The instant of the last commit; nil in an empty store.
    package func lastCommit() -> Instant? { book.lastCommit }

    /// A policy version that has not reached all open cases yet; nil if there is none.
    package func rollout() throws -> Rollout? {
        try use("read from the store how far the policy has come") { database, _ in try Rollout.current(in: database) }
    }

    /// What receivers were told of late, where notices are gathered (S35).
    package func digestWindows() throws -> [DigestWindow] {
        try use("read the digests of the store") { database, _ in try DigestWindow.all(in: database) }
    }

    /// As of the last commit.
    package var counts: Counts { book.counts }

    /// Ends the work of the store and frees the state directory.
    ///
    /// Calls after it fail.
    package func close() throws(StoreProblem) {
        // A connection closes only when none of its statements is left.
        statements = nil
        do {
            try checkpointer.close()
            try queue.close()
        } catch {
            throw StoreProblem(error, while: "close the store")
        }
        lock = nil
    }
}

extension SQLiteStore {
    /// Runs `body` in a transaction of its own.
    func write<Result>(
        _ verb: String,
        _ body: (Database, SQLiteTransaction) throws -> Result
    ) throws -> Result {
        try use(verb) { database, statements in
            let transaction = SQLiteTransaction(database, statements: statements, book: book)
            var result: Result?
            try database.inTransaction(.immediate) {
                result = try body(database, transaction)
                try transaction.finish(since: book)
                return .commit
            }
            book = transaction.book
            if transaction.hasErased { mustEmptyLog = true }
            boundLog(database)
            guard let result else { preconditionFailure("a transaction committed without a result") }
            return result
        }
    }

    /// Runs `body` on the writer's connection.
    ///
    /// Errors of SQLite come out as a `StoreProblem`, others as they are.
    func use<Result>(_ verb: String, _ body: (Database, HotStatements) throws -> Result) throws -> Result {
        guard let statements else { throw StoreProblem.failed(verb: verb, cause: "the store is closed") }
        do {
            return try queue.writeWithoutTransaction { database in try body(database, statements) }
        } catch let error as DatabaseError {
            throw StoreProblem(error, while: verb)
        }
    }

    /// Sees to it that the log is copied into the database before it grows too long.
    private func boundLog(_ database: Database) {
        let pages = Self.pagesWritten(by: database)
        if mustEmptyLog, emptyLog(database) {
            mustEmptyLog = false
            pagesAtCheckpoint = pages
            pagesAtOwnCheckpoint = pages
            return
        }
        if pages - pagesAtCheckpoint >= Int64(limits.checkpointPages) {
            pagesAtCheckpoint = pages
            checkpointer.begin()
        }
        guard pages - pagesAtOwnCheckpoint >= Int64(limits.logPagesMax) else { return }
        // The writer never stops while the other connection copies, so that one cannot reach the end of the log and let
        // it start anew. Here the writer stands still. Where a reader is in the way, the next commit tries again.
        guard let log = try? database.checkpoint(.passive), log.walFrameCount == log.checkpointedFrameCount else {
            return
        }
        pagesAtOwnCheckpoint = pages
    }

    /// Copies the log into the database and cuts it to nothing; false if a reader is in the way.
    ///
    /// The next commit then tries again: nothing waits for a backup that takes its time.
    private func emptyLog(_ database: Database) -> Bool {
        // Two checkpoints at once are one too many, and whose turn it is is not waited for.
        checkpointer.wait()
        unsafe sqlite3_busy_timeout(database.sqliteConnection, 0)
        defer { unsafe sqlite3_busy_timeout(database.sqliteConnection, Connection.busyMilliseconds) }
        return (try? database.checkpoint(.truncate)) != nil
    }

    /// How many pages the connection has written to the log since it was opened.
    private static func pagesWritten(by database: Database) -> Int64 {
        var pages: CInt = 0
        var peak: CInt = 0
        let code = unsafe sqlite3_db_status(
            database.sqliteConnection,
            SQLITE_DBSTATUS_CACHE_WRITE,
            &pages,
            &peak,
            0
        )
        precondition(code == SQLITE_OK, "sqlite3_db_status gave \(code)")
        return Int64(pages)
    }
}

extension Book {
    /// As the last commit left it.
    init(from database: Database) throws {
        counts = try Counts(from: database)
        lastCommit = try Meta.int("last_commit", in: database).map(Instant.init(milliseconds:))
        nextKey = try Prepared(database, "SELECT max(key) FROM cases").first { $0.int(0) + 1 } ?? 1
        let next = try Prepared(database, "SELECT max(id) FROM ledger").first { $0.int(0) + 1 } ?? 1
        // The last ones may have been removed since.
        nextRecord = max(next, try Meta.int("next_record", in: database) ?? 1)
        words = try WordBook(from: database)
    }
}
