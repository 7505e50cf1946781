import ArgumentParser
import Config
import TimeBase
import WorkingTime

struct CalendarElapsedCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "elapsed",
        abstract: "Count the open time between two times, and explain it span by span.",
        discussion: """
            The first line is the answer; it is negative where the second time is the earlier one.
              slactl calendar elapsed office "2026-11-20 15:00" "2026-11-23 13:00"
              slactl calendar elapsed office 2026-11-20T14:00:00Z now -o json | jq .open_ms
            """
    )

    @Argument(
        help: ArgumentHelp("The calendar's name in the policy, or always.", valueName: "name"),
        completion: Completions.calendars
    )
    var name: String

    @Argument(help: ArgumentHelp("RFC 3339, a wall time of the calendar's zone, or now.", valueName: "from"))
    var from: String

    @Argument(help: ArgumentHelp("The same for the other end.", valueName: "to"))
    var to: String

    @Flag(help: "Show every span, however many there are.")
    var all = false

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func run() throws {
        let calendar = try policy.source.calendar(name)
        let argument = LocalArgument(calendar: calendar)
        let now = WallClock.now()
        let (from, to) = (try argument.instant(from, now: now), try argument.instant(to, now: now))
        let elapsed = calendar.calendar.open(from: from, to: to)
        let explanation = Explanation(from: min(from, to), to: max(from, to), in: calendar)
        switch format {
        case .json:
            let document = ExplanationDocument(explanation, from: from, to: to, openTime: elapsed)
            StandardStream.output.write(JSONText.of(document))
        case .text:
            let labels = Explanation.Labels(
                start: from <= to ? "from" : "to",
                end: from <= to ? "to" : "from",
                answer: .between
            )
            StandardStream.output.write("\(elapsed)\n" + explanation.text(labels, isComplete: all, .forOutput))
        }
    }
}
