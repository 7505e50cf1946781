import ArgumentParser
import Config
import TimeBase

struct CheckConfigCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check policy files, without a daemon, and name every mistake at once.",
        discussion: """
            Each mistake is one line, file:line:column: error: ... [code], as editors understand it; the exit code is 78. \
            A reload makes the same checks. If a daemon can be asked, conditions on priorities, plans, channels and tags \
            that no source has sent in 90 days are warned of.
              slactl check-config
              git show HEAD:slawatch.yaml | slactl check-config -
              slactl check-config --diff new.yaml

            With --diff the file, if it has no mistakes, is sent to the daemon, which says what a reload would do to the \
            open cases, as of now: deadlines that move, that would have passed already ("put off", to now + \
            change_grace; "missed" without one), and "spared" ones, which move away with three quarters of their time \
            used up. A breach is never undone, and so not listed. Nothing is adopted.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The files; - is standard input. (default: \(Self.installedPolicy))",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var givenFiles: [String] = []

    @Flag(help: "Ask the daemon what the file would do to the open cases.")
    var diff = false

    @Option(
        help: ArgumentHelp(
            "With --diff, list at most this many changes, the most urgent first, 0 to \(Self.limitAllowed.upperBound).",
            valueName: "count"
        )
    )
    var limit = 50

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    static let limitAllowed = 0...10_000

    /// The policy that the unit reads.
    static let installedPolicy = "/etc/slawatchd/slawatch.yaml"

    /// Those that were named, or the installed one.
    var files: [String] { givenFiles.isEmpty ? [Self.installedPolicy] : givenFiles }

    func validate() throws {
        guard !diff || files.count == 1 else { throw ValidationError("--diff compares one file, not \(files.count)") }
        guard Self.limitAllowed.contains(limit) else {
            throw ValidationError("--limit is \(limit), expected 0 to \(Self.limitAllowed.upperBound)")
        }
    }

    func run() async throws {
        let zones = CalendarSource.zones
        var report = ConfigReport(zones: zones, now: WallClock.now())
        var unreadable: [Failure] = []
        var accepted: ProposedPolicy?
        let sent = await SentWordsAnswer.ask(socket: connection.socket)
        for file in files {
            do throws(Failure) {
                let bytes = try InputFile.bytes(of: file)
                let title = file == "-" ? "<stdin>" : file
                if let config = report.check(bytes, file: title, sent: sent) {
                    accepted = ProposedPolicy(name: title, bytes: bytes, files: config.feeds)
                }
            } catch {
                // The other files are still worth a look.
                unreadable.append(error)
            }
        }
        if diff, let accepted { return try await compare(accepted, report) }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(report))
        case .text: StandardStream.output.write(report.text)
        }
        if var failure = unreadable.first {
            if givenFiles.isEmpty { failure.message += "; slactl init writes a first policy, or name a file" }
            failure.lines = unreadable.dropFirst().map(\.message)
            throw failure
        }
        if report.errors > 0 { throw ExitCode(Failure.Code.configuration.rawValue) }
    }

    /// Shows what the daemon says of a file without mistakes, below the warnings.
    private func compare(_ policy: ProposedPolicy, _ report: ConfigReport) async throws {
        // Before the daemon is asked: what was found is of use also where it is down.
        if format == .text { StandardStream.output.write(report.text) }
        try await DaemonClient.with(connection) { daemon in
            let answer = try await PolicyDiff.ask(policy, limit: limit, daemon)
            switch format {
            case .json: StandardStream.output.write(report.json(diff: answer.text))
            case .text:
                let diff: PolicyDiffAnswer = try answer.decoded()
                if let holding = diff.holding {
                    StandardStream.error.write("the daemon holds, its clock may be wrong: \(Printable.text(holding))\n")
                }
                StandardStream.output.write("\n" + PolicyDiffText.text(of: diff, .forOutput, output.times))
            }
        }
    }
}

/// What was found in all files together.
struct ConfigReport: Encodable {
    private(set) var files = 0
    private(set) var errors = 0
    private(set) var warnings = 0
    private(set) var complaints: [Row] = []
    private var lines: [String] = []
    private let zones: ZoneFolder
    private let now: Instant

    private enum CodingKeys: CodingKey {
        case files, errors, warnings, complaints
    }

    /// One complaint as programs read it.
    struct Row: Encodable {
        let file: String
        let line: Int
        let column: Int
        let severity: String
        let code: String
        let message: String
        let hint: String?
    }

    init(zones: ZoneFolder, now: Instant) {
        self.zones = zones
        self.now = now
    }

    /// The file's content, where it has no mistakes; `sent` is what the daemon says of the words that sources send.
    @discardableResult
    mutating func check(_ bytes: [UInt8], file: String, sent: SentWordsAnswer? = nil) -> LoadedConfig? {
        files += 1
        let loaded = ConfigFile.load(
            bytes: bytes,
            file: file,
            zones: zones.rules(for:),
            feeds: { feed throws(FeedUnreadable) in
                try InputFile.feed(at: ConfigFile.path(ofFeed: feed, ofPolicy: file))
            },
            now: now
        )
        let found =
            switch loaded {
            case .success(let config):
                (config.warnings + (sent?.complaints(about: config.words) ?? []))
                    .sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            case .failure(let complaints): complaints.list
            }
        for complaint in found {
            switch complaint.severity {
            case .error: errors += 1
            case .warning: warnings += 1
            }
            lines.append(Printable.text(complaint.description))
            complaints.append(
                Row(
                    file: complaint.file,
                    line: complaint.line,
                    column: complaint.column,
                    severity: complaint.severity.rawValue,
                    code: complaint.code,
                    message: complaint.message,
                    hint: complaint.hint
                )
            )
        }
        return try? loaded.get()
    }

    /// The report with the daemon's answer, as it came, as one more member.
    func json(diff: String) -> String {
        let own = JSONText.of(self).dropLast(2)
        return "\(own),\"diff\":\(diff.dropLast())}\n"
    }

    /// All complaints, one a line, and a last line that sums them up; empty if no file could be read, which is no
    /// finding.
    var text: String {
        guard files > 0 else { return "" }
        let warned = warnings > 0 ? ", \(warnings.counted("warning"))" : ""
        let sum = errors > 0 ? "\(errors.counted("mistake"))\(warned)" : "no mistakes\(warned)"
        return (lines + ["\(files.counted("file")): \(sum)"]).map { $0 + "\n" }.joined()
    }
}
