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
              slactl cases -o json | jq -r '.cases[].case'
            """
    )

    @Option(help: ArgumentHelp("Only cases that this tier works.", valueName: "number"))
    var tier: Int?

    @Flag(help: "Only cases with a deadline that has passed and a timer that nobody has stopped.")
    var overdue = false

    @Option(
        help: ArgumentHelp("Only cases with a deadline at most this far away: 30m, 2h, 2d.", valueName: "span"),
        transform: LengthArgument.span
    )
    var dueWithin: Span?

    @Option(help: ArgumentHelp("At most this many, 1 to \(Self.limitAllowed.upperBound).", valueName: "count"))
    var limit = 100

    @Option(help: ArgumentHelp("Leave out this many at the top.", valueName: "count"))
    var offset = 0

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    static let limitAllowed = 1...1_000

    func validate() throws {
        guard Self.limitAllowed.contains(limit) else {
            throw ValidationError("--limit is \(limit), expected 1 to \(Self.limitAllowed.upperBound)")
        }
        guard offset >= 0 else { throw ValidationError("--offset is \(offset), expected 0 or more") }
    }

    /// What is asked of `GET /v1/cases`.
    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let tier { query.append(("tier", "\(tier)")) }
        if overdue { query.append(("overdue", "true")) }
        if let dueWithin { query.append(("due_within", "\(dueWithin)")) }
        query.append(("limit", "\(limit)"))
        if offset > 0 { query.append(("offset", "\(offset)")) }
        return query
    }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            let answer = try await daemon.get("/v1/cases", query)
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text:
                let cases: CasesAnswer = try answer.decoded()
                StandardStream.output.write(Self.text(of: cases, .forOutput))
                if cases.cases.count == limit, StandardStream.output.isTerminal {
                    StandardStream.error.write(
                        "the first \(limit.counted("case")); more with --offset \(offset + limit)\n"
                    )
                }
            }
        }
    }

    static func text(of answer: CasesAnswer, _ paint: Paint) -> String {
        guard !answer.cases.isEmpty else { return "no case fits\n" }
        var table = Table(["CASE", "DUE", "TARGET", "TIER", "STATUS", "PRIORITY", "WHO", "ABOUT"])
        for row in answer.cases {
            let timer = row.mostUrgent
            table.add([
                .init(row.case, .bold),
                due(timer, at: answer.now.instant),
                .init(timer?.target ?? "-"),
                .init(row.tier.map(String.init) ?? "-"),
                .init(row.status),
                .init(row.priority ?? "-"),
                .init(Self.holder(of: row) ?? "-"),
                .init((row.private == true ? "(private)" : row.subject ?? row.topic ?? "").cut(to: 48)),
            ])
        }
        return table.text(paint)
    }

    /// The agent, else the team.
    ///
    /// Empty text means that it was taken from its agent.
    private static func holder(of row: CaseAnswer) -> String? {
        if let agent = row.agent, !agent.isEmpty { agent } else { row.team }
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
