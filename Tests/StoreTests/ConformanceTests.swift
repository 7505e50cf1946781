import Engine
import Loop
import Store
import Testing
import TimeBase

/// What every store has to do, whatever it keeps its cases in.
@Suite("every store")
struct ConformanceTests {
    @Test("a saved case loads as it was, an unknown one as nil", arguments: Subject.Kind.allCases)
    func roundTrip(_ kind: Subject.Kind) throws {
        let subject = try Subject(kind)
        var random = Seeded(7)
        for number in 0..<50 {
            let state = random.state(CaseID("T-\(number)"))
            try subject.store.put(Decision(state))
            #expect(try subject.store.load("T-\(number)") == state)
            let changed = random.state(state.id)
            try subject.store.put(Decision(changed))
            #expect(try subject.store.load("T-\(number)") == changed)
        }
        #expect(try subject.store.load("T-50") == nil)
    }

    @Test("due cases come in order of their wake, then of their first save", arguments: Subject.Kind.allCases)
    func dueOrder(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        for (id, wake) in [("c", 30), ("a", 20), ("z", 10), ("b", 20), ("later", 31)] as [(String, Int64)] {
            try store.put(Decision(plainCase(id), wake: at(wake)))
        }
        try store.put(Decision(plainCase("never")))
        #expect(try store.dueIDs(at: at(9)) == [])
        #expect(try store.dueIDs(at: at(30)) == ["z", "a", "b", "c"])
        #expect(try store.dueIDs(at: at(30), limit: 2) == ["z", "a"])
        // A new wake moves a case, but not its place among equals.
        try store.put(Decision(plainCase("a"), wake: at(30)))
        #expect(try store.dueIDs(at: at(30)) == ["z", "b", "c", "a"])
    }

    @Test("the earliest wake is the smallest of all, and nil without any", arguments: Subject.Kind.allCases)
    func earliestWake(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        #expect(try store.earliestWake() == nil)
        try store.put(Decision(plainCase("a"), wake: at(50)))
        try store.put(Decision(plainCase("b"), wake: at(40)))
        #expect(try store.earliestWake() == at(40))
        try store.put(Decision(plainCase("b")))
        #expect(try store.earliestWake() == at(50))
        try store.put(Decision(plainCase("a")))
        #expect(try store.earliestWake() == nil)
    }

    @Test("live cases come page by page in the order of their first saves", arguments: Subject.Kind.allCases)
    func live(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        // More than are looked at in one go, almost all of them closed.
        let ids = (0..<6_000).map { "T-\($0)" }
        try store.transaction { transaction in
            for (number, id) in ids.enumerated() {
                var state = plainCase(id)
                if !number.isMultiple(of: 100) { state.status = .closed }
                try transaction.save(Decision(state), previous: nil, at: at(1))
            }
            try transaction.setAside(CaseID("T-200"), reason: "test", at: at(1))
        }
        var found: [String] = []
        var place: Int64? = 0
        var pages = 0
        while let start = place {
            let page = try store.transaction { try $0.live(after: start, limit: 7, at: at(2)) }
            #expect(page.cases.count <= 7)
            found += page.cases.map(\.id.rawValue)
            place = page.next
            pages += 1
        }
        #expect(found == stride(from: 0, to: 6_000, by: 100).map { "T-\($0)" }.filter { $0 != "T-200" })
        #expect(pages > 1)
    }

