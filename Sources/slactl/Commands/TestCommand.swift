import ArgumentParser
import Config
import Engine
import TimeBase

struct TestCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run unit tests of a policy: short histories and what is to happen when.",
        discussion: """
            A test tells a history and lists everything that is to be announced. It fails where something else is \
            announced, and where something listed is not. Nothing outside is touched, no daemon is asked.
              slactl test /etc/slawatchd/tests/*.yaml

            A file of tests:
              policy: slawatch.yaml            # beside the file of tests
              time_zone: Europe/Berlin         # of its times; without it UTC
              tests:
                - name: a missed first reply goes to the manager, and up
                  start: 2026-11-20            # the first time below is on or after it
                  history:
                    - Fri 15:00 opened priority=normal
                    - Fri 15:05 agent_reply author=bot
                  expect:
                    - Mon 13:00 breached first_reply, told the manager
                    - Mon 13:00 escalated first_reply to tier 2

            Times: Mon 13:00, 13:00:00.001 (the next one), +7h (after the line before), 2026-11-23 13:00. \
            An event has the words of the API: author=bot tier=2 tags=vip,new reason="Awaiting Vendor"; at=12:58 dates \
            it before the line that hands it in; case=T-2 names another case. An expectation says what (breached, \
            warned, escalated, met_late, retracted, refused, ...) and then as much as you care for: target, cycle 2, \
            to tier 2, due Mon 13:00, [75%], (reason), case=T-2, told anna and the manager. It ends with the last time \
            it names, or at "until: Tue 18:00".

            Exit codes: 0 all passed, 1 one failed, 78 mistakes in the file or in its policy.
            """
    )

    @Argument(
        help: ArgumentHelp("The files of tests; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var files: [String]

    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func run() throws {
        var report = TrialReport()
        for file in files { try run(file, &report) }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(report))
        case .text: StandardStream.output.write(report.text)
        }
        if report.failed > 0 { throw ExitCode(Failure.Code.refused.rawValue) }
    }

    private func run(_ name: String, _ report: inout TrialReport) throws {
        let zones = CalendarSource.zones
        let title = name == "-" ? "<stdin>" : name
        let bytes = try InputFile.bytes(of: name)
        let file: PolicyTestFile
        switch PolicyTestFile.load(bytes: bytes, file: title, zones: zones.rules(for:)) {
        case .success(let loaded): file = loaded
        case .failure(let complaints): throw Self.failure(name, complaints.lines)
        }
        report.begin()
        var policies: [Instant: Policy] = [:]
        for test in file.tests {
            // Calendars are checked from where the history begins.
            let policy =
                try policies[test.start] ?? SimulatedPolicy.read(Self.path(file.policy, beside: name), now: test.start)
            policies[test.start] = policy
            do {
                report.add(try PolicyTrial(test, of: file, policy), file: title, .forOutput)
            } catch let complaint as Complaint {
                throw Self.failure(name, [complaint.description])
            }
        }
    }

    private static func failure(_ name: String, _ lines: [String]) -> Failure {
        Failure(
            code: .configuration,
            message: "cannot run the tests of \(InputFile.title(of: name)): \(lines.count.counted("mistake"))",
            lines: lines
        )
    }

    /// A path in a file, which counts from the folder of that file.
    static func path(_ path: String, beside file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
