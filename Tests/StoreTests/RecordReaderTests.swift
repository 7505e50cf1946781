import Engine
import Loop
import Store
import Testing
import TimeBase

@Suite("The ledger over all cases")
struct RecordReaderTests {
    private let folder: Folder
    private let store: SQLiteStore
    private let reader: StoreReader

    /// Writes six records.
    ///
    /// A warned, B warned, A breached (team core), B met, A notified, B breached. B is desk's.
    init() throws {
        folder = try Folder()
        store = try SQLiteStore(folder: folder.path)
        reader = try StoreReader(folder: folder.path)
        for kind in [LedgerRecord.Kind.warned, .breached, .notified] {
            var record = plainRecord(kind)
            if kind == .breached { record.team = "Core" }
            try store.put(Decision(plainCase("A"), records: [record]))
            var other = plainCase("B")
            other.fields.team = "Desk"
            let kinds: [LedgerRecord.Kind: LedgerRecord.Kind] = [
                .warned: .warned, .breached: .met, .notified: .breached,
            ]
            try store.put(Decision(other, records: [plainRecord(kinds[kind] ?? .warned)]))
        }
    }

    private func read(
        after: Int64? = nil,
        before: Int64? = nil,
        limit: Int = 100,
        _ edit: (inout RecordSelection) -> Void = { _ in }
    ) throws -> RecordStretch {
        var selection = RecordSelection(limit: limit)
        selection.after = after
        selection.before = before
        edit(&selection)
        return try #require(try reader.records(selection))
    }

    @Test("an empty store has no record, and its end is 0")
    func empty() throws {
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        defer { try? store.close() }
        let reader = try StoreReader(folder: folder.path)
        for after in [nil, 0, 9] as [Int64?] {
            var selection = RecordSelection(limit: 10)
            selection.after = after
            let stretch = try #require(try reader.records(selection))
            #expect(stretch.records.isEmpty)
            #expect(stretch.last == 0)
            #expect(stretch.newest == 0)
            #expect(!stretch.hasMore)
        }
    }

    @Test("records come in the order of their numbers, page after page, with none twice and none passed over")
    func pages() throws {
        var numbers: [Int64] = []
        var cursor: Int64 = 0
        var isLast = false
        while !isLast {
            let stretch = try read(after: cursor, limit: 4)
            numbers += stretch.records.map(\.number)
            cursor = stretch.last
            isLast = !stretch.hasMore
        }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
        #expect(cursor == 6)
        let all = try read(after: 0)
        #expect(all.records.map(\.caseID.rawValue) == ["A", "B", "A", "B", "A", "B"])
        #expect(all.records.map(\.record.kind) == [.warned, .warned, .breached, .met, .notified, .breached])
        #expect(try read(after: 6).records.isEmpty)
        let ahead = try read(after: 90)
        #expect(ahead.records.isEmpty)
        #expect(ahead.last == 6 && ahead.newest == 6, "the cursor of a younger store is not believed")
        #expect(try read(after: 2, before: 5).records.map(\.number) == [3, 4])
    }

    @Test("the newest are read backwards, page after page")
    func newest() throws {
        let first = try read(limit: 4)
        #expect(first.records.map(\.number) == [3, 4, 5, 6])
        #expect(first.hasMore && first.first == 3 && first.last == 6)
        let second = try read(before: first.first, limit: 4)
        #expect(second.records.map(\.number) == [1, 2])
        #expect(!second.hasMore)
        #expect(try read(limit: 6).hasMore == false)
    }

