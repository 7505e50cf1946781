import TimeBase

/// A calendar as the file writes it.
struct CalendarDraft: Hashable {
    var name: String
    var zoneName: String
    /// From Monday to Sunday.
    var weekly: [[HourSpan]] = Array(repeating: [], count: 7)
    var holidays: Set<CivilDate> = []
    /// Holidays of every year.
    var yearly: Set<MonthDay> = []
    /// Hours of a date that are closed, while the rest of the date is as usual.
    var partDays: [CivilDate: [HourSpan]] = [:]
    /// What replaces the weekly hours on a date; empty closes it.
    var dated: [CivilDate: [HourSpan]] = [:]

    struct MonthDay: Hashable {
        var month: Int
        var day: Int
    }
}

/// `09:00-17:00`: local wall times as seconds since midnight. An end beyond 24:00 lies on the next day.
struct HourSpan: Hashable {
    var start: Int
    var end: Int

    static let day = 86_400

    /// Reads `09:00-17:00`, `22:00-06:00`, `00:00-24:00`; nil for anything else and for a span without length.
    init?(text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Self.seconds(ends[0]), let end = Self.seconds(ends[1]) else { return nil }
        guard start < Self.day, start != end else { return nil }
        self.start = start
        // 22:00-06:00 belongs to the day on which it begins (S3).
        self.end = end > start ? end : end + Self.day
        guard end > 0 || start > 0 else { return nil }
    }

    private static func seconds(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 3_600 + minute * 60
    }
}
