import Config
import TimeBase
import WorkingTime

/// What people write on the command line for times and lengths, as the calendar in question understands it.
struct LocalArgument {
    let calendar: LoadedCalendar

    /// Reads what `TimeReading` reads, wall times in the calendar's zone.
    func instant(_ text: String, now: Instant) throws(Failure) -> Instant {
        do throws(TimeReading.Problem) {
            return try TimeReading(zone: calendar.zone, now: now).instant(text)
        } catch {
            throw Failure(
                code: .usage,
                message: "cannot use time \"\(Printable.brief(text))\": \(advice(on: error))"
            )
        }
    }

    private func advice(on problem: TimeReading.Problem) -> String {
        switch problem {
        case .noSuchDate(let date): "the date \(date) does not exist"
        case .notATime:
            "write 2026-11-20T15:00:00+01:00, now, \"tomorrow 9:00\", "
                + "or \"2026-11-20 15:00\" as clocks in \(calendar.zone.name) show it"
        case .outOfRange: "it is outside \(Instant.earliest.shortRFC3339) to \(Instant.latest.rfc3339)"
        }
    }

    /// Reads a length as policies write it, `6h` or `1h30m`, also negative; days only if every hour counts (S8).
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
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
