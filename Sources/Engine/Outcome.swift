package import TimeBase

/// What `decide` is asked.
package enum Input: Sendable {
    /// Events of this one case, all handed in as one unit: nothing due is decided before the last is applied (S24).
    ///
    /// `isHeld` while the clock cannot be believed: then they are taken as they are dated, and nothing is decided.
    case events([Event], enforceFrom: Instant? = nil, isHeld: Bool = false)
    /// The alarm rang, or somebody thinks that it should have.
    case wake
}

/// What `decide` answers.
package enum Outcome: Sendable {
    case decided(Decision)
    /// An event sorts before what was applied: load the facts and the ledger of the case and call `replay`.
    case needsHistory
}

/// Everything one transaction has to remember.
package struct Decision: Sendable {
    /// The case as it stands now; nil where it does not exist, because every event was refused.
    package var state: Case?
    /// The events that were accepted, to be kept with the case.
    package var facts: [Fact] = []
    /// New ledger records, in order; those with a `priority` are also notices.
    package var records: [LedgerRecord] = []
    /// One for each event of the input, in its order.
    package var answers: [Answer] = []
    /// When the case has to be looked at again; nil if nothing is due without an event.
    package var nextWake: Instant?
    /// The case was deleted: what the store has of its facts loses its content in the same transaction (S60).
    package var erases = false

    package init(state: Case?) { self.state = state }

    init(
        state: Case?,
        facts: [Fact],
        records: [LedgerRecord],
        answers: [Answer],
        nextWake: Instant?,
        erases: Bool = false
    ) {
        self.state = state
        self.facts = facts
        self.records = records
        self.answers = answers
        self.nextWake = nextWake
        self.erases = erases
    }

    /// Nothing came of it: there is no case.
    static func refusal(_ answers: [Answer]) -> Decision {
        Decision(state: nil, facts: [], records: [], answers: answers, nextWake: nil)
    }
}

/// What became of one event.
package enum Answer: Hashable, Sendable {
    case applied
    /// The same id was applied before; nothing changed.
    case duplicate
    case refused(Refusal)
}

/// Why an event was refused.
package enum Refusal: Hashable, Sendable {
    case unknownCase
    case alreadyOpen
    /// The case is resolved or closed, and this kind of event does not reopen it.
    case closed(Status)
    /// The case was deleted, for good.
    case deleted
    case tooManyEvents(limit: Int)
    case unknownTier(Int)
    /// A broken invariant: the case was set aside, the reason is for a bug report.
    case setAside(String)

    /// A stable word for programs.
    package var code: String {
        switch self {
        case .unknownCase: "unknown_case"
        case .alreadyOpen: "already_open"
        case .closed: "closed"
        case .deleted: "deleted"
        case .tooManyEvents: "too_many_events"
        case .unknownTier: "unknown_tier"
        case .setAside: "set_aside"
        }
    }

    /// A sentence for people.
    package func message(for id: CaseID) -> String {
        switch self {
        case .unknownCase: "unknown case \(id): send opened first"
        case .alreadyOpen: "case \(id) was opened before: send reopened, or a new case id"
        case .closed(let status): "case \(id) is \(status.word): send reopened first"
        case .deleted: "case \(id) was deleted: open a new case"
        case .tooManyEvents(let limit): "case \(id) has \(limit) events, which is the limit"
        case .unknownTier(let tier): "tier \(tier) is not in the policy"
        case .setAside(let why): "case \(id) was set aside: \(why)"
        }
    }
}

/// A rule of our own was broken by our own code.
///
/// Thrown, not trapped: one case must not stop the watch on the others.
package struct InvariantBroken: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// What a replay needs: everything that happened to a case.
package struct History: Sendable {
    /// In any order.
    package var facts: [Fact]
    /// Oldest first.
    package var records: [LedgerRecord]

    package static let factsMax = 10_000

    package init(facts: [Fact], records: [LedgerRecord]) {
        self.facts = facts
        self.records = records
    }
}
