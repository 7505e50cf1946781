extension Condition {
    /// Whether a case is one that a target rule means.
    ///
    /// Words are compared without regard to case (S27). Tier and plan are given apart: a cycle keeps those of its start (S16).
    func matches(_ state: Case, tier: Int, plan: String?) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.matches(state, tier: tier, plan: plan) }
        case .any(let conditions): conditions.contains { $0.matches(state, tier: tier, plan: plan) }
        case .not(let condition): !condition.matches(state, tier: tier, plan: plan)
        case .tier(let tiers): tiers.contains(tier)
        case .priority(let names): state.fields.priority.map { FoldedWord.contains(names, $0) } ?? false
        case .plan(let names): plan.map { FoldedWord.contains(names, $0) } ?? false
        case .channel(let names): state.fields.channel.map { FoldedWord.contains(names, $0) } ?? false
        case .source(let names): FoldedWord.contains(names, state.source)
        case .customer(let names): state.fields.customer.map { FoldedWord.contains(names, $0) } ?? false
        case .tags(let names): (state.fields.tags ?? []).contains { FoldedWord.contains(names, $0) }
        }
    }
}

extension [TargetRule] {
    /// The first rule that matches; `Config` sees to it that the last one always does.
    ///
    /// Asked of the rules and not of their policy, which is large: a call would copy it. By index, so that no rule is
    /// copied either.
    func firstIndex(for state: Case, tier: Int, plan: String?) -> Int? {
        indices.first { self[$0].condition.matches(state, tier: tier, plan: plan) }
    }
}
