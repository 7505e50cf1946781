/// What became of the lines of a file.
struct ImportReport: Encodable, Equatable {
    /// Lines that are not blank.
    private(set) var events: Int
    private(set) var applied = 0
    private(set) var duplicate = 0
    private(set) var refused = 0
    /// Keys that the daemon does not know, sorted.
    private(set) var ignored: [String] = []
    /// In order of their lines.
    private(set) var refusals: [Refusal] = []

    struct Refusal: Encodable, Equatable {
        /// Of the file, from 1.
        var line: Int
        var `case`: String?
        var code: String?
        var reason: String
    }

    /// Begins with the lines that no request can carry.
    init(_ log: EventLog, _ plan: ImportPlan) {
        events = log.lines.count
        refused = plan.oversized.count
        refusals = plan.oversized.map { place in
            let line = log.lines[place]
            let reason = "\(line.range.count.grouped) bytes are more than a request may have"
            return Refusal(line: line.number, case: line.caseID, code: "too_large", reason: reason)
        }
    }

    /// How many lines have an answer.
    var done: Int { applied + duplicate + refused }

    /// Adds the answer to one request; its line numbers are those of the request and become those of the file.
    mutating func add(_ answer: EventsAnswer, to request: [Int], of log: EventLog) {
        applied += answer.applied
        duplicate += answer.duplicate
        refused += answer.refused
        ignored = Set(ignored + (answer.ignored ?? [])).sorted()
        for result in answer.results ?? [] where result.result == "refused" && request.indices.contains(result.line - 1)
        {
            let line = log.lines[request[result.line - 1]]
            refusals.append(
                Refusal(
                    line: line.number,
                    case: result.case ?? line.caseID,
                    code: result.code,
                    reason: result.reason ?? result.code ?? "no reason given"
                )
            )
        }
        refusals.sort { $0.line < $1.line }
    }

    /// `9,551 events: 9,551 applied, 0 duplicate, 0 refused`, with a line feed.
    var summary: String {
        "\(events.counted("event")): \(applied.grouped) applied, \(duplicate.grouped) duplicate, "
            + "\(refused.grouped) refused\n"
    }

    /// Names the keys that nobody read, so that a misspelt one is seen; with a line feed, or empty.
    var ignoredText: String {
        ignored.isEmpty ? "" : "ignored by the daemon: \(Printable.text(ignored.joined(separator: ", ")))\n"
    }

    /// The first refusals, one a line, and how many more there are.
    func refusalsText(atMost limit: Int) -> String {
        let shown = refusals.prefix(limit)
            .map { refusal in
                let caseID = refusal.case.map { ": case \(Printable.brief($0))" } ?? ""
                let code = refusal.code.map { " [\($0)]" } ?? ""
                return Printable.text("line \(refusal.line)\(caseID): \(refusal.reason)\(code)") + "\n"
            }
        let rest = refusals.count - shown.count
        return shown.joined() + (rest > 0 ? "and \(rest.counted("refused line")) more\n" : "")
    }
}
