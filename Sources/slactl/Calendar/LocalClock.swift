import FoundationEssentials
import TimeBase

/// What the clocks on the walls of a zone show.
struct LocalClock {
    let zone: ZoneRules

    /// Seconds after 00:00 on a clock that shows no date.
    func secondsOfDay(at instant: Instant) -> Int {
        let seconds = instant.milliseconds.flooredDivided(by: 1_000) + Int64(zone.offset(at: instant))
        return Int(seconds - seconds.flooredDivided(by: 86_400) * 86_400)
    }

    /// `15:00`, with seconds and milliseconds only if there are some.
    func time(_ instant: Instant) -> String {
        let rest = instant.milliseconds - instant.milliseconds.flooredDivided(by: 1_000) * 1_000
        let fraction = rest == 0 ? "" : "." + String(String(rest + 1_000).dropFirst())
        return Self.time(secondsOfDay(at: instant), always: rest != 0) + fraction
    }

    /// `Fri 2026-11-20`.
    func date(_ instant: Instant) -> String { zone.date(at: instant).withWeekday }

    /// `Fri 2026-11-20 15:00 +01:00`.
    func full(_ instant: Instant) -> String { "\(date(instant)) \(time(instant)) \(offset(instant))" }

    /// `Fri 2026-11-20 15:00-17:00`, `Fri 2026-11-20 22:00 to Sat 2026-11-21 06:00`; with offsets as `hours(from:to:)`.
    func span(from start: Instant, to end: Instant) -> String { "\(date(start)) \(hours(from: start, to: end))" }

    /// `15:00-17:00`, `22:00 to Sat 2026-11-21 06:00`.
    ///
    /// Where the clocks change in between with both offsets, `01:40 +11:00 to 02:10 +10:30`, and with the one where a time
    /// comes twice, `02:00-02:30 +01:00`.
    func hours(from start: Instant, to end: Instant) -> String {
        // What ends at midnight ends at 24:00 of its own date.
        let last = end - Span(milliseconds: 1)
        let lastDate = zone.date(at: last)
        let isMidnight = secondsOfDay(at: end) == 0 && zone.date(at: end) != lastDate
        let endTime = isMidnight ? "24:00" : time(end)
        let (startOffset, endOffset) = (offset(start), offset(isMidnight ? last : end))
        let endDate = zone.date(at: start) == lastDate ? "" : "\(lastDate.withWeekday) "
        if startOffset != endOffset { return "\(time(start)) \(startOffset) to \(endDate)\(endTime) \(endOffset)" }
        let written = endDate.isEmpty ? "\(time(start))-\(endTime)" : "\(time(start)) to \(endDate)\(endTime)"
        return comesTwice(start) || comesTwice(isMidnight ? last : end) ? "\(written) \(startOffset)" : written
    }

    /// Whether the clocks show the time of an instant once more, before or after it.
    func comesTwice(_ instant: Instant) -> Bool {
        let first = zone.instant(date: zone.date(at: instant), secondsOfDay: secondsOfDay(at: instant))
        if first + .seconds(1) <= instant { return true }
        guard let change = zone.change(after: instant) else { return false }
        let back = zone.offset(at: instant) - zone.offset(at: change)
        return back > 0 && instant + .seconds(Int64(back)) >= change
    }

    /// `+01:00`: how far the clocks are ahead of UTC.
    func offset(_ instant: Instant) -> String { Self.offset(zone.offset(at: instant)) }

    static func offset(_ seconds: Int) -> String {
        let size = Int(seconds.magnitude)
        return (seconds < 0 ? "-" : "+") + time(size, always: size % 60 != 0)
    }

    /// `08:00`, and `08:00:30` where there are seconds or they are always wanted.
    static func time(_ seconds: Int, always: Bool = false) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = "\(two(seconds / 3_600)):\(two(seconds / 60 % 60))"
        return seconds % 60 == 0 && !always ? minutes : "\(minutes):\(two(seconds % 60))"
    }
}

extension CivilDate {
    /// `Fri 2026-11-20`.
    var withWeekday: String { "\(weekday.shortWord) \(self)" }

    /// The date so many days later, or earlier.
    func advanced(byDays days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }
}

extension Weekday {
    /// `Fri`.
    var shortWord: String { String(word.prefix(3)).capitalized }
}
