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
            return try Self.text(or: "add \(duration) to \(start.shortRFC3339)") { () throws(OpenTimeProblem) in
                try calendar.deadline(from: start, after: duration)
            }
        case .subtract:
            let (start, duration) = (try line.instant(.start), try line.duration)
            return try Self.text(or: "subtract \(duration) from \(start.shortRFC3339)") { () throws(OpenTimeProblem) in
                try calendar.latestStart(before: start, for: duration)
            }
        case .businessDays:
            let (start, count) = (try line.instant(.start), try line.days)
            return try Self.text(or: "count \(count) days from \(start.shortRFC3339)") { () throws(OpenTimeProblem) in
                try calendar.closing(ofBusinessDay: count, after: start)
            }
        case .between:
            return ExactSeconds.text(calendar.open(from: try line.instant(.start), to: try line.instant(.end)))
        case .isOpen:
            return calendar.isOpen(at: try line.instant(.start, or: .at)) ? "true" : "false"
        case .nextOpening:
            let start = try line.instant(.start, or: .at)
            return try Self.text(calendar.nextOpening(after: start), orNo: "opening", after: start)
        case .nextClosing:
            let start = try line.instant(.start, or: .at)
            return try Self.text(calendar.nextClosing(after: start), orNo: "closing", after: start)
        }
    }

    /// The instant that was found; or `cannot`, `what` and why.
    private static func text(
        or what: @autoclosure () -> String,
        _ find: () throws(OpenTimeProblem) -> Instant
    ) throws(EvalRefusal) -> String {
        do throws(OpenTimeProblem) {
            return quoted(try find())
        } catch {
            throw EvalRefusal("cannot \(what()): \(error)")
        }
    }

    private static func text(
        _ instant: Instant?,
        orNo what: String,
        after start: Instant
    ) throws(EvalRefusal) -> String {
        guard let instant else {
            throw EvalRefusal("cannot find the \(what) after \(start.shortRFC3339): there is none in 366 days")
        }
        return quoted(instant)
    }

    private static func quoted(_ instant: Instant) -> String { "\"\(instant.shortRFC3339)\"" }
}
