internal import CLibical
internal import TimeBase

/// The values of properties, as libical reads them.
///
/// Its own zones are never asked: times come out as they are written.
enum Libical {
    /// Settles what is global in the library: a mistake in a file must not end the process.
    private static let isPrepared: Bool = {
        icalerror_set_errors_are_fatal(0)
        return true
    }()

    /// To be called before anything else here: what went wrong before would count as an error of the next call.
    static func begin() {
        precondition(isPrepared)
        icalerror_clear_errno()
    }

    /// What went wrong last, in the library's words.
    static var lastError: String {
        guard let text = unsafe icalerror_strerror(icalerrno_return().pointee) else { return "unknown error" }
        // `MALFORMEDDATA: An input string was not correctly formed or a component has missing or extra properties`
        let words = unsafe String(cString: text)
        return words.split(separator: ":", maxSplits: 1).last.map { $0.drop { $0 == " " }.lowercased() } ?? words
    }

    /// `20261224` or `20261224T120000`, with a `Z` for UTC; nil for anything else.
    static func time(_ text: some StringProtocol, zone: FeedTime.Zone) -> FeedTime? {
        begin()
        return unsafe FeedTime(icaltime_from_string(String(text)), zone: zone)
    }

    /// `P1D`, `PT90M`, `P2W`; nil for anything else, for what is negative and beyond a hundred years.
    static func duration(_ text: some StringProtocol) -> FeedDuration? {
        begin()
        let duration = unsafe icaldurationtype_from_string(String(text))
        guard icaldurationtype_is_bad_duration(duration) == 0 else { return nil }
        return FeedDuration(duration)
    }

    /// A start and either an end or a length, with a slash between.
    static func period(_ text: some StringProtocol, zone: FeedTime.Zone) -> (FeedTime, FeedLength)? {
        begin()
        let period = unsafe icalperiodtype_from_string(String(text))
        guard let start = unsafe FeedTime(period.start, zone: zone), start.seconds != nil else { return nil }
        if unsafe icaltime_is_null_time(period.end) == 0 {
            return unsafe FeedTime(period.end, zone: zone).map { (start, .until($0)) }
        }
        return unsafe FeedDuration(period.duration).map { (start, .lasting($0)) }
    }

    /// `+0100`, in seconds east of UTC.
    static func offset(_ text: String) -> Int? {
        begin()
        guard let value = unsafe icalvalue_new_from_string(ICAL_UTCOFFSET_VALUE, text) else { return nil }
        defer { unsafe icalvalue_free(value) }
        let offset = Int(unsafe icalvalue_get_utcoffset(value))
        return ZoneRules.offsetsAllowed.contains(offset) ? offset : nil
    }

    /// Text without its escapes, and without blanks around it.
    static func text(_ text: String) -> String {
        begin()
        guard let value = unsafe icalvalue_new_from_string(ICAL_TEXT_VALUE, text) else { return "" }
        defer { unsafe icalvalue_free(value) }
        guard let plain = unsafe icalvalue_get_text(value) else { return "" }
        return unsafe HolidayFeed.trimmed(String(cString: plain))
    }
}

extension FeedTime {
    /// Nil for a time that does not exist, such as the 30th of February, and for the library's null.
    fileprivate init?(_ time: icaltimetype, zone: Zone) {
        guard unsafe icaltime_is_null_time(time) == 0,
            let date = unsafe CivilDate(year: Int(time.year), month: Int(time.month), day: Int(time.day))
        else { return nil }
        if unsafe time.is_date != 0 {
            self.init(date: date, seconds: nil, zone: .floating)
            return
        }
        guard unsafe (0..<24).contains(time.hour), unsafe (0..<60).contains(time.minute),
            unsafe (0...60).contains(time.second)
        else { return nil }
        let seconds = unsafe Int(time.hour) * 3_600 + Int(time.minute) * 60 + Int(time.second)
        self.init(date: date, seconds: seconds, zone: unsafe icaltime_is_utc(time) != 0 ? .utc : zone)
    }
}

extension FeedDuration {
    fileprivate init?(_ duration: icaldurationtype) {
        let days = Int(duration.weeks) * 7 + Int(duration.days)
        let seconds = Int(duration.hours) * 3_600 + Int(duration.minutes) * 60 + Int(duration.seconds)
        guard duration.is_neg == 0, days + seconds / 86_400 <= FeedLimits.lengthDaysMax else { return nil }
        self.init(days: days, seconds: seconds)
    }
}
