import GRDB
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
    /// Keeps a policy and returns its version: a new one, or the latest where that has the same hash.
    ///
    /// Going back to an older file gives a new version: versions follow the order in which they ruled (S16).
    ///
    /// - Parameters:
    ///   - hash: Of the text and of the feeds.
    ///   - text: The policy file's.
    ///   - feeds: The content of each file of holidays that it names, by path.
    ///   - now: When it is adopted.
    package func adoptPolicy(
        hash: String,
        text: String,
        feeds: [String: [UInt8]] = [:],
        at now: Instant
    ) throws -> Int {
        try write("keep the policy in the store") { database, _ in
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
            for (path, content) in feeds.sorted(by: { $0.key < $1.key }) {
                let insert = try Prepared(
                    database,
                    "INSERT INTO policy_feeds(version, path, feed) VALUES(?1, ?2, ?3)"
                )
                insert.bind(Int64(version), at: 1)
                insert.bind(path, at: 2)
                insert.bind(try Self.keep(content, in: database), at: 3)
                try insert.run()
            }
            return version
        }
    }

    /// The number under which a feed's content is kept, which is found again where an earlier policy had the same.
    private static func keep(_ content: [UInt8], in database: Database) throws -> Int64 {
        let find = try Prepared(database, "SELECT id FROM feeds WHERE content = ?1")
        find.bind(content, at: 1)
        if let known = try find.first({ $0.int(0) }) { return known }
        let insert = try Prepared(database, "INSERT INTO feeds(content) VALUES(?1)")
        insert.bind(content, at: 1)
        try insert.run()
        return database.lastInsertedRowID
    }

    /// The files of holidays of an adopted policy as they were then, by path; empty where it names none.
    package func feeds(of version: Int) throws -> [String: [UInt8]] {
        try use("read the holidays of a policy from the store") { database, _ in
            let select = try Prepared(
                database,
                "SELECT path, content FROM policy_feeds JOIN feeds ON id = feed WHERE version = ?1"
            )
            select.bind(Int64(version), at: 1)
            var feeds: [String: [UInt8]] = [:]
            try select.forEach { feeds[$0.text(0)] = $0.bytes(1) }
            return feeds
        }
    }

    /// All that were ever adopted, oldest first.
    package func policies() throws -> [AdoptedPolicy] {
        try use("read policies from the store") { database, _ in try Self.policies(in: database, where: "TRUE") }
    }

    /// The one that rules; nil in an empty store.
    package func latestPolicy() throws -> AdoptedPolicy? {
        try use("read the policy from the store") { database, _ in
            try Self.policies(in: database, where: "version = (SELECT max(version) FROM policies)").first
        }
    }

    private static func policies(in database: Database, where condition: String) throws -> [AdoptedPolicy] {
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
