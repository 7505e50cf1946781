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
              slactl ack --tier 1 --overdue    all that fit and nobody has taken
            """
    )

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String?

    @OptionGroup(title: "Or which cases") var filter: CaseFilter

    @Option(help: ArgumentHelp("What you are doing about it.", valueName: "text"))
    var reason: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        if caseID != nil {
            guard filter.query.isEmpty else { throw ValidationError("give a case or filters such as --tier, not both") }
            return
        }
        guard !filter.query.isEmpty else {
            throw ValidationError("give a case, or filters such as --tier and --overdue that say which ones")
        }
        // That nobody has taken them is meant anyway: alone it is no choice.
        guard filter.query.contains(where: { $0.name != "unacked" }) else {
            throw ValidationError("--unacked alone takes every case: add --tier, --team, --overdue or another filter")
        }
    }

    func run() async throws {
        guard let caseID else { return try await takeAll() }
        var document = EventDocument(kind: .acknowledged, caseID: caseID, now: WallClock.now())
        document.reason = reason
        try await document.submit(to: connection, output)
    }

    private func takeAll() async throws {
        var query = filter.query
        if let reason { query.append(("reason", reason)) }
        try await DaemonClient.with(connection) { daemon in
            let answer = try await daemon.post("/v1/acknowledgements", query)
            let events: EventsAnswer = try answer.decoded()
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text: StandardStream.output.write(Self.text(of: events))
            }
            if events.refused > 0 { throw ExitCode(Failure.Code.refused.rawValue) }
        }
    }

    static func text(of answer: EventsAnswer) -> String {
        let results = answer.results ?? []
        guard !results.isEmpty else { return "no case fits that nobody has taken\n" }
        let lines = results.map { result in
            let id = Printable.text(result.takenBy ?? result.case ?? "?")
            return result.result == "refused" ? "\(id): \(Printable.text(result.reason ?? "refused"))\n" : "\(id)\n"
        }
        let total = answer.applied.counted("case")
        let more = results.count >= CasesCommand.limitAllowed.upperBound ? "; there may be more, ask again" : ""
        return lines.joined() + "acknowledged \(total)\(more)\n"
    }
}
