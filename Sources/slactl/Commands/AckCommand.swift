import ArgumentParser
import Engine

struct AckCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Take a case: its ladder stops, its timers run on.",
        discussion: """
            Nobody else is told or given the case by the ladder from now on; whether the target is met still counts. Who \
            took it, your user name, goes into the ledger.
              slactl ack T-1042 --reason "calling the customer now"
            """
    )

    @Argument(
        help: ArgumentHelp("The case's id in the system it comes from.", valueName: "case"),
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(help: ArgumentHelp("What you are doing about it.", valueName: "text"))
    var reason: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() async throws {
        var document = EventDocument(kind: .acknowledged, caseID: caseID, now: WallClock.now())
        document.reason = reason
        try await document.submit(to: connection, format)
    }
}
