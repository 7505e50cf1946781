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
              slactl cases --watch                    again and again, in place
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

    // So that a negative number is refused as one, and not taken for an option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("At most this many, 1 to \(Self.limitAllowed.upperBound).", valueName: "count")
    )
    var limit = 100

    @Option(parsing: .unconditional, help: ArgumentHelp("Leave out this many at the top.", valueName: "count"))
    var offset = 0

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How to answer: text, wide for all columns, csv; json or jsonl for programs."
    )
    var listFormat = ListFormat.text

    @Flag(help: "Show the list again and again: on a terminal in place, whenever something changes.")
    var watch = false

    @Option(
        help: ArgumentHelp("With --watch: ask again after so long at the latest. (default: 10s)", valueName: "span"),
        transform: Self.checkedEvery
    )
    var every: Span?

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

    /// The daemon holds a question for no longer than the greater.
    static let everyAllowed = Span.seconds(1)...Span.seconds(30)

    @Sendable
    private static func checkedEvery(_ text: String) throws -> Span {
        guard let span = Span(text: text), everyAllowed.contains(span) else { throw ValidationError("write 1s to 30s") }
        return span
    }

    func validate() throws {
        guard every == nil || watch else { throw ValidationError("--every is for --watch: add it") }
        guard !watch || listFormat == .text || listFormat == .wide else {
            throw ValidationError("--watch is for people: use text or wide, or slactl log -f -o jsonl for programs")
        }
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
        guard !watch else { return try await keepShowing() }
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

    /// On a terminal in place, with what is left ticking; else one list after the other.
    private func keepShowing() async throws {
        let every = every ?? .seconds(10)
        let times = utc ? TimeText.utc : .local
        try await DaemonClient.with(connection) { daemon in
            guard listFormat == .wide || !StandardStream.output.isTerminal else {
                let session = WatchSession(
                    daemon: daemon,
                    query: query,
                    times: times,
                    title: "slactl cases",
                    hasKeys: false,
                    limit: limit,
                    refreshEvery: every
                )
                return try await session.run()
            }
            try await StandardStream.output.whileRead {
                while true {
                    let cases: CasesAnswer = try await daemon.get("/v1/cases", query, patience: .long()).decoded()
                    let table =
                        listFormat == .wide
                        ? CaseRows(cases).table(.forOutput, times) : Self.text(of: cases, .forOutput, times)
                    StandardStream.output.write("\(times(cases.now.instant))\n\(table)\n")
                    try await Task.sleep(for: .milliseconds(every.milliseconds))
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
        return CaseTable(answer, at: answer.now.instant, times).table.text(paint, width: width)
    }
}

/// Which cases are meant; everything given must hold.
struct CaseFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Only cases that this tier works.", valueName: "number"), completion: Completions.tiers)
    var tier: Int?

    @Option(help: ArgumentHelp("Only cases of this team.", valueName: "name"), completion: Completions.teams)
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
