import Config
import TimeBase
import WorkingTime

/// A week as bars: a row a day, half an hour a character.
extension CalendarWeek {
    private static let cells = 48
    private static let cellSeconds: Int64 = 1_800

    func text(_ paint: Paint) -> String {
        let clock = LocalClock(zone: calendar.zone)
        let first = days.first?.local.date.description ?? ""
        let title = "\(calendar.spec.name), \(calendar.zone.name), week of \(first)"
        let indent = String(repeating: " ", count: 16)
        var text = paint(.bold, Printable.text(title)) + "\n"
        text += indent + paint(.faint, "0     3     6     9     12    15    18    21    24") + "\n"
        for day in days {
            let notes = notes(day, clock)
            text += "\(day.local.date.withWeekday)  \(bar(day, paint))  " + notes.line(paint) + "\n"
            for line in notes.below { text += indent + paint(.yellow, line) + "\n" }
        }
        return text + "open for \(openTime)\n"
    }

    // MARK: Bars

    private enum Cell: Equatable {
        case open
        case partlyOpen
        case closed
        /// No clock shows this time of the day.
        case skipped

        var character: Character {
            switch self {
            case .open: "█"
            case .partlyOpen: "▒"
            case .closed: "·"
            case .skipped: " "
            }
        }

        var style: Paint.Style {
            switch self {
            case .open, .partlyOpen: .green
            case .closed: .faint
            case .skipped: .plain
            }
        }
    }

    private func bar(_ day: Day, _ paint: Paint) -> String {
        let cells = (0..<Self.cells).map { cell(Int64($0) * Self.cellSeconds, day) }
        var text = ""
        var run: [Cell] = []
        for cell in cells {
            if let last = run.last, last.style != cell.style {
                text += paint(last.style, String(run.map(\.character)))
                run = []
            }
            run.append(cell)
        }
        return text + paint(run.last?.style ?? .plain, String(run.map(\.character)))
    }

    /// The half hour that begins so many seconds after 00:00 on the clock; it may pass twice, in part or not at all.
    private func cell(_ wall: Int64, _ day: Day) -> Cell {
        var total: Int64 = 0
        var open: Int64 = 0
        for part in day.local.parts {
            let midnight = Int64(day.local.date.dayNumber) * 86_400 - Int64(part.offset)
            let start = max(part.start.milliseconds, (midnight + wall) * 1_000)
            let end = min(part.end.milliseconds, (midnight + wall + Self.cellSeconds) * 1_000)
            guard start < end else { continue }
            total += end - start
            for stretch in day.open {
                open += max(0, min(end, stretch.end.milliseconds) - max(start, stretch.start.milliseconds))
            }
        }
        guard total > 0 else { return .skipped }
        return open == total ? .open : open > 0 ? .partlyOpen : .closed
    }

    // MARK: Notes

    private struct Notes {
        let hours: String
        let reason: String
        let below: [String]

        func line(_ paint: Paint) -> String {
            guard !reason.isEmpty else { return hours }
            return (hours.isEmpty ? "" : hours + "  ") + paint(.yellow, reason)
        }
    }

    private func notes(_ day: Day, _ clock: LocalClock) -> Notes {
        let hours = Self.joined(day.open).map { clock.hours($0) }.joined(separator: ", ")
        var reasons = day.reason.map { [$0.text] } ?? []
        reasons += day.closures.map { closure in "closed \(closure.text)" + (closure.name.map { ": \($0)" } ?? "") }
        let changes = day.changes.map { change in
            let (before, after) = (clock.wall(change.at, change.from), clock.wall(change.at, change.to))
            let isSameDate = before.date == after.date
            return "\(change.at.shortRFC3339): clocks go from \(isSameDate ? before.time : before.dated) "
                + "to \(isSameDate ? after.time : after.dated), "
                + "\(LocalClock.offset(change.from)) to \(LocalClock.offset(change.to)); "
                + "the day has \(day.local.length)"
        }
        return Notes(
            hours: hours.isEmpty && reasons.isEmpty ? "closed" : hours,
            reason: Printable.text(reasons.joined(separator: ", ")),
            below: changes
        )
    }

    /// A zone change cuts a day into parts, and no opening with it.
    private static func joined(_ stretches: [OpenStretch]) -> [OpenStretch] {
        var joined: [OpenStretch] = []
        for stretch in stretches {
            if let last = joined.last, last.end == stretch.start {
                joined[joined.count - 1] = OpenStretch(start: last.start, end: stretch.end)
            } else {
                joined.append(stretch)
            }
        }
        return joined
    }
}

extension LocalClock {
    /// `08:00-12:30`, within one date; the change of the clocks stands below, so offsets only if a time comes twice.
    fileprivate func hours(_ stretch: OpenStretch) -> String {
        if comesTwice(stretch.start) || comesTwice(stretch.end) { return hours(from: stretch.start, to: stretch.end) }
        let isToMidnight = zone.date(at: stretch.end) != zone.date(at: stretch.start)
        return "\(time(stretch.start))-\(isToMidnight ? "24:00" : time(stretch.end))"
    }

    fileprivate struct Wall {
        let date: CivilDate
        let time: String
        /// `Fri 2011-12-30 00:00`.
        var dated: String { "\(date.withWeekday) \(time)" }
    }

    /// What a clock shows that is so many seconds ahead of UTC.
    fileprivate func wall(_ instant: Instant, _ offset: Int) -> Wall {
        let seconds = instant.milliseconds.flooredDivided(by: 1_000) + Int64(offset)
        let day = seconds.flooredDivided(by: 86_400)
        return Wall(date: CivilDate(dayNumber: Int(day)), time: Self.time(Int(seconds - day * 86_400)))
    }
}
