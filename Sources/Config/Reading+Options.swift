import Engine
import TimeBase

/// The keys of the file that have a default.
struct Options {
    var changeGrace = Span.minutes(15)
    var retractWindow = Span.hours(24)
    var rearmAfter: Span?
    var longestSnooze = Span.hours(7 * 24)
    var snoozeEndsOn: Set<Event.Kind> = []
    var reopenWindow = Span.hours(14 * 24)
    var afterReopenWindow = AfterReopenWindow.refuse
    var keep = Span.hours(400 * 24)
    var thirdPartyReasons: Set<String> = []
    var breachPriority = 4
    var digest: DigestRule?
    var sources: [String: Source] = [:]
}

extension Reading {
    func options(_ root: Section) -> Options {
        var options = Options()
        // Open time of each target's own calendar (S15, S16).
        if let value = root["change_grace"] {
            options.changeGrace =
                duration(value, "change_grace", counted: .openTime(calendar: nil)) ?? options.changeGrace
        }
        // All others are wall time: days are welcome.
        if let value = root["retract_window"] {
            options.retractWindow = duration(value, "retract_window", counted: .allHours) ?? options.retractWindow
        }
        if let value = root["rearm_after"] {
            options.rearmAfter = duration(value, "rearm_after", counted: .allHours)
        }
        if let value = root["longest_snooze"] {
            options.longestSnooze =
                duration(value, "longest_snooze", counted: .allHours, min: .seconds(1)) ?? options.longestSnooze
        }
        if let value = root["snooze_ends_on"] { options.snoozeEndsOn = snoozeEnds(value, "snooze_ends_on") }
        if let value = root["reopen_window"] {
            options.reopenWindow = duration(value, "reopen_window", counted: .allHours) ?? options.reopenWindow
        }
        if let value = root["after_reopen_window"] {
            let words = AfterReopenWindow.allCases.map { ($0.rawValue, $0) }
            options.afterReopenWindow = word(value, "after_reopen_window", among: words) ?? .refuse
        }
        if let value = root["keep"] {
            options.keep = duration(value, "keep", counted: .allHours, min: .hours(24)) ?? options.keep
        }
        if let value = root["third_party_reasons"] {
            options.thirdPartyReasons = reasons(value, "third_party_reasons")
        }
        if let value = root["breach_priority"] {
            // The numbers that syslog gives these words.
            options.breachPriority = word(value, "breach_priority", among: [("warning", 4), ("error", 3)]) ?? 4
        }
        if let entry = root.entry("digest") { options.digest = digest(entry) }
        if let value = root["sources"] { options.sources = sources(value, "sources") }
        return options
    }

    /// A digest that comes later than in a day is no use to anybody.
    private static let digestWithinMax = Span.hours(24)

    private func digest(_ entry: YAMLValue.Entry) -> DigestRule? {
        let keys = ["more_than", "within"]
        guard let section = Section(entry.value, path: "digest", at: entry.keyPlace, keys: keys, self) else {
            return nil
        }
        let moreThan = section.required("more_than", "more_than: 20")
            .flatMap { integer($0.value, section.path(of: $0.key), in: 1...100_000) }
        let within = section.required("within", "within: 10m")
            .flatMap { duration($0.value, section.path(of: $0.key), counted: .allHours, min: .seconds(1)) }
        if let within, within > Self.digestWithinMax {
            let place = section["within"]?.place ?? section.place
            error(.outOfRange, place, "digest.within is \(within), expected at most \(Self.digestWithinMax)")
        }
        guard let moreThan, let within else { return nil }
        return DigestRule(moreThan: moreThan, within: within)
    }

    /// Kinds of events; those that people do about the notices themselves end no snooze.
    private func snoozeEnds(_ value: YAMLValue, _ path: String) -> Set<Event.Kind> {
        let kinds = Event.Kind.fromOutside.filter { !$0.isAboutNotices }.map { ($0.word, $0) }
        return Set((list(value, path, of: "kinds of events") ?? []).compactMap { word($0, path, among: kinds) })
    }

    private func reasons(_ value: YAMLValue, _ path: String) -> Set<String> {
        var reasons: Set<String> = []
        for item in list(value, path, of: "reasons") ?? [] {
            guard let reason = text(item, path) else { continue }
            if !reasons.insert(reason).inserted {
                error(.duplicateKey, item.place, "\(path) has \"\(shown(reason))\" twice")
            }
        }
        return reasons
    }

    private func sources(_ value: YAMLValue, _ path: String) -> [String: Source] {
        var sources: [String: Source] = [:]
        for entry in named(value, path, each: "source") where isName(entry, "source") {
            let path = "\(path).\(entry.key)"
            let keys = ["trust_at", "open_unknown"]
            guard let section = Section(entry.value, path: path, at: entry.keyPlace, keys: keys, self) else { continue }
            let trustsAt = section["trust_at"].map { flag($0, section.path(of: "trust_at")) } ?? true
            let opensUnknown = section["open_unknown"].map { flag($0, section.path(of: "open_unknown")) } ?? false
            guard let trustsAt, let opensUnknown else { continue }
            sources[entry.key] = Source(trustsAt: trustsAt, opensUnknown: opensUnknown)
        }
        return sources
    }
}
