import ArgumentParser

struct ShowCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Tell the story of one case: timers, deadlines, ladder and every decision.",
        discussion: """
            Times are those of this machine's clocks, or UTC with --utc. The ledger is in order of what became true; "noticed ... later" says that the daemon was down \
            or the event came late.
              slactl show T-1042
              slactl show T-1042 --page 2
              slactl show T-1042 -o json | jq '.ledger[] | select(.record == "breached")'
            """
    )

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Which page of ledger records; 1 has the newest 1,000.", valueName: "number")
    )
    var page = 1

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    private static let pageSize = 1_000
    private static let pagesMax = 1_000

    func validate() throws {
        guard 1...Self.pagesMax ~= page else { throw ValidationError("--page is \(page): use 1 to \(Self.pagesMax)") }
    }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            let answer = try await daemon.get(
                "/v1/cases/" + DaemonClient.escaped(caseID),
                [("limit", "\(Self.pageSize)"), ("offset", "\((page - 1) * Self.pageSize)")]
            )
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text:
                let story = CaseStory(try answer.decoded(), page: page, .forOutput, output.times)
                StandardStream.output.write(story.text)
            }
        }
    }
}
