import Engine
import GRDB
import TimeBase

extension DigestWindow {
    /// All that are kept, in the order of their receivers.
    static func all(in database: Database) throws -> [DigestWindow] {
        var windows: [DigestWindow] = []
        // One that is damaged is forgotten: what it counted was told, and is in the ledger.
        try Prepared(database, "SELECT body FROM digests ORDER BY receiver")
            .forEach { row in if let window = try? DigestWindow(stored: row.bytes(0)) { windows.append(window) } }
        return windows
    }

    static func put(_ windows: [DigestWindow], ended: [String], in database: Database) throws {
        let insert = try Prepared(database, "INSERT OR REPLACE INTO digests(receiver, body) VALUES(?1, ?2)")
        var bytes = ByteWriter()
        for window in windows {
            window.write(to: &bytes)
            insert.bind(window.receiver, at: 1)
            insert.bind(bytes, at: 2)
            try insert.run()
        }
        let delete = try Prepared(database, "DELETE FROM digests WHERE receiver = ?1")
        for receiver in ended {
            delete.bind(receiver, at: 1)
            try delete.run()
        }
    }

    func write(to bytes: inout ByteWriter) {
        bytes.begin()
        bytes.text(receiver)
        bytes.instant(startedAt)
        bytes.instant(endsAt)
        bytes.int(notices)
        bytes.int(folded.count)
        for (kind, count) in folded.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            bytes.byte(kind.rawValue)
            bytes.int(count)
        }
        bytes.texts(cases.map(\.rawValue))
        bytes.int(urgent.count)
        for urgent in urgent {
            bytes.int(urgent.priority)
            bytes.instant(urgent.at)
            bytes.text(urgent.caseID.rawValue)
        }
        bytes.end()
    }

    init(stored: [UInt8]) throws(Damage) {
        var bytes = try ByteReader(stored)
        let receiver = try bytes.text()
        let startedAt = try bytes.instant()
        self.init(receiver: receiver, startedAt: startedAt, endsAt: try bytes.instant())
        notices = try bytes.int()
        for _ in 0..<(try Self.count(&bytes, max: LedgerRecord.Kind.allCases.count)) {
            let kind = try bytes.recordKind()
            folded[kind] = try bytes.int()
        }
        cases = try bytes.texts().map(CaseID.init)
        for _ in 0..<(try Self.count(&bytes, max: Self.urgentMax)) {
            let priority = try bytes.int()
            let at = try bytes.instant()
            urgent.append(Urgent(priority: priority, at: at, caseID: CaseID(try bytes.text())))
        }
        try bytes.finish()
    }

    private static func count(_ bytes: inout ByteReader, max: Int) throws(Damage) -> Int {
        let count = try bytes.int()
        guard (0...max).contains(count) else { throw Damage("\(count) parts of a digest are too many") }
        return count
    }
}
