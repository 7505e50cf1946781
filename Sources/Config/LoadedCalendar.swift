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
    /// - Returns: The calendars in the order of the file; or all mistakes in them.
    package static func calendars(
        bytes: [UInt8],
        file: String,
        zones: Zones
    ) -> Result<[LoadedCalendar], Complaints> {
        let reading = Reading(file: file)
        let calendars = YAMLReading.value(of: bytes, reading)
            .flatMap { root -> [LoadedCalendar]? in
                guard case .map(let entries) = root.content else {
                    reading.mismatch(root, "the file", expected: "keys and values", hint: "begin with calendars:")
                    return nil
                }
                guard let entry = entries.first(where: { $0.key == "calendars" }) else { return [] }
                return reading.calendars(entry.value, entry.key).compactMap { reading.loaded($0, zones) }
            }
        guard let calendars, !reading.hasErrors else { return .failure(reading.complaints()) }
        return .success(calendars)
    }

    /// Reads one calendar, YAML or JSON: what stands below its name in a policy.
    ///
    /// More forgiving than a policy, since programs write it: a key that is `null` is not given, and a key that is
    /// unknown is passed over, unless it looks like a slip for one that is known.
    package static func calendar(
        bytes: [UInt8],
        name: String,
        zones: Zones
    ) -> Result<LoadedCalendar, Complaints> {
        let reading = Reading(file: name, passesOverUnknownKeys: true)
        let calendar = YAMLReading.value(of: bytes, reading)
            .flatMap { root in
                let entry = YAMLValue.Entry(key: name, keyPlace: root.place, value: root.withoutEmptyEntries)
                return reading.calendar(entry, name)
            }
            .flatMap { reading.loaded($0, zones) }
        guard let calendar, !reading.hasErrors else { return .failure(reading.complaints()) }
        return .success(calendar)
    }
}

extension ConfigFile {
    /// `did you mean office?` for the name nearest to what was written; nil where none is near.
    package static func suggestion(for written: String, among names: [String]) -> String? {
        Config.suggestion(for: written, among: names)
    }
}

extension Reading {
    /// Why the file is refused.
    fileprivate func complaints() -> Complaints {
        precondition(hasErrors, "\(file) was refused without a reason")
        return Complaints(list: report)
    }
}

extension YAMLValue {
    /// The same without the entries that say `null`, at every depth.
    fileprivate var withoutEmptyEntries: YAMLValue {
        switch content {
        case .scalar: self
        case .list(let list): YAMLValue(place: place, content: .list(list.map(\.withoutEmptyEntries)))
        case .map(let entries):
            YAMLValue(
                place: place,
                content: .map(
                    entries.filter { !$0.value.isEmpty }
                        .map { Entry(key: $0.key, keyPlace: $0.keyPlace, value: $0.value.withoutEmptyEntries) }
                )
            )
        }
    }
}
