import Engine
package import TimeBase

/// One line of a log that is told again in virtual time.
package struct LogLine: Sendable {
    /// 1 for the first line of the file; the line on which the event begins.
    package var number: Int
    package var content: ParsedLine.Content
    /// Names of keys that we do not know and did not look at.
    package var ignored: [String]
    /// When the line says that it arrived, in a key that only logs have; nil if it does not.
    package var receivedAt: Instant?
    /// Whether the source gave its own order (S20).
    package var hasSeq = false
    /// Where the value of `at` stands in the text of the event, in bytes; nil if there is none.
    package var timeRange: Range<Int>?
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
    /// The event's place in the file is its `seq` if it has none of its own (S20). Nil for a blank line.
    package mutating func read(_ line: Bytes, number: Int) -> LogLine? {
        var blank = JSONScanner()
        guard line.count > IntakeLimits.lineBytesMax || blank.peek(in: line) != nil else { return nil }
        return read(line, at: TextPlace(line: number)).line
    }

    /// Reads one event that begins at `place`, and says whether its text is JSON at all.
    mutating func read(_ text: Bytes, at place: TextPlace) -> (line: LogLine, form: LineReader.Form) {
        guard text.count <= IntakeLimits.lineBytesMax else {
            return (LogLine(tooLong: text.count, number: place.line), .broken)
        }
        var reader = LineReader(at: place, isOfLog: true)
        do throws(LineRefusal) {
            try reader.read(text)
            let receivedAt = reader.draft.receivedAt
            guard let at = reader.draft.at ?? receivedAt else { throw reader.draft.withoutTime }
            var event = try reader.draft.event(receivedAt: at, user: nil)
            let hasSeq = event.seq != nil
            if event.id.isEmpty { event.id = derivedIDs.next(for: event) }
            if !hasSeq { event.seq = Int64(place.line) }
            var line = LogLine(place.line, .event(event), ignored: reader.draft.ignored, receivedAt: receivedAt)
            line.hasSeq = hasSeq
            line.timeRange = reader.draft.timeRange
            return (line, reader.form)
        } catch {
            let content = ParsedLine.Content.refused(error, caseID: reader.draft.caseID, id: reader.draft.id)
            return (LogLine(place.line, content, ignored: reader.draft.ignored), reader.form)
        }
    }
}

extension LogLine {
    init(
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

    /// An event that has too many bytes to be read.
    init(tooLong byteCount: Int, number: Int) {
        let reason = "the line has \(byteCount) bytes: the limit is \(IntakeLimits.lineBytesMax)"
        self.init(number, .refused(LineRefusal(.lineTooLong, reason), caseID: nil, id: nil))
    }

    /// What is no JSON between events.
    init(noJSON reason: String, number: Int) {
        self.init(number, .refused(LineRefusal(.invalidJSON, reason), caseID: nil, id: nil))
    }
}

extension EventDraft {
    /// What was wrong before, or that the time is missing.
    fileprivate var withoutTime: LineRefusal {
        refusal ?? LineRefusal(.missingKey, "at is missing: say when it happened, for example 2026-11-21T14:02:10Z")
    }
}
