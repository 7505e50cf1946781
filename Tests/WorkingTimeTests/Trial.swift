import Glibc
import Support
import Testing
import TimeBase

@testable import WorkingTime

/// A random calendar in some zone, mostly around a change of the zone, and the oracle that knows some days of it.
struct Trial {
    /// Those with something odd about them first: half hours, dates left out, negative summer time, midnight changes.
    static let zones = [
        "Africa/Casablanca", "America/Sao_Paulo", "Asia/Gaza", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Berlin",
        "Europe/Dublin", "Pacific/Apia", "Pacific/Kwajalein", "Africa/Cairo", "America/Caracas", "America/Havana",
        "America/New_York", "America/Nuuk", "America/Santiago", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut",
        "Asia/Kathmandu", "Asia/Kolkata", "Asia/Pyongyang", "Europe/London", "Pacific/Chatham", "Pacific/Kiritimati",
        "UTC",
    ]

    /// So many times the seeds of a normal run, all different, where SLAWATCH_SOAK says so.
    static let soak: Int = {
        guard let text = unsafe getenv("SLAWATCH_SOAK") else { return 1 }
        return max(1, unsafe Int(String(cString: text)) ?? 1)
    }()

    let seed: Int
    var random: Seeded
    let spec: CalendarSpec
    let zone: ZoneRules
    let oracle: SteppingOracle
    let calendar: WorkingCalendar
    let start: Int64
    let end: Int64

    /// In steps of a second, some days less.
    init(seed: Int, zone rules: ZoneRules? = nil, bySeconds: Bool = false) throws {
        self.seed = seed
        var random = Seeded(seed)
        zone = try rules ?? WorkingTimeTests.zone(Self.zones[seed % Self.zones.count])
        let change = try Self.change(in: zone, seed: seed, &random)
        let days = bySeconds ? 3 : 12
        start = change.milliseconds / 60_000 * 60_000 - Int64(days) * 43_200_000
        end = start + Int64(days) * 86_400_000
        // Where offsets have seconds, minutes do not do.
        var offsets = [zone.offset(at: Instant(milliseconds: start) - .hours(192))]
        var next = zone.change(after: Instant(milliseconds: start) - .hours(192))
        while let changed = next, changed.milliseconds < end + 8 * 86_400_000 {
            offsets += [zone.offset(at: changed), Int(changed.milliseconds / 1_000)]
            next = zone.change(after: changed)
        }
        let stepSeconds = bySeconds || offsets.contains { $0 % 60 != 0 } ? 1 : 60
        var writer = SpecWriter(zone: zone, start: start, days: days, unit: stepSeconds, random: random)
        spec = writer.write(around: change)
        random = writer.random
        oracle = SteppingOracle(spec: spec, zone: zone, start: start, days: days, stepSeconds: stepSeconds)
        // Tables of any size, of a few weeks at most, and none at all.
        let stretchesMax = [OpenHours.stretchesMax, OpenHours.stretchesMax, 60, 0][seed / Self.zones.count % 4]
        calendar = try WorkingCalendar(spec: spec, zone: zone, stretchesMax: stretchesMax)
        self.random = random
    }

    /// From 1901 to 2398; of a zone that rarely changes, also where it does not.
    private static func change(in zone: ZoneRules, seed: Int, _ random: inout Seeded) throws -> Instant {
        switch (zone.name, seed % 3) {
        case ("Pacific/Apia", 0): return try at("2011-12-30T10:00:00Z")
        case ("Pacific/Kwajalein", 0): return try at("1993-08-21T12:00:00Z")
        case ("Pacific/Kwajalein", 1): return try at("1969-10-01T00:00:00Z")
        default: break
        }
        let past = try at("1901-01-01T00:00:00Z").milliseconds...at("2037-01-01T00:00:00Z").milliseconds
        let future = past.upperBound...(try at("2398-01-01T00:00:00Z").milliseconds)
        let center = Instant(milliseconds: Int64.random(in: seed % 4 == 0 ? future : past, using: &random))
        return zone.change(after: center) ?? Instant(milliseconds: center.milliseconds / 60_000 * 60_000)
    }

    mutating func instant() -> Instant {
        let instant = Int64.random(in: start..<end, using: &random)
        // Half of them on the quarter hour, where things open and close.
        return Instant(milliseconds: Bool.random(using: &random) ? instant : max(start, instant / 900_000 * 900_000))
    }

