import Engine
import Outlets
import Support
import Testing
import TimeBase

/// Every notice ends up in the journal exactly once, whatever journald does.
@Suite("Journal outlet")
struct JournalOutletTests {
    private let journal = FakeJournal()

    private func outlet() -> JournalOutlet {
        JournalOutlet(
            port: journal,
            source: journal,
            clock: journal,
            wording: Wording(policy: .sample([]), storeID: "s1")
        )
    }

    /// Drains until the outlet has nothing left to come back for, as the daemon would.
    private func drain(_ outlet: JournalOutlet, roundsMax: Int = 100) {
        for _ in 0..<roundsMax {
            guard let again = outlet.drain() else { return }
            journal.pass(microseconds: again)
        }
        Issue.record("still not done after \(roundsMax) rounds, \(outlet.waiting) wait: \(outlet.degraded ?? "")")
    }

    private func expectOnce(_ ids: Range<Int>) {
        let copies = journal.copies
        let names = ids.map { "n\($0)" }
        #expect(names.filter { copies[$0] != 1 } == [], "not there exactly once")
        #expect(names.filter { !journal.confirmed.contains($0) } == [], "not confirmed")
        #expect(copies.count == ids.count)
    }

    @Test("a notice is confirmed only after it was read back (S34)")
    func confirmsAfterReading() {
        let outlet = outlet()
        drain(outlet)
        journal.write(1..<2)
        #expect(outlet.drain() == nil)
        expectOnce(1..<2)
        #expect(journal.now >= journal.kept[0].readableAt)
        #expect(outlet.degraded == nil)
    }

    @Test("what the outlet has passed by is delivered when it starts over, and nothing else twice")
    func startsOver() {
        let outlet = outlet()
        drain(outlet)
        journal.write(1..<6)
        drain(outlet)
        // Behind its back: it has looked further than this already.
        journal.unconfirm(3)
        drain(outlet)
        #expect(!journal.confirmed.contains("n3"))
        outlet.startOver()
        drain(outlet)
        #expect(journal.confirmed.contains("n3"))
        #expect(journal.copies == ["n1": 1, "n2": 1, "n3": 2, "n4": 1, "n5": 1])
    }

    @Test("the count of what waits is that of the store, not of what the outlet has taken")
    func realCount() {
        let outlet = outlet()
        drain(outlet)
        journal.stalledUntil = .max
        journal.write(0..<3_000)
        _ = outlet.drain()
        #expect(outlet.degraded?.hasPrefix("the journal does not answer, 3000 notices wait") == true)
    }

    @Test("nothing pending sends nothing, not even a barrier")
    func idle() {
        #expect(outlet().drain() == nil)
        #expect(journal.kept.isEmpty)
    }

    @Test("10,000 at once flow in order, with few pauses and few confirmations")
    func burst() {
        let outlet = outlet()
        drain(outlet)
        journal.write(0..<10_000)
        let start = journal.now
        drain(outlet)
        expectOnce(0..<10_000)
        #expect(journal.kept.map(\.id) == (0..<10_000).map { "n\($0)" })
        // Sending alone takes 150 ms of the fake's time.
        #expect(journal.now - start < 165_000)
        #expect(journal.confirmations <= 25)
    }

    @Test("what journald dropped is sent again under the same id, once, behind a barrier (S34)")
    func dropped() {
        let outlet = outlet()
        drain(outlet)
        var isFirst = true
        journal.drops = { entry in
            defer { if entry.noticeID == "n3" { isFirst = false } }
            return entry.noticeID == "n3" && isFirst
        }
        journal.write(0..<10)
        drain(outlet)
        expectOnce(0..<10)
        #expect(journal.barriers == 1)
        #expect(journal.kept.last?.id == "n3")
        #expect(outlet.degraded == nil)
    }

    @Test("behind a stalled journald nothing is sent twice, and the outlet says so")
    func stalled() {
        let outlet = outlet()
        drain(outlet)
        journal.stalledUntil = journal.now + 30_000_000
        journal.write(0..<10)
        let again = outlet.drain()
        #expect(again != nil)
        #expect(outlet.degraded?.hasPrefix("the journal does not answer, 10 notices wait") == true)
        #expect(journal.confirmed.isEmpty)
        journal.pass(microseconds: again ?? 0)
        drain(outlet)
        expectOnce(0..<10)
        #expect(outlet.degraded == nil)
    }

