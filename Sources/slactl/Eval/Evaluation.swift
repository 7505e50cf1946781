import TimeBase
import WorkingTime

/// Answers the questions of `calendar eval`, one line of JSON for each.
struct Evaluation {
    private var calendars: EvalCalendars

    init(calendars: EvalCalendars) { self.calendars = calendars }

    /// Longer lines are refused unread: a calendar is a page of text.
    static let lineBytesMax = 1 << 20

    /// The answer with its line feed; whatever comes in, there is one.
    mutating func answer(_ bytes: [UInt8]) -> String {
        var line = EvalLine(bytes)
        do throws(EvalRefusal) {
            try line.read()
            return "{\"id\":\(line.id),\"result\":\(try result(of: line))}\n"
        } catch {
            return Self.text(of: error, id: line.id)
        }
    }

    /// The answer to a line that was too long to be read.
    static func answerToLongLine() -> String {
        text(of: EvalRefusal("cannot read the line: it has more than \(lineBytesMax.grouped) bytes"), id: "null")
    }

    private static func text(of refusal: EvalRefusal, id: String) -> String {
        // `JSONText` ends with a line feed.
        "{\"id\":\(id),\"error\":\(JSONText.of(refusal.message).dropLast())}\n"
    }

    /// A JSON value.
    private mutating func result(of line: EvalLine) throws(EvalRefusal) -> String {
        let operation = try line.operation
        let calendar = try calendars.calendar(line.calendar)
        switch operation {
        case .add:
            let (start, duration) = (try line.instant(.start), try line.duration)
            return try Self.text(calendar.deadline(from: start, after: duration)) {
                Self.unreachable("add \(duration) to \(start.shortRFC3339)")
            }
        case .subtract:
            let (start, duration) = (try line.instant(.start), try line.duration)
            return try Self.text(calendar.latestStart(before: start, for: duration)) {
                Self.unreachable("subtract \(duration) from \(start.shortRFC3339)")
            }
        case .between:
            return ExactSeconds.text(calendar.open(from: try line.instant(.start), to: try line.instant(.end)))
        case .isOpen:
            return calendar.isOpen(at: try line.instant(.start, or: .at)) ? "true" : "false"
        case .nextOpening:
            let start = try line.instant(.start, or: .at)
            return try Self.text(calendar.nextOpening(after: start)) {
                "cannot find an opening after \(start.shortRFC3339): there is none in the next 366 days"
            }
        case .nextClosing:
            let start = try line.instant(.start, or: .at)
            return try Self.text(calendar.nextClosing(after: start)) {
                "cannot find a closing after \(start.shortRFC3339): there is none in the next 366 days"
            }
        }
    }

    private static func text(_ instant: Instant?, orRefuse message: () -> String) throws(EvalRefusal) -> String {
        guard let instant else { throw EvalRefusal(message()) }
        return "\"\(instant.shortRFC3339)\""
    }

    private static func unreachable(_ what: String) -> String {
        "cannot \(what): no open time for 366 days on the way, or the result is outside the years 1900 to 2399"
    }
}
