import Engine
import Foundation
import GRDB
import Loop
import Store
import Testing
import TimeBase

@Suite("the store on disk")
struct SQLiteStoreTests {
    @Test("everything is there after closing and opening again")
    func reopen() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        let facts = [plainFact("1", of: "T")]
        let breach = plainRecord(.breached, priority: 4)
        try first.put(Decision(plainCase("T", dueAt: at(9)), wake: at(9), facts: facts, records: [breach]), at: at(8))
        let (id, counts) = (first.storeID, first.counts)
        try first.close()

        let second = try SQLiteStore(folder: folder.path)
        #expect(second.storeID == id)
        #expect(second.counts == counts)
        #expect(try second.load("T") == plainCase("T", dueAt: at(9)))
        #expect(try second.history(of: "T").facts == facts)
        #expect(try second.earliestWake() == at(9))
        #expect(second.lastCommit() == at(8))
        // Numbers go on where they ended: nothing is overwritten.
        try second.put(Decision(plainCase("U"), wake: at(3), records: [breach]))
        try second.put(Decision(plainCase("T"), wake: at(4), records: [plainRecord(.met)]))
        #expect(try second.dueIDs(at: at(9)) == ["U", "T"])
        #expect(try second.history(of: "T").records.map(\.kind) == [.breached, .met])
        #expect(try second.history(of: "U").records == [breach])
    }

    @Test("a store id is 8 hex digits and differs between stores")
    func storeID() throws {
        let stores = try (0..<4).map { _ in try Folder() }.map { try (SQLiteStore(folder: $0.path), $0) }
        for (store, _) in stores { #expect(store.storeID.wholeMatch(of: /[0-9a-f]{8}/) != nil) }
        #expect(Set(stores.map(\.0.storeID)).count == 4)
    }

    @Test("a power cut keeps every commit and nothing of the transaction under way (S34)")
    func powerCut() throws {
        let folder = try Folder()
        var limits = StoreLimits()
        // So small that SQLite writes pages of the open transaction to the log before its commit.
        limits.writerCacheKiB = 16
        let store = try SQLiteStore(folder: folder.path, limits: limits)
        try store.put(Decision(plainCase("before"), wake: at(1), records: [plainRecord(.started)]))
        let copy = try store.transaction { transaction in
            for number in 0..<500 {
                try transaction.save(
                    Decision(
                        plainCase("during-\(number)"),
                        wake: at(2),
                        records: [plainRecord(.breached, priority: 4)]
                    ),
                    previous: nil,
                    at: at(20)
                )
            }
            return try folder.copy()
        }
        let afterwards = try folder.copy()

        let cut = try SQLiteStore(folder: copy.path)
        #expect(try cut.dueIDs(at: at(5), limit: 1_000) == ["before"])
        #expect(try cut.load("during-0") == nil)
        #expect(cut.counts.open == 1)
        #expect(cut.counts.noticesPending == 0)
        #expect(cut.lastCommit() == at(10))
        // Without closing the store that wrote it: the commit alone made it durable.
        let kept = try SQLiteStore(folder: afterwards.path)
        #expect(try kept.dueIDs(at: at(5), limit: 1_000).count == 501)
        #expect(kept.counts.noticesPending == 500)
    }

    @Test("the state directory has one user at a time")
    func heldLock() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        #expect(throws: StoreProblem.isHeld(folder: folder.path)) { try SQLiteStore(folder: folder.path) }
        #expect(try first.earliestWake() == nil)
        #expect(
            "\(StoreProblem.isHeld(folder: "/var/lib/x"))"
                == "cannot open the store: another slawatchd uses /var/lib/x, stop it "
                + "or name another with state_directory or --state-directory"
        )
    }

    @Test("the lock is free when its holder is gone")
    func freedLock() throws {
        let folder = try Folder()
        for _ in 0..<2 { #expect(try SQLiteStore(folder: folder.path).counts.open == 0) }
    }

    @Test("a schema of a newer version is refused and left alone")
    func newerSchema() throws {
        let folder = try Folder()
        try SQLiteStore(folder: folder.path).close()
        try folder.tamper("PRAGMA user_version = 9")
        let problem = StoreProblem.isNewer(schema: 9, known: 3)
        #expect(throws: problem) { try SQLiteStore(folder: folder.path) }
        #expect("\(problem)" == "cannot open the store: schema 9 is newer than 3, install the newer slawatchd")
        #expect(throws: problem) { try StoreReader(folder: folder.path) }
    }

    @Test(
        "a file that is not ours is refused and left alone",
        arguments: ["another database", "not a database at all"]
    )
    func foreign(_ content: String) throws {
        let folder = try Folder()
        if content == "another database" {
            try folder.tamper("CREATE TABLE songs(title TEXT)")
        } else {
            try Data("\(content), but long enough to be looked at".utf8).write(to: URL(filePath: folder.database))
        }
        let before = try Data(contentsOf: URL(filePath: folder.database))
        #expect(throws: StoreProblem.isForeign(path: folder.database)) { try SQLiteStore(folder: folder.path) }
        #expect(try Data(contentsOf: URL(filePath: folder.database)) == before)
    }

    @Test("a folder that is missing, or is a file, is told apart")
    func missingFolder() throws {
        let folder = try Folder()
        let nowhere = "\(folder.path)/nowhere"
        #expect(throws: StoreProblem.folderIsMissing(folder: nowhere)) { try SQLiteStore(folder: nowhere) }
        let file = "\(folder.path)/file"
        try Data().write(to: URL(filePath: file))
        for path in [file, "\(file)/below"] {
            #expect(throws: StoreProblem.folderIsNoFolder(folder: path)) { try SQLiteStore(folder: path) }
        }
    }

    @Test(
        "a folder that takes no files is named as such",
        // Not even root makes files there; /proc says "no such file" to those who try.
        arguments: ["/sys/kernel", "/proc/1"].filter { FileManager.default.fileExists(atPath: $0) }
    )
    func unwritableFolder(folder: String) {
        #expect(throws: StoreProblem.folderIsNotWritable(folder: folder)) { try SQLiteStore(folder: folder) }
    }

    @Test("what is wrong with the folder leads to the setting that names another")
    func folderHints() {
        let problems: [StoreProblem] = [
            .folderIsMissing(folder: "/x"), .folderIsNoFolder(folder: "/x"), .folderIsNotWritable(folder: "/x"),
            .isHeld(folder: "/x"), .isForeign(path: "/x/y"),
        ]
        for problem in problems {
            #expect("\(problem)".hasSuffix(" or name another with state_directory or --state-directory"))
        }
    }

    @Test("a trial commit fails on a disk that still takes small commits, and leaves nothing behind where it succeeds")
    func trialCommit() throws {
        let folder = try Folder()
        var limits = StoreLimits()
        limits.pagesMax = 100
        var store = try SQLiteStore(folder: folder.path, limits: limits)
        try store.put(Decision(plainCase("small"), wake: at(1)))
        #expect(throws: StoreProblem.isFull(verb: "try a commit to the store")) { try store.tryCommit() }
        try store.put(Decision(plainCase("small too"), wake: at(2)))
        try store.close()
        store = try SQLiteStore(folder: folder.path)
        let counts = store.counts
        try store.tryCommit()
        try store.tryCommit()
        #expect(store.counts == counts)
        #expect(try store.dueIDs(at: at(9)) == ["small", "small too"])
    }

    @Test("a full disk fails one transaction, keeps nothing of it and is over when there is room")
    func fullDisk() throws {
        let folder = try Folder()
        var limits = StoreLimits()
        limits.pagesMax = 60
        let store = try SQLiteStore(folder: folder.path, limits: limits)
        try store.put(Decision(plainCase("kept"), wake: at(1)))
        let counts = store.counts
        var isFull = false
        do {
            try store.transaction { transaction in
                for number in 0..<5_000 {
                    try transaction.save(
                        Decision(plainCase("T-\(number)"), wake: at(2), records: [plainRecord(.started)]),
                        previous: nil,
                        at: at(20)
                    )
                }
            }
        } catch let problem as StoreProblem {
            isFull = problem == .isFull(verb: "commit to the store")
        }
        #expect(isFull)
        #expect(store.counts == counts)
        // Carrying on after a failed save does not save half of it.
        #expect(throws: StoreProblem.isFull(verb: "commit to the store")) {
            try store.transaction { transaction in
                for number in 0..<5_000 {
                    let long = plainRecord(.started, step: String(repeating: "x", count: 10_000))
                    try? transaction.save(
                        Decision(plainCase("T-\(number)"), records: [long]),
                        previous: nil,
                        at: at(20)
                    )
                }
            }
        }
        #expect(store.counts == counts)
        #expect(try store.dueIDs(at: at(9)) == ["kept"])
        #expect(try store.load("T-4999") == nil)
        try store.put(Decision(plainCase("small"), wake: at(3), records: [plainRecord(.started)]))
        #expect(try store.dueIDs(at: at(9)) == ["kept", "small"])
        #expect(try store.history(of: "small").records.count == 1)
        try store.close()

        let roomy = try SQLiteStore(folder: folder.path)
        for number in 0..<50 { try roomy.put(Decision(plainCase("T-\(number)"), wake: at(2))) }
        #expect(roomy.counts.open == 52)
    }

    @Test("a damaged case is set aside when it is due, and the others are decided")
    func damagedCase() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        for id in ["a", "b", "c"] {
            try first.put(Decision(plainCase(id), wake: at(1), records: [plainRecord(.started)]))
        }
        try first.close()
        try folder.tamper("UPDATE cases SET state = substr(state, 1, 20) WHERE id = 'b'")

        let store = try SQLiteStore(folder: folder.path)
        #expect(throws: CaseDamaged.self) { try store.load("b") }
        #expect(try store.dueIDs(at: at(5)) == ["a", "c"])
        #expect(store.counts.setAside == 1)
        #expect(try store.earliestWake() == at(1))
        try store.put(Decision(plainCase("a")))
        try store.put(Decision(plainCase("c")))
        #expect(try store.earliestWake() == nil, "the damaged case does not wake the loop for ever")

        let reader = try StoreReader(folder: folder.path)
        let damaged = CaseDamaged(id: CaseID("b"), reason: "the checksum does not match")
        #expect(throws: StoreProblem.caseIsDamaged(damaged)) { try reader.case(CaseID("b")) }
        #expect(try reader.cases(now: at(5), limit: 10).map(\.state.id.rawValue) == ["a", "c"])
    }

    @Test("S24: a case that an earlier version counted as overdue for a measured breach is none after the start, once")
    func overdueForm() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        for id in ["measured", "missed"] {
            var state = plainCase(id, dueAt: at(5))
            state.timers[0].verdict = .breached
            state.timers[0].breachedAt = at(5)
            state.timers[0].isMeasuredOnly = id == "measured"
            try first.put(Decision(state))
        }
        #expect(first.counts.overdue == 1)
        try first.close()
        // As the earlier version left it.
        try folder.tamper(
            """
            UPDATE cases SET is_overdue = 1;
            UPDATE counts SET value = 2 WHERE name = 'overdue';
            DELETE FROM meta WHERE name = 'overdue_form';
            """
        )
        let store = try SQLiteStore(folder: folder.path)
        #expect(store.counts.overdue == 1)
        let reader = try StoreReader(folder: folder.path)
        let overdue = try reader.cases(isOverdue: true, now: at(10), limit: 10)
        #expect(overdue.map(\.state.id.rawValue) == ["missed"])
        try store.put(Decision(plainCase("missed")))
        try store.put(Decision(plainCase("measured")))
        #expect(store.counts.overdue == 0)
        try store.close()
        #expect(try folder.number("SELECT count(*) FROM meta WHERE name = 'overdue_form' AND value = 2") == 1)
    }

    @Test("a damaged or missing ledger record is reported with its case")
    func damagedLedger() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        for id in ["a", "b", "c", "d"] {
            for kind in [LedgerRecord.Kind.started, .met] {
                try first.put(Decision(plainCase(id), records: [plainRecord(kind)]))
            }
        }
        try first.close()
        try folder.tamper(
            """
            UPDATE ledger SET body = x'0102' WHERE id = 1;
            DELETE FROM ledger WHERE id = 3;
            UPDATE ledger SET prev = 6 WHERE id = 5;
            """
        )
        let store = try SQLiteStore(folder: folder.path)
        func reason(_ id: String) -> String? {
            do { _ = try store.history(of: id) } catch let damaged as CaseDamaged { return damaged.reason } catch {}
            return nil
        }
        #expect(reason("a") == "2 bytes are too few")
        #expect(reason("b") == "ledger record 3 is missing")
        #expect(reason("c") == "ledger record 5 points ahead")
        #expect(try store.history(of: "d").records.count == 2)
    }

    @Test("the log is copied back and stays bounded")
    func boundedLog() throws {
        let folder = try Folder()
        var limits = StoreLimits()
        limits.checkpointPages = 50
        limits.logPagesMax = 200
        let store = try SQLiteStore(folder: folder.path, limits: limits)
        var longest = 0
        for round in 0..<300 {
            try store.transaction { transaction in
                for number in 0..<20 {
                    try transaction.save(
                        Decision(plainCase("T-\(round)-\(number)"), wake: at(2)),
                        previous: nil,
                        at: at(20)
                    )
                }
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.database)-wal")
            longest = max(longest, attributes[.size] as? Int ?? 0)
        }
        // Some 3,000 pages were written in all.
        #expect(longest < 400 * StoreLimits.pageSize, "\(longest) bytes")
        #expect(longest > 0)
    }

    @Test("S60: what was erased is in no file of the store any more")
    func erasedBytes() throws {
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        let secret = "overcharged twice"
        var state = plainCase("T")
        state.fields.subject = secret
        var fact = plainFact("1", of: "T")
        // Long enough to need pages of its own.
        fact.event.text = String(repeating: "\(secret), ", count: 2_000)
        try store.put(Decision(state, facts: [fact]))
        func isThere() throws -> Bool {
            try [folder.database, "\(folder.database)-wal"]
                .contains { path in
                    try Data(contentsOf: URL(filePath: path)).range(of: Data(secret.utf8)) != nil
                }
        }
        #expect(try isThere())
        state.fields.forgetContent()
        var erasing = Decision(state, facts: [])
        erasing.erases = .content
        try store.put(erasing)
        #expect(try !isThere())
        #expect(try store.history(of: "T").facts == [fact.withoutContent])
        try store.close()
    }

    @Test("S34, S60: what is still to be announced stays, and no number of the ledger is given twice")
    func numbersAfterForgetting() throws {
        let folder = try Folder()
        var store = try SQLiteStore(folder: folder.path)
        let records = [
            plainRecord(.started), plainRecord(.escalated, priority: 4), plainRecord(.notified, priority: 4),
        ]
        try store.put(Decision(plainCase("T"), records: records))
        #expect(try store.confirmNotices([3], at: at(20)) == 1)
        var forgetting = Decision(plainCase("T"))
        forgetting.erases = .history
        try store.put(forgetting)
        #expect(try store.history(of: "T").records.map(\.kind) == [.escalated])
        try store.close()
        store = try SQLiteStore(folder: folder.path)
        try store.put(Decision(plainCase("T"), records: [plainRecord(.breached, priority: 4)]))
        let reader = try StoreReader(folder: folder.path)
        #expect(try reader.pendingNotices(limit: 10).map(\.number) == [2, 4])
        try reader.close()
        try store.close()
    }

    @Test("after closing, calls say so")
    func closed() throws {
        let folder = try Folder()
        let store = try SQLiteStore(folder: folder.path)
        try store.close()
        #expect(throws: StoreProblem.failed(verb: "commit to the store", cause: "the store is closed")) {
            try store.put(Decision(plainCase("T")))
        }
    }

    @Test("adopted policies are numbered in their order and kept with their text")
    func policies() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        #expect(try first.latestPolicy() == nil)
        #expect(try first.adoptPolicy(hash: "aa", text: "tiers: 1\u{0}", at: at(1)) == 1)
        #expect(try first.adoptPolicy(hash: "aa", text: "tiers: 1\u{0}", at: at(2)) == 1)
        #expect(try first.adoptPolicy(hash: "bb", text: "tiers: 2", at: at(3)) == 2)
        #expect(try first.adoptPolicy(hash: "aa", text: "tiers: 1\u{0}", at: at(4)) == 3)
        try first.close()
        let second = try SQLiteStore(folder: folder.path)
        #expect(try second.policyVersions() == [1, 2, 3])
        let reader = try StoreReader(folder: folder.path)
        #expect(try (1...3).map { try reader.policy($0)?.adopted.adoptedAt } == [at(1), at(3), at(4)])
        #expect(try reader.policy(4) == nil)
        let latest = try second.latestPolicy()
        #expect(latest?.version == 3)
        #expect(latest?.text == "tiers: 1\u{0}")
    }

    @Test("the files that a policy was read with are kept with it, and what two versions share is kept once")
    func keptFiles() throws {
        let folder = try Folder()
        let first = try SQLiteStore(folder: folder.path)
        let (old, new) = ([UInt8]("old\u{0}".utf8), [UInt8]("new".utf8))
        #expect(try first.adoptPolicy(hash: "a", text: "1", kept: ["a.ics": old, "b.ics": new], at: at(1)) == 1)
        #expect(try first.adoptPolicy(hash: "b", text: "1", kept: ["a.ics": new, "c/d.ics": new], at: at(2)) == 2)
        #expect(try first.adoptPolicy(hash: "c", text: "2", at: at(3)) == 3)
        try first.close()
        let second = try SQLiteStore(folder: folder.path)
        #expect(try second.keptFiles(ofPolicy: 1) == ["a.ics": old, "b.ics": new])
        #expect(try second.keptFiles(ofPolicy: 2) == ["a.ics": new, "c/d.ics": new])
        #expect(try second.keptFiles(ofPolicy: 3) == [:])
        try second.close()
        #expect(try folder.number("SELECT count(*) FROM files") == 2)
    }
}