    @Test("how far a policy has come is kept, and gone when it is over", arguments: Subject.Kind.allCases)
    func rollout(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        #expect(try store.rollout() == nil)
        var rollout = Rollout(version: 3, total: 1_000)
        rollout.place = 250
        rollout.cases = 249
        rollout.moved = 12
        rollout.graced = 1
        try store.transaction { try $0.keep(rollout) }
        #expect(try store.rollout() == rollout)
        rollout.place = 500
        try store.transaction { try $0.keep(rollout) }
        #expect(try store.rollout() == rollout)
        struct Undo: Error {}
        #expect(throws: Undo.self) {
            try store.transaction { transaction in
                try transaction.keep(nil)
                throw Undo()
            }
        }
        #expect(try store.rollout() == rollout)
        try store.transaction { try $0.keep(nil) }
        #expect(try store.rollout() == nil)
    }

    @Test("an event is recorded by case, source and id together", arguments: Subject.Kind.allCases)
    func dedupe(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        try store.put(
            Decision(plainCase("T"), facts: [plainFact("1", of: "T"), plainFact("23", of: "T", source: "a")])
        )
        try store.put(Decision(plainCase("U")))
        try store.transaction { (transaction) throws in
            func isRecorded(_ id: String, _ source: String, _ caseID: String) throws -> Bool {
                try transaction.recorded(eventID: id, source: source, of: CaseID(caseID)) != nil
            }
            #expect(try isRecorded("1", "api", "T"))
            #expect(try !isRecorded("1", "a", "T"))
            #expect(try !isRecorded("2", "api", "T"))
            #expect(try !isRecorded("1", "api", "U"))
            #expect(try !isRecorded("1", "api", "unknown"))
            #expect(try isRecorded("23", "a", "T"))
            #expect(try !isRecorded("3", "a2", "T"), "source and id must not run together")
        }
    }

    @Test("S25: an event that was refused is kept as such until it has its effect", arguments: Subject.Kind.allCases)
    func refused(_ kind: Subject.Kind) throws {
        struct StopHere: Error {}
        let subject = try Subject(kind)
        let store = subject.store
        var refused = plainFact("late", of: "T")
        refused.refusedFor = .closed(.closed)
        let state = plainCase("T")
        try store.put(Decision(state, facts: [plainFact("1", of: "T"), refused]))
        func kept() throws -> Fact? {
            try store.transaction { try $0.recorded(eventID: "late", source: "api", of: CaseID("T")) }
        }
        #expect(try kept() == refused)
        #expect(subject.counts.events == 1)
        var revival = Decision(state: state)
        revival.revised = [plainFact("late", of: "T")]
        #expect(throws: StopHere.self) {
            try store.transaction { transaction in
                let previous = try transaction.load(state.id)
                try transaction.save(revival, previous: previous, at: at(3))
                throw StopHere()
            }
        }
        #expect(try kept() == refused, "a transaction that is undone revives nothing")
        try store.transaction { try $0.save(revival, previous: try $0.load(state.id), at: at(3)) }
        #expect(try kept()?.refusedFor == nil)
        #expect(subject.counts.events == 2)
        #expect(try store.history(of: "T").facts.count == 2)
    }

    @Test("a transaction sees what it has saved", arguments: Subject.Kind.allCases)
    func readsItsOwnWrites(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        try store.transaction { transaction in
            let first = plainCase("T")
            #expect(try transaction.load(first.id) == nil)
            try transaction.save(
                Decision(first, wake: at(5), facts: [plainFact("1", of: "T")], records: [plainRecord(.started)]),
                previous: nil,
                at: at(4)
            )
            #expect(try transaction.load(first.id) == first)
            #expect(try transaction.due(at: at(5), limit: 10) == [first])
            #expect(try transaction.recorded(eventID: "1", source: "api", of: first.id) != nil)
            var second = first
            second.status = .resolved
            try transaction.save(Decision(second, records: [plainRecord(.met)]), previous: first, at: at(6))
            #expect(try transaction.history(of: first.id).records.map(\.kind) == [.started, .met])
            #expect(try transaction.due(at: at(5), limit: 10) == [])
        }
        #expect(try store.load("T")?.status == .resolved)
    }

    @Test("the history has all facts, and the records oldest first", arguments: Subject.Kind.allCases)
    func history(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        var random = Seeded(3)
        var facts: Set<Fact> = []
        var records: [LedgerRecord] = []
        for round in 0..<20 {
            let fact = random.fact(of: CaseID("T"), eventID: "\(round)", source: random.oneOf(["a", "b"]))
            let new = [random.record(), random.record()]
            facts.insert(fact)
            records += new
            try store.put(Decision(plainCase("T"), facts: [fact], records: new))
            // Another case's records lie between.
            try store.put(Decision(plainCase("U"), facts: [plainFact("\(round)", of: "U")], records: [random.record()]))
        }
        let history = try store.history(of: "T")
        #expect(Set(history.facts) == facts)
        #expect(history.facts.count == facts.count)
        #expect(history.records == records)
        #expect(try store.history(of: "unknown").facts.isEmpty)
    }

    @Test(
        "S60: what is erased is erased in the facts that were there, and comes back with a rollback",
        arguments: Subject.Kind.allCases
    )
    func erases(_ kind: Subject.Kind) throws {
        struct Enough: Error {}
        let store = try Subject(kind).store
        var random = Seeded(11)
        let facts = (0..<20).map { random.fact(of: CaseID("T"), eventID: "\($0)", source: "s") }
        try store.put(Decision(plainCase("T"), facts: facts, records: [plainRecord(.started)]))
        try store.put(Decision(plainCase("U"), facts: [random.fact(of: CaseID("U"), eventID: "u", source: "s")]))
        let other = try store.history(of: "U")
        var erasing = Decision(plainCase("T"), facts: [plainFact("last", of: "T")], records: [plainRecord(.voided)])
        erasing.erases = .content
        #expect(throws: Enough.self) {
            try store.transaction { transaction in
                let state = try transaction.load(CaseID("T"))
                let before = Decision(plainCase("T"), facts: [plainFact("before", of: "T")])
                try transaction.save(before, previous: state, at: at(11))
                try transaction.save(erasing, previous: state, at: at(11))
                throw Enough()
            }
        }
        #expect(Set(try store.history(of: "T").facts) == Set(facts))
        #expect(try store.transaction { try $0.recorded(eventID: "before", source: "api", of: CaseID("T")) == nil })
        try store.put(erasing)
        let kept = try store.history(of: "T")
        #expect(Set(kept.facts) == Set(facts.map(\.withoutContent) + [plainFact("last", of: "T")]))
        #expect(kept.records.map(\.kind) == [.started, .voided])
        #expect(try store.transaction { try $0.recorded(eventID: "7", source: "s", of: CaseID("T")) != nil })
        #expect(try store.history(of: "U").facts == other.facts)
    }

    @Test("S60: cases whose content waits to be removed come by how long they have", arguments: Subject.Kind.allCases)
    func resting(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        func put(_ id: String, _ since: Int64?, forgotten: Bool = false) throws {
            var state = plainCase(id)
            if since != nil { state.status = .closed }
            state.restsSince = since.map(at)
            state.forgottenAt = forgotten ? at(99) : nil
            try store.put(Decision(state))
        }
        func resting(_ since: Int64, limit: Int = 10) throws -> [String] {
            try store.transaction { try $0.resting(since: at(since), limit: limit, at: at(100)).map(\.id.rawValue) }
        }
        #expect(try store.earliestRest() == nil)
        try put("live", nil)
        for (id, since) in [("c", 30), ("a", 20), ("b", 20), ("d", 40)] as [(String, Int64)] { try put(id, since) }
        try put("gone", 10, forgotten: true)
        #expect(try store.earliestRest() == at(20))
        #expect(try resting(30) == ["a", "b", "c"])
        #expect(try resting(30, limit: 2) == ["a", "b"])
        // Touched again, open again, forgotten, set aside.
        try put("a", 50)
        try put("b", nil)
        #expect(try resting(60) == ["c", "d", "a"])
        try put("c", 30, forgotten: true)
        try store.transaction { try $0.setAside(CaseID("d"), reason: "test", at: at(100)) }
        #expect(try resting(60) == ["a"])
        #expect(try store.earliestRest() == at(50))
    }

    @Test(
        "S60: without its history a case keeps its verdicts, chained anew, and comes back with a rollback",
        arguments: Subject.Kind.allCases
    )
    func forgets(_ kind: Subject.Kind) throws {
        struct Enough: Error {}
        let store = try Subject(kind).store
        let kinds: [LedgerRecord.Kind] = [.started, .warned, .breached, .escalated, .metLate, .started, .met, .paused]
        for (number, record) in kinds.enumerated() {
            try store.put(
                Decision(plainCase("T"), facts: [plainFact("\(number)", of: "T")], records: [plainRecord(record)])
            )
            try store.put(
                Decision(plainCase("U"), facts: [plainFact("\(number)", of: "U")], records: [plainRecord(record)])
            )
        }
        let before = try store.history(of: "T")
        var forgetting = Decision(plainCase("T"))
        forgetting.erases = .history
        #expect(throws: Enough.self) {
            try store.transaction { transaction in
                let state = try transaction.load(CaseID("T"))
                try transaction.save(forgetting, previous: state, at: at(11))
                throw Enough()
            }
        }
        #expect(try store.history(of: "T").records == before.records)
        #expect(Set(try store.history(of: "T").facts) == Set(before.facts))
        #expect(try store.transaction { try $0.recorded(eventID: "3", source: "api", of: CaseID("T")) != nil })
        try store.put(forgetting)
        #expect(try store.history(of: "T").facts.isEmpty)
        #expect(try store.history(of: "T").records.map(\.kind) == [.breached, .metLate, .met])
        #expect(try store.transaction { try $0.recorded(eventID: "3", source: "api", of: CaseID("T")) == nil })
        #expect(try store.history(of: "U").records.map(\.kind) == kinds)
        #expect(try store.history(of: "U").facts.count == kinds.count)
        // The chain goes on.
        try store.put(Decision(plainCase("T"), records: [plainRecord(.voided)]))
        #expect(try store.history(of: "T").records.map(\.kind) == [.breached, .metLate, .met, .voided])
        // And a case that never had a verdict has an empty one.
        var none = Decision(plainCase("V"), facts: [plainFact("v", of: "V")], records: [plainRecord(.started)])
        try store.put(none)
        none = Decision(plainCase("V"))
        none.erases = .history
        try store.put(none)
        #expect(try store.history(of: "V").records.isEmpty)
    }

    @Test("a transaction that throws leaves nothing", arguments: Subject.Kind.allCases)
    func rollback(_ kind: Subject.Kind) throws {
        struct Enough: Error {}
        let subject = try Subject(kind)
        let store = subject.store
        let kept = plainCase("kept")
        try store.put(
            Decision(kept, wake: at(20), facts: [plainFact("1", of: "kept")], records: [plainRecord(.started)])
        )
        let counts = subject.counts
        #expect(throws: Enough.self) {
            try store.transaction { transaction in
                var changed = kept
                changed.status = .resolved
                _ = try transaction.load(kept.id)
                let breach = plainRecord(.breached, priority: 4)
                try transaction.save(
                    Decision(changed, facts: [plainFact("2", of: "kept")], records: [breach]),
                    previous: kept,
                    at: at(30)
                )
                try transaction.save(Decision(plainCase("new"), wake: at(1)), previous: nil, at: at(30))
                try transaction.setAside(kept.id, reason: "test", at: at(30))
                throw Enough()
            }
        }
        #expect(try store.load("kept") == kept)
        #expect(try store.load("new") == nil)
        #expect(try store.history(of: "kept").facts == [plainFact("1", of: "kept")])
        #expect(try store.history(of: "kept").records == [plainRecord(.started)])
        #expect(try store.dueIDs(at: at(30)) == ["kept"])
        #expect(try store.earliestWake() == at(20))
        #expect(try store.lastCommit() == at(10))
        #expect(subject.counts == counts)
        // And the next one works.
        try store.put(Decision(plainCase("new"), wake: at(1), records: [plainRecord(.started)]), at: at(31))
        #expect(try store.dueIDs(at: at(30)) == ["new", "kept"])
        #expect(try store.history(of: "new").records.count == 1)
        #expect(try store.lastCommit() == at(31))
    }

    @Test("what the loop must not do is thrown, and spoils the transaction", arguments: Subject.Kind.allCases)
    func brokenInvariants(_ kind: Subject.Kind) throws {
        let subject = try Subject(kind)
        let store = subject.store
        try store.put(Decision(plainCase("T"), facts: [plainFact("1", of: "T")]))
        let counts = subject.counts
        func save(_ decision: Decision, previous: Case?) throws -> InvariantBroken? {
            var thrown: InvariantBroken?
            #expect(throws: InvariantBroken.self) {
                try store.transaction { transaction in
                    do {
                        try transaction.save(decision, previous: previous, at: at(20))
                    } catch let error as InvariantBroken {
                        // Even where the loop carries on, half a decision must not be kept.
                        thrown = error
                    }
                }
            }
            return thrown
        }
        let again = Decision(plainCase("T"), facts: [plainFact("2", of: "T"), plainFact("1", of: "T")])
        #expect(try save(again, previous: plainCase("T"))?.description == "event 1 of api was saved twice for case T")
        let unseen = "case T was saved without being loaded"
        #expect(try save(Decision(plainCase("T")), previous: nil)?.description == unseen)
        #expect(try save(Decision(plainCase("U")), previous: plainCase("U")) != nil)
        #expect(try store.history(of: "T").facts == [plainFact("1", of: "T")])
        #expect(subject.counts == counts)
        #expect(try store.lastCommit() == at(10))
    }

    @Test("a case set aside stays known and leaves the queue for good", arguments: Subject.Kind.allCases)
    func setAside(_ kind: Subject.Kind) throws {
        let subject = try Subject(kind)
        let store = subject.store
        try store.put(Decision(plainCase("bad"), wake: at(1)))
        try store.put(Decision(plainCase("good"), wake: at(2)))
        for _ in 0..<2 {
            try store.transaction { try $0.setAside(CaseID("bad"), reason: "rung 7 of 3", at: at(11)) }
        }
        try store.transaction { try $0.setAside(CaseID("unknown"), reason: "never saved", at: at(11)) }
        #expect(try store.dueIDs(at: at(5)) == ["good"])
        #expect(try store.earliestWake() == at(2))
        #expect(try store.load("bad") == plainCase("bad"))
        #expect(subject.counts.setAside == 1)
        try store.put(Decision(plainCase("bad"), wake: at(1)))
        #expect(try store.dueIDs(at: at(5)) == ["good"], "a later event does not bring it back")
    }

    @Test("the last commit is the instant of the last save, and nil before any", arguments: Subject.Kind.allCases)
    func lastCommit(_ kind: Subject.Kind) throws {
        let store = try Subject(kind).store
        #expect(try store.lastCommit() == nil)
        _ = try store.dueIDs(at: at(99))
        #expect(try store.lastCommit() == nil, "reading commits nothing")
        try store.put(Decision(state: nil), at: at(50))
        #expect(try store.lastCommit() == nil, "a decision without a case saves nothing")
        try store.put(Decision(plainCase("T")), at: at(60))
        #expect(try store.lastCommit() == at(60))
    }

    @Test("counts follow the cases", arguments: Subject.Kind.allCases)
    func counts(_ kind: Subject.Kind) throws {
        let subject = try Subject(kind)
        var state = plainCase("T", dueAt: at(5))
        try subject.store.put(Decision(state, facts: [plainFact("1", of: "T")], records: [plainRecord(.started)]))
        #expect(subject.counts.open == 1)
        #expect(subject.counts.overdue == 0)
        state.timers[0].verdict = .breached
        state.timers[0].breachedAt = at(5)
        let announced = [plainRecord(.breached, priority: 4), plainRecord(.escalated, priority: 3)]
        try subject.store.put(Decision(state, records: announced))
        #expect(subject.counts.overdue == 1)
        #expect(subject.counts.noticesPending == 2)
        #expect(subject.counts.records == [.started: 1, .breached: 1, .escalated: 1])
        state.timers[0].state = .ended
        state.status = .resolved
        try subject.store.put(Decision(state, facts: [plainFact("2", of: "T"), plainFact("3", of: "T")]))
        #expect(subject.counts.open == 0)
        #expect(subject.counts.overdue == 0)
        #expect(subject.counts.events == 3)
        state.status = .open
        try subject.store.put(Decision(state))
        #expect(subject.counts.open == 1)
    }

    @Test("after many random transactions both stores agree", arguments: 0..<3)
    func agreement(seed: Int) throws {
        struct Abandoned: Error {}
        var random = Seeded(seed)
        let subjects = try Subject.Kind.allCases.map(Subject.init)
        for round in 0..<80 {
            let script = Script(round: round, random: &random)
            var seen: [[String]] = []
            for subject in subjects {
                let ids: [String]? = try? subject.store.transaction { transaction in
                    let ids = try script.run(in: transaction)
                    if script.isAbandoned { throw Abandoned() }
                    return ids
                }
                seen.append(ids ?? [])
            }
            #expect(seen[0] == seen[1], "seed \(seed), round \(round)")
            #expect(try subjects[0].store.earliestWake() == subjects[1].store.earliestWake())
            #expect(try subjects[0].store.lastCommit() == subjects[1].store.lastCommit())
            #expect(subjects[0].counts == subjects[1].counts, "seed \(seed), round \(round)")
        }
        let all = try subjects.map { try $0.store.dueIDs(at: .latest, limit: .max) }
        #expect(all[0] == all[1])
        #expect(all[0].count > 600, "the queue of the memory store has been split")
    }
}

