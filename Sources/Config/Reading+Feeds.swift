import ICal
import TimeBase
import WorkingTime

/// Why a file of holidays could not be read at all: `no such file or directory`.
package struct FeedUnreadable: Error, Sendable {
    package let cause: String

    package init(_ cause: String) { self.cause = cause }
}

/// `{ ics: holidays/de-be.ics, except: [...] }` with the places that complaints about it point at.
struct PlacedFeed {
    /// As it is written.
    let file: String
    /// Of the value of `ics`.
    let place: Place
    /// `calendars.office.holidays[3]`.
    let path: String
    let except: [(summary: String, place: Place)]
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
        guard let section = Section(value, path: path, at: value.place, keys: ["ics", "except"], self),
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
        var except: [(summary: String, place: Place)] = []
        if let value = section["except"] {
            for item in list(value, section.path(of: "except"), of: "summaries") ?? [] {
                guard let summary = text(item, section.path(of: "except"), expected: "the summary of an event") else {
                    continue
                }
                except.append((HolidayFeed.trimmed(summary), item.place))
            }
        }
        return PlacedFeed(file: file, place: entry.value.place, path: path, except: except)
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
            do {
                let except = Set(placed.except.map(\.summary))
                let holidays = try feed.holidays(in: zone, except: except, zones: surroundings.zones)
                warnIfOver(placed, holidays, in: zone, from: zone.date(at: surroundings.now))
                return holidays
            } catch {
                self.error(.badFeed, placed.place, "\(placed.path): \(error)")
                return nil
            }
        }
    }

    /// A slip in a summary would leave a date closed that should be open.
    ///
    /// At start nobody is there to correct it, and next year's file may well lack what last year's had.
    private func refuseUnknown(_ placed: PlacedFeed, _ feed: HolidayFeed, _ occasion: ConfigFile.Occasion) {
        guard !placed.except.isEmpty else { return }
        let summaries = feed.summaries
        let known = Set(summaries)
        for (summary, place) in placed.except where !known.contains(summary) {
            let message = "\(placed.path).except: no event of \(shown(placed.file)) is called \"\(shown(summary))\""
            let hint = suggestion(for: summary, among: summaries.lazy.map(shown))
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
        warn(
            .feedIsOver,
            placed.place,
            "\(placed.path): \(shown(placed.file)) closes no date of the next 366 days"
                + (last.map { ", its last one is \($0)" } ?? ""),
            hint: "fetch a newer file"
        )
    }

    /// Hours of single dates that a feed closes nevertheless (S4).
    func warnOfLostHours(_ placed: PlacedCalendar, _ holidays: FeedHolidays, _ feed: PlacedFeed) {
        for (date, spans) in placed.spec.datedHours where !spans.isEmpty {
            guard let summary = holidays.dates[date], let place = placed.datedPlaces[date] else { continue }
            warn(
                .dateTwice,
                place,
                "calendars.\(placed.spec.name).dates.\(date) has hours, but \(shown(feed.file)) closes the date as "
                    + "\"\(shown(summary))\"",
                hint: "write \"\(shown(summary))\" under except, or remove the hours"
            )
        }
    }
}
