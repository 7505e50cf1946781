import GRDB
import GRDBSQLite

/// A prepared statement, bound and stepped without the rows and argument arrays of GRDB's own calls.
///
/// Those cost more than SQLite itself on the way from a deadline to its commit, where a case takes five statements.
/// Used on the queue of its connection only; must not outlive it.
final class Prepared {
    private let statement: Statement

    init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
    }

    func bind(_ value: Int64, at index: CInt) {
        check(unsafe sqlite3_bind_int64(statement.sqliteStatement, index, value))
    }

    /// Nil binds NULL.
    func bind(_ value: Int64?, at index: CInt) {
        guard let value else { return check(unsafe sqlite3_bind_null(statement.sqliteStatement, index)) }
        bind(value, at: index)
    }

    /// By its length, so that a NUL inside does not cut it short.
    func bind(_ text: String, at index: CInt) {
        var text = text
        let code = text.withUTF8 { utf8 in
            let count = sqlite3_uint64(utf8.count)
            return unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text64(
                    statement.sqliteStatement,
                    index,
                    characters.baseAddress,
                    count,
                    Self.copies,
                    UInt8(SQLITE_UTF8)
                )
            }
        }
        check(code)
    }

    /// Copies the bytes: the writer they come from is reused at once.
    func bind(_ bytes: ByteWriter, at index: CInt) { bind(bytes.bytes, at: index) }

    func bind(_ bytes: [UInt8], at index: CInt) {
        let code = unsafe bytes.withUnsafeBytes { raw in
            unsafe sqlite3_bind_blob64(
                statement.sqliteStatement,
                index,
                raw.baseAddress,
                sqlite3_uint64(raw.count),
                Self.copies
            )
        }
        check(code)
    }

    /// Runs a statement that gives no rows.
    func run() throws {
        while try step() {}
        reset()
    }

    /// Hands each row to `body`, in order.
    ///
    /// The row is good until `body` returns.
    func forEach(_ body: (Prepared) throws -> Void) throws {
        defer { reset() }
        while try step() { try body(self) }
    }

    /// Hands each row to `body`, in order, for as long as it answers true.
    func forEachWhile(_ body: (Prepared) throws -> Bool) throws {
        defer { reset() }
        while try step() { guard try body(self) else { return } }
    }

    /// What `read` makes of the first row; nil if there is none.
    func first<Value>(_ read: (Prepared) throws -> Value) throws -> Value? {
        defer { reset() }
        return try step() ? read(self) : nil
    }

    func isNull(_ column: CInt) -> Bool {
        unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_NULL
    }

    func int(_ column: CInt) -> Int64 { unsafe sqlite3_column_int64(statement.sqliteStatement, column) }

    func optionalInt(_ column: CInt) -> Int64? { isNull(column) ? nil : int(column) }

    func text(_ column: CInt) -> String {
        // SQLite ends what `column_text` returns with a NUL; the length keeps a NUL inside from cutting it short.
        guard let start = unsafe sqlite3_column_text(statement.sqliteStatement, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement.sqliteStatement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: CInt) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(statement.sqliteStatement, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(statement.sqliteStatement, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    private func step() throws -> Bool {
        switch unsafe sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            // The message belongs to the connection and is lost with the reset.
            let message = unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(statement.sqliteStatement)))
            reset()
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }

    /// Lets go of what the statement holds open.
    ///
    /// Its code repeats the error of the last step and says nothing new.
    private func reset() { _ = unsafe sqlite3_reset(statement.sqliteStatement) }

    /// Binding fails only for an index that the statement does not have, or a value beyond SQLite's 1 GB.
    private func check(_ code: CInt) { precondition(code == SQLITE_OK, "binding to \(statement.sql) gave \(code)") }

    /// SQLITE_TRANSIENT, a macro that the importer cannot translate: SQLite copies before the call returns.
    private static var copies: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
