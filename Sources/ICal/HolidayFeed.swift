package import TimeBase
package import WorkingTime

/// A file of holidays in the form of iCalendar (RFC 5545).
///
/// An event that cannot be read is left out with a warning; what is no iCalendar is refused as a whole. An event of dates closes each of them, an event of times the part of the days
/// that it covers (S4). `TRANSP` decides nothing: public offices publish their holidays as transparent, because they take
/// nobody's time, and mean them as holidays all the same.
package struct HolidayFeed: Sendable {
    private let file: String
    private let content: FeedFile

    /// Reads the bytes of a file; takes any bytes.
    ///
    /// Some milliseconds for what offices publish, about a second for the largest file that is taken.
    ///
    /// - Parameters:
    ///   - bytes: The content; nothing is ever fetched.
    ///   - file: What problems call it.
    /// - Throws: The first thing that is wrong, with its line.
    package init(bytes: [UInt8], file: String) throws(FeedProblem) {
        self.file = file
        do {
            content = try FeedFile(bytes)
        } catch {
            throw FeedProblem(file: file, line: error.line, cause: error.cause)
        }
    }

    /// What the events are called, without blanks around it, each once, in the order of the file; without cancelled ones.
    package var summaries: [String] {
        var seen: Set<String> = []
        return content.events.filter { !$0.isCancelled }.map(\.summary).filter { seen.insert($0).inserted }
    }

    /// Whether the pick finds an event that is not cancelled.
    package func hasEvent(_ pick: EventPick) -> Bool {
        let matcher = pick.matcher
        return content.events.contains { !$0.isCancelled && matcher.matches($0) }
    }

    /// What the feed closes from `FeedLimits.firstDate` to `lastDate` in a calendar of `zone`.
    ///
    /// - Parameters:
    ///   - zone: Of the calendar: floating times are on its wall clock.
    ///   - choice: The events that count.
    ///   - zones: Asked for each zone that the file names and does not define.
    /// - Returns: Dates, parts of days and times, with warnings of what is left out: an event in a zone that nobody knows,
    ///   or with a rule that is never true. A date of an instance that was moved or cancelled is not among them.
    /// - Throws: A limit of the whole file that it exceeds, with the line.
    package func holidays(
        in zone: ZoneRules,
        choice: EventChoice = .all,
        zones: (String) throws(ZoneProblem) -> ZoneRules
    ) throws(FeedProblem) -> FeedHolidays {
        do {
            var expansion = Expansion(content, in: zone)
            var holidays = try expansion.holidays(choice: choice, zones: zones)
            holidays.warnings = expansion.warnings.warnings(of: file)
            return holidays
        } catch {
            throw FeedProblem(file: file, line: error.line, cause: error.cause)
        }
    }

    /// Without blanks and line ends around it: how summaries are compared.
    package static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

/// What a feed closes, with the summary of an event that does; of several the one further up in the file.
package struct FeedHolidays: Hashable, Sendable {
    /// Full holidays.
    package internal(set) var dates: [CivilDate: String] = [:]
    /// Parts of days, in seconds of the calendar's wall clock.
    package internal(set) var closures: [CivilDate: [LocalSpan: String]] = [:]
    /// Parts of days that no wall clock can say: they begin or end in an hour that comes twice.
    package internal(set) var closedTimes: [Range<Instant>: String] = [:]
    /// What was left out, or read in a way that somebody should look at; in the order of the lines, at most 21.
    package internal(set) var warnings: [FeedWarning] = []
    private var parts = 0

    init() {}

    /// Every local date of which the events cover an instant.
    ///
    /// - Parameter zone: The one that they were followed in.
    /// - Returns: Each date once, in no order.
    package func touchedDates(in zone: ZoneRules) -> Set<CivilDate> {
        Set(dates.keys).union(closures.keys).union(closedTimes.keys.map { zone.date(at: $0.lowerBound) })
    }

    mutating func close(_ span: LocalSpan, on dayNumber: Int, of event: FeedEvent) throws(Refusal) {
        let date = CivilDate(dayNumber: dayNumber)
        guard closures[date]?[span] == nil else { return }
        try countPart(of: event)
        closures[date, default: [:]][span] = event.summary
    }

    mutating func close(_ times: Range<Instant>, of event: FeedEvent) throws(Refusal) {
        guard closedTimes[times] == nil else { return }
        try countPart(of: event)
        closedTimes[times] = event.summary
    }

    private mutating func countPart(of event: FeedEvent) throws(Refusal) {
        parts += 1
        guard parts <= FeedLimits.partsMax else {
            throw Refusal(line: event.line, isOfFile: true, "it closes more than \(FeedLimits.partsMax) parts of days")
        }
    }
}

extension CalendarSpec {
    /// Gives the dates of a feed of working days these hours (S4).
    ///
    /// Hours that the policy, or a feed above, gives to a date stand. A holiday on the same date closes it, wherever it
    /// comes from.
    package mutating func open(_ dates: Set<CivilDate>, hours: [LocalSpan]) {
        for date in dates where datedHours[date] == nil { datedHours[date] = hours }
    }

    /// Adds what a feed closes to the holidays and closures that are there.
    ///
    /// What the policy calls a date stands, also where it is a name for every year.
    package mutating func close(_ feed: FeedHolidays) {
        holidays.formUnion(feed.dates.keys)
        let namedYearly = yearlyNames
        names.merge(feed.dates.lazy.filter { namedYearly[MonthDay($0.key)] == nil }.map { ($0.key, $0.value) }) {
            own,
            _ in own
        }
        for (date, spans) in feed.closures {
            closures[date] = Set(closures[date] ?? []).union(spans.keys).sorted()
            closureNames[date, default: [:]].merge(spans) { own, _ in own }
        }
        closedTimes = Set(closedTimes).union(feed.closedTimes.keys)
            .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        closedTimeNames.merge(feed.closedTimes) { own, _ in own }
    }
}