/// One store under test.
final class Subject {
    enum Kind: CaseIterable { case memory, sqlite }

    let store: any CaseStore
    private let folder: Folder?
    private let readCounts: () -> Counts

    init(_ kind: Kind) throws {
        switch kind {
        case .memory:
            let store = MemoryStore()
            self.store = store
            folder = nil
            readCounts = { store.counts }
        case .sqlite:
            let folder = try Folder()
            let store = try SQLiteStore(folder: folder.path)
            self.store = store
            self.folder = folder
            readCounts = { store.counts }
        }
    }

    var counts: Counts { readCounts() }
}

/// A transaction drawn at random, to be run in several stores.
struct Script {
    private let round: Int
    private let ids: [CaseID]
    private let states: [Case]
    private let wakes: [Instant?]
    private let records: [LedgerRecord]
    private let isSettingAside: Bool
    let isAbandoned: Bool

    init(round: Int, random: inout Seeded) {
        self.round = round
        let ids = Set((0..<15).map { _ in CaseID("T-\(Int.random(in: 0..<2_000, using: &random))") }).sorted()
        self.ids = ids
        states = ids.map { random.state($0) }
        wakes = ids.map { _ in .some(at(.random(in: 0..<500, using: &random))) }
        records = ids.map { _ in random.record() }
        isSettingAside = Int.random(in: 0..<10, using: &random) == 0
        isAbandoned = Int.random(in: 0..<5, using: &random) == 0
    }

    /// The ids that are due afterwards.
    func run(in transaction: any CaseTransaction) throws -> [String] {
        for (index, id) in ids.enumerated() {
            let previous = try transaction.load(id)
            let fact = plainFact("\(round)", of: id.rawValue)
            try transaction.save(
                Decision(states[index], wake: wakes[index], facts: [fact], records: [records[index]]),
                previous: previous,
                at: at(Int64(1_000 + round))
            )
        }
        if isSettingAside { try transaction.setAside(ids[0], reason: "drawn", at: at(Int64(1_000 + round))) }
        return try transaction.due(at: at(250), limit: 400).map(\.id.rawValue)
    }
}
