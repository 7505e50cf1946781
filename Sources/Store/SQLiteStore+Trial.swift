import GRDB

extension SQLiteStore {
    /// In bytes: what a full slice of breaches writes.
    ///
    /// A disk that is nearly full takes small commits, and then fails again.
    static let trialSize: Int64 = 1_048_576

    /// Commits as much as a burst does and takes it back: whether the store works again after it has failed.
    ///
    /// Throws `StoreProblem` if it does not. Not cheap: it is for a store that has failed.
    package func tryCommit() throws {
        try write("try a commit to the store") { database, _ in
            let insert = try Prepared(
                database,
                "INSERT OR REPLACE INTO meta(name, value) VALUES('trial', zeroblob(?1))"
            )
            insert.bind(Self.trialSize, at: 1)
            try insert.run()
        }
        try write("take back a trial commit to the store") { database, _ in
            try Prepared(database, "DELETE FROM meta WHERE name = 'trial'").run()
        }
    }
}
