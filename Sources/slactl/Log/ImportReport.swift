/// What became of the events of a file.
struct ImportReport: Encodable, Equatable {
    /// Events and refused lines of the file.
    private(set) var events: Int
    private(set) var applied = 0
    private(set) var duplicate = 0
    /// Of the applied ones, those that count at another instant than they are dated (S26).
    private(set) var clamped = 0
    /// Keys that nobody looked at, sorted.
    private(set) var ignored: [String]
    /// By the reader, the plan and the daemon.
    private var refusedLines: LineRefusals

    var refused: Int { refusedLines.count }
    /// In order of their lines; the first ones if there are many.
    var refusals: [LineRefusals.Refusal] { refusedLines.kept }

    private enum CodingKeys: String, CodingKey {
        case events, applied, duplicate, clamped, refused, ignored, refusals
        case leftOut = "refusals_left_out"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(events, forKey: .events)
        try container.encode(applied, forKey: .applied)
        try container.encode(duplicate, forKey: .duplicate)
        try container.encode(clamped, forKey: .clamped)
        try container.encode(refused, forKey: .refused)
        try container.encode(ignored, forKey: .ignored)
        try container.encode(refusals, forKey: .refusals)
        try container.encode(refused - refusals.count, forKey: .leftOut)
    }

    /// Begins with what the reader has refused, and the lines that no request can carry.
    init(_ log: EventLog, _ plan: ImportPlan) {
        events = log.count
        ignored = log.ignored.names.sorted()
        refusedLines = log.refusals
        for place in plan.oversized {
            let line = log.lines[place]
            let reason = "\(line.range.count.grouped) bytes are more than a request may have"
            refusedLines.add(.init(line: line.number, case: line.caseID, code: "too_large", reason: reason))
        }
        refusedLines.sort()
    }

    /// How many lines the daemon has answered.
    private(set) var answered = 0

    /// How many lines are settled, by the daemon or before it was asked.
    var done: Int { applied + duplicate + refused }

    /// Adds the answer to one request; its line numbers are those of the request and become those of the file.
    mutating func add(_ answer: EventsAnswer, to request: [Int], of log: EventLog) {
        answered += request.count
        applied += answer.applied
        duplicate += answer.duplicate
        clamped += answer.clamped ?? 0
        // What only logs have means nothing to the daemon, and was looked at here.
        let unknown = (answer.ignored ?? []).filter { $0 != "received_at" }
        ignored = Set(ignored + unknown).sorted()
        var named = 0
        for result in answer.results ?? [] where result.result == "refused" && request.indices.contains(result.line - 1)
        {
            named += 1
            let line = log.lines[request[result.line - 1]]
            refusedLines.add(
                .init(
                    line: line.number,
                    case: result.case ?? line.caseID,
                    code: result.code,
                    reason: result.reason ?? result.code ?? "no reason given"
                )
            )
        }
        refusedLines.count(others: max(0, answer.refused - named))
        refusedLines.sort()
    }

    /// `9,551 events: 9,551 applied, 0 duplicate, 0 refused`, with a line feed.
    var summary: String {
        "\(events.counted("event")): \(applied.grouped) applied, \(duplicate.grouped) duplicate, "
            + "\(refused.grouped) refused\n"
    }

    /// Says how many events count at another instant than they are dated; with a line feed, or empty.
    var clampedText: String {
        guard clamped > 0 else { return "" }
        return
            "\(clamped.counted("event")) counted at another time than dated, ahead of the daemon's clock or before the "
            + "opening of the case: slactl explain CASE names them\n"
    }

    /// Names the keys that nobody looked at; with a line feed, or empty.
    var ignoredText: String {
        var keys = IgnoredKeys()
        keys.add(ignored)
        return keys.text
    }

    /// The first refusals, one a line, and how many more there are.
    func refusalsText(atMost limit: Int) -> String { refusedLines.text(atMost: limit) }
}
