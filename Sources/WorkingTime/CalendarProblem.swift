internal import TimeBase

/// Why a calendar cannot be used.
package enum CalendarProblem: Error, Equatable, Sendable {
    /// The name of the built-in calendar.
    case nameIsTaken(String)
    /// The rules handed in are those of another zone.
    case otherZone(calendar: String, wanted: String, given: String)
    /// Empty, reversed, or beyond the next date.
    case badSpan(calendar: String, day: String, LocalSpan)
    /// Two spans of the weekly or the dated hours share time (S3).
    case overlap(calendar: String, day: String, LocalSpan, otherDay: String, LocalSpan)
}

extension CalendarProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nameIsTaken(let name):
            "cannot use calendar \"\(name)\": the name belongs to a built-in calendar, choose another"
        case .otherZone(let calendar, let wanted, let given):
            "cannot use calendar \"\(calendar)\": its zone is \(wanted), the rules given are those of \(given)"
        case .badSpan(let calendar, let day, let span):
            "cannot use calendar \"\(calendar)\": the hours \(span) of \(day) are empty or end after the next day"
        case .overlap(let calendar, let day, let span, let otherDay, let other):
            "cannot use calendar \"\(calendar)\": \(span) of \(day) overlaps \(other) of \(otherDay), merge the two"
        }
    }
}

extension CalendarSpec {
    /// Throws the first thing that is wrong, in a fixed order.
    func check(zone rules: ZoneRules) throws(CalendarProblem) {
        guard name != WorkingCalendar.always.name else { throw .nameIsTaken(name) }
        guard zone == rules.name else { throw .otherZone(calendar: name, wanted: zone, given: rules.name) }
        for weekday in Weekday.allCases { try check(weekly[weekday] ?? [], day: weekday.word) }
        try checkWeek()
        for (date, spans) in datedHours.sorted(by: { $0.key < $1.key }) {
            try check(spans, day: date.description)
            try checkOverlaps(spans.sorted().map { Placed(day: date.description, span: $0, start: $0.start) })
        }
        // Closures may overlap: closed twice is closed.
        for (date, spans) in closures.sorted(by: { $0.key < $1.key }) { try check(spans, day: date.description) }
        for (day, spans) in yearlyClosures.sorted(by: { $0.key < $1.key }) { try check(spans, day: day.description) }
    }

    private struct Placed {
        let day: String
        let span: LocalSpan
        let start: Int
        var end: Int { start + span.end - span.start }
    }

    private func check(_ spans: [LocalSpan], day: String) throws(CalendarProblem) {
        for span in spans {
            guard (0..<86_400).contains(span.start), span.end > span.start, span.end <= LocalSpan.endMax else {
                throw .badSpan(calendar: name, day: day, span)
            }
        }
    }

    /// The week twice over, so that Sunday night meets Monday morning.
    private func checkWeek() throws(CalendarProblem) {
        let days = Weekday.allCases
        var placed: [Placed] = []
        for index in 0..<days.count * 2 {
            let weekday = days[index % days.count]
            for span in (weekly[weekday] ?? []).sorted() {
                placed.append(Placed(day: weekday.word, span: span, start: index * 86_400 + span.start))
            }
        }
        try checkOverlaps(placed)
    }

    /// Takes spans in ascending order of their starts.
    private func checkOverlaps(_ spans: [Placed]) throws(CalendarProblem) {
        for (left, right) in zip(spans, spans.dropFirst()) where right.start < left.end {
            throw .overlap(calendar: name, day: left.day, left.span, otherDay: right.day, right.span)
        }
    }
}
