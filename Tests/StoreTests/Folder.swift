import Foundation
import GRDB

/// A directory of the test's own, gone with its last user.
final class Folder: Sendable {
    let path: String
    var database: String { "\(path)/slawatch.sqlite" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "slawatch-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The files as a power cut would leave them now, without what only memory holds.
    func copy() throws -> Folder {
        let copy = try Folder()
        for name in ["slawatch.sqlite", "slawatch.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        return copy
    }

    /// Puts a database that an earlier version wrote, of the folder `Data`, in place of the store's.
    func unpack(_ name: String) throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data/\(name)")
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/bin/gzip")
        gzip.arguments = ["-dc", source.path]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        guard gzip.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        try bytes.write(to: URL(filePath: database))
    }

    /// Changes the database behind the store's back.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: database)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// The first number that a query behind the store's back gives.
    func number(_ sql: String) throws -> Int? {
        let queue = try DatabaseQueue(path: database)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: sql) }
    }
}
