import ArgumentParser
import Engine

struct ReapplyCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "reapply",
        abstract: "Choose a case's targets anew, by what the customer has bought by now.",
        discussion: """
            A running target keeps the plan under which it started. This takes the present one: the start and the time \
            used up stay, and a deadline that has passed by it is put off by change_grace.
              slactl reapply T-1042 --reason "upgraded to premium on Monday"
            """
    )

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(help: ArgumentHelp("Why, for the ledger.", valueName: "text"))
    var reason: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() async throws {
        var document = EventDocument(kind: .reapplied, caseID: caseID, now: WallClock.now())
        document.reason = reason
        try await document.submit(to: connection, output)
    }
}
