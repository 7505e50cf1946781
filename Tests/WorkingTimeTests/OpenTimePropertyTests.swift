import Support
import Testing
import TimeBase

@testable import WorkingTime

/// Random calendars, mostly around changes of the zone, held against the oracle.
@Suite("Open time against a slow oracle")
struct OpenTimePropertyTests {
    private static let zones = [
        "Africa/Casablanca", "America/Nuuk", "America/New_York", "America/Sao_Paulo", "America/St_Johns",
        "Antarctica/Troll",
        "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Berlin",
        "Europe/Dublin",
        "Pacific/Apia", "Pacific/Chatham", "UTC",
    ]
    private static let days = 12

    /// A calendar, the weeks to try it in, and how much of them its table covers.
    private struct Trial {
        let seed: Int
        var random: Seeded
        let spec: CalendarSpec
        let oracle: MinuteOracle
        let calendar: WorkingCalendar
        let start: Int64
        let end: Int64

        init(seed: Int) throws {
            self.seed = seed
            var random = Seeded(seed)
            let name = OpenTimePropertyTests.zones[seed % OpenTimePropertyTests.zones.count]
            let rules = try zone(name)
            // From 1971 to 2150; oddities are found at changes, and in Apia at one of them.
            let center = Instant(milliseconds: Int64.random(in: 40_000_000_000...5_700_000_000_000, using: &random))
            let isSamoan = name == "Pacific/Apia" && seed % 3 == 0
            let change = isSamoan ? try at("2011-12-30T10:00:00Z") : rules.change(after: center) ?? center
            let first = Int(change.milliseconds / 60_000) - 6 * 1_440
            var spec = Self.spec(zone: name, firstDay: first / 1_440, &random)
            if seed % 2 == 0 { Self.crowd(&spec, around: change, of: rules, &random) }
            self.spec = spec
            oracle = MinuteOracle(spec: spec, zone: rules, firstMinute: first, days: OpenTimePropertyTests.days)
            start = Int64(first) * 60_000
            end = start + Int64(OpenTimePropertyTests.days) * 86_400_000
            // A table of all the weeks, of none of them, or one that ends in their midst.
            let tableRange =
                switch seed / 16 % 4 {
                case 0: start - 500 * 86_400_000..<end + 500 * 86_400_000
                case 1: Int64(0)..<86_400_000
                case 2: start - 86_400_000..<Int64.random(in: start..<end, using: &random)
                case let other:
                    Int64.random(in: start..<end, using: &random)..<end + Int64(other) * 200 * 86_400_000
                }
            calendar = try WorkingCalendar(spec: spec, zone: rules, tableRange: tableRange)
            self.random = random
        }

        private static func spec(zone: String, firstDay: Int, _ random: inout Seeded) -> CalendarSpec {
            func spans(to end: Int, _ random: inout Seeded) -> [LocalSpan] {
                // Ascending borders on the quarter hour make spans that do not overlap.
                let borders = Set(
                    (0..<Int.random(in: 1...6, using: &random))
                        .map { _ in
                            Int.random(in: 0...end / 900, using: &random) * 900
                        }
                )
                .sorted()
                return stride(from: 1, to: borders.count, by: 2)
                    .map { LocalSpan(borders[$0 - 1], borders[$0]) }
                    .filter { $0.start < 86_400 }
            }
            var spec = CalendarSpec(name: "trial", zone: zone)
            for weekday in Weekday.allCases where Int.random(in: 0..<5, using: &random) > 0 {
                spec.weekly[weekday] = spans(to: 86_400, &random)
            }
            // One night that goes on into the next day as far as that is free.
            let night = Weekday.allCases.randomElement(using: &random) ?? .friday
            spec.weekly[night] = [LocalSpan(79_200, 86_400 + Int.random(in: 0...24, using: &random) * 3_600)]
            spec.weekly[night.next] = []
            for _ in 0..<3 {
                func date() -> CivilDate {
                    CivilDate(dayNumber: firstDay + Int.random(in: 0..<OpenTimePropertyTests.days, using: &random))
                }
                if Bool.random(using: &random) { spec.holidays.insert(date()) }
                if Bool.random(using: &random) { spec.datedHours[date()] = spans(to: 172_800, &random) }
                if Bool.random(using: &random) { spec.closures[date()] = spans(to: 172_800, &random) }
            }
            let yearly = CivilDate(dayNumber: firstDay + Int.random(in: 0..<100, using: &random))
            if let day = MonthDay(month: yearly.month, day: yearly.day) { spec.yearlyHolidays = [day] }
            let part = CivilDate(dayNumber: firstDay + Int.random(in: 0..<100, using: &random))
            if let day = MonthDay(month: part.month, day: part.day) {
                spec.yearlyClosures = [day: spans(to: 172_800, &random)]
            }
            return spec
        }

