package import Engine
package import TimeBase

/// The bytes of a text, borrowed: read where they lie.
package typealias Bytes = Swift.Span<UInt8>

/// One line of a body, read.
package struct ParsedLine: Sendable {
    /// 1 for the first; the line on which the object begins.
    package var number: Int
    package var content: Content
    /// Names of keys that we do not know and did not look at.
    package var ignored: [String]

    package init(number: Int, content: Content, ignored: [String] = []) {
        self.number = number
        self.content = content
        self.ignored = ignored
    }

    /// An event, or why it is none.
    package enum Content: Sendable {
        case event(Event)
        /// With the case and the id where the line named them.
        case refused(LineRefusal, caseID: String?, id: String?)
    }
}

/// Why nothing of a body was read.
package enum BodyProblem: Error, Hashable, Sendable {
    case noEvent
    case tooManyEvents(limit: Int)
}

/// Reads native events: one JSON object, or one on each line (JSON Lines).
package enum IntakeReader {
    /// Reads every line for itself: a bad one is refused and the others are not touched.
    ///
    /// Never traps, whatever comes in. A line of 140 bytes takes 3 to 4 µs.
    ///
    /// - Parameters:
    ///   - body: At most `IntakeLimits.eventsMax` lines that are not blank.
    ///   - receivedAt: The time of events that name none.
    ///   - user: Who handed them in, where known.
    /// - Returns: One for each line that is not blank, in their order.
    /// - Throws: `BodyProblem` where there is nothing to answer line by line.
    package static func read(
        _ body: Bytes,
        receivedAt: Instant,
        user: String?
    ) throws(BodyProblem) -> [ParsedLine] {
        var reading = Reading(receivedAt: receivedAt, user: user)
        let markCount = hasByteOrderMark(body) ? 3 : 0
        var start = markCount
        var number = 1
        while start < body.count {
            let end = lineEnd(in: body, from: start)
            let line = body.extracting(start..<end)
            if !isBlank(line) {
                guard reading.lines.count < IntakeLimits.eventsMax else {
                    throw .tooManyEvents(limit: IntakeLimits.eventsMax)
                }
                let place = TextPlace(line: number, byte: number == 1 ? markCount + 1 : 1)
                let form = reading.read(line, at: place)
                if form == .endsTooSoon, reading.lines.count == 1, reading.reread(body.extracting(start...), at: place)
                {
                    break
                }
            }
            start = end + 1
            number += 1
        }
        guard !reading.lines.isEmpty else { throw .noEvent }
        return reading.lines
    }

    /// The same for bytes in an array.
    package static func read(
        _ body: [UInt8],
        receivedAt: Instant,
        user: String?
    ) throws(BodyProblem) -> [ParsedLine] {
        try read(body.span, receivedAt: receivedAt, user: user)
    }

    private static func hasByteOrderMark(_ body: Bytes) -> Bool {
        body.count >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF
    }

    private static func lineEnd(in body: Bytes, from start: Int) -> Int {
        var index = start
        while index < body.count, body[index] != UInt8(ascii: "\n") { index += 1 }
        return index
    }

    private static func isBlank(_ line: Bytes) -> Bool {
        var scanner = JSONScanner()
        return scanner.peek(in: line) == nil
    }
}

/// The lines of one body so far, and what is needed to tell identical events apart.
private struct Reading {
    var lines: [ParsedLine] = []
    let receivedAt: Instant
    let user: String?
    private var derivedIDs = DerivedIDs()

    init(receivedAt: Instant, user: String?) {
        self.receivedAt = receivedAt
        self.user = user
    }

    /// Appends the line, read or refused.
    mutating func read(_ line: Bytes, at place: TextPlace) -> LineReader.Form {
        let number = place.line
        guard line.count <= IntakeLimits.lineBytesMax else {
            let reason = "the line has \(line.count) bytes: the limit is \(IntakeLimits.lineBytesMax)"
            let refusal = LineRefusal(.lineTooLong, reason)
            lines.append(ParsedLine(number: number, content: .refused(refusal, caseID: nil, id: nil)))
            return .broken
        }
        var reader = LineReader(at: place, isOfLog: false)
        let content: ParsedLine.Content
        do throws(LineRefusal) {
            try reader.read(line)
            var event = try reader.draft.event(receivedAt: receivedAt, user: user)
            if event.id.isEmpty { event.id = derivedIDs.next(for: event) }
            content = .event(event)
        } catch {
            content = .refused(error, caseID: reader.draft.caseID, id: reader.draft.id)
        }
        lines.append(ParsedLine(number: number, content: content, ignored: reader.draft.ignored))
        return reader.form
    }

    /// Takes the rest of the body for one object spread over several lines; false, and nothing changed, where it is not.
    mutating func reread(_ rest: Bytes, at place: TextPlace) -> Bool {
        guard rest.count <= IntakeLimits.lineBytesMax, let firstLine = lines.popLast() else { return false }
        guard read(rest, at: place) != .whole else { return true }
        lines[lines.count - 1] = firstLine
        return false
    }
}
