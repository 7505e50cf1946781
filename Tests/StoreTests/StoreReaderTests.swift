import Engine
import Loop
import Store
import Testing
import TimeBase

@Suite("readers beside the writer")
struct StoreReaderTests {
    private let folder: Folder
    private let store: SQLiteStore
    private let reader: StoreReader

    init() throws {
        folder = try Folder()
        store = try SQLiteStore(folder: folder.path)
        reader = try StoreReader(folder: folder.path)
    }

    @Test("a reader sees commits, and nothing before them")
    func commits() throws {
        #expect(try reader.case(CaseID("T")) == nil)
        #expect(try reader.file(of: CaseID("T")) == nil)
        #expect(try reader.nextWake() == nil)
        let records = [plainRecord(.started), plainRecord(.breached, priority: 4)]
        try store.transaction { transaction in
            try transaction.save(
                Decision(plainCase("T"), wake: at(7), facts: [plainFact("1", of: "T")], records: records),
                previous: nil,
                at: at(5)
            )
            #expect(try reader.case(CaseID("T")) == nil)
            #expect(try reader.counts() == Counts())
        }
        try store.put(Decision(plainCase("later"), wake: at(8)))
        let file = try #require(try reader.file(of: CaseID("T")))
        #expect(file.stored.state == plainCase("T"))
        #expect(file.stored.nextWake == at(7))
        #expect(file.stored.setAside == nil)
        #expect(file.records == records)
        #expect(try reader.counts() == store.counts)
        let next = try #require(try reader.nextWake())
        #expect(next.at == at(7))
        #expect(next.id == CaseID("T"))
        #expect(reader.storeID == store.storeID)
    }

    @Test("what ladders have done is read back to the start of their cycle, whatever page of the ledger is asked for")
    func recent() throws {
        func record(_ number: Int64) -> LedgerRecord {
            LedgerRecord(kind: .notified, at: at(number), noticedAt: at(number))
        }
        let records = (1...9).map { record(Int64($0) * 10) }
        var state = plainCase("T", dueAt: at(900))
        state.timers[0].startedAt = at(40)
        try store.put(Decision(state, records: records))
        func recent(limit: Int, offset: Int = 0) throws -> [LedgerRecord] {
            try #require(try reader.file(of: CaseID("T"), limit: limit, offset: offset)).recent
        }
        #expect(try recent(limit: 9) == records, "the page is the whole ledger")
        #expect(try recent(limit: 2) == [], "no ladder has done anything")
        state.timers[0].ladder.fired = 2
        try store.put(Decision(state))
        #expect(try recent(limit: 2) == Array(records[3...]))
        #expect(try recent(limit: 2, offset: 5) == Array(records[3...]))
        #expect(try recent(limit: 9, offset: 1) == Array(records[3...]))
    }

    @Test("a case set aside is shown with its reason and is not the next")
    func setAside() throws {
        try store.put(Decision(plainCase("T"), wake: at(7)))
        try store.transaction { try $0.setAside(CaseID("T"), reason: "rung 7 of 3", at: at(8)) }
        #expect(try reader.file(of: CaseID("T"))?.stored.setAside == "rung 7 of 3")
        #expect(try reader.nextWake() == nil)
        #expect(try reader.counts().setAside == 1)
    }

    @Test(
        "ids of live cases are found by their beginning, byte by byte; of closed ones before them not all are looked at"
    )
    func liveIDs() throws {
        for id in ["a", "ab", "ab~2", "abc", "b", "ä", "äb", "%", "a%"] { try store.put(Decision(plainCase(id))) }
        var done = plainCase("abd")
        done.status = .closed
        try store.put(Decision(done))
        func ids(_ prefix: String, _ limit: Int = 10, rowsMax: Int = 100) throws -> [String] {
            try reader.liveIDs(prefix: prefix, limit: limit, rowsMax: rowsMax).map(\.rawValue)
        }
        #expect(try ids("ab") == ["ab", "abc", "ab~2"])
        #expect(try ids("a") == ["a", "a%", "ab", "abc", "ab~2"])
        #expect(try ids("ä") == ["ä", "äb"])
        #expect(try ids("%") == ["%"])
        #expect(try ids("") == ["%", "a", "a%", "ab", "abc", "ab~2", "b", "ä", "äb"])
        #expect(try ids("", 2) == ["%", "a"])
        #expect(try ids("zz").isEmpty)
        // Closed cases fill the stretch that is looked at; the most urgent ones are looked at too.
        for number in 0..<20 {
            var old = plainCase("c\(number)")
            old.status = .closed
            try store.put(Decision(old))
        }
        try store.put(Decision(plainCase("cz", dueAt: at(1))))
        #expect(try ids("c", rowsMax: 5) == ["cz"])
    }

