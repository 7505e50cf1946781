/// What a target rule may ask of a case. Tier and plan are given apart: a cycle keeps those of its start (S16).
struct RuleFacts {
    var tier: Int
    var plan: String?
    var priority: String?
    var channel: String?
    var source: String
    var customer: String?
    var tags: [String]
}

extension Condition {
    func matches(_ facts: RuleFacts) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.matches(facts) }
        case .any(let conditions): conditions.contains { $0.matches(facts) }
        case .not(let condition): !condition.matches(facts)
        case .tier(let tiers): tiers.contains(facts.tier)
        case .priority(let names): facts.priority.map(names.contains) ?? false
        case .plan(let names): facts.plan.map(names.contains) ?? false
        case .channel(let names): facts.channel.map(names.contains) ?? false
        case .source(let names): names.contains(facts.source)
        case .customer(let names): facts.customer.map(names.contains) ?? false
        case .tags(let names): facts.tags.contains(where: names.contains)
        }
    }
}

extension Policy {
    /// The first rule that matches; `Config` sees to it that the last one always does.
    func targetRule(_ facts: RuleFacts) -> TargetRule? { targetRules.first { $0.condition.matches(facts) } }
}
