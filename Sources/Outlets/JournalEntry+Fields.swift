extension JournalEntry {
    /// The whole entry as the journal takes it, most telling field first.
    package var journalFields: [(name: String, value: String)] {
        var all: [(name: String, value: String)] = [
            ("MESSAGE", message), ("MESSAGE_ID", messageID), ("PRIORITY", "\(priority)"),
        ]
        if let noticeID { all.append(("SLA_NOTICE_ID", noticeID)) }
        return all + fields
    }

    /// Sent at start to see whether entries can be read back.
    package static func probe(storeID: String) -> JournalEntry {
        JournalEntry(
            priority: 7,
            message: "Probe: this entry is read back, to know that the journal can be",
            messageID: MessageID.probe.rawValue,
            fields: [("SLA_STORE", storeID)]
        )
    }

    /// Sent before a notice is sent again: if it can be read, so can everything sent earlier that was kept.
    static func barrier(noticeID: String, priority: Int, storeID: String) -> JournalEntry {
        JournalEntry(
            priority: priority,
            message: "Barrier: entries sent before this one are looked up before any is sent again",
            messageID: MessageID.barrier.rawValue,
            noticeID: noticeID,
            fields: [("SLA_STORE", storeID)]
        )
    }
}
