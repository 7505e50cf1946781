import Engine
import ICal
import TimeBase
import WorkingTime

/// What the file is read in, beside its bytes.
struct Surroundings {
    let zones: ConfigFile.Zones
    let feeds: ConfigFile.Feeds
    let now: Instant
    let occasion: ConfigFile.Occasion
}

extension Reading {
    /// The calendars with their zones and the holidays of their feeds; complains of zones that do not exist and of
    /// calendars that never open (S5).
    func openCalendars(
        _ value: YAMLValue,
        _ surroundings: Surroundings,
        _ feeds: inout FeedShelf
    ) -> [String: WorkingCalendar] {
        var calendars: [String: WorkingCalendar] = [:]
        for placed in self.calendars(value, "calendars") {
            guard let loaded = loaded(placed, surroundings, &feeds) else { continue }
            calendars[placed.spec.name] = loaded.calendar
            guard !loaded.calendar.hasOpenTime(inYearAfter: surroundings.now) else { continue }
            let message = "\(placed.path) has no open time in the next 366 days, no deadline could ever be reached"
            switch surroundings.occasion {
            case .change: error(.neverOpen, placed.place, message, hint: "give it hours")
            case .start: warn(.neverOpen, placed.place, message, hint: "give it hours")
            }
        }
        return calendars
    }

    /// The calendar with its zone and what its feeds close; nil after a complaint, now or when its hours were read.
    func loaded(_ placed: PlacedCalendar, _ surroundings: Surroundings, _ feeds: inout FeedShelf) -> LoadedCalendar? {
        guard let zone = zone(of: placed, surroundings.zones) else { return nil }
        var spec = placed.spec
        var areFeedsGood = true
        var datedPlaces = placed.datedPlaces
        for feed in placed.feeds {
            guard let holidays = holidays(of: feed, in: zone, surroundings, &feeds) else {
                areFeedsGood = false
                continue
            }
            if let hours = feed.opens {
                let dates = holidays.touchedDates(in: zone)
                for date in dates where spec.datedHours[date] == nil { datedPlaces[date] = feed.place }
                spec.open(dates, hours: hours)
            } else {
                warnOfLostHours(placed, holidays, feed, in: zone)
                spec.close(holidays)
            }
        }
        guard placed.areHoursKnown, areFeedsGood else { return nil }
        guard !refuseOverlaps(ofDates: datedPlaces, placed.path, spec) else { return nil }
        do {
            return LoadedCalendar(spec: spec, zone: zone, calendar: try WorkingCalendar(spec: spec, zone: zone))
        } catch {
            // What this says was complained of above, with its place; should the two ever differ, this one rules.
            self.error(.badHours, placed.place, "\(error)")
            return nil
        }
    }

    /// Hours of a date that share time with those of the date before or after; true after a complaint.
    ///
    /// Asked when all holidays are known: what would begin on one of them is in nobody's way.
    private func refuseOverlaps(ofDates places: [CivilDate: Place], _ path: String, _ spec: CalendarSpec) -> Bool {
        func spans(_ date: CivilDate) -> [LocalSpan] {
            spec.isHoliday(date) ? [] : spec.datedHours[date] ?? spec.weekly[date.weekday] ?? []
        }
        let errorsBefore = errorCount
        for (date, place) in places.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
            let (before, after) = (CivilDate(dayNumber: date.dayNumber - 1), CivilDate(dayNumber: date.dayNumber + 1))
            func refuse(_ early: [LocalSpan], _ late: [LocalSpan], _ complain: (LocalSpan, LocalSpan) -> String) {
                for span in early {
                    guard let other = late.first(where: { $0.start < span.end - 86_400 }) else { continue }
                    error(.hoursOverlap, place, "\(path).dates.\(date): " + complain(span, other))
                }
            }
            refuse(spans(before), spans(date)) { "\($1) overlaps \($0) of \(before), the day before" }
            // Two dates in a row are compared once.
            guard spec.datedHours[after] == nil else { continue }
            refuse(spans(date), spans(after)) { "\($0) overlaps \($1) of \(after), the day after" }
        }
        return errorCount > errorsBefore
    }

    private func zone(of placed: PlacedCalendar, _ zones: ConfigFile.Zones) -> ZoneRules? {
        do {
            return try zones(placed.spec.zone)
        } catch {
            self.error(.unknownZone, placed.zonePlace, "\(placed.path).time_zone: \(error)")
            return nil
        }
    }

    /// A calendar that no target uses is probably a slip.
    func warnOfUnusedCalendars(_ root: Section, _ rules: [TargetRule]) {
        guard case .map(let entries)? = root["calendars"]?.content, !hasErrors else { return }
        let used = Set(rules.flatMap(\.targets).map(\.calendar))
        for entry in entries where !used.contains(entry.key) {
            warn(.unused, entry.keyPlace, "no target uses the calendar \(entry.key)")
        }
    }
}
