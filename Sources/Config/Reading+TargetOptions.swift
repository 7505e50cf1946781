import Engine
import TimeBase

/// The calendar of a target rule, for those of its targets that name none.
struct RuleCalendar {
    let name: String?
    /// Given, perhaps with a mistake that has been complained of.
    let isGiven: Bool
}

/// One target of a rule: `first_reply: 6h`, or a mapping with more to say.
extension Reading {
    private static let optionKeys = [
        "within", "business_days", "calendar", "pause_in", "settle", "reopen", "until", "ladder_when_paused",
    ]

    /// A breach that is announced a day late is announced to nobody's use.
    private static let settleMax = Span.hours(24)
    /// Counted one by one whenever a target starts.
    private static let businessDaysMax = 366

    func target(
        _ metric: Metric,
        _ entry: YAMLValue.Entry,
        _ path: String,
        _ ruleCalendar: RuleCalendar,
        _ names: Names
    ) -> Target? {
        guard case .map = entry.value.content else {
            let calendar = calendar(nil, entry, path, ruleCalendar, names)
            let allowance = within(entry.value, path, calendar)
            guard let allowance, let calendar else { return nil }
            return Target(metric: metric, allowance: allowance, calendar: calendar)
        }
        let section = Section(
            entry.value,
            path: path,
            at: entry.keyPlace,
            keys: Self.optionKeys,
            self
        )
        guard let section else { return nil }
        refuseForeignOptions(section, metric)
        let calendar = calendar(section, entry, path, ruleCalendar, names)
        let allowance = allowance(section, calendar)
        let pauseIn =
            section["pause_in"].map { pauses($0, section.path(of: "pause_in")) } ?? metric.pausesByDefault
        let settle = section["settle"].map { self.settle($0, section.path(of: "settle")) } ?? .zero
        let reopen = section["reopen"].map { self.reopen($0, section.path(of: "reopen")) } ?? .continue
        let until = section["until"].map { word($0, section.path(of: "until"), among: [("reply", true)]) } ?? false
        let climbs = section["ladder_when_paused"].map { flag($0, section.path(of: "ladder_when_paused")) } ?? false
        guard let allowance, let calendar, let pauseIn, let settle, let reopen, let until, let climbs else {
            return nil
        }
        if climbs, pauseIn.isEmpty, section["business_days"] == nil, let entry = section.entry("ladder_when_paused") {
            error(
                .optionOfOthers,
                entry.keyPlace,
                "\(section.path(of: entry.key)) has no meaning: this target never pauses",
                hint: "write pause_in: [pending], or leave it out"
            )
        }
        return Target(
            metric: metric,
            allowance: allowance,
            calendar: calendar,
            pauseIn: pauseIn,
            settle: settle,
            reopen: reopen,
            stopsAtReply: until,
            climbsWhilePaused: climbs
        )
    }

    /// Options that are words of other targets, or that contradict each other.
    private func refuseForeignOptions(_ section: Section, _ metric: Metric) {
        func refuse(_ key: String, _ why: String, _ hint: String? = nil) {
            guard let entry = section.entry(key) else { return }
            error(.optionOfOthers, entry.keyPlace, "\(section.path(of: key)) \(why)", hint: hint)
        }
        if section["business_days"] != nil {
            refuse("within", "stands beside business_days, and each says how long", "keep one of them")
            refuse("pause_in", "stands beside business_days, which never pauses", "write within, which can")
            refuse("ladder_when_paused", "stands beside business_days, which never pauses", "write within, which can")
        }
        switch metric {
        case .tierTime: break
        case .nextReply:
            refuse("reopen", "has no meaning: \(metric.word) always starts afresh")
            refuse("until", "is an option of tier_time")
        case .firstReply, .update, .pausableUpdate, .requesterWait, .agentWork, .resolution:
            refuse("until", "is an option of tier_time")
        }
    }

    /// The target's own calendar or its rule's; nil after a complaint.
    private func calendar(
        _ section: Section?,
        _ entry: YAMLValue.Entry,
        _ path: String,
        _ ruleCalendar: RuleCalendar,
        _ names: Names
    ) -> String? {
        if let section, let value = section["calendar"] {
            return calendarName(value, section.path(of: "calendar"), names)
        }
        if !ruleCalendar.isGiven {
            error(
                .missingKey,
                entry.keyPlace,
                "\(path) has no calendar",
                hint: "name one; calendar: always counts every hour"
            )
        }
        return ruleCalendar.name
    }

    // MARK: How long

    private func allowance(_ section: Section, _ calendar: String?) -> Target.Allowance? {
        if let value = section["business_days"] {
            return businessDays(value, section.path(of: "business_days"), calendar)
        }
        return section.required("within", "within: 6h")
            .flatMap { within($0.value, section.path(of: "within"), calendar) }
    }

    private func within(_ value: YAMLValue, _ path: String, _ calendar: String?) -> Target.Allowance? {
        let counted = calendar == "always" ? Counted.allHours : .openTime(calendar: calendar)
        return duration(value, path, counted: counted, min: Span(milliseconds: 1)).map { .openTime($0) }
    }

    private func businessDays(_ value: YAMLValue, _ path: String, _ calendar: String?) -> Target.Allowance? {
        guard let days = integer(value, path, in: 1...Self.businessDaysMax) else { return nil }
        guard calendar != "always" else {
            error(
                .optionOfOthers,
                value.place,
                "\(path) counts the days of the calendar always, which never closes",
                hint: "write within: \(days)d, or name a calendar with hours"
            )
            return nil
        }
        return .businessDays(days)
    }

    // MARK: Options

    private func settle(_ value: YAMLValue, _ path: String) -> Span? {
        // Wall time: what is in flight does not wait for office hours.
        guard let settle = duration(value, path, counted: .allHours) else { return nil }
        guard settle <= Self.settleMax else {
            error(.outOfRange, value.place, "\(path) is \(settle), expected at most \(Self.settleMax)")
            return nil
        }
        return settle
    }

    private func reopen(_ value: YAMLValue, _ path: String) -> Target.Reopen? {
        word(value, path, among: Target.Reopen.allCases.map { ($0.rawValue, $0) })
    }

    private func pauses(_ value: YAMLValue, _ path: String) -> StatusSet? {
        let waiting = [Status.pending, .onHold].map { ($0.word, StatusSet($0)) }
        var set: StatusSet = []
        if case .list(let list) = value.content, list.isEmpty { return set }
        var isComplete = true
        for item in oneOrMore(value, path) {
            guard let status = word(item, path, among: waiting) else {
                isComplete = false
                continue
            }
            set.formUnion(status)
        }
        return isComplete ? set : nil
    }
}
