import ArgumentParser
import Engine
import TimeBase

struct DeadlineCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "deadline",
        abstract: "Give one target of a case another deadline, by hand.",
        discussion: """
            The target then has exactly this deadline, also outside open hours. No change of the case, the policy or a \
            calendar moves it; slactl reapply gives the rule its turn again. A target that has ended or is missed is \
            refused. Of a later deadline the manager is told.
              slactl deadline T-1042 resolution "friday 17:00" --reason "agreed with them"
            """
    )

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String

    @Argument(
        help: ArgumentHelp("The target: \(Metric.allCases.map(\.word).joined(separator: ", ")).", valueName: "target"),
        completion: Completions.targets,
        transform: { word in
            guard let metric = Metric(word: word) else { throw ValidationError("\(word) is no target") }
            return metric
        }
    )
    var target: Metric

    @Argument(
        help: ArgumentHelp("The new deadline: RFC 3339, \"friday 17:00\", or 2d from now.", valueName: "time"),
        transform: TimeArgument.instant
    )
    var to: Instant

    @Option(help: ArgumentHelp("Which cycle of the target. (default: the present one)", valueName: "number"))
    var cycle: Int?

    @Option(help: ArgumentHelp("Who decided it. (default: the user who calls)", valueName: "name"))
    var by: String?

    @Option(help: ArgumentHelp("Why, for the ledger and the manager.", valueName: "text"))
    var reason: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() async throws {
        var document = EventDocument(kind: .deadlineSet, caseID: caseID, now: WallClock.now())
        document.target = target.word
        document.cycle = cycle
        document.to = to.rfc3339
        document.by = by
        document.reason = reason
        try await document.submit(to: connection, output)
    }
}
