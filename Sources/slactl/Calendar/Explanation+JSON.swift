import Config
import TimeBase
import WorkingTime

/// An explanation for programs.
struct ExplanationDocument: Encodable {
    let calendar: String
    let timeZone: String
    let start: String
    /// Where the counting ends: for `due` the deadline.
    let end: String
    /// The open time between the two.
    let openMs: Int64
    let steps: [Step]

    struct Step: Encodable {
        /// `counted` or `skipped`.
        let step: String
        var start: String?
        var end: String?
        var openMs: Int64?
        var from: String?
        var to: String?
        /// `break`, `part_day_holiday`, `holiday`, `dated`, `no_such_date` or `no_hours`.
        var reason: String?
        var name: String?

        enum CodingKeys: String, CodingKey {
            case step
            case start
            case end
            case openMs = "open_ms"
            case from
            case to
            case reason
            case name
        }
    }

    enum CodingKeys: String, CodingKey {
        case calendar
        case timeZone = "time_zone"
        case start
        case end
        case openMs = "open_ms"
        case steps
    }

    /// `openTime` is negative where the question was asked backwards.
    init(_ explanation: Explanation, from start: Instant, to end: Instant, openTime: Span) {
        calendar = explanation.calendar.spec.name
        timeZone = explanation.calendar.zone.name
        self.start = start.rfc3339
        self.end = end.rfc3339
        openMs = openTime.milliseconds
        steps = explanation.steps.map { step in
            switch step {
            case .counted(let stretch, _, let reason):
                Step(
                    step: "counted",
                    start: stretch.start.rfc3339,
                    end: stretch.end.rfc3339,
                    openMs: (stretch.end - stretch.start).milliseconds,
                    reason: reason?.word,
                    name: reason?.name
                )
            case .pause(let from, let to):
                Step(step: "skipped", start: from.rfc3339, end: to.rfc3339, reason: "break")
            case .closure(let closure):
                Step(
                    step: "skipped",
                    start: closure.start.rfc3339,
                    end: closure.end.rfc3339,
                    reason: "part_day_holiday",
                    name: closure.name
                )
            case .skipped(let first, let last, let reason):
                Step(
                    step: "skipped",
                    from: first.description,
                    to: last.description,
                    reason: reason?.word ?? "no_hours",
                    name: reason?.name
                )
            }
        }
    }
}
