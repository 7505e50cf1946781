import ICal
import TimeBase
import WorkingTime

/// Why a file of holidays could not be read at all: `no such file or directory`.
package struct FeedUnreadable: Error, Sendable {
    package let cause: String

    package init(_ cause: String) { self.cause = cause }
}

/// `{ ics: holidays/de-be.ics, except: [...] }` with the places that complaints about it refer to.
struct PlacedFeed {
    /// As it is written.
    let file: String
    /// Of the value of `ics`.
    let place: Place
    /// `calendars.office.holidays[3]`.
    let path: String
    /// Nil if all events may count.
    let only: [PlacedPick]?
    let except: [PlacedPick]
    /// The hours that its events give to their dates; nil if they are holidays.
    let opens: [LocalSpan]?
    /// An event that cannot be read refuses the file.
    let isStrict: Bool

    struct PlacedPick {
        let pick: EventPick
        /// `only` or `except`.
        let key: String
        let place: Place
    }

    var choice: EventChoice { EventChoice(only: only?.map(\.pick), except: except.map(\.pick)) }
}

/// The files of holidays that one policy names, each read once.
struct FeedShelf {
    private let read: ConfigFile.Feeds
    private(set) var contents: [String: [UInt8]] = [:]
    private var feeds: [String: Result<HolidayFeed, Failure>] = [:]

    struct Failure: Error {
        let text: String
    }

    init(_ read: @escaping ConfigFile.Feeds) { self.read = read }

    mutating func feed(_ file: String) -> Result<HolidayFeed, Failure> {
        if let known = feeds[file] { return known }
        let feed: Result<HolidayFeed, Failure>
        do {
            let bytes = try read(file)
            contents[file] = bytes
            feed = .success(try HolidayFeed(bytes: bytes, file: shown(file)))
        } catch let error as FeedUnreadable {
            feed = .failure(Failure(text: "cannot read \(shown(file)): \(error.cause)"))
        } catch {
            feed = .failure(Failure(text: "\(error)"))
        }
        feeds[file] = feed
        return feed
    }
}

extension Reading {
    /// Reads an entry of `holidays` that names a file.
    func feed(_ value: YAMLValue, _ path: String) -> PlacedFeed? {
        let keys = ["ics", "only", "except", "opens", "strict"]
        guard let section = Section(value, path: path, at: value.place, keys: keys, self),
            let entry = section.entry("ics"),
            let file = text(entry.value, section.path(of: "ics"), expected: "a file such as holidays/de-be.ics")
        else { return nil }
        guard !file.contains("://") else {
            error(
                .badPath,
                entry.value.place,
                "\(section.path(of: "ics")) is \"\(shown(file))\", but addresses are not fetched",
                hint: "download the file and write its path"
            )
            return nil
        }
        let opens = section["opens"].map { openings($0, section.path(of: "opens")) }
        return PlacedFeed(
            file: file,
            place: entry.value.place,
            path: path,
            only: section["only"].map { picks($0, section, "only") },
            except: section["except"].map { picks($0, section, "except") } ?? [],
            opens: opens,
            isStrict: section["strict"].map { flag($0, section.path(of: "strict")) ?? false } ?? false
        )
    }

    private func picks(_ value: YAMLValue, _ section: Section, _ key: String) -> [PlacedFeed.PlacedPick] {
        let path = section.path(of: key)
        return (list(value, path, of: "summaries") ?? [])
            .compactMap { item in
                guard let text = text(item, path, expected: "the summary of an event") else { return nil }
                do throws(EventPick.Unusable) {
                    return PlacedFeed.PlacedPick(pick: try EventPick(text), key: key, place: item.place)
                } catch {
                    self.error(.badPattern, item.place, "\(path): \(shown(text)) \(error.cause)")
                    return nil
                }
            }
    }

    /// The hours of working days; an empty list would close them.
    private func openings(_ value: YAMLValue, _ path: String) -> [LocalSpan] {
        if case .list(let list) = value.content, list.isEmpty {
            mismatch(value, path, expected: "hours such as \"09:00-17:00\"", hint: "leave opens out for holidays")
        }
        let spans = spans(value, path)
        refuseOverlaps(spans, path)
        return spans.map(\.span)
    }

