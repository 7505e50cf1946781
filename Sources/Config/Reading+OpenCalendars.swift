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
            let path = "calendars.\(placed.spec.name)"
            guard let zone = zone(of: placed, surroundings.zones) else { continue }
            var spec = placed.spec
            var areFeedsGood = true
            for feed in placed.feeds {
                guard let holidays = holidays(of: feed, in: zone, surroundings, &feeds) else {
                    areFeedsGood = false
                    continue
                }
                warnOfLostHours(placed, holidays, feed)
                spec.close(holidays)
            }
            guard placed.areHoursKnown, areFeedsGood else { continue }
            do {
                let calendar = try WorkingCalendar(spec: spec, zone: zone)
                calendars[placed.spec.name] = calendar
                guard !calendar.hasOpenTime(inYearAfter: surroundings.now) else { continue }
                let message = "\(path) has no open time in the next 366 days, no deadline could ever be reached"
                switch surroundings.occasion {
                case .change: error(.neverOpen, placed.place, message, hint: "give it hours")
                case .start: warn(.neverOpen, placed.place, message, hint: "give it hours")
                }
            } catch {
                // What this says was complained of above, with its place; should the two ever differ, this one rules.
                self.error(.badHours, placed.place, "\(error)")
            }
        }
        return calendars
    }

    private func zone(of placed: PlacedCalendar, _ zones: ConfigFile.Zones) -> ZoneRules? {
        do {
            return try zones(placed.spec.zone)
        } catch {
            self.error(.unknownZone, placed.zonePlace, "calendars.\(placed.spec.name).time_zone: \(error)")
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
