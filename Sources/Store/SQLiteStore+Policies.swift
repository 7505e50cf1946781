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
    /// Keeps a policy and returns its version: a new one, or the latest where that has the same hash.
    ///
    /// Going back to an older file gives a new version: versions follow the order in which they ruled (S16). With a new
    /// version its rollout to the open cases begins, in the same transaction.
    package func adoptPolicy(hash: String, text: String, at now: Instant) throws -> Int {
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
            let open = transaction.book.counts.open
            try Rollout.put(open > 0 ? Rollout(version: version, total: open) : nil, in: database)
            return version
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
