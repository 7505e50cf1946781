package import Engine
package import TimeBase

/// A notice that the journal has not confirmed yet.
package struct PendingNotice: Sendable, Equatable {
    /// Its place in the order in which notices were written.
    package var position: Int64
    /// Unique, stable over restarts; the entry has it too.
    package var id: String
    package var content: Content

    /// What the entry says.
    package enum Content: Sendable, Equatable {
        /// A decision on a case: put into words when it is written, since they say how late that is.
        case record(LedgerRecord, of: CaseID)
        /// Words that do not depend on the time of writing.
        case entry(JournalEntry)
    }

    package init(position: Int64, id: String, content: Content) {
        self.position = position
        self.id = id
        self.content = content
    }

    /// syslog priority of the entry, 0 to 7.
    package var priority: Int {
        switch content {
        case .record(let record, _): record.priority ?? Wording.priorityDefault
        case .entry(let entry): entry.priority
        }
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

    /// How many notices are not confirmed, of all.
    func pendingCount() throws -> Int

    /// Remembers that these arrived: `pending` does not return them again. Durable before it returns.
    func confirm(_ ids: [String]) throws
}

/// Time as the outlet sees it.
///
/// `Daemon` supplies `Host`'s clock.
package protocol OutletClock {
    /// Microseconds of a clock that is never set.
    func microseconds() -> UInt64

    /// The wall clock, for words that say how late an entry is written.
    func wallTime() -> Instant

    /// Blocks the outlet's queue.
    func pause(microseconds: UInt64)
}
