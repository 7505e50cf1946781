import Engine
import GRDB
import Loop

/// The accepted events of a case, as the table has them.
enum Facts {
    static let select = "SELECT event, body FROM facts WHERE case_key = ?1"

    /// Reads a row of `select`.
    static func fact(of id: CaseID, from row: Prepared) throws(CaseDamaged) -> Fact {
        try CaseDamaged.naming(id) { () throws(Damage) in
            try Fact(caseID: id, key: FactKey(stored: row.bytes(0)), stored: row.bytes(1))
        }
    }

    /// Writes every fact of a case anew, without its content (S60); what is freed is overwritten (`secure_delete`).
    ///
    /// Rare, so its statements are not kept.
    static func erase(of id: CaseID, key: Int64, in database: Database) throws {
        var facts: [(event: [UInt8], fact: Fact)] = []
        let selection = try Prepared(database, select)
        selection.bind(key, at: 1)
        try selection.forEach { row in facts.append((row.bytes(0), try fact(of: id, from: row).withoutContent)) }
        let update = try Prepared(database, "UPDATE facts SET body = ?3 WHERE case_key = ?1 AND event = ?2")
        var bytes = ByteWriter()
        for (event, fact) in facts {
            fact.write(to: &bytes)
            update.bind(key, at: 1)
            update.bind(event, at: 2)
            update.bind(bytes, at: 3)
            try update.run()
        }
    }
}
