import TimeBase
import WorkingTime

/// Open time the slow and obvious way: one truth value for every minute of some weeks.
///
/// Knows the rules of S3 and S4 and nothing of tables; of the zone it asks only the offset at each minute.
struct MinuteOracle {
    /// Minutes since 1970 of the first value.
    let firstMinute: Int
    private(set) var isOpen: [Bool]

    init(spec: CalendarSpec, zone: ZoneRules, firstMinute: Int, days: Int) {
        self.firstMinute = firstMinute
        let count = days * 1_440
        isOpen = Array(repeating: false, count: count)
        // A span that reaches in can begin days before, and all the dates around must have their walls.
        let margin = 6 * 1_440
        let walls = WallMinutes(zone: zone, minutes: firstMinute - margin..<firstMinute + count + margin)

        let firstDay = Int(Int64(firstMinute).flooredDivided(by: 1_440)) - 4
        for day in firstDay..<firstDay + days + 8 where walls.exists(day: day) {
            for span in Self.spans(of: spec, on: day) { set(true, span, day, walls) }
        }
        for day in firstDay..<firstDay + days + 8 where walls.exists(day: day) {
            let date = CivilDate(dayNumber: day)
            let yearly = MonthDay(month: date.month, day: date.day).flatMap { spec.yearlyClosures[$0] } ?? []
            for span in (spec.closures[date] ?? []) + yearly { set(false, span, day, walls) }
        }
    }

    private static func spans(of spec: CalendarSpec, on day: Int) -> [LocalSpan] {
        let date = CivilDate(dayNumber: day)
        if spec.holidays.contains(date) { return [] }
        if spec.yearlyHolidays.contains(where: { $0.month == date.month && $0.day == date.day }) { return [] }
        return spec.datedHours[date] ?? spec.weekly[date.weekday] ?? []
    }

    private mutating func set(_ open: Bool, _ span: LocalSpan, _ day: Int, _ walls: WallMinutes) {
        let start = walls.minute(ofWall: day * 1_440 + span.start / 60)
        let end = walls.minute(ofWall: day * 1_440 + span.end / 60)
        for minute in stride(from: start, to: end, by: 1) where isOpen.indices.contains(minute - firstMinute) {
            isOpen[minute - firstMinute] = open
        }
    }

    /// Open milliseconds in `[a, b)`.
    func open(_ a: Int64, _ b: Int64) -> Int64 {
        var total: Int64 = 0
        for minute in a / 60_000...b / 60_000 where isOpen[Int(minute) - firstMinute] {
            total += max(0, min(b, (minute + 1) * 60_000) - max(a, minute * 60_000))
        }
        return total
    }

    /// The earliest instant with `duration` of open time since `start`; nil where these weeks have not enough.
    func deadline(_ start: Int64, _ duration: Int64) -> Int64? {
        var left = duration
        var at = start
        while left > 0 {
            guard isOpen.indices.contains(Int(at / 60_000) - firstMinute) else { return nil }
            let next = (at / 60_000 + 1) * 60_000
            if isOpen[Int(at / 60_000) - firstMinute] {
                if left <= next - at { return at + left }
                left -= next - at
            }
            at = next
        }
        return at
    }

    /// The latest instant with `duration` of open time until `end`; nil where these weeks have not enough.
    func latestStart(_ end: Int64, _ duration: Int64) -> Int64? {
        var left = duration
        var at = end
        while left > 0 {
            let minute = (at - 1) / 60_000
            guard isOpen.indices.contains(Int(minute) - firstMinute) else { return nil }
            if isOpen[Int(minute) - firstMinute] {
                if left <= at - minute * 60_000 { return at - left }
                left -= at - minute * 60_000
            }
            at = minute * 60_000
        }
        return at
    }
}

/// What the clock on the wall shows, minute by minute.
private struct WallMinutes {
    /// The wall minute of `first[0]`.
    private let base: Int
    /// When each wall minute is shown for the first time; nil for one that never is.
    private var first: [Int?]
    /// Forward jumps: the first wall minute that is not shown, the first that is shown again.
    private var gaps: [(from: Int, to: Int)] = []

    init(zone: ZoneRules, minutes: Range<Int>) {
        // Offsets are shorter than two days.
        base = minutes.lowerBound - 2_880
        first = Array(repeating: nil, count: minutes.count + 5_760)
        var expected: Int?
        for minute in minutes {
            let wall = minute + zone.offset(at: Instant(milliseconds: Int64(minute) * 60_000)) / 60
            if let expected, wall > expected { gaps.append((expected, wall)) }
            if first[wall - base] == nil { first[wall - base] = minute }
            expected = wall + 1
        }
    }

    func exists(day: Int) -> Bool {
        (day * 1_440..<(day + 1) * 1_440).contains { first[$0 - base] != nil }
    }

    func minute(ofWall wall: Int) -> Int {
        if let minute = first[wall - base] { return minute }
        guard let gap = gaps.first(where: { $0.from <= wall && wall < $0.to }),
            let minute = first[wall + gap.to - gap.from - base]
        else { preconditionFailure("wall minute \(wall) is not within the weeks of the oracle") }
        return minute
    }
}
