/// The system's journal as the outlet sees it.
///
/// `Host` has the real one; tests bring their own.
///
/// Used from one queue at a time; calls may block for as long as journald does not read.
package protocol JournalPort: AnyObject {
    /// Hands one entry to the journal. A return without an error proves nothing: only `readBack` does.
    func send(_ entry: JournalEntry) throws

    /// The notice ids of the entries of this store that were sent since the reader was opened and are in the journal.
    ///
    /// Looks only at what has become readable since the last call.
    func readBack(noticeIDs: Set<String>) throws -> Set<String>

    /// The notice ids of the entries that are in the journal, whenever they were sent: each is looked for by itself, so
    /// that a missing one is truly not there.
    ///
    /// An entry with the same id and another `identity` is not the one looked for. Slower than `readBack`.
    func lookUp(_ entries: [JournalEntry]) throws -> Set<String>

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

    /// What an entry with the same notice id has to say to be this one.
    package var identity: [Trait] {
        [Trait(name: "MESSAGE_ID", value: messageID)]
            + Self.identifying.map { name in
                Trait(name: name, value: fields.first { $0.name == name }?.value)
            }
            // Entries of slawatchd 0.1.0 do not have it.
            + [Trait(name: "SLA_AT", value: fields.first { $0.name == "SLA_AT" }?.value, mayBeMissing: true)]
    }

    /// Fields that stay the same whenever and by whichever version an entry is written; none of them repeats.
    private static let identifying = ["SLA_CASE", "SLA_TIMER", "SLA_REVISION", "SLA_DEADLINE", "SLA_STEP"]

    /// A field by which entries are told apart.
    package struct Trait: Sendable, Equatable {
        package var name: String
        /// Nil: the entry does not have the field.
        package var value: String?
        /// An entry that does not have the field can be the one looked for.
        package var mayBeMissing = false
    }

    package static func == (left: JournalEntry, right: JournalEntry) -> Bool {
        left.priority == right.priority && left.message == right.message && left.messageID == right.messageID
            && left.noticeID == right.noticeID && left.fields.elementsEqual(right.fields, by: { $0 == $1 })
    }
}
