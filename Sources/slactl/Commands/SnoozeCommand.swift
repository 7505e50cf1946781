import ArgumentParser
import Engine
import TimeBase

struct SnoozeCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Let a case rest for a while: nobody is told of it and nothing moves it.",
        discussion: """
            It covers the whole case, timers that start later too. They run on; what is missed meanwhile is told when the \
            time is over, and then the highest step that has come due fires. It needs a reason and an end, both for the \
            ledger; another snooze takes its place, and --end ends it.
              slactl snooze T-1042 --for 2h --reason "vendor calls back at three"
              slactl snooze T-1042 --until "tomorrow 9:00" --reason "agreed with them"
              slactl snooze T-1042 --end
            """
    )

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long: 30m, 2h, 2d of 24 h each.", valueName: "length"),
        transform: LengthArgument.span
    )
    var length: Span?

    @Option(
        help: ArgumentHelp("Or until when: RFC 3339, \"2026-12-01 12:00\", \"monday 9:00\".", valueName: "time"),
        transform: TimeArgument.instant
    )
    var until: Instant?

    @Flag(help: "End the snooze now: people are told again.")
    var end = false

    @Option(help: ArgumentHelp("Why nobody needs to be told, or why they are told again.", valueName: "text"))
    var reason: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        guard !end else {
            guard length == nil, until == nil else {
                throw ValidationError("--end ends the snooze now: leave out --for and --until")
            }
            return
        }
        guard (length == nil) != (until == nil) else {
            throw ValidationError("give --for, --until or --end, one of the three")
        }
        guard reason != nil else { throw ValidationError("give --reason: it is for those who read the ledger") }
        if let length, length <= .zero { throw ValidationError("--for is \(length): it must be longer than nothing") }
    }

    func run() async throws {
        let now = WallClock.now()
        var document = EventDocument(kind: end ? .snoozeEnded : .snoozed, caseID: caseID, now: now)
        document.reason = reason
        document.until = end ? nil : (until ?? length.map { now + $0 })?.rfc3339
        try await document.submit(to: connection, output)
    }
}
