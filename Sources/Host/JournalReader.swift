import CSystemd
import Glibc

/// Reads the machine's journal: single entries by key, and what is new since the last look.
///
/// Two handles, opened once: a handle has one position and one set of matches. Not for two threads at a time; libsystemd
/// asks for one thread but keeps no thread-local state in a handle, so a serial queue serves.
package final class JournalReader {
    /// A field and the value an entry must have there.
    package typealias Match = (name: String, value: String)

    private let keys: Handle
    private let news: Handle
    private let scope: [Match]

    /// Whether the last look at `news` found nothing.
    ///
    /// journald counts an entry in the file before it links it to its fields. A look between the two finds no match but
    /// notes the new count, and `sd_journal_next` then takes the file as read until yet another entry comes
    /// (`next_beyond_location` in sd-journal.c, systemd 252). Only a seek makes it look again.
    private var mustLookAgain = false

    /// Opens the journal; what is new counts from here.
    ///
    /// Without the right to read, this succeeds and nothing is ever found (see `SystemJournal.probe`).
    ///
    /// - Parameter scope: What every entry must match to be seen at all.
    /// - Throws: Where the journal cannot be opened; a journal without files is none of these.
    package init(scope: [Match]) throws(HostProblem) {
        self.scope = scope
        keys = try Handle()
        news = try Handle()
        try news.match(scope)
        try news.seekBehindNewest()
    }

    /// Those of `values` that some entry in scope has in `field`.
    ///
    /// A few microseconds each, and more where the journal has hundreds of files.
    package func lookUp(_ values: Set<String>, in field: String) throws(HostProblem) -> Set<String> {
        try keys.noticeNewFiles()
        var found: Set<String> = []
        for value in values {
            try keys.match(scope + [(field, value)])
            if try keys.seekNewest() { found.insert(value) }
        }
        return found
    }

    /// Whether there is any entry that this process may read, of whatever scope.
    package func canReadAnything() throws(HostProblem) -> Bool {
        try keys.noticeNewFiles()
        try keys.match([])
        return try keys.seekNewest()
    }

    /// `fields` of the newest entry in scope that matches, those it has; nil where there is none.
    package func find(_ matches: [Match], fields: [String]) throws(HostProblem) -> [String: String]? {
        try keys.noticeNewFiles()
        try keys.match(scope + matches)
        guard try keys.seekNewest() else { return nil }
        var values: [String: String] = [:]
        for field in fields { values[field] = try keys.value(of: field) }
        return values
    }

    /// The values of `field` in the entries in scope that became readable since the last call, oldest first.
    package func newValues(of field: String) throws(HostProblem) -> [String] {
        try news.noticeNewFiles()
        var values: [String] = []
        var isNew = try mustLookAgain ? news.nextAfterSeekingAgain() : news.next()
        mustLookAgain = !isNew
        while isNew {
            if let value = try news.value(of: field) { values.append(value) }
            isNew = try news.next()
        }
        try news.remember()
        return values
    }
}

/// An open `sd_journal`.
@safe private final class Handle {
    private let journal: OpaquePointer
    /// The cursor of the entry behind which `next` goes on; nil where that is the head.
    private var passed: String?
    /// Whether `next` has gone beyond `passed`.
    private var hasMoved = false

    init() throws(HostProblem) {
        var opened: OpaquePointer?
        try Self.check(unsafe sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY)))
        guard let opened = unsafe opened else { throw .cannotReadJournal(code: ENOENT) }
        unsafe journal = opened
        // Without it values are cut at 64 KiB.
        unsafe sd_journal_set_data_threshold(journal, 0)
        // Begins to watch the folder, for `noticeNewFiles`.
        let descriptor = unsafe sd_journal_get_fd(journal)
        guard descriptor >= 0 else {
            unsafe sd_journal_close(journal)
            throw .cannotReadJournal(code: -descriptor)
        }
    }

    deinit { unsafe sd_journal_close(journal) }

    /// Takes in files that were rotated in or removed.
    ///
    /// One system call where there are none.
    func noticeNewFiles() throws(HostProblem) { try Self.check(unsafe sd_journal_process(journal)) }

    func match(_ matches: [JournalReader.Match]) throws(HostProblem) {
        unsafe sd_journal_flush_matches(journal)
        for match in matches {
            let text = "\(match.name)=\(match.value)"
            try Self.check(unsafe sd_journal_add_match(journal, text, text.utf8.count))
        }
    }

    /// Goes to the newest entry that matches; false where there is none.
    func seekNewest() throws(HostProblem) -> Bool {
        try Self.check(unsafe sd_journal_seek_tail(journal))
        return try Self.check(unsafe sd_journal_previous(journal)) > 0
    }

    /// Makes `next` go to the first entry that is not there yet.
    func seekBehindNewest() throws(HostProblem) {
        if try seekNewest() {
            passed = try cursor()
        } else {
            // From the tail itself `next` never moves; without any entry everything from the head on is new.
            try Self.check(unsafe sd_journal_seek_head(journal))
        }
    }

    /// Goes to the next entry that matches; false where there is none yet.
    func next() throws(HostProblem) -> Bool {
        guard try Self.check(unsafe sd_journal_next(journal)) > 0 else { return false }
        hasMoved = true
        return true
    }

    /// Notes how far `next` has come, for `nextAfterSeekingAgain`.
    ///
    /// At once: the file of the current entry may be gone after `noticeNewFiles`.
    func remember() throws(HostProblem) {
        if hasMoved { passed = try cursor() }
        hasMoved = false
    }

    /// As `next` from where `remember` was called last, but trusts nothing that libsystemd holds of the files.
    func nextAfterSeekingAgain() throws(HostProblem) -> Bool {
        guard let passed else {
            try Self.check(unsafe sd_journal_seek_head(journal))
            return try next()
        }
        try Self.check(unsafe sd_journal_seek_cursor(journal, passed))
        guard try Self.check(unsafe sd_journal_next(journal)) > 0 else { return false }
        // Another entry than the one passed: that one is gone with its file.
        hasMoved = try Self.check(unsafe sd_journal_test_cursor(journal, passed)) == 0
        if hasMoved { return true }
        return try next()
    }

    private func cursor() throws(HostProblem) -> String? {
        var cursor: UnsafeMutablePointer<CChar>?
        try Self.check(unsafe sd_journal_get_cursor(journal, &cursor))
        guard let cursor = unsafe cursor else { return nil }
        defer { unsafe free(cursor) }
        return unsafe String(cString: cursor)
    }

    /// The value of `field` in the current entry; nil where it has none.
    func value(of field: String) throws(HostProblem) -> String? {
        var data: UnsafeRawPointer?
        var length = 0
        let result = unsafe sd_journal_get_data(journal, field, &data, &length)
        if result == -ENOENT { return nil }
        try Self.check(result)
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: length)
        return unsafe String(decoding: bytes.dropFirst(field.utf8.count + 1), as: UTF8.self)
    }

    @discardableResult private static func check(_ result: Int32) throws(HostProblem) -> Int32 {
        guard result >= 0 else { throw .cannotReadJournal(code: -result) }
        return result
    }
}
