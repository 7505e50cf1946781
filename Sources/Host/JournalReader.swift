import Glibc

/// Reads the machine's journal: single entries by key, and what is new since the last look.
///
/// Keeps open only the files that journald appends to, however often the journal is rotated: what is rotated out is
/// opened for a search and closed after it. A file that stays open takes a descriptor, and its room on the disk when
/// journald has removed it.
///
/// Not for two threads at a time; libsystemd asks for one thread but keeps no thread-local state in a handle, so a
/// serial queue serves.
package final class JournalReader {
    /// A field and the value an entry must have there.
    package typealias Match = (name: String, value: String)

    private let scope: [Match]
    private var files: [JournalFile]
    private var news: JournalHandle?
    /// The cursor of the entry behind which `news` goes on; nil: at the head of its files.
    private var passed: String?

    /// Whether the last look at `news` found nothing.
    ///
    /// journald counts an entry in the file before it links it to its fields. A look between the two finds no match but
    /// notes the new count, and `sd_journal_next` then takes the file as read until yet another entry comes
    /// (`next_beyond_location` in sd-journal.c, systemd 252). Only a seek makes it look again.
    private var mustLookAgain = true

    /// An entry that is looked for.
    package struct Wanted {
        /// Of the field that is searched.
        package var key: String
        /// What the entry has to say besides; nil: it must not have the field.
        ///
        /// No such field repeats in an entry.
        package var traits: [(name: String, value: String?, mayBeMissing: Bool)]

        package init(key: String, traits: [(name: String, value: String?, mayBeMissing: Bool)] = []) {
            self.key = key
            self.traits = traits
        }
    }

    /// Opens the journal; what is new counts from here.
    ///
    /// Without the right to read, this succeeds and nothing is ever found (see `SystemJournal.probe`).
    ///
    /// - Parameter scope: What every entry must match to be seen at all.
    /// - Throws: If the journal cannot be opened; a journal without files can.
    package init(scope: [Match]) throws(HostProblem) {
        self.scope = scope
        files = JournalFile.appended()
        news = try JournalHandle(files)
        try news?.match(scope)
        passed = try news?.newestCursor()
    }

    /// The keys of those `wanted` that are in the journal: an entry in scope has this key in `field`, and these traits.
    ///
    /// A few microseconds each, and some milliseconds to open a journal of a hundred files.
    package func lookUp(_ wanted: [Wanted], in field: String) throws(HostProblem) -> Set<String> {
        guard !wanted.isEmpty else { return [] }
        let all = try JournalHandle.all()
        var found: Set<String> = []
        for entry in wanted {
            try all.match(scope + [(field, entry.key)])
            var isThere = try all.seekNewest()
            while isThere {
                if try all.has(entry.traits) {
                    found.insert(entry.key)
                    break
                }
                isThere = try all.previous()
            }
        }
        return found
    }

    /// Whether there is any entry that this process may read, of whatever scope.
    package func canReadAnything() throws(HostProblem) -> Bool {
        let all = try JournalHandle.all()
        try all.match([])
        return try all.seekNewest()
    }

    /// `fields` of the newest entry in scope that matches, those it has; nil if there is none.
    package func find(_ matches: [Match], fields: [String]) throws(HostProblem) -> [String: String]? {
        let all = try JournalHandle.all()
        try all.match(scope + matches)
        guard try all.seekNewest() else { return nil }
        var values: [String: String] = [:]
        for field in fields { values[field] = try all.value(of: field) }
        return values
    }

    /// The values of `field` in the entries in scope that became readable since the last call, oldest first.
    ///
    /// An entry can be missed if the journal is rotated twice between two calls; `lookUp` finds it.
    package func newValues(of field: String) throws(HostProblem) -> [String] {
        let current = JournalFile.appended()
        // What was rotated out is read to its end first.
        var values = try readOn(field)
        guard current != files else { return values }
        let handle = try JournalHandle(current)
        try handle?.match(scope)
        news = handle
        files = current
        mustLookAgain = true
        values += try readOn(field)
        return values
    }

    private func readOn(_ field: String) throws(HostProblem) -> [String] {
        guard let news else { return [] }
        var values: [String] = []
        var last: String?
        var isNew = try mustLookAgain ? news.next(after: passed) : news.next()
        mustLookAgain = !isNew
        while isNew {
            if let value = try news.value(of: field) { values.append(value) }
            last = try news.cursor()
            isNew = try news.next()
        }
        passed = last ?? passed
        return values
    }
}

/// A file that journald appends the entries of this user to.
///
/// A rotation moves it away and makes another under its name.
private struct JournalFile: Equatable {
    let path: String
    let device: UInt
    let inode: UInt

    /// Those that are there: of a service of the system it is the first name, of a person's process the second.
    static func appended() -> [JournalFile] {
        let names = ["system.journal", "user-\(geteuid()).journal"]
        return JournalHandle.folders.flatMap { folder in names.compactMap { JournalFile("\(folder)/\($0)") } }
    }

    private init?(_ path: String) {
        var about = stat()
        guard unsafe stat(path, &about) == 0 else { return nil }
        self.path = path
        device = UInt(about.st_dev)
        inode = UInt(about.st_ino)
    }

    var isReadable: Bool { unsafe faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 }
}

extension JournalHandle {
    /// Over those of `files` that this process may read; nil if there are none.
    fileprivate convenience init?(_ files: [JournalFile]) throws(HostProblem) {
        let paths = files.filter(\.isReadable).map(\.path)
        guard !paths.isEmpty else { return nil }
        try self.init(paths: paths)
    }
}
