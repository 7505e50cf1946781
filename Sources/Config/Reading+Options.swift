import Engine
import TimeBase

/// The keys of the file that have a default.
struct Options {
    var changeGrace = Span.minutes(15)
    var retractWindow = Span.hours(24)
    var rearmAfter: Span?
    var reopenWindow = Span.hours(14 * 24)
    var keep = Span.hours(400 * 24)
    var afterReopenWindow = AfterReopenWindow.refuse
    var thirdPartyReasons: Set<String> = []
    var breachPriority = 4
    var sources: [String: Source] = [:]
}

extension Reading {
    func options(_ root: Section) -> Options {
        var options = Options()
        // All four are wall time: days are welcome.
        if let value = root["change_grace"] {
            options.changeGrace = duration(value, "change_grace", counted: .allHours) ?? options.changeGrace
        }
        if let value = root["retract_window"] {
            options.retractWindow = duration(value, "retract_window", counted: .allHours) ?? options.retractWindow
        }
        if let value = root["rearm_after"] {
            options.rearmAfter = duration(value, "rearm_after", counted: .allHours)
        }
        if let value = root["reopen_window"] {
            options.reopenWindow = duration(value, "reopen_window", counted: .allHours) ?? options.reopenWindow
        }
        if let value = root["keep"] {
            options.keep = duration(value, "keep", counted: .allHours, min: .hours(24)) ?? options.keep
        }
        if let value = root["after_reopen_window"] {
            let words = AfterReopenWindow.allCases.map { ($0.rawValue, $0) }
            options.afterReopenWindow = word(value, "after_reopen_window", among: words) ?? .refuse
        }
        if let value = root["third_party_reasons"] {
            options.thirdPartyReasons = reasons(value, "third_party_reasons")
        }
        if let value = root["breach_priority"] {
            // The numbers that syslog gives these words.
            options.breachPriority = word(value, "breach_priority", among: [("warning", 4), ("error", 3)]) ?? 4
        }
        if let value = root["sources"] { options.sources = sources(value, "sources") }
        return options
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
