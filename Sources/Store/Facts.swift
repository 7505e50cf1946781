import Engine
import GRDB
import Loop

/// The events that a case keeps, as the table has them.
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
        var facts: [Fact] = []
        let selection = try Prepared(database, select)
        selection.bind(key, at: 1)
        try selection.forEach { row in facts.append(try fact(of: id, from: row).withoutContent) }
        try replace(facts, ofCase: key, in: database)
    }

    /// Writes facts of a case over what the table has of the same events.
    ///
    /// Rare, so its statement is not kept.
    static func replace(_ facts: [Fact], ofCase key: Int64, in database: Database) throws {
        let update = try Prepared(database, "UPDATE facts SET body = ?3 WHERE case_key = ?1 AND event = ?2")
        var bytes = ByteWriter()
        for fact in facts {
            update.bind(key, at: 1)
            FactKey(source: fact.event.source, eventID: fact.event.id).write(to: &bytes)
            update.bind(bytes, at: 2)
            fact.write(to: &bytes)
            update.bind(bytes, at: 3)
            try update.run()
        }
    }

    /// Removes every fact of a case.
    static func delete(ofCase key: Int64, in database: Database) throws {
        let deletion = try Prepared(database, "DELETE FROM facts WHERE case_key = ?1")
        deletion.bind(key, at: 1)
        try deletion.run()
    }
}
