import GRDB

/// The statements that decisions need, compiled once.
final class HotStatements {
    let caseByID: Prepared
    let due: Prepared
    let live: Prepared
    let resting: Prepared
    let earliestRest: Prepared
    let earliestWake: Prepared
    let fact: Prepared
    let facts: Prepared
    let ledgerRecord: Prepared
    let insertCase: Prepared
    let insertFact: Prepared
    let insertRecord: Prepared
    let insertNotice: Prepared
    let setAside: Prepared
    let setCount: Prepared
    let countHolder: Prepared
    let cleanHolder: Prepared
    let setLastCommit: Prepared
    /// SQLite rewrites the entries of an index that a SET list names, changed or not; so there is one statement for each
    /// of the eight combinations.
    private let updates: [Prepared]

    static let selectEarliestWake = """
        SELECT next_wake, id FROM cases
        WHERE next_wake IS NOT NULL AND set_aside IS NULL ORDER BY next_wake, key LIMIT 1
        """

    /// Live cases of a stretch of keys.
    static let selectLive = """
        SELECT key, state, next_wake, ledger_head, id FROM cases
        WHERE key > ?1 AND key <= ?2 AND is_live = 1 AND set_aside IS NULL ORDER BY key LIMIT ?3
        """

    /// Keys that are looked at in one go, where most of their cases are closed.
    static let liveKeysMax: Int64 = 5_000

    init(_ database: Database) throws {
        func prepare(_ sql: String) throws -> Prepared { try Prepared(database, sql) }
        caseByID = try prepare("SELECT key, state, next_wake, ledger_head FROM cases WHERE id = ?1")
        due = try prepare(
            """
            SELECT key, state, next_wake, ledger_head, id FROM cases
            WHERE next_wake <= ?1 AND next_wake IS NOT NULL AND set_aside IS NULL ORDER BY next_wake, key LIMIT ?2
            """
        )
        live = try prepare(Self.selectLive)
        resting = try prepare(
            """
            SELECT key, state, next_wake, ledger_head, id FROM cases
            WHERE kept_since <= ?1 AND kept_since IS NOT NULL AND set_aside IS NULL ORDER BY kept_since, key LIMIT ?2
            """
        )
        earliestRest = try prepare(
            """
            SELECT kept_since FROM cases
            WHERE kept_since IS NOT NULL AND set_aside IS NULL ORDER BY kept_since LIMIT 1
            """
        )
        earliestWake = try prepare(Self.selectEarliestWake)
        fact = try prepare("SELECT event, body FROM facts WHERE case_key = ?1 AND event = ?2")
        facts = try prepare(Facts.select)
        ledgerRecord = try prepare(Ledger.select)
        insertCase = try prepare(
            """
            INSERT INTO cases(key, state, ledger_head, is_overdue, next_wake, due_at, tier, is_live, id, kept_since)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """
        )
        let always = "UPDATE cases SET state = ?2, ledger_head = ?3, is_overdue = ?4"
        let wake = ", next_wake = ?5"
        let urgency = ", due_at = ?6, tier = ?7, is_live = ?8"
        let rest = ", kept_since = ?10"
        updates = try [
            "", wake, urgency, wake + urgency, rest, wake + rest, urgency + rest, wake + urgency + rest,
        ]
        .map { try prepare("\(always)\($0) WHERE key = ?1") }
        insertFact = try prepare("INSERT INTO facts(case_key, event, body) VALUES(?1, ?2, ?3)")
        insertRecord = try prepare("INSERT INTO ledger(id, case_key, prev, body) VALUES(?1, ?2, ?3, ?4)")
        insertNotice = try prepare("INSERT INTO notices(id, case_key) VALUES(?1, ?2)")
        setAside = try prepare(
            "UPDATE cases SET set_aside = ?2 WHERE id = ?1 AND set_aside IS NULL RETURNING key"
        )
        setCount = try prepare(
            "INSERT INTO counts(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value"
        )
        countHolder = try prepare(Holders.statement)
        cleanHolder = try prepare(Holders.cleaning)
        setLastCommit = try prepare("INSERT OR REPLACE INTO meta(name, value) VALUES('last_commit', ?1)")
    }

    /// The update of a case that touches only the indexes that change.
    func updateCase(wakeChanges: Bool, urgencyChanges: Bool, restChanges: Bool) -> Prepared {
        updates[(wakeChanges ? 1 : 0) + (urgencyChanges ? 2 : 0) + (restChanges ? 4 : 0)]
    }
}
