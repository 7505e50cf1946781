import ArgumentParser
import TimeBase

struct CasesCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "List cases, the most urgent first.",
        discussion: """
            Each row shows the target that has to be met next, and when: "in 12m", or "3h late" where the deadline has \
            passed and nobody has stopped the timer.
              slactl cases --overdue                  only those that are late
              slactl cases --tier 2 --due-within 2h   what tier 2 should look at
              slactl cases --team desk --unacked      what nobody has taken
              slactl cases --snoozed                  what rests, by whom and until when
              slactl cases -o csv > cases.csv
              slactl cases -o json | jq -r '.cases[].case'
            """
    )

    @OptionGroup(title: "Which cases") var filter: CaseFilter

    @Option(
        help: ArgumentHelp(
            "What comes first: due, opened, waiting, tier, team, agent, customer or case.",
            valueName: "what"
        ),
        completion: .list(Self.sorts),
        transform: Self.checkedSort
    )
    var sort = "due"

    @Option(help: ArgumentHelp("At most this many, 1 to \(Self.limitAllowed.upperBound).", valueName: "count"))
    var limit = 100

    @Option(help: ArgumentHelp("Leave out this many at the top.", valueName: "count"))
    var offset = 0

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How to answer: text, wide for all columns, csv; json or jsonl for programs."
    )
    var listFormat = ListFormat.text

    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Show times in UTC, not as the clocks of this machine show them.")
    var utc = false

    var format: Format { listFormat.failures }

    static let limitAllowed = 1...1_000
    static let sorts = ["due", "opened", "waiting", "tier", "team", "agent", "customer", "case"]

    @Sendable
    private static func checkedSort(_ word: String) throws -> String {
        guard sorts.contains(word) else { throw ValidationError("use \(sorts.joined(separator: ", "))") }
        return word
    }

    func validate() throws {
        guard Self.limitAllowed.contains(limit) else {
            throw ValidationError("--limit is \(limit), expected 1 to \(Self.limitAllowed.upperBound)")
        }
        guard offset >= 0 else { throw ValidationError("--offset is \(offset), expected 0 or more") }
    }

    /// What is asked of `GET /v1/cases`.
    var query: [(name: String, value: String)] {
        var query = filter.query
        if sort != "due" { query.append(("sort", sort)) }
        query.append(("limit", "\(limit)"))
        if offset > 0 { query.append(("offset", "\(offset)")) }
        return query
    }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            // Some filters look at each open case: with a million of them that takes seconds.
            let answer = try await daemon.get("/v1/cases", query, patience: .long())
            let times = utc ? TimeText.utc : .local
            switch listFormat {
            case .json: StandardStream.output.write(answer.text)
            case .jsonl: StandardStream.output.write(try answer.decoded(as: RawCases.self).lines)
            case .csv: StandardStream.output.write(CaseRows(try answer.decoded()).csv)
            case .wide:
                StandardStream.output.write(CaseRows(try answer.decoded()).table(.forOutput, times))
            case .text:
                let cases: CasesAnswer = try answer.decoded()
                let width = StandardStream.output.columns
                StandardStream.output.write(Self.text(of: cases, .forOutput, times, width: width))
                if cases.cases.count == limit, StandardStream.output.isTerminal {
                    StandardStream.error.write(
                        "the first \(limit.counted("case")); more with --offset \(offset + limit)\n"
                    )
                }
            }
        }
    }

    static func text(
        of answer: CasesAnswer,
        _ paint: Paint,
        _ times: TimeText = .utc,
        width: Int? = nil
    ) -> String {
        guard !answer.cases.isEmpty else { return "no case fits\n" }
        let now = answer.now.instant
        // Most lists have none that is taken or snoozed: no column then.
        let handlings = answer.cases.map { handling(of: $0, at: now, times) }
        let hasHandling = handlings.contains { !$0.isEmpty }
        let heads = ["CASE", "DUE", "TARGET", "TIER", "STATUS", "PRIORITY", "WHO"]
        var table = Table(heads + (hasHandling ? ["TAKEN"] : []) + ["ABOUT"])
        for (row, handling) in zip(answer.cases, handlings) {
            let timer = row.mostUrgent
            let about = row.private == true ? "(private)" : row.subject ?? row.topic ?? ""
            let cells: [Table.Cell] = [
                .init(row.case, .bold),
                due(timer, at: now),
                .init(timer?.target ?? "-"),
                .init(row.tier.map(String.init) ?? "-"),
                .init(row.status),
                .init(row.priority ?? "-"),
                .init(Self.holder(of: row) ?? "-"),
            ]
            let taken = hasHandling ? [Table.Cell(handling.isEmpty ? "-" : handling)] : []
            table.add(cells + taken + [.init(about.cut(to: 48))])
        }
        return table.text(paint, width: width)
    }

    /// The agent, else the team.
    ///
    /// Empty text means that it was taken from its agent.
    private static func holder(of row: CaseAnswer) -> String? {
        if let agent = row.agent, !agent.isEmpty { agent } else { row.team }
    }

    /// `by anna 2h ago`, `snoozed by ben until 2026-11-22 09:00:00 CET`, both, or nothing.
    private static func handling(of row: CaseAnswer, at now: Instant, _ times: TimeText) -> String {
        let taken = row.acknowledged.map { taken in
            [taken.by.map { "by \($0)" }, RelativeTime.since(taken.at.instant, at: now)].joinedWords(" ")
        }
        let snoozed = row.snoozed.map { snooze in
            ["snoozed", snooze.by.map { "by \($0)" }, "until \(times(snooze.until.instant))"].joinedWords(" ")
        }
        return [taken ?? nil, snoozed ?? nil].joinedWords(", ") ?? ""
    }

    private static func due(_ timer: TimerAnswer?, at now: Instant) -> Table.Cell {
        guard let timer else { return Table.Cell("-", .faint) }
        guard let deadline = timer.deadline?.instant ?? timer.breachedAt?.instant else {
            return Table.Cell(timer.state, .faint)
        }
        let left = deadline - now
        let isSoon = left < .minutes(30)
        return Table.Cell(RelativeTime.due(deadline, at: now), left < .zero ? .red : isSoon ? .yellow : .plain)
    }
}

