import Engine
import TimeBase

extension Reading {
    /// They are tried one after the other for every case, and each is compared with all above it.
    private static let rulesMax = 1_000

    /// A rule with the place that complaints about it point at.
    struct PlacedRule {
        let rule: TargetRule
        let place: Place
        /// Whether its condition was read without a mistake; if not, nothing can be said about what it matches.
        let isConditionKnown: Bool
    }

    func targetRules(_ value: YAMLValue, _ path: String, _ names: Names) -> [TargetRule] {
        guard let items = list(value, path, of: "rules") else { return [] }
        guard items.count <= Self.rulesMax else {
            error(.outOfRange, value.place, "\(path) has \(items.count) rules, at most \(Self.rulesMax) are taken")
            return []
        }
        var rules: [PlacedRule] = []
        for (index, item) in items.enumerated() {
            guard let rule = targetRule(item, "\(path)[\(index + 1)]", number: index + 1, names) else { continue }
            if let other = rules.first(where: { $0.rule.name == rule.rule.name }) {
                error(
                    .duplicateKey,
                    item.place,
                    "two target rules are called \"\(shown(rule.rule.name))\", the first on line \(other.place.line)",
                    hint: "the name tells people which rule decided"
                )
            }
            rules.append(rule)
        }
        refuseUnreachable(rules)
        let example = "end the list with a rule without when"
        if let last = rules.last {
            if last.isConditionKnown, rules.count == items.count, !last.rule.condition.matchesEverything {
                error(
                    .noCatchAll,
                    last.place,
                    "the last target rule, \"\(shown(last.rule.name))\", does not match every case",
                    hint: example
                )
            }
        } else if items.isEmpty {
            error(.noCatchAll, value.place, "\(path) is empty", hint: example)
        }
        return rules.map(\.rule)
    }

    private func targetRule(_ item: YAMLValue, _ path: String, number: Int, _ names: Names) -> PlacedRule? {
        let metrics = Metric.allCases.map(\.word)
        let keys = ["name", "when", "calendar"] + metrics
        guard let section = Section(item, path: path, at: item.place, keys: keys, self) else { return nil }
        let name = section["name"].map { text($0, section.path(of: "name")) } ?? "rule \(number)"
        let condition = section["when"].map { self.condition($0, section.path(of: "when"), names) } ?? .always
        let calendar = section["calendar"].flatMap { calendarName($0, section.path(of: "calendar"), names) }
        var targets: [Target] = []
        var hasTargets = false
        for metric in Metric.allCases {
            guard let entry = section.entry(metric.word) else { continue }
            hasTargets = true
            let fallback = RuleCalendar(name: calendar, isGiven: section["calendar"] != nil)
            guard let target = target(metric, entry, section.path(of: metric.word), fallback, names) else { continue }
            targets.append(target)
        }
        if !hasTargets {
            warn(.noTargets, item.place, "\(path) sets no target: cases that it matches are not watched")
        }
        let rule = TargetRule(name: name ?? "rule \(number)", condition: condition ?? .always, targets: targets)
        return PlacedRule(rule: rule, place: item.place, isConditionKnown: condition != nil)
    }
}

// MARK: Which rules can be reached

extension Reading {
    private func refuseUnreachable(_ rules: [PlacedRule]) {
        for (index, later) in rules.enumerated() where later.isConditionKnown {
            let hiding = rules[..<index]
                .first { earlier in
                    earlier.isConditionKnown && earlier.rule.condition.covers(later.rule.condition)
                }
            guard let hiding else { continue }
            let what = hiding.rule.condition.matchesEverything ? "matches every case" : "matches all it could match"
            error(
                .ruleNeverReached,
                later.place,
                "the target rule \"\(shown(later.rule.name))\" is never reached: \"\(shown(hiding.rule.name))\" on line "
                    + "\(hiding.place.line) \(what)",
                hint: "the first rule that matches decides; put the special ones first"
            )
        }
    }
}

extension Condition {
    /// Whether it is certain to match every case that `other` matches; false if that takes more than a look.
    func covers(_ other: Condition) -> Bool {
        if matchesEverything || self == other { return true }
        switch (self, other) {
        case (.tier(let all), .tier(let some)): return Set(some).isSubset(of: all)
        case (.priority(let all), .priority(let some)), (.plan(let all), .plan(let some)),
            (.channel(let all), .channel(let some)), (.source(let all), .source(let some)),
            (.customer(let all), .customer(let some)), (.tags(let all), .tags(let some)):
            return Set(some).isSubset(of: all)
        case (_, .any(let parts)): return parts.allSatisfy(covers)
        case (.all(let parts), _): return parts.allSatisfy { $0.covers(other) }
        case (.any(let parts), .all(let others)):
            return parts.contains { $0.covers(other) } || others.contains(where: covers)
        case (.any(let parts), _): return parts.contains { $0.covers(other) }
        case (_, .all(let others)): return others.contains(where: covers)
        default: return false  // Different questions: neither answers the other.
        }
    }

    /// Whether no case can fail it; false if that depends on the case.
    var matchesEverything: Bool {
        switch self {
        case .all(let parts): parts.allSatisfy(\.matchesEverything)
        case .any(let parts): parts.contains(where: \.matchesEverything)
        case .not, .tier, .priority, .plan, .channel, .source, .customer, .tags: false
        }
    }
}