        /// Puts many short spans where the clock on the wall jumps, so that some lie in the gap and some meet.
        private static func crowd(
            _ spec: inout CalendarSpec,
            around change: Instant,
            of rules: ZoneRules,
            _ random: inout Seeded
        ) {
            let before = change - Span(milliseconds: 1)
            let date = rules.date(at: before)
            let wall = Int(change.milliseconds / 1_000) + rules.offset(at: before) - date.dayNumber * 86_400
            let borders = (-8...8).map { wall / 900 * 900 + $0 * 900 }.filter { 0...86_400 ~= $0 }
            let chosen = borders.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
            spec.datedHours[date] = stride(from: 1, to: chosen.count, by: 2)
                .map { LocalSpan(chosen[$0 - 1], chosen[$0]) }
            spec.holidays.remove(date)
            spec.yearlyHolidays = []
        }

        mutating func instant() -> Int64 {
            let instant = Int64.random(in: start..<end, using: &random)
            // Half of them on the quarter hour, where things open and close.
            return Bool.random(using: &random) ? instant : max(start, instant / 900_000 * 900_000)
        }

        var name: String { "seed \(seed), \(spec)" }
    }

    @Test("open time, deadlines and latest starts are those of the oracle, and undo each other", arguments: 0..<200)
    func agrees(seed: Int) throws {
        var trial = try Trial(seed: seed)
        let (oracle, calendar) = (trial.oracle, trial.calendar)
        for _ in 0..<12 {
            let instants = [trial.instant(), trial.instant()].sorted()
            let (a, b) = (Instant(milliseconds: instants[0]), Instant(milliseconds: instants[1]))
            let open = calendar.open(from: a, to: b)
            #expect(open.milliseconds == oracle.open(instants[0], instants[1]), "\(trial.name): \(a) to \(b)")
            #expect(calendar.open(from: b, to: a) == -open, "\(trial.name)")
            #expect(calendar.isOpen(at: a) == (oracle.open(instants[0], instants[0] + 1) == 1), "\(trial.name): \(a)")

            let duration =
                Int64.random(in: 0...5, using: &trial.random) * 3_600_000 + instants[1] % 3 * instants[0] % 1_000
            let span = Span(milliseconds: duration)
            if let expected = oracle.deadline(instants[0], duration) {
                let deadline = calendar.deadline(from: a, after: span)
                #expect(deadline?.milliseconds == expected, "\(trial.name): \(span) after \(a)")
                if let deadline {
                    #expect(calendar.open(from: a, to: deadline) == span, "\(trial.name): \(span) after \(a)")
                    let longer = calendar.deadline(from: a, after: span + .minutes(1)) ?? .latest
                    #expect(deadline < longer, "\(trial.name): not monotonic after \(a)")
                }
            }
            if let expected = oracle.latestStart(instants[1], duration) {
                let start = calendar.latestStart(before: b, for: span)
                #expect(start?.milliseconds == expected, "\(trial.name): \(span) before \(b)")
                if let start {
                    #expect(calendar.open(from: start, to: b) == span, "\(trial.name): \(span) before \(b)")
                }
            }
        }
    }

    // Every zone with every kind of table.
    @Test("openings and closings are those of the oracle, minute by minute", arguments: 0..<64)
    func changes(seed: Int) throws {
        let trial = try Trial(seed: seed)
        var expected: [Int64] = []
        var isOpen = false
        for (index, open) in (trial.oracle.isOpen + [false]).enumerated() where open != isOpen {
            expected.append(Int64(trial.oracle.firstMinute + index) * 60_000)
            isOpen = open
        }
        let (start, end) = (Instant(milliseconds: trial.start), Instant(milliseconds: trial.end))
        let stretches = trial.calendar.stretches(from: start, to: end)
        #expect(stretches.flatMap { [$0.start.milliseconds, $0.end.milliseconds] } == expected, "\(trial.name)")

        // The same, asked one by one; the last closing may be cut off.
        for (index, change) in expected.enumerated().dropFirst().dropLast() {
            let before = Instant(milliseconds: expected[index - 1])
            let next =
                index % 2 == 0 ? trial.calendar.nextOpening(after: before) : trial.calendar.nextClosing(after: before)
            #expect(next?.milliseconds == change, "\(trial.name): after \(before)")
        }
    }
}
