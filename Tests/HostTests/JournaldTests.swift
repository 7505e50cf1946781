import Engine
import Foundation
import Glibc
import Host
import Outlets
import Support
import Testing
import TimeBase

/// Which journald this process runs beside: `volatile`, `none`, or nil for none of ours.
private let lab = environment("SLAWATCH_JOURNALD_LAB")

private let hasTools =
    geteuid() == 0
    && ["/usr/bin/unshare", "/lib/systemd/systemd-journald", "/usr/bin/journalctl"]
        .allSatisfy(FileManager.default.isExecutableFile(atPath:))

/// Runs the suites below beside a real journald, which the machine that runs the tests need not have.
@Suite("Journald lab", .enabled(if: lab == nil && hasTools, "needs root, unshare and systemd-journald"))
struct JournaldLabTests {
    @Test(
        "the suites of a real journal pass beside a journald of their own",
        .timeLimit(.minutes(5)),
        arguments: [("volatile", "JournaldTests"), ("none", "JournaldWithoutStorageTests")]
    )
    func lab(_ storage: String, _ suite: String) async {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "journald-lab.sh").path
        let result = await shell(
            "'\(script)' \(storage) \"$(readlink /proc/\(getpid())/exe)\" --testing-library swift-testing --filter \(suite)"
        )
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("passed after"), "\(result.output)")
        for line in result.output.split(separator: "\n") where line.hasPrefix("measured:") { print(line) }
    }
}

@Suite("Journal catalog")
struct JournalCatalogTests {
    @Test(
        "journalctl takes the catalog and has a text for every kind",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/journalctl"), "needs journalctl")
    )
    func compiles() async {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let catalog = tests.deletingLastPathComponent().appending(path: "systemd/slawatchd.catalog").path
        let result = await shell(
            """
            set -e; root=$(mktemp -d); trap 'rm -r "$root"' EXIT; mkdir -p "$root/usr/lib/systemd/catalog"
            cp '\(catalog)' "$root/usr/lib/systemd/catalog/"
            journalctl --root="$root" --update-catalog; journalctl --root="$root" --list-catalog
            """
        )
        let ids = result.output.split(separator: "\n").map { String($0.prefix(32)) }
        #expect(result.status == 0)
        #expect(Set(ids) == Set(MessageID.allCases.map(\.rawValue)), "\(result.output)")
    }
}

@Suite("Journald", .serialized, .enabled(if: lab == "volatile", "runs inside the journald lab"))
struct JournaldTests {
    private let store = "store-\(UInt64.random(in: .min ... .max))"

    private func journal() throws -> SystemJournal {
        try SystemJournal(identifier: "slawatchd", scope: ("SLA_STORE", store), key: "SLA_NOTICE_ID")
    }

    private func entry(_ id: String) -> [(name: String, value: String)] {
        [("MESSAGE", "Breached: case \(id)"), ("PRIORITY", "4"), ("SLA_STORE", store), ("SLA_NOTICE_ID", id)]
    }

    private func lookUp(_ journal: SystemJournal, _ ids: Set<String>) throws -> Set<String> {
        try journal.lookUp(ids.map { JournalReader.Wanted(key: $0) })
    }

