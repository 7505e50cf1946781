import Engine
import Intake
import TimeBase

/// The events of a file that go to the daemon, as they stand in the file, and what was refused of it.
///
/// `import` hands them in case by case and `replay` in the order of time, so all of them have to be known first.
struct EventLog {
    /// The texts of the events, one after the other.
    private(set) var bytes: [UInt8] = []
    /// The events, in the order of the file.
    private(set) var lines: [Line] = []
    private(set) var refusals = LineRefusals()
    private(set) var ignored = IgnoredKeys()

    /// Events and refusals.
    var count: Int { lines.count + refusals.count }

    /// How many events wait in memory at most, and how many bytes they may have.
    static let linesMax = 4_000_000
    static let bytesMax = 1 << 30

    /// One event of the file.
    struct Line: Equatable {
        /// From 1, blank lines counted, as an editor shows it; the first one of an event that is spread over several.
        let number: Int
        /// In `bytes`, without blanks around it.
        let range: Range<Int>
        let caseID: String
        let at: Instant
        /// Whether the source gave its own order (S20).
        let hasSeq: Bool
        /// Where the value of `at` stands, in `bytes`; nil if only `received_at` says when it happened.
        let timeRange: Range<Int>?
    }

    /// Of bytes that are no file, unpacked.
    init(bytes: [UInt8]) throws {
        var reader = LogFileReader()
        try reader.read(bytes, isLast: true) { line, text in try add(line, text) }
    }

    /// Reads a file of events, packed or not.
    init(_ name: String) throws {
        let file = try EventFile(name)
        try file.read { line, text in
            try add(line, text)
            guard lines.count <= Self.linesMax, bytes.count <= Self.bytesMax else {
                throw Failure(
                    code: .inputRefused,
                    message:
                        "cannot take \(InputFile.title(of: name)) at once: more than \(Self.linesMax.grouped) events "
                        + "or \(Self.bytesMax.grouped) bytes, split it by case"
                )
            }
        }
    }

    private mutating func add(_ line: LogLine, _ text: Bytes) throws {
        ignored.add(line.ignored)
        switch line.content {
        case .refused(let refusal, let caseID, _): refusals.add(refusal, line: line.number, caseID: caseID)
        case .event(let event):
            func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
            var (first, end) = (0, text.count)
            while first < end, isBlank(text[first]) { first += 1 }
            while end > first, isBlank(text[end - 1]) { end -= 1 }
            let start = bytes.count
            for index in first..<end {
                // A line feed stands between values only: a request has one event a line.
                bytes.append(text[index] == 0x0A || text[index] == 0x0D ? 0x20 : text[index])
            }
            let shift = start - first
            lines.append(
                Line(
                    number: line.number,
                    range: start..<bytes.count,
                    caseID: event.caseID.rawValue,
                    at: event.at,
                    hasSeq: line.hasSeq,
                    timeRange: line.timeRange.map { $0.lowerBound + shift..<$0.upperBound + shift }
                )
            )
        }
    }
}

extension EventLog {
    /// What is put in after the opening brace: the line's number as the event's place in the file (S20), if the source
    /// gave none, and the time if only `received_at` says it.
    ///
    /// The rest of the line stays as it is, byte for byte.
    private func addition(to line: Line, at instant: Instant? = nil) -> [UInt8] {
        var addition: [UInt8] = []
        if !line.hasSeq { addition += Array("\"seq\":\(line.number),".utf8) }
        if line.timeRange == nil { addition += Array("\"at\":\"\((instant ?? line.at).rfc3339)\",".utf8) }
        return addition
    }

    /// How many bytes a line has in a request, with its line feed.
    func wireCount(of line: Line) -> Int { line.range.count + addition(to: line).count + 1 }

    /// Appends a line as it goes to the daemon, happening at `instant` instead of its own time if one is given.
    func append(_ line: Line, to body: inout [UInt8], at instant: Instant? = nil) {
        body.append(bytes[line.range.lowerBound])
        body.append(contentsOf: addition(to: line, at: instant))
        let rest = line.range.dropFirst()
        if let instant, let time = line.timeRange {
            body.append(contentsOf: bytes[rest.lowerBound..<time.lowerBound])
            body.append(contentsOf: "\"\(instant.rfc3339)\"".utf8)
            body.append(contentsOf: bytes[time.upperBound..<rest.upperBound])
        } else {
            body.append(contentsOf: bytes[rest])
        }
        body.append(UInt8(ascii: "\n"))
    }
}
