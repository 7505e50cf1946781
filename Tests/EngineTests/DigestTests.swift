import Engine
import Support
import Testing
import TimeBase

/// The arithmetic of windows, apart from the loop (S35).
@Suite("Windows of notices")
struct DigestTests {
    private let rule = DigestRule(moreThan: 2, within: .minutes(10))
    private let noon = Scenario.instant("Mon", "12:00")

    private func notice(
        _ to: [String],
        _ kind: LedgerRecord.Kind = .breached,
        priority: Int? = 4,
        at: Instant? = nil
    ) -> LedgerRecord {
        var record = LedgerRecord(kind: kind, at: at ?? noon, noticedAt: noon)
        record.to = to
        record.priority = priority
        return record
    }

    /// Hands in one notice of a case, and says into which digests it was folded.
    private func fold(
        _ digests: inout Digests,
        _ record: LedgerRecord,
        of id: String = "A",
        at now: Instant? = nil
    ) -> [String] {
        var records = [record]
        digests.fold(&records, of: CaseID(id), by: rule, at: now ?? noon)
        return records[0].digests
    }

    @Test("as many as the rule says are told by themselves, further ones are folded into a digest of one name (S35)")
    func moreThan() {
        var digests = Digests()
        #expect(fold(&digests, notice(["ada"])) == [])
        #expect(fold(&digests, notice(["ada"])) == [])
        #expect(digests.nextEnd == nil, "nothing was folded")
        let name = "ada-\(noon.milliseconds)"
        #expect(fold(&digests, notice(["ada"])) == [name])
        #expect(fold(&digests, notice(["ada"]), at: noon + .minutes(9)) == [name])
        #expect(digests.nextEnd == noon + .minutes(10))
        #expect(fold(&digests, notice(["bo"])) == [], "each receiver has its own")
    }

    @Test("what goes to somebody else too is told; what all its receivers have had enough of is folded for each (S35)")
    func severalReceivers() {
        var digests = Digests()
        for _ in 0..<3 { _ = fold(&digests, notice(["ada"])) }
        #expect(fold(&digests, notice(["bo", "ada"])) == [])
        #expect(fold(&digests, notice(["bo"])) == [])
        #expect(fold(&digests, notice(["ada", "bo"])).map { $0.prefix(3) } == ["ada", "bo-"])
    }

    @Test("what is only kept, and what goes to nobody, is no notice (S35)")
    func noNotice() {
        var digests = Digests()
        for _ in 0..<9 {
            #expect(fold(&digests, notice(["ada"], priority: nil)) == [])
            #expect(fold(&digests, notice([])) == [])
        }
        #expect(digests.isEmpty)
    }

    @Test("a window is over at its end, and what comes then begins the next one (S35)")
    func over() {
        var digests = Digests()
        for _ in 0..<3 { _ = fold(&digests, notice(["ada"])) }
        #expect(digests.takeOver(at: noon + .minutes(10) - Span(milliseconds: 1)).isEmpty)
        #expect(digests.takeOver(at: noon + .minutes(10)).map(\.receiver) == ["ada"])
        #expect(digests.isEmpty)
        #expect(fold(&digests, notice(["ada"]), at: noon + .minutes(10)) == [])
        #expect(digests.takeOver(at: noon + .minutes(20)).isEmpty, "it had nothing to tell")
        _ = fold(&digests, notice(["ada"]))
        #expect(digests.takeOver(at: noon - .hours(1)).isEmpty)
        #expect(digests.isEmpty, "a clock that went back ends it too")
    }

    @Test("a digest says how many of what kind in how many cases, the most urgent by name (S35)")
    func summary() throws {
        var digests = Digests()
        for _ in 0..<2 { _ = fold(&digests, notice(["ada"])) }
        for number in 1...7 {
            let at = noon - .minutes(Int64(number))
            _ = fold(&digests, notice(["ada"], at: at), of: "C\(number)")
            _ = fold(&digests, notice(["ada"], .warned, priority: 5, at: at - .hours(1)), of: "C\(number)")
        }
        _ = fold(&digests, notice(["ada"], .escalated, priority: 2), of: "C1")
        let window = try #require(digests.takeOver(at: noon + .minutes(11)).first)
        let record = window.record(at: noon + .minutes(11))
        #expect(
            record.reason == "15 notices in 7 cases since 2026-11-23T12:00:00Z: 7 warned, 7 breached, 1 escalated; "
                + "most urgent C1, C7, C6, C5, C4"
        )
        #expect(record.kind == .digested)
        #expect(record.to == ["ada"])
        #expect(record.priority == 2)
        #expect(record.at == noon + .minutes(10))
        #expect(record.late == .minutes(1))
        #expect(record.digests == [window.id])
    }

    @Test("it names no more cases and counts no further than its bounds (S35)")
    func bounds() throws {
        var digests = Digests()
        for number in 0..<(DigestWindow.casesMax + 50) { _ = fold(&digests, notice(["ada"]), of: "C\(number)") }
        let window = try #require(digests.takeOver(at: noon + .minutes(10)).first)
        #expect(window.cases.count == DigestWindow.casesMax)
        #expect(window.urgent.count == DigestWindow.urgentMax)
        #expect(window.record(at: noon).reason?.hasPrefix("1048 notices in 1000 or more cases") == true)
    }

    @Test("only what has changed since is handed to the store, and what is over is forgotten there")
    func changes() {
        var digests = Digests()
        _ = fold(&digests, notice(["bo", "ada"]))
        #expect(digests.takeChanges().windows.map(\.receiver) == ["ada", "bo"])
        #expect(digests.takeChanges().windows.isEmpty)
        _ = fold(&digests, notice(["bo"]))
        #expect(digests.takeChanges().windows.map(\.notices) == [2])
        _ = digests.takeOver(at: noon + .hours(1))
        #expect(digests.takeChanges().ended == ["ada", "bo"])
    }
}