    var name: String { "seed \(seed), \(spec)" }
}

/// Writes random hours.
private struct SpecWriter {
    let zone: ZoneRules
    let start: Int64
    let days: Int
    /// Seconds: everything begins and ends on a multiple.
    let unit: Int
    var random: Seeded

    mutating func write(around change: Instant) -> CalendarSpec {
        var spec = CalendarSpec(name: "trial", zone: zone.name)
        spec.weekly = week()
        for _ in 0..<3 {
            if Bool.random(using: &random) { spec.holidays.insert(date()) }
            if Bool.random(using: &random) { spec.datedHours[date()] = spans(to: 172_800) }
            if Bool.random(using: &random) { spec.closures[date()] = spans(to: 172_800) }
        }
        if Bool.random(using: &random), let day = yearly() { spec.yearlyHolidays = [day] }
        if Bool.random(using: &random), let day = yearly() { spec.yearlyClosures = [day: spans(to: 172_800)] }
        if Bool.random(using: &random) {
            let from = Int64.random(in: start..<start + Int64(days) * 86_400_000, using: &random) / 60_000 * 60_000
            let length = Int64.random(in: 1...3_000, using: &random) * 60_000
            spec.closedTimes = [Instant(milliseconds: from)..<Instant(milliseconds: from + length)]
        }
        if Bool.random(using: &random) { crowd(&spec, around: change) }
        return spec
    }

    /// Spans that follow one another around the week, some of them past midnight and past its end.
    private mutating func week() -> [Weekday: [LocalSpan]] {
        var borders = borders(to: 7 * 86_400, count: 2 * Int.random(in: 1...12, using: &random))
        if borders.count % 2 == 1 { borders.removeLast() }
        // From closing to opening, or from opening to closing.
        if Bool.random(using: &random), let first = borders.first {
            borders = Array(borders.dropFirst()) + [first + 7 * 86_400]
        }
        var week: [Weekday: [LocalSpan]] = [:]
        for index in stride(from: 1, to: borders.count, by: 2) {
            let day = borders[index - 1] / 86_400
            let start = borders[index - 1] % 86_400
            let end = min(start + borders[index] - borders[index - 1], LocalSpan.endMax)
            // 1970-01-05 was a Monday.
            week[Weekday(dayNumber: day + 4), default: []].append(LocalSpan(start, end))
        }
        return week
    }

    /// Spans of one date, possibly none.
    private mutating func spans(to end: Int) -> [LocalSpan] {
        let borders = borders(to: end, count: Int.random(in: 0...6, using: &random))
        return stride(from: 1, to: borders.count, by: 2)
            .map { LocalSpan(borders[$0 - 1], borders[$0]) }
            .filter { $0.start < 86_400 }
    }

    /// Different ones, ascending, most of them on the quarter hour.
    private mutating func borders(to end: Int, count: Int) -> [Int] {
        let grain = Int.random(in: 0..<4, using: &random) == 0 ? unit : 900
        return Set((0..<count).map { _ in Int.random(in: 0...end / grain, using: &random) * grain }).sorted()
    }

    private mutating func date() -> CivilDate {
        CivilDate(dayNumber: Int(start / 86_400_000) + Int.random(in: -1...days, using: &random))
    }

    private mutating func yearly() -> MonthDay? {
        let date = date()
        return MonthDay(month: date.month, day: date.day)
    }

    /// Puts many short spans where the clock on the wall jumps, so that some lie in the gap and some meet.
    private mutating func crowd(_ spec: inout CalendarSpec, around change: Instant) {
        let before = change - Span(milliseconds: 1)
        let date = zone.date(at: before)
        let wall = Int(change.milliseconds / 1_000) + zone.offset(at: before) - date.dayNumber * 86_400
        let borders = (-8...8).map { wall / 900 * 900 + $0 * 900 }.filter { 0...86_400 ~= $0 }
        let chosen = borders.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        spec.datedHours[date] = stride(from: 1, to: chosen.count, by: 2).map { LocalSpan(chosen[$0 - 1], chosen[$0]) }
        spec.holidays.remove(date)
        spec.yearlyHolidays = []
    }
}
