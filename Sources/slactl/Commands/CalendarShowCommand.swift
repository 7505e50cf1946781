import ArgumentParser
import Config
import TimeBase
import WorkingTime

struct CalendarShowCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a week of a calendar as bars.",
        discussion: """
            A row a day in the calendar's own zone, half an hour a character: filled is open, half filled is open in part, \
            a blank is a time that no clock shows. Where clocks change, the instant and the offsets stand below.
              slactl calendar show office
              slactl calendar show office --week 2026-10-25 --policy slawatch.yaml
            """
    )

    @Argument(
        help: ArgumentHelp("The calendar's name in the policy, or always.", valueName: "name"),
        completion: Completions.calendars
    )
    var name: String

    @Option(
        help: ArgumentHelp("A date of the week to show. (default: this week)", valueName: "date"),
        transform: Self.date
    )
    var week: CivilDate?

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func run() throws {
        let calendar = try policy.source.calendar(name)
        let date = week ?? calendar.zone.date(at: WallClock.now())
        let shown = CalendarWeek(of: date, in: calendar)
        switch format {
        case .json: StandardStream.output.write(JSONText.of(shown))
        case .text: StandardStream.output.write(shown.text(.forOutput))
        }
    }

    @Sendable
    private static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text: text) else { throw ValidationError("write it like 2026-10-25") }
        guard CalendarWeek.datesAllowed.contains(date) else {
            let (first, last) = (CalendarWeek.datesAllowed.lowerBound, CalendarWeek.datesAllowed.upperBound)
            throw ValidationError("it is outside \(first) to \(last)")
        }
        return date
    }
}