    /// Journal files that this process has open.
    private func openFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
            .filter { $0.contains(".journal") }
    }

    private func rotate() async -> String {
        await shell("journalctl --rotate || kill -USR2 $JOURNALD_PID; journalctl --sync").output
    }

    /// Reads back until everything is there, for ten seconds at most.
    private func readBack(_ journal: SystemJournal, _ ids: Set<String>) throws -> Set<String> {
        let clock = SystemClock()
        let deadline = clock.monotonicMicroseconds() + 10_000_000
        var found: Set<String> = []
        while found != ids, clock.monotonicMicroseconds() < deadline {
            found.formUnion(try journal.readBack(ids.subtracting(found)))
        }
        return found
    }

    @Test("a probe is read back")
    func probe() throws {
        let journal = try journal()
        #expect(!journal.canReadBack)
        #expect(try journal.probe(JournalEntry.probe(storeID: store).journalFields))
        #expect(journal.canReadBack)
    }

    @Test("what was sent is read back, once, and what was not is not")
    func readBack() throws {
        let journal = try journal()
        for id in ["a", "b"] { try journal.send(entry(id)) }
        #expect(try readBack(journal, ["a"]) == ["a"])
        #expect(try readBack(journal, ["b"]) == ["b"])
        #expect(try journal.readBack(["a", "c"]) == [])
        #expect(try lookUp(journal, ["a", "b", "c"]) == ["a", "b"])
    }

    @Test("a journal opened later looks up what was sent before, in its own store only")
    func lookUp() throws {
        let first = try journal()
        try first.send(entry("a"))
        #expect(try readBack(first, ["a"]) == ["a"])
        let second = try journal()
        #expect(try second.readBack(["a"]) == [])
        #expect(try lookUp(second, ["a"]) == ["a"])
        let other = try SystemJournal(identifier: "slawatchd", scope: ("SLA_STORE", "other"), key: "SLA_NOTICE_ID")
        #expect(try lookUp(other, ["a"]) == [])
    }

    @Test("of entries with one id the one with the content looked for is found, or none")
    func content() throws {
        let journal = try journal()
        for id in ["1", "2"] { try journal.send(entry("a") + [("SLA_CASE", id), ("SLA_AT", "t\(id)")]) }
        try journal.send(entry("b"))
        #expect(try readBack(journal, ["a", "b"]) == ["a", "b"])
        func isThere(_ id: String, caseID: String?, at: String?) throws -> Bool {
            let wanted = JournalReader.Wanted(key: id, traits: [("SLA_CASE", caseID, false), ("SLA_AT", at, true)])
            return try journal.lookUp([wanted]) == [id]
        }
        #expect(try isThere("a", caseID: "1", at: "t1"))
        #expect(try isThere("a", caseID: "2", at: "t2"))
        #expect(try !isThere("a", caseID: "1", at: "t2"))
        #expect(try !isThere("a", caseID: "3", at: "t1"))
        #expect(try !isThere("a", caseID: nil, at: "t1"))
        #expect(try isThere("b", caseID: nil, at: "t1"), "an entry of a version that did not write it yet")
        #expect(try !isThere("b", caseID: "1", at: "t1"))
    }

    @Test("reading goes on when the journal is rotated")
    func rotation() async throws {
        let journal = try journal()
        try journal.send(entry("a"))
        #expect(try readBack(journal, ["a"]) == ["a"])
        let rotation = await rotate()
        try journal.send(entry("b"))
        #expect(try readBack(journal, ["b"]) == ["b"], "\(rotation)")
        #expect(try lookUp(journal, ["a", "b"]) == ["a", "b"])
    }

    @Test("what was sent before a rotation and not read yet is read after it, once")
    func rotationInBetween() async throws {
        let journal = try journal()
        for round in 0..<5 {
            let ids = Set((0..<20).map { "\(round)-\($0)" })
            for id in ids.sorted() { try journal.send(entry(id)) }
            let rotation = await rotate()
            try journal.send(entry("last-\(round)"))
            #expect(try readBack(journal, ids.union(["last-\(round)"])).count == 21, "\(rotation)")
        }
    }

    @Test("however often the journal is rotated, no more of its files stay open")
    func descriptors() async throws {
        let journal = try journal()
        var counts: [Int] = []
        for round in 0..<6 {
            try journal.send(entry("d\(round)"))
            #expect(try readBack(journal, ["d\(round)"]) == ["d\(round)"])
            #expect(try lookUp(journal, ["d\(round)", "e"]) == ["d\(round)"])
            let files = try openFiles()
            counts.append(files.count)
            #expect(!files.contains { $0.contains("@") || $0.contains("(deleted)") }, "\(files)")
            _ = await rotate()
        }
        #expect(Set(counts) == [1], "\(counts)")
    }

    @Test("journalctl shows every field: repeated ones, line feeds, and long ones cut at a character")
    func fields() async throws {
        let journal = try journal()
        let long = String(repeating: "é", count: 4_000)
        try journal.send(
            entry("f") + [("SLA_TO", "ada"), ("SLA_TO", "grace"), ("SLA_REASON", "one\ntwo=2"), ("SLA_RULE", long)]
        )
        #expect(try readBack(journal, ["f"]) == ["f"])
        let result = await shell("journalctl -o json SLA_STORE=\(store) SLA_NOTICE_ID=f")
        let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let fields = try #require(json, "\(result.output)")
        #expect(fields["MESSAGE"] as? String == "Breached: case f")
        #expect(fields["SYSLOG_IDENTIFIER"] as? String == "slawatchd")
        #expect(fields["SLA_TO"] as? [String] == ["ada", "grace"])
        #expect(fields["SLA_REASON"] as? String == "one\ntwo=2")
        let rule = try #require(fields["SLA_RULE"] as? String)
        #expect(rule.hasSuffix("é…"))
        #expect(rule.utf8.count > 4_080)
    }

    @Test("a burst of 10,000 notices is in the journal once each")
    func burst() throws {
        let count = 10_000
        let clock = SystemClock()
        let writer = JournalWriter(identifier: "slawatchd")
        let bareStart = clock.monotonicMicroseconds()
        for id in 0..<count {
            try writer.send(RealJournal.entry(id, store: "bare").journalFields)
        }
        let bare = clock.monotonicMicroseconds() - bareStart
        let port = RealJournal(journal: try journal(), store: store, count: count)
        try port.journal.probe(JournalEntry.probe(storeID: store).journalFields)
        let outlet = JournalOutlet(port: port, source: port, clock: port, wording: .plain(store))
        let start = clock.monotonicMicroseconds()
        var rounds = 0
        while port.confirmed.count < count, rounds < 20 {
            _ = outlet.drain()
            rounds += 1
        }
        let took = clock.monotonicMicroseconds() - start
        print("measured: 10,000 entries sent bare in \(bare) µs, sent and read back in \(took) µs")
        #expect(port.confirmed.count == count)
        #expect(outlet.degraded == nil)
        let all = Set((0..<count).map { "n\($0)" })
        let reader = try JournalReader(scope: [("SLA_STORE", store)])
        #expect(try reader.lookUp(all.map { JournalReader.Wanted(key: $0) }, in: "SLA_NOTICE_ID") == all)
        #expect(port.sends == count + port.barriers)
    }
}

