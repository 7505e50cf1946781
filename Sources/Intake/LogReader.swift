import Engine
package import TimeBase

/// One line of a log that is told again in virtual time.
package struct LogLine: Sendable {
    /// 1 for the first line of the file.
    package var number: Int
    package var content: ParsedLine.Content
    /// Names of keys that we do not know and did not look at.
    package var ignored: [String]
    /// When the line says that it arrived, in a key that only logs have; nil where it does not.
    package var receivedAt: Instant?
}

/// Reads the lines of a log of any length, one after the other.
///
/// As `IntakeReader`, but nobody receives these lines now: each has to say when it happened, and may say in
/// `received_at` when it arrived, which is how a log tells of a late event.
package struct LogReader: Sendable {
    private var derivedIDs = DerivedIDs()

    package init() {}

    /// Reads one line; never traps, whatever it holds.
    ///
    /// The event's place in the file is its `seq` where it has none of its own (S20). Nil for a blank line.
    package mutating func read(_ line: Bytes, number: Int) -> LogLine? {
        guard line.count <= IntakeLimits.lineBytesMax else {
            let reason = "the line has \(line.count) bytes: the limit is \(IntakeLimits.lineBytesMax)"
            return LogLine(number, .refused(LineRefusal(.lineTooLong, reason), caseID: nil, id: nil))
        }
        var blank = JSONScanner()
        guard blank.peek(in: line) != nil else { return nil }
        var reader = LineReader()
        do throws(LineRefusal) {
            try reader.read(line)
            var ignored = reader.draft.ignored
            var receivedAt: Instant?
            if let key = ignored.firstIndex(of: Self.receivedAtKey) {
                ignored.remove(at: key)
                receivedAt = try Self.receivedAt(line)
            }
            guard let at = reader.draft.at ?? receivedAt else { throw reader.draft.withoutTime }
            var event = try reader.draft.event(receivedAt: at, user: nil)
            if event.id.isEmpty { event.id = derivedIDs.next(for: event) }
            if event.seq == nil { event.seq = Int64(number) }
            return LogLine(number, .event(event), ignored: ignored, receivedAt: receivedAt)
        } catch {
            return LogLine(
                number,
                .refused(error, caseID: reader.draft.caseID, id: reader.draft.id),
                ignored: reader.draft.ignored
            )
        }
    }

    private static let receivedAtKey = "received_at"

    /// The value of `received_at` in a line that is known to be an object.
    private static func receivedAt(_ line: Bytes) throws(LineRefusal) -> Instant? {
        let text: String?
        do throws(JSONScanner.Problem) {
            text = try receivedAtText(line)
        } catch {
            return nil
        }
        guard let text, let instant = try? Instant(rfc3339: text) else {
            throw LineRefusal(.invalidTime, "received_at is not a time of RFC 3339: write 2026-11-21T14:02:10Z")
        }
        return instant
    }

    private static func receivedAtText(_ line: Bytes) throws(JSONScanner.Problem) -> String? {
        var scanner = JSONScanner()
        try scanner.expect(UInt8(ascii: "{"), in: line)
        repeat {
            guard scanner.peek(in: line) == UInt8(ascii: "\"") else { return nil }
            let key = text(of: try scanner.string(in: line), in: line)
            try scanner.expect(UInt8(ascii: ":"), in: line)
            if key == receivedAtKey, try scanner.valueKind(in: line) == .string {
                return text(of: try scanner.string(in: line), in: line)
            }
            try scanner.skipValue(in: line)
        } while scanner.take(UInt8(ascii: ","), in: line)
        return nil
    }

    private static func text(of token: JSONScanner.Token, in line: Bytes) -> String? {
        switch token {
        case .plain(let range): text(line.extracting(range))
        case .decoded(let bytes): text(bytes.span)
        }
    }

    private static func text(_ bytes: Bytes) -> String? {
        guard let checked = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: checked)
    }
}

extension LogLine {
    fileprivate init(
        _ number: Int,
        _ content: ParsedLine.Content,
        ignored: [String] = [],
        receivedAt: Instant? = nil
    ) {
        self.number = number
        self.content = content
        self.ignored = ignored
        self.receivedAt = receivedAt
    }
}

extension EventDraft {
    /// What was wrong before, or that the time is missing.
    fileprivate var withoutTime: LineRefusal {
        refusal ?? LineRefusal(.missingKey, "at is missing: say when it happened, for example 2026-11-21T14:02:10Z")
    }
}
