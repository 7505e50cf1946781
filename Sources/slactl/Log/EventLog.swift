import FoundationEssentials
import TimeBase

/// A file of events, JSON Lines: its bytes, and where each line lies in them.
///
/// Lines that are no events are kept as they are: the daemon refuses them by its own rules, and the answer names them.
struct EventLog {
    let bytes: [UInt8]
    /// Without the blank ones.
    let lines: [Line]

    /// One line of the file.
    struct Line: Equatable {
        /// From 1, blank lines counted, as an editor shows it.
        let number: Int
        /// Without the line feed.
        let range: Range<Int>
        /// Nil where the line is no JSON object with a case.
        let caseID: String?
        let at: Instant?
        /// Whether the source gave its own order (S20).
        let hasSeq: Bool
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        let decoder = JSONDecoder()
        var lines: [Line] = []
        var number = 0
        // Some programs put a byte order mark before UTF-8.
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            defer { start = end + 1 }
            number += 1
            let range = Self.trimmed(start..<end, in: bytes)
            if range.isEmpty { continue }
            let head = try? decoder.decode(Head.self, from: Data(bytes[range]))
            lines.append(
                Line(
                    number: number,
                    range: range,
                    caseID: head?.case,
                    at: (head?.at).flatMap { try? Instant(rfc3339: $0) },
                    hasSeq: head?.seq != nil
                )
            )
        }
        self.lines = lines
    }

    /// Reads a file of events, packed or not.
    static func read(_ name: String) throws(Failure) -> EventLog {
        let log = EventLog(bytes: try InputFile.unpackedBytes(of: name))
        if let first = log.lines.first, log.bytes[first.range.lowerBound] == UInt8(ascii: "[") {
            throw Failure(
                code: .inputOutput,
                message:
                    "cannot read \(InputFile.title(of: name)): it is a JSON array, expected one JSON object a line; "
                    + "jq -c '.[]' makes them"
            )
        }
        return log
    }

    /// The part of a line that the plan needs; the daemon checks the whole.
    private struct Head: Decodable {
        var at: String?
        var `case`: String
        var seq: Int64?
    }

    private static func trimmed(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = bytes[range].firstIndex(where: { !isSpace($0) }),
            let last = bytes[range].lastIndex(where: { !isSpace($0) })
        else { return range.lowerBound..<range.lowerBound }
        return first..<last + 1
    }
}

extension EventLog {
    /// What is put in after the opening brace: the line's number as the event's place in the file (S20), where the source
    /// gave none.
    ///
    /// The rest of the line stays as it is, byte for byte.
    private func addition(to line: Line) -> [UInt8] {
        line.caseID == nil || line.hasSeq ? [] : Array("\"seq\":\(line.number),".utf8)
    }

    /// How many bytes a line has in a request, with its line feed.
    func wireCount(of line: Line) -> Int { line.range.count + addition(to: line).count + 1 }

    /// Appends a line as it goes to the daemon.
    func append(_ line: Line, to body: inout [UInt8]) {
        let addition = addition(to: line)
        if addition.isEmpty {
            body.append(contentsOf: bytes[line.range])
        } else {
            body.append(bytes[line.range.lowerBound])
            body.append(contentsOf: addition)
            body.append(contentsOf: bytes[line.range.dropFirst()])
        }
        body.append(UInt8(ascii: "\n"))
    }
}
