import ArgumentParser
import Config
import TimeBase

struct CheckConfigCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check policy files, without a daemon, and name every mistake at once.",
        discussion: """
            Each mistake is one line, file:line:column: error: ... [code], as editors understand it; the exit code is 78. \
            A reload makes the same checks.
              slactl check-config /etc/slawatchd/slawatch.yaml
              git show HEAD:slawatch.yaml | slactl check-config -
            """
    )

    @Argument(
        help: ArgumentHelp("The files; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var files: [String]

    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() throws {
        let zones = CalendarSource.zones
        var report = ConfigReport(zones: zones, now: WallClock.now())
        var unreadable: [Failure] = []
        for file in files {
            do throws(Failure) {
                report.check(try InputFile.bytes(of: file), file: file == "-" ? "<stdin>" : file)
            } catch {
                // The other files are still worth a look.
                unreadable.append(error)
            }
        }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(report))
        case .text: StandardStream.output.write(report.text)
        }
        if var failure = unreadable.first {
            failure.lines = unreadable.dropFirst().map(\.message)
            throw failure
        }
        if report.errors > 0 { throw ExitCode(Failure.Code.configuration.rawValue) }
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

    mutating func check(_ bytes: [UInt8], file: String) {
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
            case .success(let config): config.warnings
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
    }

    /// All complaints, one a line, and a last line that sums them up; empty where no file could be read, which is no
    /// finding.
    var text: String {
        guard files > 0 else { return "" }
        let warned = warnings > 0 ? ", \(warnings.counted("warning"))" : ""
        let sum = errors > 0 ? "\(errors.counted("mistake"))\(warned)" : "no mistakes\(warned)"
        return (lines + ["\(files.counted("file")): \(sum)"]).map { $0 + "\n" }.joined()
    }
}
