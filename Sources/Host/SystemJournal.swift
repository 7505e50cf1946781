import Glibc
package import TimeBase

/// The machine's journal, written and read back.
///
/// Belongs to one queue, apart from `callWatch`. Every call may block for as long as journald does not read.
package final class SystemJournal {
    /// An entry: names may repeat.
    package typealias Fields = [(name: String, value: String)]

    /// Whether entries can be read back: what the last `probe` found, false before the first.
    package private(set) var canReadBack = false

    /// Shows a stalled journald, to any thread.
    package let callWatch = CallWatch()

    private let writer: JournalWriter
    private let reader: JournalReader
    private let key: String
    private let clock = SystemClock()
    /// Keys read and not asked for yet.
    private var seen: Set<String> = []

    /// Beyond it the seen keys are forgotten: only `lookUp` knows them then.
    private static let seenMax = 100_000

    /// - Parameters:
    ///   - identifier: `SYSLOG_IDENTIFIER`.
    ///   - scope: A field that all entries of ours have, with its value, such as `SLA_STORE` and the store's id.
    ///   - key: The field by which an entry is found again, such as `SLA_NOTICE_ID`.
    /// - Throws: If the journal cannot be opened for reading; one without files can.
    package init(identifier: String, scope: JournalReader.Match, key: String) throws(HostProblem) {
        writer = JournalWriter(identifier: identifier)
        // `_UID` is journald's own word: nobody else can write an entry that passes for ours.
        reader = try JournalReader(scope: [scope, ("_UID", "\(geteuid())")])
        self.key = key
    }

    /// Hands one entry over; proves nothing.
    package func send(_ fields: Fields) throws(HostProblem) {
        try callWatch.during { () throws(HostProblem) in try writer.send(fields) }
    }

    /// Those of `keys` that have become readable since the journal was opened.
    ///
    /// Reads new entries only.
    package func readBack(_ keys: Set<String>) throws(HostProblem) -> Set<String> {
        let new = try callWatch.during { () throws(HostProblem) in try reader.newValues(of: key) }
        if seen.count + new.count > Self.seenMax { seen.removeAll() }
        seen.formUnion(new)
        let found = keys.intersection(seen)
        seen.subtract(found)
        return found
    }

    /// The keys of those entries that are in the journal, whenever they were written; each is looked for by itself.
    package func lookUp(_ wanted: [JournalReader.Wanted]) throws(HostProblem) -> Set<String> {
        try callWatch.during { () throws(HostProblem) in try reader.lookUp(wanted, in: key) }
    }

    /// Finds out whether entries can be read back: sends one and looks for it, for at most a second.
    ///
    /// Without the group `systemd-journal`, with `Storage=none` or without journald, everything else looks like an empty
    /// journal. A journald that does not answer in time is slow, not secret, if anything at all can be read.
    ///
    /// - Parameters:
    ///   - fields: The entry; must have the field of the scope. A unique key is added.
    ///   - patience: How long it may take.
    /// - Returns: `canReadBack` from now on.
    /// - Throws: If journald refuses the entry.
    @discardableResult
    package func probe(_ fields: Fields, patience: Span = .seconds(1)) throws(HostProblem) -> Bool {
        canReadBack = false
        if try isAnswered(fields, patience: patience) {
            canReadBack = true
        } else {
            canReadBack = try reader.canReadAnything()
        }
        return canReadBack
    }

    private func isAnswered(_ fields: Fields, patience: Span) throws(HostProblem) -> Bool {
        guard JournalWriter.isJournalPresent else { return false }
        let id = "probe-\(getpid())-\(clock.monotonicMicroseconds())"
        try send(fields + [(key, id)])
        let deadline = clock.monotonicMicroseconds() + UInt64(patience.milliseconds) * 1_000
        var wait: UInt64 = 300
        repeat {
            clock.pause(microseconds: wait)
            wait = min(wait * 2, 20_000)
            if try !readBack([id]).isEmpty { return true }
        } while clock.monotonicMicroseconds() < deadline
        return false
    }
}
