import TimeBase
import WorkingTime

/// A calendar with the places that complaints about it point at.
struct PlacedCalendar {
    let spec: CalendarSpec
    /// What complaints call it: `calendars.office`.
    let path: String
    /// Files of holidays, in the order of the file.
    let feeds: [PlacedFeed]
    /// Where dates are given hours of their own.
    let datedPlaces: [CivilDate: Place]
    /// Whether its hours were read without a mistake; if not, nothing can be said about when it is open.
    let areHoursKnown: Bool
    let place: Place
    let zonePlace: Place
}

extension Reading {
    /// The calendars of the file; one with a mistake is left out.
    func calendars(_ value: YAMLValue, _ path: String) -> [PlacedCalendar] {
        named(value, path, each: "calendar")
            .compactMap { entry in
                guard isName(entry, "calendar", reserved: [WorkingCalendar.always.name]) else { return nil }
                return calendar(entry, "\(path).\(entry.key)")
            }
    }

    /// What stands below the name of a calendar.
    func calendar(_ entry: YAMLValue.Entry, _ path: String) -> PlacedCalendar? {
        let keys = ["time_zone", "hours", "holidays", "dates"]
        guard let section = Section(entry.value, path: path, at: entry.keyPlace, keys: keys, self) else { return nil }
        let zone = section.required("time_zone", "time_zone: Europe/Berlin")
        let zoneName = zone.flatMap {
            text($0.value, section.path(of: $0.key), expected: "a time zone such as Europe/Berlin")
        }
        var spec = CalendarSpec(name: entry.key, zone: zoneName ?? "")
        let errorsBefore = errorCount
        if let hours = section.required("hours", "hours: { mon-fri: [\"09:00-17:00\"] }") {
            spec.weekly = weekly(hours.value, section.path(of: hours.key))
        }
        var feeds: [PlacedFeed] = []
        if let value = section["holidays"] {
            feeds = holidays(value, section.path(of: "holidays"), into: &spec)
        }
        var datedPlaces: [CivilDate: Place] = [:]
        if let value = section["dates"] {
            spec.datedHours = dates(value, section.path(of: "dates"), spec, &datedPlaces)
        }
        guard let zone, zoneName != nil else { return nil }
        return PlacedCalendar(
            spec: spec,
            path: path,
            feeds: feeds,
            datedPlaces: datedPlaces,
            areHoursKnown: errorCount == errorsBefore,
            place: entry.keyPlace,
            zonePlace: zone.value.place
        )
    }
}

extension Reading {
    /// Hours with the place and the text they were read from.
    struct PlacedSpan {
        let span: LocalSpan
        let place: Place
        let text: String
        /// Seconds from the start of the week, or of the date, to `span.start`.
        var start: Int
        var end: Int { start + span.end - span.start }
    }

    private func weekly(_ value: YAMLValue, _ path: String) -> [Weekday: [LocalSpan]] {
        var weekly: [Weekday: [LocalSpan]] = [:]
        var placed: [PlacedSpan] = []
        var givenBy: [Weekday: String] = [:]
        for entry in named(value, path, each: "day or range of days") {
            guard let days = days(entry) else { continue }
            let spans = spans(entry.value, "\(path).\(entry.key)")
            for day in days {
                if let other = givenBy[day] {
                    error(
                        .dateTwice,
                        entry.keyPlace,
                        other == entry.key
                            ? "\(path): \(entry.key) names \(day.shortWord) twice"
                            : "\(path): \(day.shortWord) is given by \(other) and by \(entry.key)"
                    )
                    continue
                }
                givenBy[day] = entry.key
                weekly[day] = spans.map(\.span)
                for var span in spans {
                    span.start += day.offset
                    placed.append(span)
                }
            }
        }
        refuseOverlaps(placed, path, areOfWeek: true)
        return weekly
    }

    /// Reads `mon`, `monday`, `mon-fri`, `sat-mon` and `mon, wed`.
    private func days(_ entry: YAMLValue.Entry) -> [Weekday]? {
        var days: [Weekday] = []
        for part in entry.key.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { end in Weekday(word: end.split(separator: " ").joined(separator: " ")) }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else {
                error(
                    .unknownWord,
                    entry.keyPlace,
                    "\"\(shown(entry.key))\" is no day",
                    hint: "write mon, tue, wed, thu, fri, sat or sun, or a range such as mon-fri"
                )
                return nil
            }
            var day = first
            days.append(day)
            while day != last {
                day = day.next
                days.append(day)
            }
        }
        return days
    }

    /// One span or a list of them; an empty list says closed.
    func spans(_ value: YAMLValue, _ path: String) -> [PlacedSpan] {
        let values: [YAMLValue]
        switch value.content {
        case .list(let list): values = list
        case .scalar, .map: values = [value]
        }
        return values.compactMap { value in
            guard let text = text(value, path, expected: "hours such as \"09:00-17:00\"") else { return nil }
            guard let span = LocalSpan(text: text) else {
                error(
                    .badHours,
                    value.place,
                    "\(path) is \"\(shown(text))\", expected hours such as \"09:00-17:00\"",
                    hint: "a whole day is \"00:00-24:00\""
                )
                return nil
            }
            return PlacedSpan(span: span, place: value.place, text: text, start: span.start)
        }
    }

    /// Of two spans that overlap, complains of the one further down in the file.
    ///
    /// Those of a week are named with their days.
    func refuseOverlaps(_ spans: [PlacedSpan], _ path: String, areOfWeek: Bool = false) {
        var sorted = spans.sorted { ($0.start, $0.end, $0.place) < ($1.start, $1.end, $1.place) }
        if areOfWeek, var first = sorted.first {
            // What runs over the end of Sunday meets Monday morning.
            first.start += Weekday.allCases.count * 86_400
            sorted.append(first)
        }
        func named(_ span: PlacedSpan) -> String {
            areOfWeek
                ? "\(Weekday.allCases[span.start / 86_400 % Weekday.allCases.count].shortWord) \(span.text)" : span.text
        }
        // Hours of mon-fri overlap five times, and once is enough.
        var refused: Set<[Place]> = []
        for (left, right) in zip(sorted, sorted.dropFirst()) where right.start < left.end {
            let (first, second) = left.place <= right.place ? (left, right) : (right, left)
            guard refused.insert([first.place, second.place]).inserted else { continue }
            // A calendar that a program wrote is one long line.
            let line = passesOverUnknownKeys ? "" : " on line \(first.place.line)"
            let message =
                first.place == second.place
                ? "\(path): \(named(left)) overlaps itself on the next day"
                : "\(path): \(named(second)) overlaps \(named(first))\(line)"
            error(.hoursOverlap, second.place, message)
        }
    }
}

extension Weekday {
    /// The first three letters, as the file writes it.
    fileprivate var shortWord: String { String(word.prefix(3)) }

    /// Seconds from the start of the week to the start of the day.
    fileprivate var offset: Int { (Weekday.allCases.firstIndex(of: self) ?? 0) * 86_400 }
}
