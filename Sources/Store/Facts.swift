import Engine
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
}