    @Test("cases are listed most urgent first, by tier, overdue and due within")
    func lists() throws {
        try store.put(Decision(plainCase("no deadline")))
        try store.put(Decision(plainCase("soon", dueAt: at(150), tier: 1)))
        try store.put(Decision(plainCase("first", dueAt: at(10), tier: 2)))
        try store.put(Decision(plainCase("far", dueAt: at(9_000), tier: 2)))
        var overdue = plainCase("overdue", dueAt: at(50), tier: 3)
        overdue.timers[0].verdict = .breached
        overdue.timers[0].breachedAt = at(50)
        try store.put(Decision(overdue))
        var done = plainCase("done", dueAt: at(1))
        done.status = .resolved
        try store.put(Decision(done))
        var paused = overdue.copy("paused breach")
        paused.timers[0].state = .paused
        paused.timers[0].deadline = nil
        paused.timers[0].breachedAt = at(60)
        try store.put(Decision(paused))

        func list(
            tier: Int? = nil,
            isOverdue: Bool = false,
            dueWithin: Span? = nil,
            limit: Int = 100,
            offset: Int = 0
        ) throws -> [String] {
            try reader.cases(
                tier: tier,
                isOverdue: isOverdue,
                dueWithin: dueWithin,
                now: at(100),
                limit: limit,
                offset: offset
            )
            .map(\.state.id.rawValue)
        }
        let all = ["first", "overdue", "paused breach", "soon", "far", "no deadline"]
        #expect(try list() == all)
        #expect(try list(limit: 2) == ["first", "overdue"])
        #expect(try list(limit: 3, offset: 2) == ["paused breach", "soon", "far"])
        #expect(try list(offset: 5) == ["no deadline"])
        #expect(try list(tier: 2) == ["first", "far"])
        #expect(try list(isOverdue: true) == ["overdue", "paused breach"])
        #expect(try list(tier: 1, isOverdue: true) == [])
        #expect(try list(dueWithin: Span(milliseconds: 50)) == ["first", "overdue", "paused breach", "soon"])
        #expect(try list(dueWithin: Span(milliseconds: 49)) == ["first", "overdue", "paused breach"])
        #expect(try list(isOverdue: true, dueWithin: Span(milliseconds: -45)) == ["overdue"])
    }

    @Test("pages of the list are the list, whatever their size")
    func pages() throws {
        for number in 0..<12 {
            let id = "c\(number)"
            // Equal deadlines, and some without.
            let dueAt = number.isMultiple(of: 4) ? nil : at(Int64(100 + number % 3 * 10))
            var state = plainCase(id, dueAt: dueAt, tier: number % 2)
            if number == 7 { state.timers[0].verdict = .breached }
            if number == 7 { state.timers[0].breachedAt = dueAt }
            if number == 5 { state.status = .resolved }
            try store.put(Decision(state))
        }
        func paged(_ size: Int, tier: Int? = nil, isOverdue: Bool = false, dueWithin: Span? = nil) throws -> [String] {
            var found: [String] = []
            var place: CasePlace?
            repeat {
                let page = try reader.page(
                    tier: tier,
                    isOverdue: isOverdue,
                    dueWithin: dueWithin,
                    now: at(200),
                    after: place,
                    limit: size
                )
                #expect(page.cases.count <= size)
                found += page.cases.map(\.state.id.rawValue)
                place = page.next
            } while place != nil
            return found
        }
        func listed(tier: Int? = nil, isOverdue: Bool = false, dueWithin: Span? = nil) throws -> [String] {
            try reader.cases(tier: tier, isOverdue: isOverdue, dueWithin: dueWithin, now: at(200), limit: 1_000)
                .map(\.state.id.rawValue)
        }
        #expect(try listed().count == 11)
        for size in 1...12 {
            #expect(try paged(size) == listed())
            #expect(try paged(size, tier: 1) == listed(tier: 1))
            #expect(try paged(size, isOverdue: true) == listed(isOverdue: true))
            let near = Span(milliseconds: -90)
            #expect(try paged(size, dueWithin: near) == listed(dueWithin: near))
        }
    }

    @Test("open cases are read in slices, in the order of their first saves, each once")
    func live() throws {
        #expect(try reader.live(after: 0, limit: 2).cases.isEmpty)
        #expect(try reader.live(after: 0, limit: 2).next == nil)
        for id in ["a", "b", "c", "d", "e", "f"] {
            var state = plainCase(id)
            if id == "b" { state.status = .resolved }
            try store.put(Decision(state))
        }
        try store.transaction { try $0.setAside(CaseID("d"), reason: "bug", at: at(8)) }
        var found: [[String]] = []
        var place: Int64? = 0
        while let here = place {
            let slice = try reader.live(after: here, limit: 2)
            found.append(slice.cases.map(\.id.rawValue))
            place = slice.next
        }
        #expect(found == [["a", "c"], ["e", "f"]])
    }

