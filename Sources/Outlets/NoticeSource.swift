/// A notice that the journal has not confirmed yet.
package struct PendingNotice: Sendable, Equatable {
    /// Its place in the order in which notices were written.
    package var position: Int64
    /// Unique, stable over restarts; the entry has it too.
    package var id: String
    package var entry: JournalEntry

    package init(position: Int64, id: String, entry: JournalEntry) {
        self.position = position
        self.id = id
        self.entry = entry
    }
}

/// Where notices come from and where their delivery is remembered.
///
/// `Daemon` supplies it over the store.
///
/// Used from one queue, that of the outlet.
package protocol NoticeSource: AnyObject {
    /// The notices that are not confirmed, with positions above `position`, in ascending order, at most `limit`.
    func pending(after position: Int64, limit: Int) throws -> [PendingNotice]

    /// Remembers that these arrived: `pending` does not return them again. Durable before it returns.
    func confirm(_ ids: [String]) throws
}

/// Time as the outlet sees it: only how long it has waited.
///
/// `Daemon` supplies `Host`'s clock.
package protocol OutletClock {
    /// Microseconds of a clock that is never set.
    func microseconds() -> UInt64

    /// Blocks the outlet's queue.
    func pause(microseconds: UInt64)
}
