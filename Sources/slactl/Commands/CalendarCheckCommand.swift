import ArgumentParser
import Config
import ICal
import TimeBase
import WorkingTime

struct CalendarCheckCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check an iCalendar file of holidays, and list what it closes.",
        discussion: """
            Lists the dates, and the parts of dates, that the file closes in the next 366 days, with the summaries that a \
            policy may name under only and except. An event that cannot be read is left out, with a warning on standard \
            error. A file that is no iCalendar is refused; the exit code is then 78.
              slactl calendar check holidays/de-be.ics --time-zone Europe/Berlin
              slactl calendar check holidays/de-be.ics --all -o json
            """
    )

    @Argument(
        help: ArgumentHelp("The file; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["ics"])
    )
    var file: String

    @Option(help: ArgumentHelp("The zone of the calendar that is to use it.", valueName: "zone"))
    var timeZone = ZoneRules.utc.name

    @Flag(help: "List what is past and what is far ahead, too.")
    var all = false

    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func run() throws {
        let zones = CalendarSource.zones
        let zone = try rules(zones)
        let bytes = try InputFile.bytes(of: file)
        let holidays: FeedHolidays
        do throws(FeedProblem) {
            let feed = try HolidayFeed(bytes: bytes, file: InputFile.title(of: file))
            holidays = try feed.holidays(in: zone, zones: zones.rules(for:))
        } catch {
            throw Failure(code: .configuration, message: "\(error)")
        }
        let today = zone.date(at: WallClock.now())
        let report = FeedReport(
            holidays,
            file: file,
            zone: zone,
            dates: all ? nil : today...today.advanced(byDays: 366)
        )
        for warning in report.warnings { StandardStream.error.write("warning: \(Printable.text(warning))\n") }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(report))
        case .text: StandardStream.output.write(report.text(.forOutput))
        }
    }

    private func rules(_ zones: ZoneFolder) throws(Failure) -> ZoneRules {
        do throws(ZoneProblem) {
            return try zones.rules(for: timeZone)
        } catch {
            throw Failure(code: .usage, message: "\(error)")
        }
    }
}

/// What a file of holidays closes, date by date.
struct FeedReport: Encodable {
    let file: String
    let timeZone: String
    let closed: [Row]
    /// What was left out of the file, one sentence each.
    let warnings: [String]

    struct Row: Encodable, Equatable {
        let date: String
        /// `friday`.
        let weekday: String
        /// A part of the date; nil if all of it is closed.
        let hours: String?
        let summary: String
    }

    /// A row with what it is sorted by.
    private struct Closed {
        let date: CivilDate
        let start: Instant
        let hours: String?
        let summary: String
    }

    private enum CodingKeys: String, CodingKey {
        case file
        case timeZone = "time_zone"
        case closed
        case warnings
    }

    /// `dates` are those that are listed; nil lists all.
    init(_ holidays: FeedHolidays, file: String, zone: ZoneRules, dates: ClosedRange<CivilDate>?) {
        self.file = file
        timeZone = zone.name
        warnings = holidays.warnings.map(\.description)
        let whole = holidays.dates.map { Closed(date: $0.key, start: .earliest, hours: nil, summary: $0.value) }
        let clock = LocalClock(zone: zone)
        let parts =
            holidays.closures.flatMap { date, spans in
                spans.map { span, summary in
                    let start = zone.instant(date: date, secondsOfDay: span.start)
                    return Closed(date: date, start: start, hours: span.description, summary: summary)
                }
            }
            + holidays.closedTimes.map { times, summary in
                Closed(
                    date: zone.date(at: times.lowerBound),
                    start: times.lowerBound,
                    hours: clock.hours(from: times.lowerBound, to: times.upperBound),
                    summary: summary
                )
            }
        closed = (whole + parts).filter { dates?.contains($0.date) ?? true }
            .sorted { ($0.date, $0.start, $0.hours ?? "") < ($1.date, $1.start, $1.hours ?? "") }
            .map {
                Row(
                    date: $0.date.description,
                    weekday: $0.date.weekday.word,
                    hours: $0.hours,
                    summary: $0.summary
                )
            }
    }

    func text(_ paint: Paint) -> String {
        var table = Table(["", "", ""])
        for row in closed {
            let date = CivilDate(text: row.date)?.withWeekday ?? row.date
            table.add([.init(date), .init(row.hours ?? ""), .init(row.summary.cut(to: 60))])
        }
        let sum = closed.isEmpty ? "closes nothing" : "closes \(closed.counted)"
        return (closed.isEmpty ? "" : table.text(paint)) + "\(Printable.text(file)) \(sum)\n"
    }
}

extension [FeedReport.Row] {
    /// `12 dates and 2 parts of dates`.
    fileprivate var counted: String {
        let parts = count { $0.hours != nil }
        let dates = (count - parts).counted("date")
        return parts == 0 ? dates : "\(dates) and \(parts.counted("part")) of dates"
    }
}
