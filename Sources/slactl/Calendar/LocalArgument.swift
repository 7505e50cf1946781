import Config
import TimeBase
import WorkingTime

/// What people write on the command line for times and lengths, as the calendar in question understands it.
struct LocalArgument {
    let calendar: LoadedCalendar

    /// Reads RFC 3339, `now`, and a wall time of the calendar's zone: `2026-11-20 15:00`, also with seconds, or a date
    /// alone for its midnight.
    ///
    /// A wall time that does not exist or comes twice is read as calendars read it (S3).
    func instant(_ text: String, now: Instant) throws(Failure) -> Instant {
        if text == "now" { return now }
        if let instant = try? Instant(rfc3339: text) { return instant }
        guard let (date, seconds) = Self.wallTime(text) else {
            if let missing = Self.dateThatDoesNotExist(in: text) {
                throw Failure(
                    code: .usage,
                    message: "cannot use time \"\(Printable.brief(text))\": the date \(missing) does not exist"
                )
            }
            throw Failure(
                code: .usage,
                message: "cannot use time \"\(Printable.brief(text))\": write 2026-11-20T15:00:00+01:00, now, "
                    + "or \"2026-11-20 15:00\" as clocks in \(calendar.zone.name) show it"
            )
        }
        let instant = calendar.zone.instant(date: date, secondsOfDay: seconds)
        guard instant >= .earliest, instant <= .latest else {
            throw Failure(
                code: .usage,
                message: "cannot use time \"\(Printable.brief(text))\": it is outside "
                    + "\(Instant.earliest.shortRFC3339) to \(Instant.latest.rfc3339)"
            )
        }
        return instant
    }

    /// Reads a length as policies write it, `6h` or `1h30m`, also negative; days only where every hour counts (S8).
    func duration(_ text: String) throws(Failure) -> Span {
        let isNegative = text.hasPrefix("-")
        let size = isNegative ? text.dropFirst() : Substring(text)
        if let span = Span(text: size) { return isNegative ? -span : span }
        let isInDays = size.last == "d" && !size.dropLast().isEmpty && size.dropLast().allSatisfy(\.isASCIIDigit)
        guard isInDays else {
            throw Failure(
                code: .usage,
                message: "cannot use duration \"\(Printable.brief(text))\": write 90s, 30m, 6h or 1h30m"
            )
        }
        guard calendar.spec.name == WorkingCalendar.always.name else {
            throw Failure(
                code: .usage,
                message: "cannot use duration \"\(Printable.brief(text))\": a day has no fixed length in open time, "
                    + "write hours"
            )
        }
        guard let days = Int64(size.dropLast()), days <= 36_600 else {
            throw Failure(
                code: .usage,
                message: "cannot use duration \"\(Printable.brief(text))\": it is longer than 100 years"
            )
        }
        return .hours(isNegative ? -24 * days : 24 * days)
    }

    /// What a time begins with, where it has the form of a date: `2026-02-29`.
    static func dateThatDoesNotExist(in text: String) -> Substring? {
        let date = text.prefix(10)
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            CivilDate(text: date) == nil
        else { return nil }
        return date
    }

    private static func wallTime(_ text: String) -> (CivilDate, Int)? {
        guard let date = CivilDate(text: text.prefix(10)) else { return nil }
        let rest = text.dropFirst(10)
        guard let separator = rest.first else { return (date, 0) }
        guard "Tt ".contains(separator) else { return nil }
        let parts = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCIIDigit) }) else {
            return nil
        }
        let numbers = parts.compactMap { Int($0) }
        let second = numbers.count == 3 ? numbers[2] : 0
        guard numbers[0] < 24, numbers[1] < 60, second < 60 else { return nil }
        return (date, numbers[0] * 3_600 + numbers[1] * 60 + second)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
