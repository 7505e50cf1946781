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
                let name = section["name"].flatMap { text($0, section.path(of: "name")) }
                guard let date = section.required("date", "date: \"2026-12-25\"") else { continue }
                guard let day = holiday(date.value, section.path(of: "date")) else { continue }
                holiday(day, section, name, &spec)
            }
        }
        return feeds
    }

    private enum Holiday {
        case once(CivilDate)
        case everyYear(MonthDay)
    }

    private func holiday(_ day: Holiday, _ section: Section, _ name: String?, _ spec: inout CalendarSpec) {
        switch (day, section["until"], section["closed"]) {
        case (_, nil, nil):
            close(day, section.place, section.path, &spec)
            guard let name else { return }
            switch day {
            case .once(let date): spec.names[date] = name
            case .everyYear(let day): spec.yearlyNames[day] = name
            }
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
            for number in first.dayNumber...last.dayNumber {
                spec.holidays.insert(CivilDate(dayNumber: number))
                if let name { spec.names[CivilDate(dayNumber: number)] = name }
            }
        case (.once(let date), nil, let closed?):
            for span in closures(closed, section.path(of: "closed")) {
                spec.closures[date, default: []].append(span)
                if let name { spec.closureNames[date, default: [:]][span] = name }
            }
        case (.everyYear(let day), nil, let closed?):
            for span in closures(closed, section.path(of: "closed")) {
                spec.yearlyClosures[day, default: []].append(span)
                if let name { spec.yearlyClosureNames[day, default: [:]][span] = name }
            }
        case (.everyYear, let until?, _):
            error(.badDate, until.place, "\(section.path(of: "until")) needs a date with a year")
        case (.once, _?, let closed?):
            error(.wrongType, closed.place, "\(section.path) has until and closed", hint: "write one entry for each")
        }
    }

    /// Spans of one date that are closed.
    private func closures(_ value: YAMLValue, _ path: String) -> [LocalSpan] {
        if case .list(let list) = value.content, list.isEmpty {
            mismatch(
                value,
                path,
                expected: "hours such as \"14:00-24:00\"",
                hint: "leave closed out to close the whole date"
            )
        }
        return spans(value, path)
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

    /// Closed twice is closed: worth a look, and no reason to refuse the file.
    private func close(_ day: Holiday, _ place: Place, _ path: String, _ spec: inout CalendarSpec) {
        let isNew =
            switch day {
            case .once(let date): spec.holidays.insert(date).inserted
            case .everyYear(let day): spec.yearlyHolidays.insert(day).inserted
            }
        if !isNew { warn(.dateTwice, place, "\(path) is in the list already") }
    }

    /// Reads `2026-12-25` and, for every year, `12-25`.
    private func holiday(_ value: YAMLValue, _ path: String) -> Holiday? {
        guard let text = text(value, path, expected: "a date such as \"2026-12-25\"") else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [2, 2], parts.allSatisfy({ Int($0) != nil }) else {
            return date(text, at: value.place, path, orForm: "12-25 for every year").map(Holiday.once)
        }
        // In a leap year 02-29 exists; it is a holiday in the years that have it.
        guard let date = civil(["2000"] + parts) else {
            error(
                .badDate,
                value.place,
                "\(path): the date \(text) does not exist in any year",
                hint: "write the month and the day, such as 12-25"
            )
            return nil
        }
        return .everyYear(MonthDay(date))
    }

    private func date(_ value: YAMLValue, _ path: String) -> CivilDate? {
        guard let text = text(value, path, expected: "a date such as \"2026-12-25\"") else { return nil }
        return date(text, at: value.place, path)
    }

    private func date(_ text: String, at place: Place, _ path: String, orForm other: String? = nil) -> CivilDate? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if let date = civil(parts) { return date }
        let hasShape = parts.map(\.count) == [4, 2, 2] && parts.allSatisfy { Int($0) != nil }
        error(
            .badDate,
            place,
            hasShape
                ? "\(path): the date \(text) does not exist"
                : "\(path) is \"\(shown(text))\", expected a date such as 2026-12-25"
                    + (other.map { ", or \($0)" } ?? "")
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
            refuseOverlaps(spans, "\(path).\(entry.key)")
            if !spans.isEmpty, spec.isHoliday(date) {
                warn(
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