    /// What a file closes in a calendar of this zone; nil after a complaint.
    func holidays(
        of placed: PlacedFeed,
        in zone: ZoneRules,
        _ surroundings: Surroundings,
        _ feeds: inout FeedShelf
    ) -> FeedHolidays? {
        switch feeds.feed(placed.file) {
        case .failure(let failure):
            error(.badFeed, placed.place, "\(placed.path): \(failure.text)")
            return nil
        case .success(let feed):
            refuseUnknown(placed, feed, surroundings.occasion)
            do throws(FeedProblem) {
                let holidays = try feed.holidays(in: zone, choice: placed.choice, zones: surroundings.zones)
                for warning in holidays.warnings {
                    if placed.isStrict {
                        error(.badFeed, placed.place, "\(placed.path): \(warning)", hint: "strict refuses the file")
                    } else {
                        warn(.eventLeftOut, placed.place, "\(placed.path): \(warning)")
                    }
                }
                guard !placed.isStrict || holidays.warnings.isEmpty else { return nil }
                warnIfOver(placed, holidays, in: zone, from: zone.date(at: surroundings.now))
                return holidays
            } catch {
                self.error(.badFeed, placed.place, "\(placed.path): \(error)")
                return nil
            }
        }
    }

    /// A slip in a summary would leave a date closed that should be open, or the other way round.
    ///
    /// At start nobody is there to correct it, and next year's file may lack what last year's had.
    private func refuseUnknown(_ placed: PlacedFeed, _ feed: HolidayFeed, _ occasion: ConfigFile.Occasion) {
        let summaries = feed.summaries
        for placedPick in (placed.only ?? []) + placed.except where !feed.hasEvent(placedPick.pick) {
            let text = placedPick.pick.text
            let place = placedPick.place
            let message =
                "\(placed.path).\(placedPick.key): no event of \(shown(placed.file)) is called \"\(shown(text))\""
            let hint = suggestion(for: text, among: summaries.lazy.map(shown))
            switch occasion {
            case .change: error(.unknownSummary, place, message, hint: hint)
            case .start: warn(.unknownSummary, place, message, hint: hint)
            }
        }
    }

    /// Files of holidays are downloaded once and forgotten.
    private func warnIfOver(
        _ placed: PlacedFeed,
        _ holidays: FeedHolidays,
        in zone: ZoneRules,
        from today: CivilDate
    ) {
        let year = today...CivilDate(dayNumber: today.dayNumber + 366)
        let dates =
            Array(holidays.dates.keys) + Array(holidays.closures.keys)
            + holidays.closedTimes.keys.map { zone.date(at: $0.lowerBound) }
        guard !dates.contains(where: year.contains) else { return }
        let last = dates.filter { $0 < today }.max()
        let verb = placed.opens == nil ? "closes" : "opens"
        let isChosen = placed.only != nil || !placed.except.isEmpty
        let those = isChosen ? "what only and except leave of \(shown(placed.file))" : shown(placed.file)
        warn(
            .feedIsOver,
            placed.place,
            "\(placed.path): \(those) \(verb) no date of the next 366 days"
                + (last.map { ", its last one is \($0)" } ?? ""),
            hint: isChosen ? "choose other events, or fetch a newer file" : "fetch a newer file"
        )
    }

    /// Hours of single dates that a feed closes, or takes a part of (S4).
    func warnOfLostHours(_ placed: PlacedCalendar, _ holidays: FeedHolidays, _ feed: PlacedFeed, in zone: ZoneRules) {
        for (date, spans) in placed.spec.datedHours where !spans.isEmpty {
            guard let place = placed.datedPlaces[date] else { continue }
            let lost: (closes: String, summary: String)
            if let summary = holidays.dates[date] {
                lost = ("the date", summary)
            } else if let part = holidays.part(of: spans, on: date, in: zone) {
                lost = (part.span, part.summary)
            } else {
                continue
            }
            let summary = shown(lost.summary)
            warn(
                .dateTwice,
                place,
                "calendars.\(placed.spec.name).dates.\(date) has hours, but \(shown(feed.file)) closes \(lost.closes) as "
                    + "\"\(summary)\"",
                hint: "write \"\(summary)\" under except, or remove the hours"
            )
        }
    }
}

extension FeedHolidays {
    /// The first part of the hours of a date that an event closes: `14:00-18:00`, and the summary; nil if none does.
    fileprivate func part(
        of hours: [LocalSpan],
        on date: CivilDate,
        in zone: ZoneRules
    ) -> (span: String, summary: String)? {
        // Hours may run into the next date.
        for day in [date, CivilDate(dayNumber: date.dayNumber + 1)] {
            let shift = (day.dayNumber - date.dayNumber) * 86_400
            for (span, summary) in (closures[day] ?? [:]).sorted(by: { $0.key < $1.key })
            where hours.contains(where: { $0.start < span.end + shift && span.start + shift < $0.end }) {
                return (shift == 0 ? span.description : "\(span) of \(day)", summary)
            }
        }
        func instant(_ seconds: Int) -> Instant { zone.instant(date: date, secondsOfDay: seconds) }
        for (times, summary) in closedTimes.sorted(by: { $0.key.lowerBound < $1.key.lowerBound })
        where hours.contains(where: { instant($0.start) < times.upperBound && times.lowerBound < instant($0.end) }) {
            return ("a part of the date", summary)
        }
        return nil
    }
}