    @Test("a lost barrier is followed by another")
    func lostBarrier() {
        let outlet = outlet()
        drain(outlet)
        var lost = 0
        journal.drops = { entry in
            guard entry.noticeID == "n0" ? lost == 0 : entry.messageID == MessageID.barrier.rawValue, lost < 3 else {
                return false
            }
            lost += 1
            return true
        }
        journal.write(0..<2)
        drain(outlet)
        expectOnce(0..<2)
        #expect(journal.barriers == 1)
    }

    @Test("a journal that keeps dropping is tried again, ever more slowly, and named")
    func keepsDropping() {
        let outlet = outlet()
        drain(outlet)
        journal.drops = { $0.messageID == MessageID.breached.rawValue }
        journal.write(0..<1)
        var rests: [UInt64] = []
        while rests.count < 8, let again = outlet.drain() {
            rests.append(again)
            journal.pass(microseconds: again)
        }
        #expect(rests.map { $0 / 1_000_000 } == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(outlet.degraded?.hasPrefix("the journal drops entries, 1 notices") == true)
        journal.drops = { _ in false }
        drain(outlet)
        expectOnce(0..<1)
    }

    @Test("at start what an earlier run sent is looked up, also where journald still has it in its socket")
    func recovery() {
        journal.write(0..<1_200)
        // The earlier run sent every third; the last of them are readable only in a while.
        for id in stride(from: 0, to: 1_200, by: 3) {
            journal.keep(id, readableAt: id > 900 ? journal.now + 400_000 : 0)
        }
        journal.stalledUntil = journal.now + 400_000
        let outlet = outlet()
        drain(outlet)
        expectOnce(0..<1_200)
        #expect(journal.barriers == 1)
    }

    /// A decision on a case, found when the fake's clock stood at zero.
    private func notice(_ id: String, _ kind: LedgerRecord.Kind, of caseID: String, dueIn: Span) -> PendingNotice {
        let now = FakeJournal.beginning
        var record = LedgerRecord(kind: kind, at: now, noticedAt: now)
        record.metric = .firstReply
        record.cycle = 1
        record.deadline = now + dueIn
        record.priority = 4
        return PendingNotice(position: 1, id: id, content: .record(record, of: CaseID(caseID)))
    }

    private func entry(of notice: PendingNotice) -> JournalEntry {
        guard case .record(let record, let id) = notice.content else {
            preconditionFailure("\(notice.id) has no record")
        }
        return Wording(policy: .sample([]), storeID: "s1").entry(record, of: id, noticeID: notice.id)
    }

    @Test("S34: a notice is written although the journal has another one under its id")
    func sameIDOtherContent() {
        let restored = notice("n8", .breached, of: "4711", dueIn: .zero)
        for other in [
            notice("n8", .warned, of: "4711", dueIn: .zero), notice("n8", .breached, of: "4712", dueIn: .zero),
            notice("n8", .breached, of: "4711", dueIn: .hours(1)),
        ] {
            journal.keep(entry(of: other))
        }
        journal.write(restored)
        drain(outlet())
        #expect(journal.kept.count { $0.entry.identity == entry(of: restored).identity } == 1)
        #expect(journal.confirmed == ["n8"])
    }

    @Test("S34: a notice that the journal has is not written again, whatever the names of the policy are now")
    func sameIDSameContent() {
        let restored = notice("n8", .breached, of: "4711", dueIn: .zero)
        var earlier = entry(of: restored)
        earlier.message = "Breached: told Ada Byron"
        earlier.fields.append(("SLA_TO", "ada"))
        journal.keep(earlier)
        journal.write(restored)
        drain(outlet())
        #expect(journal.kept.count { $0.id == "n8" } == 1)
        #expect(journal.confirmed == ["n8"])
    }

    @Test("S34: a confirmed notice is never written again, whatever the journal loses, and no check is sent")
    func vacuumed() {
        journal.write(0..<10)
        drain(outlet())
        expectOnce(0..<10)
        journal.vacuum()
        drain(outlet())
        #expect(journal.kept.isEmpty)
    }

