internal import TimeBase

/// A checked calendar, made ready for laying out: what opens on which day.
struct DayRules: Sendable {
    let spec: CalendarSpec
    let zone: ZoneRules
    /// By `Weekday.rawValue`.
    private let weekly: [[LocalSpan]]
    /// By day number.
    private let holidays: Set<Int>
    private let datedHours: [Int: [LocalSpan]]
    private let closures: [Int: [LocalSpan]]
    private let closedTimes: Stretches

    init(spec: CalendarSpec, zone: ZoneRules) {
        self.spec = spec
        self.zone = zone
        weekly = Weekday.allCases.map { (spec.weekly[$0] ?? []).sorted() }
        holidays = Set(spec.holidays.map(\.dayNumber))
        datedHours = Dictionary(uniqueKeysWithValues: spec.datedHours.map { ($0.key.dayNumber, $0.value.sorted()) })
        closures = Dictionary(uniqueKeysWithValues: spec.closures.map { ($0.key.dayNumber, $0.value) })
        closedTimes = Stretches(
            merging: ContiguousArray(
                spec.closedTimes.map { Stretch(start: $0.lowerBound.milliseconds, end: $0.upperBound.milliseconds) }
            )
        )
    }

    /// The spans that begin on a day (S4); none on one that the zone skipped (S3).
    private func spans(on day: Int) -> [LocalSpan] {
        if zone.isSkipped(dayNumber: day) || !holidays.isEmpty && holidays.contains(day) { return [] }
        if !spec.yearlyHolidays.isEmpty, spec.yearlyHolidays.contains(MonthDay(CivilDate(dayNumber: day))) { return [] }
        if !datedHours.isEmpty, let dated = datedHours[day] { return dated }
        return weekly[Weekday(dayNumber: day).rawValue]
    }

    /// All open time in `range` (milliseconds), cut off at its ends.
    func stretches(in range: Range<Int64>) -> Stretches {
        let days = days(touching: range)
        var open: ContiguousArray<Stretch> = []
        open.reserveCapacity(days.count)
        var isAscending = true
        for day in days {
            for span in spans(on: day) {
                let stretch = self.stretch(span, on: day).clamped(to: range)
                guard stretch.start < stretch.end else { continue }
                // A zone change can bring the starts of a day out of order.
                if let last = open.last, stretch.start < last.start { isAscending = false }
                open.append(stretch)
            }
        }
        var merged: Stretches
        if isAscending {
            merged = Stretches(capacity: open.count)
            for stretch in open { merged.append(stretch) }
        } else {
            merged = Stretches(merging: open)
        }
        return merged.subtracting(closed(in: range))
    }

    /// When the last of the spans closes that begin on a day; nil if nothing is left of any (S8).
    func closing(ofDay day: Int) -> Int64? {
        let spans = spans(on: day)
        guard !spans.isEmpty else { return nil }
        let open = Stretches(merging: ContiguousArray(spans.map { stretch($0, on: day) }))
        guard let first = open.ordered.first, let last = open.ordered.last else { return nil }
        return open.subtracting(closed(in: first.start..<last.end)).ordered.last?.end
    }

    /// All that part-day holidays close in `range`.
    private func closed(in range: Range<Int64>) -> Stretches {
        var closed: ContiguousArray<Stretch> = []
        if !closures.isEmpty || !spec.yearlyClosures.isEmpty {
            for day in days(touching: range) where !zone.isSkipped(dayNumber: day) {
                for span in closures[day] ?? [] { closed.append(stretch(span, on: day)) }
                guard !spec.yearlyClosures.isEmpty else { continue }
                for span in spec.yearlyClosures[MonthDay(CivilDate(dayNumber: day))] ?? [] {
                    closed.append(stretch(span, on: day))
                }
            }
        }
        closed += closedTimes.ordered[closedTimes.firstIndex(endingAfter: range.lowerBound)...]
            .prefix { $0.start < range.upperBound }
        return Stretches(merging: closed)
    }

    /// The days of which some span can be open in `range`.
    ///
    /// A span ends at most two days after its date begins, and a zone change can move its end further, or bring dates back
    /// whose spans are over: by as much as two offsets are apart, which is less than three days.
    private func days(touching range: Range<Int64>) -> ClosedRange<Int> {
        dayNumber(range.lowerBound) - 5...dayNumber(range.upperBound) + 3
    }

    private func stretch(_ span: LocalSpan, on day: Int) -> Stretch {
        Stretch(
            start: zone.instant(dayNumber: day, secondsOfDay: span.start).milliseconds,
            end: zone.instant(dayNumber: day, secondsOfDay: span.end).milliseconds
        )
    }

    private func dayNumber(_ milliseconds: Int64) -> Int {
        zone.dayNumber(at: Instant(milliseconds: milliseconds))
    }

    /// So many days surely have no more than `count` stretches, whenever they are.
    func days(withStretches count: Int) -> Int64 {
        // A closure cuts a stretch in two, at the worst.
        let once =
            datedHours.values.reduce(0) { $0 + $1.count } + closures.values.reduce(0) { $0 + $1.count }
            + closedTimes.ordered.count
        let weekly = weekly.reduce(0) { $0 + $1.count } + spec.yearlyClosures.values.reduce(0) { $0 + $1.count }
        return Int64(max(0, count - once) / max(1, weekly) * 7)
    }
}
