import Engine
import GRDB
import Loop

// The counts as rows: a stable name and a value each.

extension Counts {
    var named: [String: Int] {
        var named = [
            "open": open, "overdue": overdue, "set_aside": setAside, "events": events,
            "notices_pending": noticesPending,
        ]
        for (kind, count) in records { named["ledger.\(kind.word)"] = count }
        return named
    }

    init(from database: Database) throws {
        self.init()
        var kinds: [String: LedgerRecord.Kind] = [:]
        for kind in LedgerRecord.Kind.allCases { kinds["ledger.\(kind.word)"] = kind }
        try Prepared(database, "SELECT name, value FROM counts")
            .forEach { row in
                let value = Int(row.int(1))
                switch row.text(0) {
                case "open": open = value
                case "overdue": overdue = value
                case "set_aside": setAside = value
                case "events": events = value
                case "notices_pending": noticesPending = value
                case let name: if let kind = kinds[name] { records[kind] = value }
                }
            }
    }
}
