import Engine
import Loop
import Store
import Testing
import TimeBase

@Suite("ids of notices")
struct NoticeIDTests {
    private func announce(_ id: String, in store: SQLiteStore) throws {
        try store.put(Decision(plainCase(id), records: [plainRecord(.breached, priority: 4)]))
    }

    /// The ids of what waits to be written, oldest first.
    private func pending(in folder: Folder) throws -> [String] {
        let reader = try StoreReader(folder: folder.path)
        defer { try? reader.close() }
        return try reader.pendingNotices(limit: 100).map(\.id)
    }

    @Test("S34: an id has store, epoch and number, has no dot, and stays as it is over restarts")
    func stable() throws {
        let folder = try Folder()
        var ids: [String] = []
        for run in 1...3 {
            let store = try SQLiteStore(folder: folder.path)
            // A run that announces nothing leaves no trace.
            #expect(try folder.number("SELECT count(*) FROM epochs") == run - 1)
            for number in 0..<2 { try announce("T-\(run)-\(number)", in: store) }
            let now = try pending(in: folder)
            #expect(Array(now.prefix(ids.count)) == ids)
            for id in now {
                let match = try #require(id.wholeMatch(of: /([0-9a-f]{8})-([0-9a-f]{12})-([0-9]+)/), "\(id)")
                #expect(String(match.1) == store.storeID)
            }
            ids = now
            try store.close()
        }
        #expect(Set(ids).count == 6)
        #expect(Set(ids.map { $0.split(separator: "-")[1] }).count == 3, "an epoch for each run")
    }

    @Test("S34: a commit that fails begins no epoch, and the next one does")
    func failedCommit() throws {
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try store.transaction { transaction in
                let decision = Decision(plainCase("a"), records: [plainRecord(.breached, priority: 4)])
                try transaction.save(decision, previous: nil, at: at(1))
                throw Refused()
            }
        }
        #expect(try folder.number("SELECT count(*) FROM epochs") == 0)
        try announce("b", in: store)
        #expect(try pending(in: folder).count == 1)
        #expect(try folder.number("SELECT count(*) FROM epochs") == 1)
        try store.close()
    }

    /// A backup put back, a state directory copied to a second machine, a snapshot of the file system: each is a store
    /// that goes on from an earlier state, while another has gone on from there before, or does so at the same time.
    @Test("S34: two stores that go on from one state share the ids of then, and give none twice from there on")
    func copies() throws {
        let folder = try Folder()
        var store = try SQLiteStore(folder: folder.path)
        try announce("before", in: store)
        let ofRunning = try folder.copy()
        try announce("first-way", in: store)
        let firstWay = try pending(in: folder)
        try store.close()

        for copy in [ofRunning, try ofRunning.copy()] {
            store = try SQLiteStore(folder: copy.path)
            #expect(try pending(in: copy) == [firstWay[0]])
            try announce("other-way", in: store)
            let otherWay = try pending(in: copy)
            #expect(otherWay.count == 2)
            #expect(!firstWay.contains(otherWay[1]))
            // The same number of the ledger, with another meaning: only the epoch tells them apart.
            #expect(otherWay[1].split(separator: "-").last == firstWay[1].split(separator: "-").last)
            try store.close()
        }
    }

    @Test("S34: a store of version 1 opens, keeps its notices under the ids they had, and goes on with new ones")
    func versionOne() throws {
        let folder = try Folder()
        try folder.unpack("version-1.sqlite.gz")
        #expect(try folder.number("PRAGMA user_version") == 1)
        var store = try SQLiteStore(folder: folder.path)
        let old = (16...20).map { "77883063-\($0)" }
        #expect(store.storeID == "77883063")
        #expect(store.counts.noticesPending == 5)
        #expect(store.counts.open == 3)
        #expect(try pending(in: folder) == old)
        #expect(try folder.number("PRAGMA user_version") == 3)
        let reader = try StoreReader(folder: folder.path)
        let notices = try reader.pendingNotices(limit: 10)
        #expect(
            try notices.map { try $0.record.get().kind } == [.breached, .escalated, .breached, .escalated, .metLate]
        )
        #expect(notices.allSatisfy { $0.caseID == CaseID("U-3") })
        try reader.close()
        #expect(try store.history(of: "U-1").records.map(\.kind).filter { $0 == .breached }.count == 2)
        try announce("U-4", in: store)
        try store.close()

        store = try SQLiteStore(folder: folder.path)
        let now = try pending(in: folder)
        #expect(now.dropLast() == old[...])
        #expect(now.last?.wholeMatch(of: /77883063-[0-9a-f]{12}-21/) != nil, "\(now)")
        #expect(try store.confirmNotices([16, 17, 18, 19, 20], at: at(1)) == 5)
        #expect(try pending(in: folder) == [now[5]])
        try store.close()
    }
}