@Suite("Journald without storage", .enabled(if: lab == "none", "runs inside the journald lab"))
struct JournaldWithoutStorageTests {
    @Test("a journal that keeps nothing is known after the probe, and notices count as delivered")
    func probe() throws {
        let journal = try SystemJournal(identifier: "slawatchd", scope: ("SLA_STORE", "s"), key: "SLA_NOTICE_ID")
        let isReadable = try journal.probe(
            JournalEntry.probe(storeID: "s").journalFields,
            patience: Span(milliseconds: 200)
        )
        #expect(!isReadable)
        let port = RealJournal(journal: journal, store: "s", count: 10)
        let outlet = JournalOutlet(port: port, source: port, clock: port, wording: .plain("s"))
        #expect(outlet.drain() == nil)
        #expect(port.confirmed.count == 10)
        #expect(outlet.degraded != nil)
    }
}

extension Wording {
    fileprivate static func plain(_ store: String) -> Wording { Wording(policy: .sample([]), storeID: store) }
}

/// The outlet's ports over the machine, as the daemon joins them, with `count` notices pending.
private final class RealJournal: JournalPort, NoticeSource, OutletClock {
    let journal: SystemJournal
    private(set) var confirmed: Set<String> = []
    private(set) var sends = 0
    private(set) var barriers = 0
    private let store: String
    private let count: Int
    private let clock = SystemClock()

    init(journal: SystemJournal, store: String, count: Int) {
        self.journal = journal
        self.store = store
        self.count = count
    }

    static func entry(_ id: Int, store: String) -> JournalEntry {
        JournalEntry(
            priority: 4,
            message:
                "Breached: case \(id) had no first reply within 6h, deadline 2026-11-23T13:00:00Z; told Ada Lovelace",
            messageID: MessageID.breached.rawValue,
            noticeID: "n\(id)",
            fields: [
                ("SLA_STORE", store), ("SLA_CASE", "\(id)"), ("SLA_TARGET", "first_reply"), ("SLA_TIER", "1"),
                ("SLA_DEADLINE", "2026-11-23T13:00:00.000Z"), ("SLA_LATE_MS", "12"), ("SLA_TO", "ada"),
                ("SLA_TIMER", "\(id)/first_reply/1"), ("SLA_CYCLE", "1"), ("SLA_REVISION", "0"),
            ]
        )
    }

    var canReadBack: Bool { journal.canReadBack }

    func send(_ entry: JournalEntry) throws {
        sends += 1
        if entry.messageID == MessageID.barrier.rawValue { barriers += 1 }
        try journal.send(entry.journalFields)
    }

    func readBack(noticeIDs: Set<String>) throws -> Set<String> { try journal.readBack(noticeIDs) }
    func lookUp(_ entries: [JournalEntry]) throws -> Set<String> {
        try journal.lookUp(
            entries.map { entry in
                JournalReader.Wanted(
                    key: entry.noticeID ?? "",
                    traits: entry.identity.map { ($0.name, $0.value, mayBeMissing: $0.mayBeMissing) }
                )
            }
        )
    }

    func pending(after position: Int64, limit: Int) throws -> [PendingNotice] {
        let first = Int(max(position, -1)) + 1
        return (first..<max(min(first + limit, count), first))
            .map {
                PendingNotice(position: Int64($0), id: "n\($0)", content: .entry(Self.entry($0, store: store)))
            }
    }

    func pendingCount() throws -> Int { count - confirmed.count }
    func confirm(_ ids: [String]) throws { confirmed.formUnion(ids) }
    func microseconds() -> UInt64 { clock.monotonicMicroseconds() }
    func wallTime() -> Instant { clock.now() }
    func pause(microseconds: UInt64) { clock.pause(microseconds: microseconds) }
}
