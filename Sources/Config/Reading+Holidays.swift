import TimeBase
import WorkingTime

/// Holidays and the hours of single dates.
extension Reading {
    /// Full holidays, of one year or of every year, and hours that are closed on a date; gives back the feeds among them.
    func holidays(_ value: YAMLValue, _ path: String, into spec: inout CalendarSpec) -> [PlacedFeed] {
        var feeds: [PlacedFeed] = []
        for (index, item) in (list(value, path, of: "dates") ?? []).enumerated() {
            let path = "\(path)[\(index + 1)]"
            switch item.content {
            case .scalar, .list:
                guard let day = holiday(item, path) else { continue }
                close(day, item.place, path, &spec)
            case .map(let entries) where entries.contains { $0.key == "ics" }:
                if let feed = feed(item, path) { feeds.append(feed) }
            case .map:
                guard
                    let section = Section(
                        item,
                        path: path,
                        at: item.place,
                        keys: ["date", "until", "name", "closed", "ics"],
                        self
                    )
                else { continue }
                if let name = section["name"] { _ = text(name, section.path(of: "name")) }
                guard let date = section.required("date", "date: \"2026-12-25\"") else { continue }
                guard let day = holiday(date.value, section.path(of: "date")) else { continue }
                holiday(day, section, &spec)
            }
        }
        return feeds
    }

    private enum Holiday {
        case once(CivilDate)
        case everyYear(MonthDay)
    }

    private func holiday(_ day: Holiday, _ section: Section, _ spec: inout CalendarSpec) {
        switch (day, section["until"], section["closed"]) {
        case (_, nil, nil):
            close(day, section.place, section.path, &spec)
        case (.once(let first), let until?, nil):
            guard let last = date(until, section.path(of: "until")) else { return }
            guard first <= last else {
                error(.reversed, until.place, "\(section.path) ends on \(last), before it begins on \(first)")
                return
            }
            guard last.dayNumber - first.dayNumber <= 366 else {
                error(.outOfRange, until.place, "\(section.path) is longer than 366 days")
                return
            }
            for number in first.dayNumber...last.dayNumber { spec.holidays.insert(CivilDate(dayNumber: number)) }
        case (.once(let date), nil, let closed?):
            spec.closures[date, default: []] += closures(closed, section.path(of: "closed"))
        case (.everyYear(let day), nil, let closed?):
            spec.yearlyClosures[day, default: []] += closures(closed, section.path(of: "closed"))
        case (.everyYear, let until?, _):
            error(.badDate, until.place, "\(section.path(of: "until")) needs a date with a year")
        case (.once, _?, let closed?):
            error(.wrongType, closed.place, "\(section.path) has until and closed", hint: "write one entry for each")
        }
    }

    /// Spans of one date that are closed.
    private func closures(_ value: YAMLValue, _ path: String) -> [LocalSpan] {
        spans(value, path)
            .compactMap { closure in
                guard closure.span.end <= 86_400 else {
                    error(
                        .reversed,
                        closure.place,
                        "\(path) ends before it begins",
                        hint: "a closure lies within its date; write a second one for the next date"
                    )
                    return nil
                }
                return closure.span
            }
    }

    private func close(_ day: Holiday, _ place: Place, _ path: String, _ spec: inout CalendarSpec) {
        let isNew =
            switch day {
            case .once(let date): spec.holidays.insert(date).inserted
            case .everyYear(let day): spec.yearlyHolidays.insert(day).inserted
            }
        if !isNew { error(.dateTwice, place, "\(path) is in the list already") }
    }

    /// Reads `2026-12-25` and, for every year, `12-25`.
    private func holiday(_ value: YAMLValue, _ path: String) -> Holiday? {
        guard let text = text(value, path, expected: "a date such as \"2026-12-25\"") else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        // In a leap year 02-29 exists; it is a holiday in the years that have it.
        if parts.count == 2, let date = civil(["2000"] + parts),
            let day = MonthDay(month: date.month, day: date.day)
        {
            return .everyYear(day)
        }
        return date(value, path).map(Holiday.once)
    }

    private func date(_ value: YAMLValue, _ path: String) -> CivilDate? {
        guard let text = text(value, path, expected: "a date such as \"2026-12-25\"") else { return nil }
        return date(text, at: value.place, path)
    }

    private func date(_ text: String, at place: Place, _ path: String) -> CivilDate? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if let date = civil(parts) { return date }
        let hasShape = parts.map(\.count) == [4, 2, 2] && parts.allSatisfy { Int($0) != nil }
        error(
            .badDate,
            place,
            hasShape
                ? "\(path): the date \(text) does not exist"
                : "\(path) is \"\(shown(text))\", expected a date such as 2026-12-25"
        )
        return nil
    }

    private func civil(_ parts: [Substring]) -> CivilDate? {
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// The hours that replace the weekly ones.
    func dates(
        _ value: YAMLValue,
        _ path: String,
        _ spec: CalendarSpec,
        _ places: inout [CivilDate: Place]
    ) -> [CivilDate: [LocalSpan]] {
        var dated: [CivilDate: [LocalSpan]] = [:]
        for entry in named(value, path, each: "date") {
            guard let date = date(entry.key, at: entry.keyPlace, path) else { continue }
            let spans = spans(entry.value, "\(path).\(entry.key)")
            refuseOverlaps(spans, "\(path).\(entry.key)", wrapsAfter: nil)
            if spec.holidays.contains(date), !spans.isEmpty {
                error(
                    .dateTwice,
                    entry.keyPlace,
                    "\(path).\(date) has hours, but the date is a holiday and stays closed",
                    hint: "remove one of the two"
                )
            }
            dated[date] = spans.map(\.span)
            places[date] = entry.keyPlace
        }
        return dated
    }
}
