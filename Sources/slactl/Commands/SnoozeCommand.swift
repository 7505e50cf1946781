import ArgumentParser
import Engine
import TimeBase

struct SnoozeCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Let a case's ladders rest for a while: nobody is told until then.",
        discussion: """
            The timers run on, and a breach is still announced; when the time is over, the highest step that has come due \
            meanwhile fires. It needs a reason and an end, both for the ledger.
              slactl snooze T-1042 --for 2h --reason "vendor calls back at three"
              slactl snooze T-1042 --until 2026-11-23T15:00:00+01:00 --reason "agreed with the customer"
            """
    )

    @Argument(
        help: ArgumentHelp("The case's id in the system it comes from.", valueName: "case"),
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30m, 2h.", valueName: "length"))
    var length: String?

    @Option(
        help: ArgumentHelp("Or until when: RFC 3339.", valueName: "time"),
        transform: TimeArgument.instant
    )
    var until: Instant?

    @Option(help: ArgumentHelp("Why nobody needs to be told.", valueName: "text"))
    var reason: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        guard (length == nil) != (until == nil) else { throw ValidationError("give --for or --until, one of the two") }
        guard let length, Span(text: length).map({ $0 > .zero }) != true else { return }
        throw ValidationError("--for is \"\(length)\": write 30m, 2h or 1h30m")
    }

    func run() async throws {
        let now = WallClock.now()
        var document = EventDocument(kind: .snoozed, caseID: caseID, now: now)
        document.reason = reason
        document.until = (until ?? length.flatMap { Span(text: $0) }.map { now + $0 })?.rfc3339
        try await document.submit(to: connection.socket, format)
    }
}
