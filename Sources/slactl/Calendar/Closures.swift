import Config
import TimeBase
import WorkingTime

/// The part-day holidays of a calendar, as far as they take hours away.
struct Closures {
    private let calendar: LoadedCalendar
    /// The same calendar without them: what would be open.
    let hours: WorkingCalendar
    /// By the date on which they begin.
    private let closedTimes: [CivilDate: [Range<Instant>]]

    /// A part-day holiday, or the part of it that takes hours away.
    struct Closure: Equatable {
        let start: Instant
        let end: Instant
        /// As it was written down, or as the clocks show it: `14:00-24:00`.
        let text: String
        let name: String?
    }

    init(of calendar: LoadedCalendar) {
        self.calendar = calendar
        closedTimes = Dictionary(grouping: calendar.spec.closedTimes) { calendar.zone.date(at: $0.lowerBound) }
        let spec = calendar.spec.withoutClosures
        guard spec != calendar.spec else {
            hours = calendar.calendar
            return
        }
        do {
            hours = try WorkingCalendar(spec: spec, zone: calendar.zone)
        } catch {
            preconditionFailure("without its closures, a calendar that was taken is refused: \(error)")
        }
    }

    /// Those of a date that take hours away, ascending.
    func on(_ date: CivilDate) -> [Closure] {
        all(of: [date]).filter { hours.open(from: $0.start, to: $0.end) > .zero }
    }

    /// What they take away between two instants, ascending: each from the first to the last instant that would be open.
    func taken(from start: Instant, to end: Instant) -> [Closure] {
        let zone = calendar.zone
        // A closure may reach into the next date.
        let dates = (zone.dayNumber(at: start) - 1...zone.dayNumber(at: end) + 1).lazy.map(CivilDate.init(dayNumber:))
        return all(of: dates)
            .compactMap { closure in
                let (from, to) = (max(start, closure.start), min(end, closure.end))
                guard from < to else { return nil }
                let taken = hours.stretches(from: from, to: to)
                guard let first = taken.first, let last = taken.last else { return nil }
                return Closure(start: first.start, end: last.end, text: closure.text, name: closure.name)
            }
            .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    private func all(of dates: some Sequence<CivilDate>) -> [Closure] {
        let (spec, zone) = (calendar.spec, calendar.zone)
        let clock = LocalClock(zone: zone)
        return dates.flatMap { date in
            let spans = zone.isSkipped(date) ? [] : spec.closures(on: date)
            let times = closedTimes[date] ?? []
            return spans.map { span, name in
                Closure(
                    start: zone.instant(date: date, secondsOfDay: span.start),
                    end: zone.instant(date: date, secondsOfDay: span.end),
                    text: span.description,
                    name: name
                )
            }
                + times.map { times in
                    Closure(
                        start: times.lowerBound,
                        end: times.upperBound,
                        text: clock.hours(from: times.lowerBound, to: times.upperBound),
                        name: spec.closedTimeNames[times]
                    )
                }
        }
    }
}
