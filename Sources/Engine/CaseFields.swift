/// What a case is about and who has it: on an event, what it sets (nil leaves it as it is); on a case, what holds now.
///
/// A copy costs one reference, not ten texts: cases, events and ledger records carry it through every decision, and few
/// decisions change it.
package struct CaseFields: Sendable {
    /// At most one, in an array because that is copied only when it is changed; none if nothing was ever set, as on
    /// most events, which then allocate nothing.
    private var kept: [Values] = []

    private struct Values: Hashable {
        var subject: String?
        var topic: String?
        var language: String?
        var channel: String?
        var priority: String?
        var plan: String?
        var customer: String?
        var tier: Int?
        var team: String?
        var agent: String?
        var tags: [String]?
        var isPrivate: Bool?
    }

    package init() {}

    package var subject: String? {
        get { kept.isEmpty ? nil : kept[0].subject }
        set { set(\.subject, newValue) }
    }
    package var topic: String? {
        get { kept.isEmpty ? nil : kept[0].topic }
        set { set(\.topic, newValue) }
    }
    package var language: String? {
        get { kept.isEmpty ? nil : kept[0].language }
        set { set(\.language, newValue) }
    }
    package var channel: String? {
        get { kept.isEmpty ? nil : kept[0].channel }
        set { set(\.channel, newValue) }
    }
    package var priority: String? {
        get { kept.isEmpty ? nil : kept[0].priority }
        set { set(\.priority, newValue) }
    }
    package var plan: String? {
        get { kept.isEmpty ? nil : kept[0].plan }
        set { set(\.plan, newValue) }
    }
    package var customer: String? {
        get { kept.isEmpty ? nil : kept[0].customer }
        set { set(\.customer, newValue) }
    }
    package var tier: Int? {
        get { kept.isEmpty ? nil : kept[0].tier }
        set { set(\.tier, newValue) }
    }
    package var team: String? {
        get { kept.isEmpty ? nil : kept[0].team }
        set { set(\.team, newValue) }
    }
    /// Empty text means nobody: the case was taken from its agent.
    package var agent: String? {
        get { kept.isEmpty ? nil : kept[0].agent }
        set { set(\.agent, newValue) }
    }
    package var tags: [String]? {
        get { kept.isEmpty ? nil : kept[0].tags }
        set { set(\.tags, newValue) }
    }
    package var isPrivate: Bool? {
        get { kept.isEmpty ? nil : kept[0].isPrivate }
        set { set(\.isPrivate, newValue) }
    }

    // Inlined, so that the compiler sees which field is meant and looks up no key path.
    @inline(__always)
    private mutating func set<Value>(_ field: WritableKeyPath<Values, Value?>, _ value: Value?) {
        if kept.isEmpty {
            guard value != nil else { return }
            kept.append(Values())
        }
        kept[0][keyPath: field] = value
    }

    /// Whether it sets nothing.
    var isEmpty: Bool { kept.isEmpty || kept[0] == Values() }

    /// Forgets what the customer wrote and who they are (S60).
    package mutating func forgetContent() {
        subject = nil
        customer = nil
    }

    /// Keeps only what measures are told by (S60): tier, team, agent, channel, priority, plan, topic, language.
    mutating func forgetAllButMeasures() {
        forgetContent()
        tags = nil
    }

    /// Takes over every field that `change` sets.
    package mutating func apply(_ change: CaseFields) {
        guard !change.isEmpty else { return }
        if kept.isEmpty { kept.append(Values()) }
        if let subject = change.subject { kept[0].subject = subject }
        if let topic = change.topic { kept[0].topic = topic }
        if let language = change.language { kept[0].language = language }
        if let channel = change.channel { kept[0].channel = channel }
        if let priority = change.priority { kept[0].priority = priority }
        if let plan = change.plan { kept[0].plan = plan }
        if let customer = change.customer { kept[0].customer = customer }
        if let tier = change.tier { kept[0].tier = tier }
        if let team = change.team { kept[0].team = team }
        if let newAgent = change.agent { kept[0].agent = newAgent.isEmpty ? nil : newAgent }
        if let tags = change.tags { kept[0].tags = tags }
        if let isPrivate = change.isPrivate { kept[0].isPrivate = isPrivate }
    }
}

extension CaseFields: Hashable {
    package static func == (left: CaseFields, right: CaseFields) -> Bool { left.values == right.values }
    package func hash(into hasher: inout Hasher) { hasher.combine(values) }

    private var values: Values { kept.first ?? Values() }
}
