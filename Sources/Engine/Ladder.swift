package import TimeBase

/// The ordered steps of a timer.
package struct Ladder: Hashable, Sendable {
    package var name: String
    /// In the order in which they come due, at most 64; only the last may repeat.
    package var steps: [Step]

    package static let stepsMax = 64

    package init(name: String, steps: [Step]) {
        self.name = name
        self.steps = steps
    }
}

/// When, to whom, what: one step of a ladder.
package struct Step: Hashable, Sendable {
    package var due: Due
    /// As the policy writes it, for the ledger and the journal.
    package var text: String
    package var action: Action
    package var audience: [Audience]
    /// Comes due again every so much open time (wall time where `due` says so); nil fires once.
    package var every: Span?
    /// How often in all, the first included; nil for ever.
    package var timesMax: Int?

    package init(
        due: Due,
        text: String,
        action: Action,
        audience: [Audience],
        every: Span? = nil,
        timesMax: Int? = nil
    ) {
        self.due = due
        self.text = text
        self.action = action
        self.audience = audience
        self.every = every
        self.timesMax = timesMax
    }

    /// When a step fires, measured against its own timer.
    package enum Due: Hashable, Sendable {
        /// When this share of the duration is used up, 1 to 99: a warning.
        case percent(Int)
        /// When this much open time is left: a warning.
        case before(Span)
        /// This long after the deadline, in open time unless `wall`; zero is the breach itself.
        case after(Span, wall: Bool)

        package var isWarning: Bool {
            switch self {
            case .percent, .before: true
            case .after: false
            }
        }
    }

    /// What a step does besides telling its audience.
    package enum Action: Hashable, Sendable {
        case notify
        /// One tier up while there is one, then the next person up the reporting line, at last the last resort (S31).
        case escalate
        case move(tier: Int)
        case assign(person: String)
        case raisePriority(to: String)
    }

    /// Whom a step tells, resolved when it fires.
    package enum Audience: Hashable, Sendable {
        /// The agent who has the case; without one, its team.
        case assignee
        case team
        case tier(Int)
        case person(String)
        /// Who answers for the tier that missed.
        case manager
        case managerOfManager
        /// Who answers for the tier that has the case after this step's move.
        case newManager
    }
}
