import CZlib
import Engine
import Foundation
import Intake
import TimeBase

/// The real case log that ships with the tests: 9,551 events of 1,000 incidents (Tests/Data/README.md).
enum RealLog {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Data")

    /// All events, in the order of the file.
    static func events() throws -> [Event] {
        let lines = try text(of: "uci498_sample.jsonl.gz").split(separator: "\n")
        var events: [Event] = []
        for (index, line) in lines.enumerated() {
            let parsed = try IntakeReader.read(Array(line.utf8), receivedAt: .latest, user: nil)
            guard let only = parsed.first, parsed.count == 1, case .event(var event) = only.content else {
                throw Unreadable(what: "line \(index + 1) of the log")
            }
            event.seq = Int64(index + 1)
            // As an import would: lines without an id are told apart by their place in the file.
            event.id = "line-\(index + 1)"
            events.append(event)
        }
        return events
    }

    /// Seconds from the opening to the first reply, by case, as computed by others.
    static func firstReplies() throws -> [CaseID: Int64] {
        var replies: [CaseID: Int64] = [:]
        for line in try text(of: "uci498_sample.cases.csv.gz").split(separator: "\n").dropFirst() {
            let columns = line.split(separator: ",", omittingEmptySubsequences: false)
            guard let seconds = Int64(columns[2]) else { throw Unreadable(what: "a row of the truth") }
            replies[CaseID(String(columns[0]))] = seconds
        }
        return replies
    }

    struct Unreadable: Error {
        var what: String
    }

    private static func text(of name: String) throws -> String {
        guard let file = unsafe gzopen(folder.appending(path: name).path(percentEncoded: false), "rb") else {
            throw Unreadable(what: name)
        }
        defer { unsafe gzclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe gzread(file, $0.baseAddress, UInt32($0.count)) }
            guard count >= 0 else { throw Unreadable(what: name) }
            guard count > 0 else { break }
            bytes += piece.prefix(Int(count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
