import GRDB

/// The layout of the database file.
///
/// What a burst of breaches writes is laid out to be narrow or sequential: ledger and notices only grow at their ends,
/// the indexes of a case are touched only if their columns change, and no index on the ledger is needed because
/// each record names the case's record before it.
enum Schema {
    static let fileName = "slawatch.sqlite"
    /// `SLAW`, the application id in the header of the file.
    static let applicationID: Int64 = 0x534C_4157
    /// Raise it with every change of the tables, and add to `steps` how a file of the version before gets there.
    static let version = 3

    private static let tables = """
        CREATE TABLE cases(
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            state BLOB NOT NULL,
            ledger_head INTEGER,
            next_wake INTEGER,
            due_at INTEGER,
            tier INTEGER NOT NULL,
            is_live INTEGER NOT NULL,
            is_overdue INTEGER NOT NULL,
            set_aside TEXT,
            kept_since INTEGER
        );
        -- The queue of deadlines.
        CREATE INDEX cases_by_wake ON cases(next_wake) WHERE next_wake IS NOT NULL AND set_aside IS NULL;
        -- Most urgent first.
        CREATE INDEX cases_by_due ON cases(due_at, tier) WHERE is_live = 1;
        -- Whose content waits to be removed; live cases have no entry, so that a burst of breaches does not touch it.
        CREATE INDEX cases_by_rest ON cases(kept_since) WHERE kept_since IS NOT NULL AND set_aside IS NULL;
        -- Every accepted event, by what makes it a duplicate.
        CREATE TABLE facts(
            case_key INTEGER NOT NULL,
            event BLOB NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY(case_key, event)
        ) WITHOUT ROWID;
        -- Append only, but for cases whose content is not kept any more. `prev` is the record of the same case before it; `cases.ledger_head` is the newest.
        CREATE TABLE ledger(
            id INTEGER PRIMARY KEY,
            case_key INTEGER NOT NULL,
            prev INTEGER,
            body BLOB NOT NULL
        );
        -- One row for each ledger record that is announced, under the same number; pruned some time after confirmation.
        -- `epochs` has the rest of the notice's id.
        CREATE TABLE notices(
            id INTEGER PRIMARY KEY,
            case_key INTEGER NOT NULL,
            confirmed_at INTEGER
        );
        CREATE TABLE counts(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE policies(
            version INTEGER PRIMARY KEY,
            hash TEXT NOT NULL,
            adopted_at INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        -- At most one row: the policy version that has not reached all open cases yet. `place` is a key of `cases`.
        CREATE TABLE rollout(
            version INTEGER PRIMARY KEY,
            place INTEGER NOT NULL,
            total INTEGER NOT NULL,
            cases INTEGER NOT NULL,
            moved INTEGER NOT NULL,
            graced INTEGER NOT NULL
        );
        -- What each receiver of notices was told of late; empty unless the policy gathers them.
        CREATE TABLE digests(receiver TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
        -- The files that a policy was read with, holidays and zone data, as they were when it was adopted; versions share
        -- what is equal.
        CREATE TABLE files(id INTEGER PRIMARY KEY, content BLOB NOT NULL);
        CREATE TABLE policy_files(
            version INTEGER NOT NULL,
            name TEXT NOT NULL,
            file INTEGER NOT NULL,
            PRIMARY KEY(version, name)
        ) WITHOUT ROWID;
        CREATE TABLE meta(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
        """ + epochs + vocabulary

    /// One row for each run of the writer that announced something: `first` is the number of its first notice.
    ///
    /// Notices before the first row were written by version 1 and have no epoch.
    private static let epochs = """
        CREATE TABLE epochs(first INTEGER PRIMARY KEY, epoch TEXT NOT NULL);
        """

    /// How many live cases each agent (kind 1) and team (kind 2) holds, and on which day, in days since 1970, each word
    /// that conditions ask for was sent last.
    private static let vocabulary = """
        CREATE TABLE holders(
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            cases INTEGER NOT NULL,
            PRIMARY KEY(kind, name)
        ) WITHOUT ROWID;
        CREATE TABLE words(
            kind INTEGER NOT NULL,
            word TEXT NOT NULL,
            day INTEGER NOT NULL,
            PRIMARY KEY(kind, word)
        ) WITHOUT ROWID;
        """

    /// What makes a file of one version a file of the next; the first step is that of version 1.
    private static let steps = [epochs, vocabulary]

    /// Makes an empty file ours, brings one of an older version up to this one, and refuses any other.
    static func prepare(_ database: Database, path: String) throws {
        let isOurs = try isOurs(database, path: path)
        let found = isOurs ? Int(try pragma("user_version", in: database)) : 0
        guard !isOurs || found < version else { return }
        try database.inTransaction(.immediate) {
            if isOurs {
                for step in steps[(found - 1)...] { try database.execute(sql: step) }
                if found < 3 { try Holders.count(in: database) }
            } else {
                try database.execute(sql: tables)
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try Meta.set("store_id", randomName(bytes: 4), in: database)
            }
            try database.execute(sql: "PRAGMA user_version = \(version)")
            return .commit
        }
    }

    /// False if the file is empty.
    static func isOurs(_ database: Database, path: String) throws -> Bool {
        let found = try pragma("application_id", in: database)
        let version = try pragma("user_version", in: database)
        if found == applicationID {
            guard version <= Self.version else {
                throw StoreProblem.isNewer(schema: Int(version), known: Self.version)
            }
            guard version >= 1 else { throw StoreProblem.isDamaged(cause: "it has no schema version") }
            return true
        }
        let tables = try Prepared(database, "SELECT count(*) FROM sqlite_schema").first { $0.int(0) }
        guard found == 0, version == 0, tables == 0 else { throw StoreProblem.isForeign(path: path) }
        return false
    }

    static func pragma(_ name: String, in database: Database) throws -> Int64 {
        try Prepared(database, "PRAGMA \(name)").first { $0.int(0) } ?? 0
    }

    /// Two hex digits for each byte.
    ///
    /// Random and not derived: two stores on one machine write to one journal, and copies of one store to many.
    static func randomName(bytes: Int) -> String {
        (0..<bytes)
            .map { _ in
                let digits = String(UInt8.random(in: .min ... .max), radix: 16)
                return digits.utf8.count < 2 ? "0\(digits)" : digits
            }
            .joined()
    }
}

/// Single values of the store.
enum Meta {
    static func text(_ name: String, in database: Database) throws -> String? {
        try read(name, in: database) { $0.text(0) }
    }

    static func int(_ name: String, in database: Database) throws -> Int64? {
        try read(name, in: database) { $0.int(0) }
    }

    private static func read<Value>(
        _ name: String,
        in database: Database,
        _ column: (Prepared) -> Value
    ) throws -> Value? {
        let statement = try Prepared(database, "SELECT value FROM meta WHERE name = ?1")
        statement.bind(name, at: 1)
        return try statement.first(column)
    }

    static func set(_ name: String, _ number: Int64, in database: Database) throws {
        let statement = try Prepared(database, "INSERT OR REPLACE INTO meta(name, value) VALUES(?1, ?2)")
        statement.bind(name, at: 1)
        statement.bind(number, at: 2)
        try statement.run()
    }

    static func set(_ name: String, _ text: String, in database: Database) throws {
        let statement = try Prepared(database, "INSERT OR REPLACE INTO meta(name, value) VALUES(?1, ?2)")
        statement.bind(name, at: 1)
        statement.bind(text, at: 2)
        try statement.run()
    }
}
