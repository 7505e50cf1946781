import TimeBase
import WorkingTime

/// Open time the slow and obvious way: one truth value for every step, a second or a minute, of some days.
///
/// Knows the rules of S2 to S8 and nothing of tables; of the zone it asks only the offset at each step. Everything it is told
/// (spans, changes of the zone) must lie on whole steps; instants that are asked about need not.
struct SteppingOracle {
    /// Milliseconds of a step.
    private let step: Int64
    /// The step since 1970 of the first value.
    private let first: Int
    private(set) var isOpen: [Bool]
    /// When each local date closes, ascending by date; only dates on which something opens.
    private(set) var closings: [(day: Int, at: Int64)] = []
    private let walls: Walls

    /// Spans reach three days ahead of the date they belong to, at most, and a zone puts dates a day back.
    private static let daysBefore = 4
    private static let daysAfter = 2

    init(spec: CalendarSpec, zone: ZoneRules, start: Int64, days: Int, stepSeconds: Int) {
        step = Int64(stepSeconds) * 1_000
        let perDay = 86_400 / stepSeconds
        first = Int(start / step)
        let count = days * perDay
        isOpen = Array(repeating: false, count: count)
        let margin = (Self.daysBefore + 3) * perDay
        let walls = Walls(zone: zone, steps: first - margin..<first + count + margin, stepSeconds: stepSeconds)
        self.walls = walls

        let firstDay = Int(start / 86_400_000)
        let dates = (firstDay - Self.daysBefore..<firstDay + days + Self.daysAfter)
            .filter { day in walls.isShown(day * perDay..<(day + 1) * perDay) }
        func steps(_ spans: [LocalSpan], _ day: Int) -> [Range<Int>] {
            spans.compactMap { span in
                let start = walls.step(ofWall: day * perDay + span.start / stepSeconds)
                let end = walls.step(ofWall: day * perDay + span.end / stepSeconds)
                return start < end ? start..<end : nil
            }
        }
        // What is closed in part is closed, whoever had it open.
        var isClosed = Array(repeating: false, count: count + 2 * margin)
        func close(_ range: Range<Int>) {
            for step in range where isClosed.indices.contains(step - first + margin) {
                isClosed[step - first + margin] = true
            }
        }
        for day in dates {
            let date = CivilDate(dayNumber: day)
            steps(spec.closures[date] ?? [], day).forEach(close)
            for (yearly, spans) in spec.yearlyClosures where yearly.month == date.month && yearly.day == date.day {
                steps(spans, day).forEach(close)
            }
        }
        for times in spec.closedTimes {
            close(Int(times.lowerBound.milliseconds / step)..<Int(times.upperBound.milliseconds / step))
        }
        for day in dates {
            var closing: Int?
            for step in steps(Self.spans(of: spec, on: day), day).joined() where !isClosed[step - first + margin] {
                closing = max(closing ?? step, step)
                if isOpen.indices.contains(step - first) { isOpen[step - first] = true }
            }
            if let closing { closings.append((day, Int64(closing + 1) * step)) }
        }
    }

    private static func spans(of spec: CalendarSpec, on day: Int) -> [LocalSpan] {
        let date = CivilDate(dayNumber: day)
        if spec.holidays.contains(date) { return [] }
        if spec.yearlyHolidays.contains(where: { $0.month == date.month && $0.day == date.day }) { return [] }
        return spec.datedHours[date] ?? spec.weekly[date.weekday] ?? []
    }

    private func index(_ instant: Int64) -> Int { Int(instant / step) - first }

    /// Open milliseconds in `[a, b)`.
    func open(_ a: Int64, _ b: Int64) -> Int64 {
        var total: Int64 = 0
        for step in a / self.step...b / self.step where isOpen.indices.contains(Int(step) - first) {
            guard isOpen[Int(step) - first] else { continue }
            total += max(0, min(b, (step + 1) * self.step) - max(a, step * self.step))
        }
        return total
    }

    /// The earliest instant with `duration` of open time since `start`; nil where these days have not enough.
    func deadline(_ start: Int64, _ duration: Int64) -> Int64? {
        var left = duration
        var at = start
        while left > 0 {
            guard isOpen.indices.contains(index(at)) else { return nil }
            let next = (at / step + 1) * step
            if isOpen[index(at)] {
                if left <= next - at { return at + left }
                left -= next - at
            }
            at = next
        }
        return at
    }

    /// The latest instant with `duration` of open time until `end`; nil where these days have not enough.
    func latestStart(_ end: Int64, _ duration: Int64) -> Int64? {
        var left = duration
        var at = end
        while left > 0 {
            guard isOpen.indices.contains(index(at - 1)) else { return nil }
            let begin = (at - 1) / step * step
            if isOpen[index(at - 1)] {
                if left <= at - begin { return at - left }
                left -= at - begin
            }
            at = begin
        }
        return at
    }

    /// When it opens (true) or closes (false), within the days.
    var changes: [(at: Int64, opens: Bool)] {
        isOpen.indices.dropFirst()
            .compactMap { isOpen[$0] == isOpen[$0 - 1] ? nil : (Int64(first + $0) * step, isOpen[$0]) }
    }

    /// The local date at an instant, as days since 1970.
    func day(_ instant: Int64) -> Int { walls.day(ofStep: Int(instant / step)) }
}

/// What the clock on the wall shows, step by step.
///
/// A wall time that comes twice is the step at which it comes first. One that never comes was jumped over: the hands went
/// from just before the gap to its end at once, and it counts as that much later as the gap is long.
private struct Walls {
    /// The wall step of `firstShown[0]`.
    private let base: Int
    /// When each wall step is shown for the first time; -1 for one that never is.
    private var firstShown: [Int]
    /// Of each step.
    private var shown: [Int] = []
    private let steps: Range<Int>
    private let stepSeconds: Int
    /// The first wall step that is jumped over, the first one that is not.
    private var gaps: [Range<Int>] = []

    init(zone: ZoneRules, steps: Range<Int>, stepSeconds: Int) {
        self.steps = steps
        self.stepSeconds = stepSeconds
        // Offsets are shorter than two days.
        let reach = 2 * 86_400 / stepSeconds
        base = steps.lowerBound - reach
        firstShown = Array(repeating: -1, count: steps.count + 2 * reach)
        shown.reserveCapacity(steps.count)
        for step in steps {
            let wall =
                step + zone.offset(at: Instant(milliseconds: Int64(step * stepSeconds) * 1_000)) / stepSeconds
            if let last = shown.last, wall > last + 1 { gaps.append(last + 1..<wall) }
            if firstShown[wall - base] < 0 { firstShown[wall - base] = step }
            shown.append(wall)
        }
    }

    func isShown(_ walls: Range<Int>) -> Bool { walls.contains { firstShown[$0 - base] >= 0 } }

    func step(ofWall wall: Int) -> Int {
        if firstShown[wall - base] >= 0 { return firstShown[wall - base] }
        guard let gap = gaps.first(where: { $0.contains(wall) }), firstShown[wall + gap.count - base] >= 0 else {
            preconditionFailure("wall step \(wall) is not within the days of the oracle")
        }
        return firstShown[wall + gap.count - base]
    }

    func day(ofStep step: Int) -> Int {
        let wall = shown[step - steps.lowerBound] * stepSeconds
        return (wall - (wall % 86_400 + 86_400) % 86_400) / 86_400
    }
}
