import Engine
import Loop
import Testing
import TimeBase

@testable import Store

/// The windows of receivers, as every store keeps them (S35).
@Suite("digests in the store")
struct DigestRowTests {
    private func window(_ seed: Int, _ receiver: String) -> DigestWindow {
        var random = Seeded(seed)
        var window = DigestWindow(receiver: receiver, startedAt: random.instant(), endsAt: random.instant())
        window.notices = random.int()
        for kind in LedgerRecord.Kind.allCases where Bool.random(using: &random) { window.folded[kind] = random.int() }
        window.cases = random.texts().map(CaseID.init)
        window.urgent = random.texts()
            .map { DigestWindow.Urgent(priority: random.int(), at: random.instant(), caseID: CaseID($0)) }
        return window
    }

    @Test("a window reads back as it was written", arguments: 0..<200)
    func roundTrip(seed: Int) throws {
        let window = window(seed, "ada")
        var bytes = ByteWriter()
        window.write(to: &bytes)
        #expect(try DigestWindow(stored: bytes.bytes) == window)
        for count in 0..<bytes.bytes.count {
            #expect(throws: Damage.self) { try DigestWindow(stored: Array(bytes.bytes.prefix(count))) }
        }
    }

    @Test(
        "windows are kept, replaced and forgotten in the transaction they come with",
        arguments: Subject.Kind.allCases
    )
    func kept(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        #expect(try store.digestWindows().isEmpty)
        let (ada, bo) = (window(1, "ada"), window(2, "bo"))
        try store.transaction { try $0.keep([ada, bo], ended: []) }
        #expect(try Set(store.digestWindows()) == [ada, bo])
        let later = window(3, "ada")
        struct Undo: Error {}
        #expect(throws: Undo.self) {
            try store.transaction { transaction in
                try transaction.keep([later], ended: ["bo"])
                throw Undo()
            }
        }
        #expect(try Set(store.digestWindows()) == [ada, bo])
        try store.transaction { try $0.keep([later], ended: ["bo", "nobody"]) }
        #expect(try store.digestWindows() == [later])
    }

    @Test("they are there after a restart (R9.1)")
    func restarted() throws {
        let folder = try Folder()
        let ada = window(4, "ada")
        do {
            let store = try SQLiteStore(folder: folder.path)
            try store.transaction { try $0.keep([ada], ended: []) }
            try store.close()
        }
        #expect(try SQLiteStore(folder: folder.path).digestWindows() == [ada])
    }
}
