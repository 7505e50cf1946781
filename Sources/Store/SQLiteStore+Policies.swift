import GRDB
import Loop
package import TimeBase

/// A policy file as it was adopted.
package struct AdoptedPolicy: Hashable, Sendable {
    /// 1 for the first.
    package var version: Int
    /// `Policy.contentHash`.
    package var hash: String
    package var adoptedAt: Instant
    /// The file's text.
    package var text: String

    package init(version: Int, hash: String, adoptedAt: Instant, text: String) {
        self.version = version
        self.hash = hash
        self.adoptedAt = adoptedAt
        self.text = text
    }
}

extension SQLiteStore {
    /// Keeps a policy, unless it is the latest already.
    ///
    /// Going back to an older file gives a new version: versions follow the order in which they ruled (S16). With a new
    /// version its rollout to the open cases begins, in the same transaction.
    ///
    /// - Parameters:
    ///   - hash: Of the text and of what its calendars come to.
    ///   - text: The policy file's.
    ///   - kept: The content of each other file that it was read with, by name: holidays and zone data.
    ///   - now: When it is adopted.
    /// - Returns: A new version, or the latest where that has the same hash.
    /// - Throws: What SQLite has to say.
    package func adoptPolicy(
        hash: String,
        text: String,
        kept: [String: [UInt8]] = [:],
        at now: Instant
    ) throws -> Int {
        try write("keep the policy in the store") { database, transaction in
            let latest = try Self.policies(in: database, where: "version = (SELECT max(version) FROM policies)").first
            if let latest, latest.hash == hash { return latest.version }
            let version = (latest?.version ?? 0) + 1
            let insert = try Prepared(
                database,
                "INSERT INTO policies(version, hash, adopted_at, text) VALUES(?1, ?2, ?3, ?4)"
            )
            insert.bind(Int64(version), at: 1)
            insert.bind(hash, at: 2)
            insert.bind(now.milliseconds, at: 3)
            insert.bind(text, at: 4)
            try insert.run()
            for (name, content) in kept.sorted(by: { $0.key < $1.key }) {
                let insert = try Prepared(
                    database,
                    "INSERT INTO policy_files(version, name, file) VALUES(?1, ?2, ?3)"
                )
                insert.bind(Int64(version), at: 1)
                insert.bind(name, at: 2)
                insert.bind(try Self.keep(content, in: database), at: 3)
                try insert.run()
            }
            let open = transaction.book.counts.open
            try Rollout.put(open > 0 ? Rollout(version: version, total: open) : nil, in: database)
            return version
        }
    }

    /// The number under which a file's content is kept, which is found again where an earlier policy had the same.
    private static func keep(_ content: [UInt8], in database: Database) throws -> Int64 {
        let find = try Prepared(database, "SELECT id FROM files WHERE content = ?1")
        find.bind(content, at: 1)
        if let known = try find.first({ $0.int(0) }) { return known }
        let insert = try Prepared(database, "INSERT INTO files(content) VALUES(?1)")
        insert.bind(content, at: 1)
        try insert.run()
        return database.lastInsertedRowID
    }

    /// The files that an adopted policy was read with, as they were then, by name.
    package func keptFiles(ofPolicy version: Int) throws -> [String: [UInt8]] {
        try use("read the files of a policy from the store") { database, _ in
            try Self.keptFiles(ofPolicy: version, in: database)
        }
    }

    fileprivate static func keptFiles(ofPolicy version: Int, in database: Database) throws -> [String: [UInt8]] {
        let select = try Prepared(
            database,
            "SELECT name, content FROM policy_files JOIN files ON id = file WHERE version = ?1"
        )
        select.bind(Int64(version), at: 1)
        var files: [String: [UInt8]] = [:]
        try select.forEach { files[$0.text(0)] = $0.bytes(1) }
        return files
    }

    /// The numbers of all versions that were ever adopted, in order.
    package func policyVersions() throws -> [Int] {
        try use("read policies from the store") { database, _ in
            var versions: [Int] = []
            try Prepared(database, "SELECT version FROM policies ORDER BY version")
                .forEach { versions.append(Int($0.int(0))) }
            return versions
        }
    }

    /// The one that rules; nil in an empty store.
    package func latestPolicy() throws -> AdoptedPolicy? {
        try use("read the policy from the store") { database, _ in
            try Self.policies(in: database, where: "version = (SELECT max(version) FROM policies)").first
        }
    }

    fileprivate static func policies(in database: Database, where condition: String) throws -> [AdoptedPolicy] {
        var policies: [AdoptedPolicy] = []
        let select = "SELECT version, hash, adopted_at, text FROM policies WHERE \(condition) ORDER BY version"
        try Prepared(database, select)
            .forEach { row in
                let adoptedAt = Instant(milliseconds: row.int(2))
                policies.append(
                    AdoptedPolicy(version: Int(row.int(0)), hash: row.text(1), adoptedAt: adoptedAt, text: row.text(3))
                )
            }
        return policies
    }
}

extension StoreReader {
    /// A version that was adopted, with the files that it was read with, by name; nil if it never was.
    package func policy(
        _ version: Int
    ) throws(StoreProblem) -> (adopted: AdoptedPolicy, kept: [String: [UInt8]])? {
        try read("read policy version \(version) from the store") { database in
            let found = try SQLiteStore.policies(in: database, where: "version = \(version)")
            guard let adopted = found.first else { return nil }
            return (adopted, try SQLiteStore.keptFiles(ofPolicy: version, in: database))
        }
    }
}
