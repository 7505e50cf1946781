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
    /// Ascending by day number.
    private let closures: [(dayNumber: Int, spans: [LocalSpan])]

    init(spec: CalendarSpec, zone: ZoneRules) {
        self.spec = spec
        self.zone = zone
        weekly = Weekday.allCases.map { (spec.weekly[$0] ?? []).sorted() }
        holidays = Set(spec.holidays.map(\.dayNumber))
        datedHours = Dictionary(uniqueKeysWithValues: spec.datedHours.map { ($0.key.dayNumber, $0.value.sorted()) })
        closures = spec.closures.map { ($0.key.dayNumber, $0.value) }.sorted { $0.dayNumber < $1.dayNumber }
    }

    /// The spans that begin on a day (S4); none on one that the zone skipped (S3).
    private func spans(on dayNumber: Int) -> [LocalSpan] {
        if zone.isSkipped(dayNumber: dayNumber) || !holidays.isEmpty && holidays.contains(dayNumber) { return [] }
        if !spec.yearlyHolidays.isEmpty,
            spec.yearlyHolidays.contains(MonthDay(CivilDate(dayNumber: dayNumber)))
        {
            return []
        }
        if !datedHours.isEmpty, let dated = datedHours[dayNumber] { return dated }
        return weekly[Weekday(dayNumber: dayNumber).rawValue]
    }

    /// All open time in `range` (milliseconds), cut off at its ends.
    func stretches(in range: Range<Int64>) -> Stretches {
        // A span ends at most two days after its date begins, and a zone change can move a day further.
        let days = dayNumber(range.lowerBound) - 4...dayNumber(range.upperBound) + 1
        var open: ContiguousArray<Stretch> = []
        open.reserveCapacity(days.count)
        var isAscending = true
        for day in days {
            for span in spans(on: day) {
                let stretch = self.stretch(span, on: day, in: range)
                // A zone change can bring the starts of a day out of order.
                if let last = open.last, stretch.start < last.start { isAscending = false }
                if stretch.start < stretch.end { open.append(stretch) }
            }
        }
        var merged: Stretches
        if isAscending {
            merged = Stretches(capacity: open.count)
            for stretch in open { merged.append(stretch) }
        } else {
            merged = Stretches(merging: open)
        }
        return merged.subtracting(closedStretches(on: days, in: range))
    }

    private func closedStretches(on days: ClosedRange<Int>, in range: Range<Int64>) -> Stretches {
        var closed: ContiguousArray<Stretch> = []
        for (day, spans) in closures where days.contains(day) && !zone.isSkipped(dayNumber: day) {
            for span in spans { closed.append(stretch(span, on: day, in: range)) }
        }
        guard !spec.yearlyClosures.isEmpty else { return Stretches(merging: closed) }
        for day in days where !zone.isSkipped(dayNumber: day) {
            for span in spec.yearlyClosures[MonthDay(CivilDate(dayNumber: day))] ?? [] {
                closed.append(stretch(span, on: day, in: range))
            }
        }
        return Stretches(merging: closed)
    }

    private func stretch(_ span: LocalSpan, on day: Int, in range: Range<Int64>) -> Stretch {
        let start = zone.instant(dayNumber: day, secondsOfDay: span.start).milliseconds
        let end = zone.instant(dayNumber: day, secondsOfDay: span.end).milliseconds
        return Stretch(start: max(start, range.lowerBound), end: min(end, range.upperBound))
    }

    private func dayNumber(_ milliseconds: Int64) -> Int {
        zone.dayNumber(at: Instant(milliseconds: milliseconds))
    }
}
