import ArgumentParser
import Config
import TimeBase
import WorkingTime

struct CalendarDueCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "due",
        abstract: "Find a deadline, and explain it span by span.",
        discussion: """
            Shows each span that counts with its length, and each break, holiday or date with hours of its own that does \
            not. A deadline at the end of a working day is its closing time, not the next opening.
              slactl calendar due office "2026-11-20 15:00" 6h
              slactl calendar due office now 1h30m -o json
              slactl calendar due office "2026-11-23 13:00" 6h --back  # begin when?
            """
    )

    @Argument(
        help: ArgumentHelp("The calendar's name in the policy, or always.", valueName: "name"),
        completion: Completions.calendars
    )
    var name: String

    @Argument(help: ArgumentHelp("RFC 3339, a wall time of the calendar's zone, or now.", valueName: "start"))
    var start: String

    @Argument(help: ArgumentHelp("Open time such as 90s, 30m, 6h or 1h30m.", valueName: "duration"))
    var duration: String

    @Flag(help: "Go back from start instead.")
    var back = false

    @Flag(help: "Show every span, however many there are.")
    var all = false

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    /// The parser would take the h of `-12h` for a plea for help, and end well.
    static func refuseNegativeDuration(in arguments: some Collection<String>) throws(Failure) {
        guard arguments.starts(with: ["calendar", "due"]) else { return }
        let options = arguments.prefix { $0 != "--" }
        guard let negative = options.first(where: { $0.hasPrefix("-") && $0.dropFirst().first?.isNumber == true })
        else { return }
        throw Failure(
            code: .usage,
            message: "cannot use duration \"\(Printable.brief(negative))\": it looks like an option, write "
                + "\(Printable.brief(String(negative.dropFirst()))) --back"
        )
    }

    func run() throws {
        let calendar = try policy.source.calendar(name)
        let argument = LocalArgument(calendar: calendar)
        let start = try argument.instant(start, now: WallClock.now())
        let written = try argument.duration(duration)
        let duration = back ? -written : written
        let end: Instant
        do throws(OpenTimeProblem) {
            end = try calendar.calendar.deadline(from: start, after: duration)
        } catch {
            throw Failure(
                code: .refused,
                message: "cannot add \(duration) of \(calendar.spec.name) to \(start.shortRFC3339): \(error)"
            )
        }
        let goesBack = end < start || duration < .zero
        let explanation = Explanation(from: min(start, end), to: max(start, end), in: calendar)
        switch format {
        case .json:
            let document = ExplanationDocument(explanation, from: start, to: end, openTime: duration)
            StandardStream.output.write(JSONText.of(document))
        case .text:
            let labels: Explanation.Labels =
                goesBack
                ? .init(start: "latest", end: "start", answer: .start)
                : .init(start: "start", end: "deadline", answer: .end)
            StandardStream.output.write(explanation.text(labels, isComplete: all, .forOutput))
        }
    }
}
