import TimeBase

extension CaseQuery {
    /// The parameters that say which cases are meant.
    static let filterNames = [
        "tier", "overdue", "due_within", "team", "agent", "priority", "customer", "unacked", "snoozed",
    ]

    /// Reads them; what is not given is not asked for.
    init(filters parameters: QueryParameters) throws(Problem) {
        self.init()
        tier = try parameters.integer("tier", in: 0...999)
        isOverdue = try parameters.word("overdue", allowed: ["true", "false"]) == "true"
        dueWithin = try parameters.span("due_within")
        team = parameters.text("team")
        agent = parameters.text("agent")
        priority = parameters.text("priority")
        customer = parameters.text("customer")
        isSnoozed = try parameters.word("snoozed", allowed: ["true", "false"]) == "true"
        isUnacknowledged = try parameters.word("unacked", allowed: ["true", "false"]) == "true"
    }
}