/// Which cases are meant; everything given must hold.
struct CaseFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Only cases that this tier works.", valueName: "number"))
    var tier: Int?

    @Option(help: ArgumentHelp("Only cases of this team.", valueName: "name"))
    var team: String?

    @Option(help: ArgumentHelp("Only cases that this person holds; an empty text for nobody's.", valueName: "name"))
    var agent: String?

    @Option(help: ArgumentHelp("Only cases of this priority.", valueName: "name"))
    var priority: String?

    @Option(help: ArgumentHelp("Only cases of this customer.", valueName: "name"))
    var customer: String?

    @Flag(help: "Only cases with a deadline that has passed and a timer that nobody has stopped.")
    var overdue = false

    @Flag(help: "Only cases with a timer that runs and that nobody has acknowledged.")
    var unacked = false

    @Flag(help: "Only cases that somebody lets rest for a while.")
    var snoozed = false

    @Option(
        help: ArgumentHelp("Only cases with a deadline at most this far away: 30m, 2h, 2d.", valueName: "span"),
        transform: LengthArgument.span
    )
    var dueWithin: Span?

    /// As `GET /v1/cases` wants it.
    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let tier { query.append(("tier", "\(tier)")) }
        if overdue { query.append(("overdue", "true")) }
        if let dueWithin { query.append(("due_within", "\(dueWithin)")) }
        if let team { query.append(("team", team)) }
        if let agent { query.append(("agent", agent)) }
        if let priority { query.append(("priority", priority)) }
        if let customer { query.append(("customer", customer)) }
        if unacked { query.append(("unacked", "true")) }
        if snoozed { query.append(("snoozed", "true")) }
        return query
    }
}

/// The cases of an answer with all their members, also those that this slactl does not know.
private struct RawCases: Decodable {
    let cases: [JSONValue]

    /// One object a line.
    var lines: String { cases.map { JSONText.of($0) }.joined() }
}
