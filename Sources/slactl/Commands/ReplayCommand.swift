import ArgumentParser
import TimeBase

struct ReplayCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play a log of events again, faster, and see what the daemon does.",
        discussion: """
            The first event happens now, every other one as much later as it did then, divided by the speed: with --speed \
            3600 an hour takes a second, so targets of 6 s and 12 s stand for 6 h and 12 h. Each event is sent when its \
            time has come; the daemon's own clock and timers do the rest.
              slactl replay day.jsonl.gz --speed 3600
              slactl replay day.jsonl.gz --speed 3600 --limit-cases 100 --until-idle

            Replay into a daemon that has not seen the log: cases keep their ids, and a second opening is refused.
            """
    )

    @Argument(
        help: ArgumentHelp("The file, packed with gzip or not; - is standard input.", valueName: "file"),
        completion: .file()
    )
    var file: String

    @Option(help: ArgumentHelp("How many seconds of the log pass in one second.", valueName: "factor"))
    var speed: Int64 = 3_600

    @Option(help: ArgumentHelp("Only the first so many cases of the log.", valueName: "count"))
    var limitCases: Int?

    @Flag(help: "Wait after the last event until nothing is due any more.")
    var untilIdle = false

    @Option(help: ArgumentHelp("With --until-idle: wait at most this long.", valueName: "span"))
    var patience = Span.seconds(60)

    @Flag(inversion: .prefixedNo, help: "Draw a progress bar where standard error is a terminal.")
    var progress = true

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        guard ReplaySchedule.speedAllowed.contains(speed) else {
            throw ValidationError("--speed is \(speed), expected 1 to \(ReplaySchedule.speedAllowed.upperBound)")
        }
        guard limitCases ?? 1 > 0 else {
            throw ValidationError("--limit-cases is \(limitCases ?? 0), expected 1 or more")
        }
    }

    func run() async throws {
        let log = ReplayLog(try EventLog(file), casesMax: limitCases ?? .max)
        StandardStream.error.write(log.log.refusals.text(atMost: Self.refusalsMax) + log.log.ignored.text)
        guard !log.events.isEmpty else {
            guard log.log.count > 0 else {
                StandardStream.error.write("there is no event in \(InputFile.title(of: file))\n")
                return
            }
            throw Failure(
                code: .inputRefused,
                message: "cannot replay \(InputFile.title(of: file)): there is no event in it that can be taken"
            )
        }
        let summary = try await DaemonClient.with(connection) { daemon in
            let before = try await daemon.metrics()
            var summary = ReplaySummary(log)
            try await play(log, to: daemon, &summary)
            if untilIdle { summary.isIdle = try await waitUntilIdle(daemon) }
            summary.count(from: before, to: try await daemon.metrics(), try await daemon.get("/v1/status").decoded())
            return summary
        }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(summary))
        case .text: StandardStream.output.write(summary.text(.forOutput))
        }
        if summary.refused > 0 { throw ExitCode(Failure.Code.inputRefused.rawValue) }
    }

    /// How many refused lines are shown.
    private static let refusalsMax = 20

    /// Sends every event when its time has come; events that are due together go together.
    private func play(_ log: ReplayLog, to daemon: DaemonClient, _ summary: inout ReplaySummary) async throws {
        let schedule = ReplaySchedule(log.events.map(\.at), start: WallClock.now(), speed: speed)
        var progress = Progress("replaying", total: schedule.entries.count, isWanted: progress)
        defer { progress.clear() }
        var next = 0
        while next < schedule.entries.count {
            let now = WallClock.now()
            let due = schedule.due(from: next, at: now, limit: ImportPlan.Limits().events)
            if due.isEmpty {
                progress.show(next, note: note(at: log.events[schedule.entries[next].place].at))
                // Asks the clock again at least twice a second: it may be set, and the bar should move.
                let pause = min((schedule.entries[next].at - now).milliseconds, 500)
                try await Task.sleep(for: .milliseconds(pause))
                continue
            }
            var body: [UInt8] = []
            var sent = due.lowerBound
            for entry in schedule.entries[due] {
                let line = log.line(of: log.events[entry.place], at: entry.at)
                if sent > due.lowerBound, body.count + line.count > ImportPlan.Limits().bytes { break }
                body += line
                sent += 1
            }
            summary.add(try await daemon.post("/v1/events", [("results", "refused")], body: body).decoded())
            next = sent
            progress.show(next)
        }
    }

    /// What stands behind the bar while the next event waits for its time.
    func note(at instant: Instant) -> String { "log time \(output.times(instant))" }

    /// Whether nothing was due any more, and every notice confirmed, before patience ran out.
    private func waitUntilIdle(_ daemon: DaemonClient) async throws -> Bool {
        let end = WallClock.now() + patience
        repeat {
            let status: StatusAnswer = try await daemon.get("/v1/status").decoded()
            if status.nextWake == nil, status.noticesPending == 0 { return true }
            try await Task.sleep(for: .milliseconds(200))
        } while WallClock.now() < end
        return false
    }
}

extension DaemonClient {
    fileprivate func metrics() async throws -> MetricsAnswer { MetricsAnswer(text: try await get("/metrics").text) }
}
