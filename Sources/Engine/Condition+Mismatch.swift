extension Condition {
    /// Why a case is not one that a target rule means, for people; nil if it is.
    func mismatch(_ state: Case, tier: Int, plan: String?) -> String? {
        guard !matches(state, tier: tier, plan: plan) else { return nil }
        return switch self {
        case .all(let conditions):
            conditions.lazy.compactMap { $0.mismatch(state, tier: tier, plan: plan) }.first ?? "nothing matches"
        case .any(let conditions):
            conditions.compactMap { $0.mismatch(state, tier: tier, plan: plan) }.joined(separator: "; ")
        case .not(let condition): "the rule excludes \(condition.text)"
        case .tier: "the tier is \(tier), the rule wants \(text)"
        case .priority: Self.differs("priority", state.fields.priority, text)
        case .plan: Self.differs("plan", plan, text)
        case .channel: Self.differs("channel", state.fields.channel, text)
        case .source: Self.differs("source", state.source, text)
        case .customer: Self.differs("customer", state.fields.customer, text)
        case .tags:
            (state.fields.tags ?? []).isEmpty
                ? "there are no tags, the rule wants \(text)"
                : "the tags are \((state.fields.tags ?? []).joined(separator: ", ")), the rule wants \(text)"
        }
    }

    private static func differs(_ field: String, _ value: String?, _ wanted: String) -> String {
        value.map { "the \(field) is \($0), the rule wants \(wanted)" }
            ?? "there is no \(field), the rule wants \(wanted)"
    }

    /// In a few words: `priority high or urgent`.
    private var text: String {
        switch self {
        case .all(let conditions): conditions.map(\.text).joined(separator: " and ")
        case .any(let conditions): conditions.map(\.text).joined(separator: " or ")
        case .not(let condition): "not \(condition.text)"
        case .tier(let tiers): "tier " + tiers.map(String.init).joined(separator: " or ")
        case .priority(let names): "priority " + names.joined(separator: " or ")
        case .plan(let names): "plan " + names.joined(separator: " or ")
        case .channel(let names): "channel " + names.joined(separator: " or ")
        case .source(let names): "source " + names.joined(separator: " or ")
        case .customer(let names): "customer " + names.joined(separator: " or ")
        case .tags(let names): "a tag " + names.joined(separator: " or ")
        }
    }
}
