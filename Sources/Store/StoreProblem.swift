import GRDB
import GRDBSQLite
package import Loop

/// Why the store cannot do what it was asked.
///
/// The text says what to do about it.
package enum StoreProblem: Error, Hashable, Sendable {
    case folderIsMissing(folder: String)
    /// The state directory is something else, a file say, or lies in something else.
    case folderIsNoFolder(folder: String)
    /// It cannot be entered, or takes no new files.
    case folderIsNotWritable(folder: String)
    /// Another process holds the lock of the state directory.
    case isHeld(folder: String)
    case isNewer(schema: Int, known: Int)
    /// A file that no slawatchd wrote.
    case isForeign(path: String)
    /// SQLite finds the file itself malformed.
    case isDamaged(cause: String)
    /// The disk, or the quota, has no room left.
    ///
    /// Nothing of the transaction was kept.
    case isFull(verb: String)
    /// One case cannot be read; the others can.
    case caseIsDamaged(CaseDamaged)
    /// Anything else that SQLite or the disk has to say.
    case failed(verb: String, cause: String)
}

extension StoreProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .folderIsMissing(let folder):
            "cannot open the store: \(folder) does not exist, create it or \(Self.otherFolder)"
        case .folderIsNoFolder(let folder):
            "cannot open the store: \(folder) is not a directory, move it away or \(Self.otherFolder)"
        case .folderIsNotWritable(let folder):
            "cannot open the store: \(folder) is not writable, give it to the user slawatchd runs as "
                + "or \(Self.otherFolder)"
        case .isHeld(let folder):
            "cannot open the store: another slawatchd uses \(folder), stop it or \(Self.otherFolder)"
        case .isNewer(let schema, let known):
            "cannot open the store: schema \(schema) is newer than \(known), install the newer slawatchd"
        case .isForeign(let path):
            "cannot open the store: \(path) was not written by slawatchd, move it away "
                + "or \(Self.otherFolder)"
        case .isDamaged(let cause):
            "cannot use the store: the database is damaged (\(cause)), restore it from a backup"
        case .isFull(let verb):
            "cannot \(verb): no room left on the disk, nothing of it was kept; free some space"
        case .caseIsDamaged(let damaged):
            "\(damaged)"
        case .failed(let verb, let cause):
            "cannot \(verb): \(cause)"
        }
    }

    private static let otherFolder = "name another with state_directory or --state-directory"
}

extension StoreProblem {
    /// What an error thrown while the file at `path` was opened means.
    init(_ error: any Error, opening path: String) {
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_NOTADB {
            self = .isForeign(path: path)
        } else {
            self.init(error, while: "open the store \(path)")
        }
    }

    /// What an error thrown while SQLite was used means.
    ///
    /// `verb` says what was attempted: verb and object, as in `commit to the store`.
    init(_ error: any Error, while verb: String) {
        switch error {
        case let problem as StoreProblem:
            self = problem
        case let damaged as CaseDamaged:
            self = .caseIsDamaged(damaged)
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .isFull(verb: verb)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .isDamaged(cause: error.message ?? "\(error.resultCode)")
            default:
                let cause = error.message ?? "\(error.resultCode)"
                self = .failed(verb: verb, cause: "\(cause) (SQLite \(error.extendedResultCode.rawValue))")
            }
        default:
            self = .failed(verb: verb, cause: "\(error)")
        }
    }
}