    @Test("a case moves in the list with its deadline, its tier and its status")
    func listFollows() throws {
        func list(tier: Int? = nil) throws -> [String] {
            try reader.cases(tier: tier, now: at(100), limit: 10).map(\.state.id.rawValue)
        }
        try store.put(Decision(plainCase("a", dueAt: at(10))))
        try store.put(Decision(plainCase("b", dueAt: at(20))))
        try store.put(Decision(plainCase("a", dueAt: at(30))))
        #expect(try list() == ["b", "a"])
        try store.put(Decision(plainCase("a", dueAt: at(30), tier: 2)))
        #expect(try list(tier: 2) == ["a"])
        #expect(try list(tier: 1) == ["b"])
        var done = plainCase("b", dueAt: at(20))
        done.status = .closed
        try store.put(Decision(done))
        #expect(try list() == ["a"])
        try store.put(Decision(plainCase("b", dueAt: at(20))))
        #expect(try list() == ["b", "a"])
    }

    @Test("a notice is pending until it is confirmed, under a number of its own")
    func notices() throws {
        for id in ["a", "b", "c"] {
            let records = [plainRecord(.started), plainRecord(.breached, priority: 4, step: id)]
            try store.put(Decision(plainCase(id), records: records))
        }
        let pending = try reader.pendingNotices(limit: 10)
        #expect(pending.map(\.caseID.rawValue) == ["a", "b", "c"])
        #expect(try pending.map { try $0.record.get().step } == ["a", "b", "c"])
        #expect(try reader.pendingNotices(limit: 2).map(\.number) == pending.prefix(2).map(\.number))
        #expect(try reader.pendingNotices(after: pending[0].number, limit: 1).map(\.number) == [pending[1].number])

        #expect(try store.confirmNotices([pending[0].number, pending[2].number, 999], at: at(100)) == 2)
        #expect(try store.confirmNotices([pending[0].number], at: at(101)) == 0)
        #expect(try reader.pendingNotices(limit: 10).map(\.number) == [pending[1].number])
        #expect(store.counts.noticesPending == 1)
        #expect(try reader.counts().noticesPending == 1)

        try store.confirmNotices([pending[1].number], at: at(200))
        #expect(try reader.pendingNotices(limit: 10).isEmpty)
        #expect(store.counts.noticesPending == 0)

        #expect(try store.pruneConfirmedNotices(before: at(101), limit: 10) == 1, "the second was confirmed later")
        try store.put(Decision(plainCase("d"), records: [plainRecord(.breached, priority: 4)]))
        let numbers = try reader.pendingNotices(limit: 10).map(\.number)
        #expect(numbers.count == 1)
        #expect(numbers.allSatisfy { $0 > pending[2].number }, "no number comes again")
    }

    @Test("confirmed notices are forgotten from the oldest on, in slices, up to the first that is too young")
    func prunedNotices() throws {
        for number in 0..<7 {
            try store.put(Decision(plainCase("T-\(number)"), records: [plainRecord(.breached, priority: 4)]))
        }
        let numbers = try reader.pendingNotices(limit: 10).map(\.number)
        func prune(before instant: Instant) throws -> Int {
            try store.pruneConfirmedNotices(before: instant, limit: 2)
        }
        #expect(try prune(before: at(500)) == 0)
        try store.confirmNotices(Array(numbers[..<5]), at: at(100))
        try store.confirmNotices([numbers[5]], at: at(200))
        #expect(try prune(before: at(100)) == 0)
        #expect(try prune(before: at(101)) == 2)
        #expect(try prune(before: at(101)) == 2)
        #expect(try prune(before: at(101)) == 1)
        #expect(try prune(before: at(101)) == 0)
        #expect(try prune(before: at(500)) == 1)
        #expect(try prune(before: at(500)) == 0)
        #expect(try reader.pendingNotices(limit: 10).map(\.number) == [numbers[6]])
        #expect(try reader.file(of: CaseID("T-0"))?.records.count == 1, "the ledger keeps them")
    }

    @Test("a damaged notice does not hide the others")
    func damagedNotice() throws {
        for id in ["a", "b", "c"] {
            try store.put(Decision(plainCase(id), records: [plainRecord(.breached, priority: 4)]))
        }
        try folder.tamper("UPDATE ledger SET body = x'00' WHERE id = 2")
        let pending = try reader.pendingNotices(limit: 10)
        #expect(pending.count == 3)
        #expect(throws: CaseDamaged(id: CaseID("b"), reason: "1 bytes are too few")) { try pending[1].record.get() }
        #expect(try pending[2].record.get().kind == .breached)
    }
}

extension Case {
    /// The same under another id.
    fileprivate func copy(_ newID: String) -> Case {
        var copy = Case(
            id: CaseID(newID),
            status: status,
            openedAt: openedAt,
            openedBy: openedBy,
            source: source,
            fields: fields,
            last: last
        )
        copy.timers = timers
        return copy
    }
}
