package import TimeBase
package import WorkingTime

/// A calendar with all that is needed to explain it to people.
package struct LoadedCalendar: Sendable {
    /// As it was written down, with the names of its holidays.
    package let spec: CalendarSpec
    package let zone: ZoneRules
    package let calendar: WorkingCalendar

    package init(spec: CalendarSpec, zone: ZoneRules, calendar: WorkingCalendar) {
        self.spec = spec
        self.zone = zone
        self.calendar = calendar
    }

    /// The built-in calendar, shown in UTC.
    package static let always = LoadedCalendar(
        spec: CalendarSpec(
            name: WorkingCalendar.always.name,
            zone: ZoneRules.utc.name,
            weekly: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, [LocalSpan(0, 86_400)]) })
        ),
        zone: .utc,
        calendar: .always
    )
}

extension ConfigFile {
    /// Reads the calendars of a policy file and nothing else of it.
    ///
    /// A mistake elsewhere in the file is not looked for, so that a file of calendars alone will do. A calendar that
    /// never opens is taken: to see that is why people ask.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - file: The name that complaints begin with.
    ///   - zones: Asked for each zone of a calendar, and of an event in a file of holidays.
    ///   - feeds: Asked once for each file of holidays.
    ///   - now: Files of holidays that are over by then are worth a warning.
    /// - Returns: The calendars in the order of the file; or all mistakes in them.
    package static func calendars(
        bytes: [UInt8],
        file: String,
        zones: Zones,
        feeds: Feeds = ConfigFile.noFeeds,
        now: Instant
    ) -> Result<[LoadedCalendar], Complaints> {
        Reading(file: file)
            .loading(bytes, zones, feeds, now) { reading, root, surroundings in
                guard case .map(let entries) = root.content else {
                    reading.mismatch(root, "the file", expected: "keys and values", hint: "begin with calendars:")
                    return nil
                }
                guard let entry = entries.first(where: { $0.key == "calendars" }) else { return [] }
                var feeds = FeedShelf(surroundings.feeds)
                return reading.calendars(entry.value, entry.key)
                    .compactMap { reading.loaded($0, surroundings, &feeds) }
            }
    }

    /// Reads one calendar, YAML or JSON: what stands below its name in a policy.
    ///
    /// More forgiving than a policy, since programs write it: a key that is `null` is not given, and a key that is
    /// unknown is passed over, unless it looks like a slip for one that is known. A date without hours is a mistake: it
    /// could mean closed or as every week. It may not name files of holidays.
    package static func calendar(
        bytes: [UInt8],
        name: String,
        zones: Zones
    ) -> Result<LoadedCalendar, Complaints> {
        Reading(file: name, passesOverUnknownKeys: true)
            .loading(bytes, zones, noFeeds, .earliest) { reading, root, surroundings in
                let value = root.withoutEmptyEntries(below: ["dates"])
                let entry = YAMLValue.Entry(key: name, keyPlace: root.place, value: value)
                var feeds = FeedShelf(surroundings.feeds)
                return reading.calendar(entry, name).flatMap { reading.loaded($0, surroundings, &feeds) }
            }
    }
}

extension ConfigFile {
    /// `did you mean office?` for the name nearest to what was written; nil if none is near.
    package static func suggestion(for written: String, among names: [String]) -> String? {
        Config.suggestion(for: written, among: names)
    }
}

extension Reading {
    /// What `load` makes of the file, or why it is refused.
    fileprivate func loading<Value>(
        _ bytes: [UInt8],
        _ zones: ConfigFile.Zones,
        _ feeds: ConfigFile.Feeds,
        _ now: Instant,
        _ load: (Reading, YAMLValue, Surroundings) -> Value?
    ) -> Result<Value, Complaints> {
        let value = withoutActuallyEscaping(zones) { zones in
            withoutActuallyEscaping(feeds) { feeds in
                YAMLReading.value(of: bytes, self)
                    .flatMap { root in
                        load(self, root, Surroundings(zones: zones, feeds: feeds, now: now, occasion: .change))
                    }
            }
        }
        guard let value, !hasErrors else {
            precondition(hasErrors, "\(file) was refused without a reason")
            return .failure(Complaints(list: report))
        }
        return .success(value)
    }
}

extension YAMLValue {
    /// The same without the entries that say `null`, at every depth but in what stands below the keys `kept`.
    fileprivate func withoutEmptyEntries(below kept: Set<String>) -> YAMLValue {
        switch content {
        case .scalar: self
        case .list(let list):
            YAMLValue(place: place, content: .list(list.map { $0.withoutEmptyEntries(below: kept) }))
        case .map(let entries):
            YAMLValue(
                place: place,
                content: .map(
                    entries.filter { !$0.value.isEmpty }
                        .map { entry in
                            guard !kept.contains(entry.key) else { return entry }
                            let value = entry.value.withoutEmptyEntries(below: kept)
                            return Entry(key: entry.key, keyPlace: entry.keyPlace, value: value)
                        }
                )
            )
        }
    }
}
