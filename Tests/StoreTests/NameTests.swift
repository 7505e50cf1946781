import Engine
import Foundation
import Loop
import Store
import Testing
import TimeBase

@Suite("Names and words in the store")
struct NameTests {
    private func held(_ id: String, agent: String? = nil, team: String? = nil, status: Status = .open) -> Case {
        var state = plainCase(id)
        state.status = status
        state.fields.agent = agent
        state.fields.team = team
        return state
    }

    private func holders(_ folder: Folder) throws -> [String] {
        try StoreReader(folder: folder.path).holders().map { "\($0.kind) \($0.name) \($0.cases)" }
    }

    @Test("the open cases of each agent and team are counted, whatever way a case changes")
    func holders() throws {
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        try store.put(Decision(held("1", agent: "amy", team: "desk")))
        try store.put(Decision(held("2", agent: "amy")))
        try store.put(Decision(held("3", agent: "bo", team: "desk")))
        #expect(try holders(folder) == ["agent amy 2", "team desk 2", "agent bo 1"])
        // Passed on, resolved, taken up again, without an agent.
        try store.put(Decision(held("1", agent: "bo", team: "desk")))
        try store.put(Decision(held("3", agent: "bo", team: "desk", status: .resolved)))
        #expect(try holders(folder) == ["agent amy 1", "agent bo 1", "team desk 1"])
        try store.put(Decision(held("3", agent: "cy", team: "night")))
        try store.put(Decision(held("2")))
        #expect(try holders(folder) == ["agent bo 1", "agent cy 1", "team desk 1", "team night 1"])
        #expect(try folder.number("SELECT count(*) FROM holders") == 4, "a name without cases has no row")
    }

    @Test("a transaction that fails counts no holder")
    func failed() throws {
        struct Failed: Error {}
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        try store.put(Decision(held("1", agent: "amy")))
        #expect(throws: Failed.self) {
            try store.transaction { transaction in
                try transaction.save(Decision(held("2", agent: "amy")), previous: nil, at: at(1))
                throw Failed()
            }
        }
        try store.put(Decision(held("1", agent: "amy", team: "desk")))
        #expect(try holders(folder) == ["agent amy 1", "team desk 1"])
    }

    @Test("a store of version 2 opens, and its open cases are counted by who holds them")
    func versionTwo() throws {
        let folder = try Folder()
        try folder.unpack("version-2.sqlite.gz")
        #expect(try folder.number("PRAGMA user_version") == 2)
        let store = try SQLiteStore(folder: folder.path)
        #expect(try folder.number("PRAGMA user_version") == 3)
        #expect(store.counts.open == 4)
        #expect(store.counts.overdue == 1)
        let teams = ["team experts 1", "team front 1", "team night 1", "team specialists 1"]
        let held = try holders(folder)
        #expect(held == ["agent zoe 2", "agent ada 1"] + teams)
        #expect(try StoreReader(folder: folder.path).sentWords(now: at(0)).complete == [])
    }

    /// Noon of a day after the first.
    private func day(_ number: Int64) -> Instant { at(0) + .hours(24 * number) }

    private func send(_ id: String, to store: SQLiteStore, on day: Instant, _ change: (inout CaseFields) -> Void) throws
    {
        var fact = plainFact(id, of: "T")
        change(&fact.event.fields)
        try store.put(Decision(plainCase("T"), facts: [fact]), at: day)
    }

    @Test("S27: the words of 90 days are known, folded, once that many days have passed")
    func words() throws {
        let folder = try Folder()
        var store = try SQLiteStore(folder: folder.path)
        func sent(_ now: Instant) throws -> SentWords { try StoreReader(folder: folder.path).sentWords(now: now) }
        try send("1", to: store, on: day(0)) { $0.priority = "High" }
        try send("2", to: store, on: day(1)) { fields in
            fields.tags = ["VIP", "vip", "new"]
            fields.plan = "gold"
        }
        let all = [
            SentWord(.priority, "high"), SentWord(.plan, "gold"), SentWord(.tags, "new"), SentWord(.tags, "vip"),
        ]
        #expect(try sent(day(1)).words == all)
        #expect(try sent(day(89)).complete == [], "what was sent before is not known")
        #expect(try sent(day(90)).complete == Set(SentWord.Kind.allCases))
        #expect(try sent(day(90)).words == all)
        #expect(try sent(day(91)).words == Array(all.dropFirst()))
        // Sent again, after a start too.
        try store.close()
        store = try SQLiteStore(folder: folder.path)
        try send("3", to: store, on: day(60)) { $0.tags = ["Vip"] }
        #expect(try sent(day(92)).words == [SentWord(.tags, "vip")])
        #expect(try folder.number("SELECT count(*) FROM words") == 4)
    }

    @Test("S27: of a kind with more words than are kept nothing is said")
    func tooManyWords() throws {
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        for part in 0..<3 {
            try send("\(part)", to: store, on: day(0)) { fields in
                fields.tags = (0..<4_000).map { "tag-\(part * 4_000 + $0)" }
            }
        }
        #expect(try folder.number("SELECT count(*) FROM words") == 10_000)
        let sent = try StoreReader(folder: folder.path).sentWords(now: day(90))
        #expect(sent.complete == [.priority, .plan, .channel])
    }
}
