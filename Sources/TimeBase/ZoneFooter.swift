/// The rule for the time after the last transition of a zone.
///
/// Written as the TZ string of POSIX with the extensions of RFC 9636 section 3.3.1: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneFooter {
    /// Seconds east of UTC; also before the first of `changes`.
    let standardOffset: Int
    /// `CET`, `+03`: what people call the standard time.
    let standardName: String
    /// Nil if the offset no longer changes.
    let summer: Summer?

    /// "Summer" time is what the string calls the second one; in Dublin's it is the winter.
    struct Summer {
        let offset: Int
        /// `CEST`.
        let name: String
        let start: YearlyDay
        let end: YearlyDay
    }

    /// All changes of the offset in these years, strictly ascending.
    ///
    /// Works on the stretches of summer time, not on single changes: where one begins as the last one ends, summer time
    /// lasts all year, and where one ends as it begins there is none.
    func changes(inYears years: ClosedRange<Int>) -> [OffsetChange] {
        guard let summer else { return [] }
        func start(_ year: Int) -> Int64 { summer.start.instant(in: year) - Int64(standardOffset) }
        func end(_ year: Int) -> Int64 { summer.end.instant(in: year) - Int64(summer.offset) }
        var stretches: [(start: Int64, end: Int64)] = []
        // The southern summer of the year before reaches into the first year.
        for year in years.lowerBound - 1...years.upperBound {
            let start = start(year)
            let end = start <= end(year) ? end(year) : end(year + 1)
            guard start < end else { continue }
            if let last = stretches.last, start <= last.end {
                stretches[stretches.count - 1].end = max(last.end, end)
            } else {
                stretches.append((start, end))
            }
        }
        return stretches.flatMap { stretch in
            [
                OffsetChange(at: stretch.start, offset: summer.offset),
                OffsetChange(at: stretch.end, offset: standardOffset),
            ]
        }
    }
}

/// A moment that comes once a year: a day and a local time on it.
struct YearlyDay {
    let day: Day
    /// Seconds after 00:00 of the day, -167 h to 167 h.
    let seconds: Int

    enum Day {
        /// `Jn`, 1 to 365; 29 February is never counted.
        case julian(Int)
        /// `n`, 0 to 365; 29 February is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: the week-th (5: last) such weekday of the month, Sunday being 0.
        case weekday(month: Int, week: Int, weekday: Int)
    }

    /// Local seconds since 1970-01-01T00:00:00.
    func instant(in year: Int) -> Int64 {
        let dayNumber =
            switch day {
            case .julian(let day):
                CivilDate.dayNumber(year: year, month: 1, day: 1) + day - (CivilDate.isLeap(year) && day >= 60 ? 0 : 1)
            case .zeroBased(let day):
                CivilDate.dayNumber(year: year, month: 1, day: 1) + day
            case .weekday(let month, let week, let weekday):
                Self.dayNumber(of: weekday, week: week, month: month, year: year)
            }
        return Int64(dayNumber) * 86_400 + Int64(seconds)
    }

    private static func dayNumber(of weekday: Int, week: Int, month: Int, year: Int) -> Int {
        let first = CivilDate.dayNumber(year: year, month: month, day: 1)
        // Monday is 0 with us and Sunday is 0 in the rule.
        let ahead = (weekday + 6 - Weekday(dayNumber: first).rawValue) % 7
        let day = ahead + (week - 1) * 7
        return first + (day < CivilDate.length(ofMonth: month, year: year) ? day : day - 7)
    }
}
