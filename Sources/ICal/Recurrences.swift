internal import CLibical
internal import TimeBase

/// Follows recurrence rules through the years with libical's iterator.
///
/// The iterator may walk very far within one call before it finds the next date, or never find one. So what a rule can
/// cost is reckoned before it is followed, and its end is set no later than the last date of a feed.
struct Recurrences {
    var effort = Effort()
    /// Many events of a feed share a rule and a start.
    private var known: [Key: [Int]] = [:]

    private struct Key: Hashable {
        let rule: String
        let wall: Int
        let isAllDay: Bool
        let until: Int
    }

    /// Where the rules of a feed stop, in seconds of the wall clock.
    static let lastWall = (FeedLimits.lastDate.dayNumber + 1) * 86_400 - 1

    /// When the rule brings the event back.
    ///
    /// - Parameters:
    ///   - rule: The value of the `RRULE`.
    ///   - start: The event's own, which the rule counts from.
    ///   - isAllDay: It lasts whole dates.
    ///   - wallUntil: What an `UNTIL` with a time of day says on the wall of the start.
    /// - Returns: Seconds since 1970-01-01T00:00 on the wall of the start, which is itself among them where the rule fits it.
    /// - Throws: Why the rule cannot be followed.
    mutating func walls(
        _ rule: FeedEvent.Rule,
        from start: FeedTime,
        isAllDay: Bool,
        wallUntil: (FeedTime) throws(Refusal) -> Int
    ) throws(Refusal) -> [Int] {
        let text = rule.text.uppercased()
        guard !text.contains("RSCALE") else {
            throw Refusal(
                line: rule.line,
                "RSCALE: rules of other calendars than the Gregorian are not followed, write the dates out"
            )
        }
        var parsed = try Rule(text, line: rule.line)
        if let until = parsed.until {
            // A date as such is over as the day is.
            parsed.end = min(Self.lastWall, until.seconds == nil ? until.wall + 86_399 : try wallUntil(until))
        } else {
            parsed.end = Self.lastWall
        }
        guard start.wall <= parsed.end else { return [] }
        let key = Key(rule: text, wall: start.wall, isAllDay: isAllDay, until: parsed.end)
        if let walls = known[key] { return walls }
        if isAllDay { try parsed.dropTimes() }
        try effort.spend(steps: FeedLimits.stepsPerRule + parsed.stepsAtMost(from: start.wall), line: rule.line)
        let walls = try parsed.walls(from: start, &effort)
        known[key] = walls
        return walls
    }
}

/// A rule as the library has understood it.
@safe private struct Rule {
    private let line: Int
    private var rule: icalrecurrencetype
    /// As it is written.
    let until: FeedTime?
    /// The last second that is looked at.
    var end = 0

    /// How many values a list may have: the library has room for a few more and does not look where they end.
    private static let valuesMax = [
        "BYSECOND": 60, "BYMINUTE": 60, "BYHOUR": 24, "BYDAY": 366, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53,
        "BYMONTH": 12, "BYSETPOS": 366,
    ]

    /// Takes a rule in capitals.
    init(_ text: String, line: Int) throws(Refusal) {
        self.line = line
        for part in text.split(separator: ";") {
            let name = String(part.prefix { $0 != "=" })
            guard part.count(where: { $0 == "," }) < Self.valuesMax[name] ?? .max else {
                throw Refusal(line: line, "the recurrence rule has too many values in \(quoted(name))")
            }
        }
        Libical.begin()
        unsafe rule = icalrecurrencetype_from_string(text)
        guard unsafe rule.freq != ICAL_NO_RECURRENCE, unsafe rule.interval > 0 else {
            throw Refusal(line: line, "\(quoted(text)) is no recurrence rule")
        }
        let written = text.split(separator: ";").first { $0.hasPrefix("UNTIL=") }?.dropFirst(6)
        until = written.flatMap { Libical.time($0, zone: .floating) }
        guard written == nil || until != nil else {
            throw Refusal(line: line, "\(quoted(text)) ends at no time that exists")
        }
    }

