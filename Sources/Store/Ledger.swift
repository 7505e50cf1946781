import Engine
import Loop

/// The chain of a case's ledger records: the case names the newest, each names the one before it.
enum Ledger {
    static let select = "SELECT body, prev FROM ledger WHERE id = ?1 AND case_key = ?2"

    /// The records of a case, oldest first.
    ///
    /// Throws `CaseDamaged` where one is missing or cannot be read.
    ///
    /// `statement` is `select`, prepared.
    static func records(
        of id: CaseID,
        key: Int64,
        head: Int64?,
        with statement: Prepared
    ) throws -> [LedgerRecord] {
        var records: [LedgerRecord] = []
        var next = head
        while let number = next {
            statement.bind(number, at: 1)
            statement.bind(key, at: 2)
            let found = try statement.first { row in
                (
                    try CaseDamaged.naming(id) { () throws(Damage) in try LedgerRecord(stored: row.bytes(0)) },
                    row.optionalInt(1)
                )
            }
            guard let (record, previous) = found else {
                throw CaseDamaged(id: id, reason: "ledger record \(number) is missing")
            }
            // Falling numbers end; a chain that damage has bent into a ring would not.
            if let previous, previous >= number {
                throw CaseDamaged(id: id, reason: "ledger record \(number) points ahead")
            }
            records.append(record)
            next = previous
        }
        return records.reversed()
    }
}

extension CaseDamaged {
    /// Says of which case the damage is.
    static func naming<Value>(
        _ id: CaseID,
        _ body: () throws(Damage) -> Value
    ) throws(CaseDamaged) -> Value {
        do { return try body() } catch { throw CaseDamaged(id: id, reason: error.description) }
    }
}
