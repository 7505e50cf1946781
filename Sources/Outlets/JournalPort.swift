/// The system's journal as the outlet sees it.
///
/// `Host` has the real one; tests bring their own.
///
/// Used from one queue at a time; calls may block for as long as journald does not read.
package protocol JournalPort: AnyObject {
    /// Hands one entry to the journal. A return without an error proves nothing: only `readBack` does.
    func send(_ entry: JournalEntry) throws

    /// Which of the entries sent by this store, since the reader was opened or at any time before, are in the journal.
    ///
    /// Looks only at what has become readable since the last call where that suffices.
    func readBack(noticeIDs: Set<String>) throws -> Set<String>

    /// Which of the entries are in the journal, whenever they were sent: each looked for by itself, so that a missing one
    /// is truly not there. Dearer than `readBack`.
    func lookUp(noticeIDs: Set<String>) throws -> Set<String>

    /// Whether entries can be read back at all; false without the group `systemd-journal`, or without a journal.
    var canReadBack: Bool { get }
}

/// One journal entry: a sentence and its fields.
package struct JournalEntry: Sendable, Equatable {
    /// 0 to 7, as in syslog.
    package var priority: Int
    /// Stands alone in `journalctl -o cat`.
    package var message: String
    /// `MESSAGE_ID`: 32 lower-case hex digits, one for each kind of entry.
    package var messageID: String
    /// `SLA_NOTICE_ID`: stable, unique; nil for entries about the service itself.
    package var noticeID: String?
    /// Further fields: `[A-Z0-9_]`, at most 64 characters, not beginning with `_` or a digit.
    ///
    /// A name may repeat.
    package var fields: [(name: String, value: String)]

    package init(
        priority: Int,
        message: String,
        messageID: String,
        noticeID: String? = nil,
        fields: [(name: String, value: String)] = []
    ) {
        self.priority = priority
        self.message = message
        self.messageID = messageID
        self.noticeID = noticeID
        self.fields = fields
    }

    package static func == (left: JournalEntry, right: JournalEntry) -> Bool {
        left.priority == right.priority && left.message == right.message && left.messageID == right.messageID
            && left.noticeID == right.noticeID && left.fields.elementsEqual(right.fields, by: { $0 == $1 })
    }
}