    @Test("S34: an entry that is written minutes after the decision says so, in words of the time when it is written")
    func writtenLate() {
        let outlet = outlet()
        drain(outlet)
        journal.write(notice("n1", .warned, of: "4711", dueIn: .minutes(2)))
        let end = journal.now + 180_000_000
        journal.drops = { [journal] in $0.noticeID == "n1" && journal.now < end }
        drain(outlet)
        let kept = journal.kept.filter { $0.id == "n1" }.map(\.entry)
        #expect(kept.count == 1)
        #expect(kept[0].message.contains(", which has passed"))
        #expect(kept[0].message.contains(/; written 3m [0-9]+s late$/), "\(kept[0].message)")
        let late = kept[0].fields.first { $0.name == "SLA_LATE_MS" }.flatMap { Int($0.value) } ?? 0
        #expect((180_000..<250_000).contains(late))
    }

    @Test("a check has priority 7, also behind a stalled journald")
    func quietBarrier() {
        journal.write(0..<10)
        journal.stalledUntil = journal.now + 1_500_000
        drain(outlet())
        expectOnce(0..<10)
        #expect(!journal.barrierPriorities.isEmpty)
        #expect(journal.barrierPriorities.allSatisfy { $0 == 7 })
    }

    @Test("a journald that keeps nothing less urgent than notices gets checks as urgent as these, and stays with them")
    func loudBarrier() {
        journal.drops = { $0.priority > 4 }
        journal.write(0..<10)
        let outlet = outlet()
        drain(outlet)
        expectOnce(0..<10)
        #expect(journal.barrierPriorities == [4])
        let before = journal.now
        var isFirst = true
        journal.drops = { entry in
            defer { if entry.noticeID == "n11" { isFirst = false } }
            return entry.priority > 4 || entry.noticeID == "n11" && isFirst
        }
        journal.write(10..<12)
        drain(outlet)
        expectOnce(0..<12)
        #expect(journal.barrierPriorities == [4, 4])
        #expect(journal.now - before < 3_000_000)
    }

    @Test("without the right to read, handed over counts as delivered and the outlet says what is missing")
    func cannotReadBack() {
        journal.canReadBack = false
        journal.write(0..<1_100)
        let outlet = outlet()
        drain(outlet)
        expectOnce(0..<1_100)
        #expect(journal.barriers == 0)
        #expect(outlet.degraded?.contains("group systemd-journal") == true)
    }

    @Test("an error half-way through a chunk sends nothing twice")
    func sendingFails() {
        let outlet = outlet()
        drain(outlet)
        var failures = 1
        journal.failsToSend = { entry in
            guard entry.noticeID == "n5", failures > 0 else { return false }
            failures -= 1
            return true
        }
        journal.write(0..<10)
        #expect(outlet.drain() == 1_000_000)
        #expect(outlet.degraded == "no buffer space")
        drain(outlet)
        expectOnce(0..<10)
        #expect(outlet.degraded == nil)
    }

    @Test("a store that cannot confirm is asked again, and nothing is sent twice")
    func confirmingFails() {
        let outlet = outlet()
        drain(outlet)
        journal.failsToConfirm = true
        journal.write(0..<10)
        #expect(outlet.drain() == 1_000_000)
        #expect(outlet.degraded == "cannot confirm notices: disk full")
        journal.failsToConfirm = false
        drain(outlet)
        expectOnce(0..<10)
    }

    @Test("an outlet that is told to stop loses nothing and repeats nothing")
    func stopping() {
        journal.write(0..<3_000)
        var steps = 0
        _ = outlet()
            .drain {
                steps += 1
                return steps > 12
            }
        #expect(!journal.kept.isEmpty)
        #expect(journal.confirmed.count < 3_000)
        drain(outlet())
        expectOnce(0..<3_000)
    }

    @Test(
        "with random losses, stalls and restarts each notice is there exactly once",
        arguments: 0..<100 as Range<UInt64>
    )
    func random(_ seed: UInt64) {
        var random = Seeded(seed: seed)
        var outlet = outlet()
        var written = 0
        for _ in 0..<12 {
            let more = Int.random(in: 0...700, using: &random)
            journal.write(written..<written + more)
            written += more
            let losses = Int.random(in: 0...20, using: &random)
            var salt = random.next() | 1
            journal.drops = { _ in
                salt = salt &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(salt >> 33) % 100 < losses
            }
            if Bool.random(using: &random) {
                journal.stalledUntil = journal.now + UInt64.random(in: 0...3_000_000, using: &random)
            }
            var steps = Int.random(in: 1...60, using: &random)
            _ = outlet.drain {
                steps -= 1
                return steps < 0
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                outlet = self.outlet()
            }
        }
        journal.drops = { _ in false }
        drain(outlet)
        expectOnce(0..<written)
    }
}

/// SplitMix64, so that a failing seed can be run again.
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
