import ArgumentParser
import TimeBase

struct ImportCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Hand in a file of events: JSON Lines or an array, packed with gzip or not.",
        discussion: """
            One event a line: {"at":"2026-11-21T14:02:10Z","case":"T-7","event":"opened","priority":"high"}
            An import is one unit: nothing due in a case is decided before its last line is in. What came due before the \
            import is measured and never escalated, unless --enforce-from says otherwise. Importing a file twice changes \
            nothing. Lines that are refused are named with their numbers, and the exit code is 65.
              slactl import history.jsonl.gz
              zcat a.gz b.gz | slactl import -
              slactl import today.jsonl --enforce-from all
            """
    )

    @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "Escalate what comes due from then on: RFC 3339, now, or all for everything. (default: now)",
            valueName: "time"
        ),
        transform: EnforceFrom.init(argument:)
    )
    var enforceFrom = EnforceFrom.now

    @Option(help: ArgumentHelp("Show at most this many refused lines.", valueName: "count"))
    var refusals = 20

    @Flag(inversion: .prefixedNo, help: "Draw a progress bar where standard error is a terminal.")
    var progress = true

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func validate() throws {
        guard refusals >= 0 else { throw ValidationError("--refusals is \(refusals), expected 0 or more") }
    }

    func run() async throws {
        let log = try EventLog(file)
        if log.count == 0 { StandardStream.error.write("there is no event in \(InputFile.title(of: file))\n") }
        let plan = ImportPlan(log.lines.map { ImportPlan.Entry(caseID: $0.caseID, byteCount: log.wireCount(of: $0)) })
        var report = ImportReport(log, plan)
        for caseID in plan.splitCases {
            StandardStream.error.write(
                "slactl: case \(Printable.brief(caseID)) is larger than a request and goes in several, in order\n"
            )
        }
        try await DaemonClient.with(connection) { daemon in
            try await handIn(log, plan, daemon, &report)
        }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(report))
        case .text:
            StandardStream.error.write(report.refusalsText(atMost: refusals) + report.ignoredText + report.clampedText)
            StandardStream.output.write(report.summary)
        }
        if report.refused > 0 { throw ExitCode(Failure.Code.inputRefused.rawValue) }
    }

    private func handIn(
        _ log: EventLog,
        _ plan: ImportPlan,
        _ daemon: DaemonClient,
        _ report: inout ImportReport
    ) async throws {
        var query = [(name: "results", value: "refused")]
        // One instant for all requests of the import.
        if let instant = enforceFrom.instant(at: WallClock.now()) { query.append(("enforce_from", instant.rfc3339)) }
        var progress = Progress("importing", total: log.count, isWanted: progress)
        defer { progress.clear() }
        for request in plan.requests {
            var body: [UInt8] = []
            for place in request { log.append(log.lines[place], to: &body) }
            do {
                report.add(try await daemon.post("/v1/events", query, body: body).decoded(), to: request, of: log)
            } catch var failure as Failure {
                failure.lines.append(
                    "\(report.answered.grouped) of \(log.count.counted("event")) had been handed in; "
                        + "import the same file again, nothing counts twice"
                )
                throw failure
            }
            progress.show(report.done)
        }
    }
}

/// From when on cycles of an import may escalate (S24).
enum EnforceFrom: Equatable {
    case all
    case now
    case instant(Instant)

    @Sendable
    init(argument: String) throws {
        switch argument {
        case "all": self = .all
        case "now": self = .now
        default: self = .instant(try TimeArgument.past(argument))
        }
    }

    /// Nil if everything may escalate.
    func instant(at now: Instant) -> Instant? {
        switch self {
        case .all: nil
        case .now: now
        case .instant(let instant): instant
        }
    }
}
