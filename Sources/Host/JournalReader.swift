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
        while try news.next() {
            if let value = try news.value(of: field) { values.append(value) }
        }
        return values
    }
}

/// An open `sd_journal`.
@safe private final class Handle {
    private let journal: OpaquePointer

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
        // From the tail itself `next` never moves; without any entry everything from the head on is new.
        guard try !seekNewest() else { return }
        try Self.check(unsafe sd_journal_seek_head(journal))
    }

    func next() throws(HostProblem) -> Bool { try Self.check(unsafe sd_journal_next(journal)) > 0 }

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