    @Test("by kind and by team no more rows are looked at than is allowed, and the answer says how far that came")
    func filters() throws {
        #expect(try read(after: 0) { $0.kinds = [.breached, .met] }.records.map(\.number) == [3, 4, 6])
        // Named by the record, or held by the team now.
        #expect(try read(after: 0) { $0.team = "core" }.records.map(\.number) == [3])
        #expect(try read(after: 0) { $0.team = "desk" }.records.map(\.number) == [2, 4, 6])
        #expect(
            try read(after: 0) {
                $0.team = "desk"
                $0.kinds = [.breached]
            }
            .records.map(\.number) == [6]
        )
        let part = try read(after: 0) {
            $0.kinds = [.breached]
            $0.rowsMax = 2
        }
        #expect(part.records.isEmpty)
        #expect(part.hasMore && part.last == 2)
        let back = try read {
            $0.kinds = [.warned]
            $0.rowsMax = 3
        }
        #expect(back.records.isEmpty)
        #expect(back.hasMore && back.first == 4 && back.last == 6)
        let rest = try read(before: back.first) {
            $0.kinds = [.warned]
            $0.rowsMax = 3
        }
        #expect(rest.records.map(\.number) == [1, 2])
        #expect(!rest.hasMore)
    }

    @Test("of one case the records are read along its chain, on and back; a case that nobody knows has no answer")
    func ofCase() throws {
        func ofA(after: Int64? = nil, before: Int64? = nil, limit: Int = 100) throws -> RecordStretch {
            try read(after: after, before: before, limit: limit) { $0.caseID = CaseID("A") }
        }
        #expect(try ofA().records.map(\.number) == [1, 3, 5])
        let first = try ofA(after: 0, limit: 2)
        #expect(first.records.map(\.number) == [1, 3])
        #expect(first.hasMore && first.last == 3)
        let second = try ofA(after: 3, limit: 2)
        #expect(second.records.map(\.number) == [5])
        #expect(!second.hasMore && second.last == 6, "what other cases have written is behind the cursor too")
        let newest = try ofA(limit: 2)
        #expect(newest.records.map(\.number) == [3, 5])
        #expect(newest.hasMore && newest.first == 3)
        #expect(try ofA(before: 3).records.map(\.number) == [1])
        #expect(try ofA(after: 5).records.isEmpty)
        #expect(
            try read(after: 0) {
                $0.caseID = CaseID("A")
                $0.kinds = [.breached]
            }
            .records.map(\.number) == [3]
        )
        var nobody = RecordSelection(limit: 1)
        nobody.caseID = CaseID("Z")
        #expect(try reader.records(nobody) == nil)
    }

    @Test("what was erased keeps its number: the end does not move back")
    func erased() throws {
        var forgetting = Decision(plainCase("B"))
        forgetting.erases = .history
        try store.put(forgetting)
        let stretch = try read(after: 0)
        #expect(stretch.newest == 6)
        #expect(stretch.records.map(\.number) == [1, 3, 4, 5, 6], "verdicts stay")
        var all = Decision(plainCase("A"))
        all.erases = .history
        try store.put(all)
        try store.put(Decision(plainCase("C"), records: [plainRecord(.warned)]))
        #expect(try read(after: 6).records.map(\.number) == [7])
    }

    @Test("a record that cannot be read is left out and holds nobody up")
    func damaged() throws {
        try folder.tamper("UPDATE ledger SET body = x'ff' WHERE id = 3")
        #expect(try read(after: 0).records.map(\.number) == [1, 2, 4, 5, 6])
        #expect(try read(limit: 4).records.map(\.number) == [4, 5, 6])
    }

    @Test("a read by number is a search in the order of the ledger, however long that is")
    func plan() throws {
        // Pages that lie behind each other cost the same: 20,000 rows before the page do not make it slower than 100 do.
        let records = (0..<20_000).map { _ in plainRecord(.notified) }
        try store.put(Decision(plainCase("long"), records: records))
        func time(_ after: Int64) throws -> Duration {
            try (0..<5).map { _ in try ContinuousClock().measure { _ = try read(after: after, limit: 100) } }.min()
                ?? .zero
        }
        _ = try time(0)
        let (early, late) = (try time(0), try time(19_900))
        #expect(late < early * 10 + .milliseconds(5), "\(early) at the beginning, \(late) at the end")
    }
}
