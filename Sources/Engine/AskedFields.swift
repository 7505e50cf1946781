/// Fields of a case that an event can change and target rules can ask for.
///
/// Not the tier and the plan: a cycle keeps those of its start (S16). Nor the source, which is that of the opening.
struct AskedFields: OptionSet {
    let rawValue: UInt8

    static let priority = AskedFields(rawValue: 1)
    static let channel = AskedFields(rawValue: 1 << 1)
    static let customer = AskedFields(rawValue: 1 << 2)
    static let tags = AskedFields(rawValue: 1 << 3)
}

extension AskedFields {
    /// Whether one of these fields differs between two states of a case.
    func differ(_ before: CaseFields, _ after: CaseFields) -> Bool {
        (contains(.priority) && before.priority != after.priority)
            || (contains(.channel) && before.channel != after.channel)
            || (contains(.customer) && before.customer != after.customer)
            || (contains(.tags) && before.tags != after.tags)
    }
}

extension Condition {
    /// The fields it looks at, wherever it looks at them.
    var asked: AskedFields {
        switch self {
        case .all(let conditions), .any(let conditions): conditions.reduce(into: []) { $0.formUnion($1.asked) }
        case .not(let condition): condition.asked
        case .priority: .priority
        case .channel: .channel
        case .customer: .customer
        case .tags: .tags
        case .tier, .plan, .source: []
        }
    }
}
