import Outlets
import TimeBase

/// A journald that loses, delays and stalls as told, its clock, and the store behind the outlet.
///
/// Time passes only here: 15 µs for each entry sent and as long as each pause says.
final class FakeJournal: JournalPort, NoticeSource, OutletClock {
    var canReadBack = true
    /// How long after sending an entry can be read.
    var delay: UInt64 = 270
    /// Nothing that is sent can be read before; it is kept in the socket.
    var stalledUntil: UInt64 = 0
    /// Asked for each entry: true drops it, as a rate limit does.
    var drops: (JournalEntry) -> Bool = { _ in false }
    var failsToSend: (JournalEntry) -> Bool = { _ in false }
    var failsToConfirm = false

    private(set) var now: UInt64 = 5_000_000
    /// What journald keeps, in order, with the time from which it can be read.
    private(set) var kept: [(id: String, entry: JournalEntry, readableAt: UInt64)] = []
    private(set) var confirmed: Set<String> = []
    private(set) var confirmations = 0
    private(set) var pauses = 0
    private var notices: [PendingNotice] = []
    private var readableAt: [String: UInt64] = [:]
    /// When the fake's clock stood at zero.
    static let beginning = Instant(milliseconds: 1_795_435_200_000)  // 2026-11-23T12:00:00Z

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    func write(_ ids: Range<Int>) {
        for id in ids {
            notices.append(PendingNotice(position: Int64(id), id: "n\(id)", content: .entry(Self.entry(id))))
        }
    }

    /// A notice with an id and words of its own.
    func write(_ notice: PendingNotice) { notices.append(notice) }

    /// As an earlier run sent it.
    func keep(_ id: Int, readableAt: UInt64 = 0) { keep(Self.entry(id), readableAt: readableAt) }

    func keep(_ entry: JournalEntry, readableAt: UInt64 = 0) { take(entry, readableAt: readableAt) }

    /// As `journalctl --vacuum-time=1s`.
    func vacuum() {
        kept = []
        readableAt = [:]
    }

    static func entry(_ id: Int) -> JournalEntry {
        JournalEntry(
            priority: 4,
            message: "Breached: case \(id)",
            messageID: MessageID.breached.rawValue,
            noticeID: "n\(id)"
        )
    }

    func pass(microseconds: UInt64) { now += microseconds }

    /// How often each notice is in the journal.
    var copies: [String: Int] {
        kept.filter { $0.entry.messageID == MessageID.breached.rawValue }
            .reduce(into: [:]) { $0[$1.id, default: 0] += 1 }
    }

    var barriers: Int { barrierPriorities.count }

    var barrierPriorities: [Int] {
        kept.map(\.entry).filter { $0.messageID == MessageID.barrier.rawValue }.map(\.priority)
    }

    // MARK: JournalPort

    func send(_ entry: JournalEntry) throws {
        if failsToSend(entry) { throw Refused(description: "no buffer space") }
        now += 15
        guard !drops(entry) else { return }
        // The socket is a queue: what is sent later is never read earlier.
        take(entry, readableAt: max(now + delay, stalledUntil, kept.last?.readableAt ?? 0))
    }

    func readBack(noticeIDs: Set<String>) throws -> Set<String> {
        guard canReadBack else { return [] }
        return noticeIDs.filter { (readableAt[$0] ?? .max) <= now }
    }

    func lookUp(_ entries: [JournalEntry]) throws -> Set<String> {
        guard canReadBack else { return [] }
        let there = Dictionary(grouping: kept.filter { $0.readableAt <= now }, by: \.id)
        return Set(
            entries.filter { wanted in
                (there[wanted.noticeID ?? ""] ?? []).contains { $0.entry.identity == wanted.identity }
            }
            .compactMap(\.noticeID)
        )
    }

    private func take(_ entry: JournalEntry, readableAt time: UInt64) {
        guard let id = entry.noticeID else { return }
        kept.append((id, entry, time))
        readableAt[id] = min(readableAt[id] ?? .max, time)
    }

    // MARK: NoticeSource

    func pending(after position: Int64, limit: Int) throws -> [PendingNotice] {
        Array(notices.lazy.filter { $0.position > position && !self.confirmed.contains($0.id) }.prefix(limit))
    }

    func pendingCount() throws -> Int { notices.count { !self.confirmed.contains($0.id) } }

    /// Somebody takes back that it arrived.
    func unconfirm(_ id: Int) { confirmed.remove("n\(id)") }

    func confirm(_ ids: [String]) throws {
        if failsToConfirm { throw Refused(description: "cannot confirm notices: disk full") }
        confirmations += 1
        confirmed.formUnion(ids)
    }

    // MARK: OutletClock

    func microseconds() -> UInt64 { now }

    func wallTime() -> Instant { Self.beginning + Span(milliseconds: Int64(now / 1_000)) }

    func pause(microseconds: UInt64) {
        pauses += 1
        now += microseconds
    }
}
