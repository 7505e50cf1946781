import CSystemd
import Glibc

/// An open `sd_journal`: one position, one set of matches.
@safe final class JournalHandle {
    private let journal: OpaquePointer

    private init(_ journal: OpaquePointer?) throws(HostProblem) {
        guard let journal = unsafe journal else { throw .cannotReadJournal(code: ENOENT) }
        unsafe self.journal = journal
        // Without it values are cut at 64 KiB.
        unsafe sd_journal_set_data_threshold(journal, 0)
    }

    deinit { unsafe sd_journal_close(journal) }

    /// Over all files of the machine's journal, also over those that were rotated out.
    static func all() throws(HostProblem) -> JournalHandle {
        var opened: OpaquePointer?
        try check(unsafe sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY)))
        return unsafe try JournalHandle(opened)
    }

    /// Over these files only, as they are now: what is rotated in later does not belong to it.
    convenience init(paths: [String]) throws(HostProblem) {
        var names: [UnsafePointer<CChar>?] = unsafe paths.map { unsafe UnsafePointer(strdup($0)) }
        defer { unsafe names.forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) } }
        unsafe names.append(nil)
        var opened: OpaquePointer?
        try Self.check(unsafe sd_journal_open_files(&opened, &names, 0))
        unsafe try self.init(opened)
    }

    /// Where the machine's journal is: in memory, and on disk.
    static let folders: [String] = {
        var id = sd_id128_t()
        guard unsafe sd_id128_get_machine(&id) >= 0 else { return [] }
        var text = [CChar](repeating: 0, count: 33)
        unsafe sd_id128_to_string(id, &text)
        let name = String(decoding: text.prefix(32).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return ["/run/log/journal/\(name)", "/var/log/journal/\(name)"]
    }()

    func match(_ matches: [JournalReader.Match]) throws(HostProblem) {
        unsafe sd_journal_flush_matches(journal)
        for match in matches {
            let text = "\(match.name)=\(match.value)"
            try Self.check(unsafe sd_journal_add_match(journal, text, text.utf8.count))
        }
    }

    /// Goes to the newest entry that matches; false if there is none.
    func seekNewest() throws(HostProblem) -> Bool {
        try Self.check(unsafe sd_journal_seek_tail(journal))
        return try previous()
    }

    /// Goes to the entry before that matches; false if there is none.
    func previous() throws(HostProblem) -> Bool { try Self.check(unsafe sd_journal_previous(journal)) > 0 }

    /// Of the newest entry that matches; nil if there is none.
    func newestCursor() throws(HostProblem) -> String? { try seekNewest() ? try cursor() : nil }

    /// Goes to the next entry that matches; false if there is none yet.
    func next() throws(HostProblem) -> Bool { try Self.check(unsafe sd_journal_next(journal)) > 0 }

    /// Goes to the first entry that matches after the one with this cursor, which may be in another file; nil: to the
    /// first of all.
    ///
    /// Trusts nothing that libsystemd holds of the files.
    func next(after cursor: String?) throws(HostProblem) -> Bool {
        guard let cursor else {
            try Self.check(unsafe sd_journal_seek_head(journal))
            return try next()
        }
        try Self.check(unsafe sd_journal_seek_cursor(journal, cursor))
        guard try next() else { return false }
        // Another entry than the one with this cursor: that one is not in these files.
        guard try Self.check(unsafe sd_journal_test_cursor(journal, cursor)) > 0 else { return true }
        return try next()
    }

    /// Of the current entry.
    func cursor() throws(HostProblem) -> String? {
        var cursor: UnsafeMutablePointer<CChar>?
        try Self.check(unsafe sd_journal_get_cursor(journal, &cursor))
        guard let cursor = unsafe cursor else { return nil }
        defer { unsafe free(cursor) }
        return unsafe String(cString: cursor)
    }

    /// The value of `field` in the current entry; nil if it has none.
    func value(of field: String) throws(HostProblem) -> String? {
        var data: UnsafeRawPointer?
        var length = 0
        let result = unsafe sd_journal_get_data(journal, field, &data, &length)
        if result == -ENOENT { return nil }
        try Self.check(result)
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: length)
        return unsafe String(decoding: bytes.dropFirst(field.utf8.count + 1), as: UTF8.self)
    }

    /// Whether the current entry says what it has to.
    func has(_ traits: [(name: String, value: String?, mayBeMissing: Bool)]) throws(HostProblem) -> Bool {
        for trait in traits {
            let found = try value(of: trait.name)
            if found == nil, trait.mayBeMissing { continue }
            guard found == trait.value else { return false }
        }
        return true
    }

    @discardableResult private static func check(_ result: Int32) throws(HostProblem) -> Int32 {
        guard result >= 0 else { throw .cannotReadJournal(code: -result) }
        return result
    }
}