    /// An event of whole dates has no hours to be repeated by (RFC 5545, section 3.3.10).
    mutating func dropTimes() throws(Refusal) {
        guard unsafe rule.freq.rawValue >= ICAL_DAILY_RECURRENCE.rawValue else {
            throw Refusal(line: line, "an event of whole dates cannot repeat within a day")
        }
        let none = Int16(ICAL_RECURRENCE_ARRAY_MAX.rawValue)
        // Where the first value is missing the library takes that of the start, and goes on with the second.
        unsafe (rule.by_hour.0, rule.by_hour.1) = (none, none)
        unsafe (rule.by_minute.0, rule.by_minute.1) = (none, none)
        unsafe (rule.by_second.0, rule.by_second.1) = (none, none)
    }

    /// How many periods and times of day may have to be looked at.
    func stepsAtMost(from wall: Int) -> Int {
        let unit =
            switch unsafe rule.freq {
            case ICAL_SECONDLY_RECURRENCE: 1
            case ICAL_MINUTELY_RECURRENCE: 60
            case ICAL_HOURLY_RECURRENCE: 3_600
            case ICAL_DAILY_RECURRENCE: 86_400
            case ICAL_WEEKLY_RECURRENCE: 7 * 86_400
            case ICAL_MONTHLY_RECURRENCE: 28 * 86_400
            default: 365 * 86_400
            }
        var perPeriod = 1
        if unit > 3_600 { perPeriod *= max(1, unsafe Self.count(of: rule.by_hour)) }
        if unit > 60 { perPeriod *= max(1, unsafe Self.count(of: rule.by_minute)) }
        if unit > 1 { perPeriod *= max(1, unsafe Self.count(of: rule.by_second)) }
        let periods = (end - wall) / (unit * Int(unsafe rule.interval)) + 1
        // Where nothing is passed over, each step is one that counts.
        if unsafe rule.count > 0, isPlain { return min(Int(unsafe rule.count), periods) }
        return periods * perPeriod
    }

    /// Without any of the parts that begin with `BY`.
    private var isPlain: Bool {
        unsafe Self.count(of: rule.by_second) + Self.count(of: rule.by_minute) + Self.count(of: rule.by_hour)
            + Self.count(of: rule.by_day) + Self.count(of: rule.by_month_day) + Self.count(of: rule.by_year_day)
            + Self.count(of: rule.by_week_no) + Self.count(of: rule.by_month) + Self.count(of: rule.by_set_pos) == 0
    }

    /// How many values one of the library's lists has.
    private static func count<List>(of list: List) -> Int {
        unsafe withUnsafeBytes(of: list) { bytes in
            unsafe bytes.bindMemory(to: Int16.self).prefix { $0 != Int16(ICAL_RECURRENCE_ARRAY_MAX.rawValue) }.count
        }
    }

    func walls(from start: FeedTime, _ effort: inout Effort) throws(Refusal) -> [Int] {
        var rule = unsafe rule
        unsafe rule.until = Self.time(end)
        Libical.begin()
        guard let iterator = unsafe icalrecur_iterator_new(rule, Self.time(start.wall)) else {
            throw Refusal(
                line: line,
                "the recurrence rule never comes true, or the library cannot follow it: \(Libical.lastError)"
            )
        }
        defer { unsafe icalrecur_iterator_free(iterator) }
        var walls: [Int] = []
        while true {
            let next = unsafe icalrecur_iterator_next(iterator)
            guard unsafe icaltime_is_null_time(next) == 0,
                let date = unsafe CivilDate(year: Int(next.year), month: Int(next.month), day: Int(next.day))
            else { return walls }
            try effort.spend(steps: 1, line: line)
            let seconds = unsafe Int(next.hour) * 3_600 + Int(next.minute) * 60 + Int(next.second)
            walls.append(date.dayNumber * 86_400 + seconds)
        }
    }

    /// A wall time without a zone, so that the library cannot ask for one.
    private static func time(_ wall: Int) -> icaltimetype {
        let day = Int(Int64(wall).flooredDivided(by: 86_400))
        let date = CivilDate(dayNumber: day)
        let seconds = wall - day * 86_400
        var time = unsafe icaltime_null_time()
        unsafe time.year = Int32(date.year)
        unsafe time.month = Int32(date.month)
        unsafe time.day = Int32(date.day)
        unsafe time.hour = Int32(seconds / 3_600)
        unsafe time.minute = Int32(seconds / 60 % 60)
        unsafe time.second = Int32(seconds % 60)
        return unsafe time
    }
}
