import ArgumentParser
import TimeBase

struct WatchCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch the most urgent cases on the whole terminal, and take them by key.",
        discussion: """
            What is left of each deadline ticks; the list is asked for again when something is decided, and every ten \
            seconds. j, k and the arrows select a case, a takes it (as slactl ack does), Enter shows it, q leaves. A \
            daemon that is away is told in the first line and looked for again.
              slactl watch
              slactl watch --team desk --unacked --reason "morning round"
            """
    )

    @OptionGroup(title: "Which cases") var filter: CaseFilter

    @Option(
        help: ArgumentHelp(
            "At most this many, 1 to \(CasesCommand.limitAllowed.upperBound).",
            valueName: "count"
        )
    )
    var limit = 200

    @Option(help: ArgumentHelp("What you are doing about the cases that you take, for the ledger.", valueName: "text"))
    var reason: String?

    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Show times in UTC, not as the clocks of this machine show them.")
    var utc = false

    var format: Format { .text }

    func validate() throws {
        guard CasesCommand.limitAllowed.contains(limit) else {
            throw ValidationError("--limit is \(limit), expected 1 to \(CasesCommand.limitAllowed.upperBound)")
        }
    }

    func run() async throws {
        guard StandardStream.output.isTerminal, StandardStream.isInputTerminal else {
            throw Failure(
                code: .usage,
                message:
                    "cannot watch cases: standard input and output are no terminal; use slactl cases, or cases --watch"
            )
        }
        try await DaemonClient.with(connection) { daemon in
            let session = WatchSession(
                daemon: daemon,
                query: filter.query + [("limit", "\(limit)")],
                reason: reason,
                times: utc ? .utc : .local,
                title: "slactl watch",
                hasKeys: true,
                limit: limit,
                refreshEvery: .seconds(10)
            )
            try await session.run()
        }
    }
}
