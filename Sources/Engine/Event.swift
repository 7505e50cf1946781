package import TimeBase

/// A fact about a case from outside.
package struct Event: Hashable, Sendable {
    /// The source's own id, or a hash that `Intake` derives (S20).
    ///
    /// Unique within (case, source), 1 to 256 bytes.
    package var id: String
    package var caseID: CaseID
    package var at: Instant
    package var seq: Int64?
    package var kind: Kind
    /// The system that says so, such as `zendesk`; `api` where none is named.
    package var source: String
    package var author: Author
    package var openedBy: Opener
    /// What it sets on the case; any event may set any field.
    package var fields: CaseFields
    package var text: String?
    package var reason: String?
    /// When a snooze ends; nil for every other kind.
    package var until: Instant?
    /// The local user who handed it in, where the socket told us.
    package var user: String?

    package init(id: String, caseID: CaseID, at: Instant, kind: Kind, source: String = "api") {
        self.id = id
        self.caseID = caseID
        self.at = at
        self.kind = kind
        self.source = source
        author = .person
        openedBy = .customer
        fields = CaseFields()
    }

    /// The kinds of SEMANTICS.
    ///
    /// Raw values are stored: never renumber.
    package enum Kind: UInt8, Sendable, CaseIterable {
        case opened = 0
        case customerMessage = 1
        case agentReply = 2
        case note = 3
        case assigned = 4
        case tagsChanged = 5
        case priorityChanged = 6
        case planChanged = 7
        case tierChanged = 8
        case pending = 9
        case onHold = 10
        case resumed = 11
        case resolved = 12
        case closed = 13
        case reopened = 14
        case noReplyNeeded = 15
        case acknowledged = 16
        case snoozed = 17
        case reapplied = 18
        case spam = 21
        case notSpam = 22
        case deleted = 23

        package var word: String {
            switch self {
            case .opened: "opened"
            case .customerMessage: "customer_message"
            case .agentReply: "agent_reply"
            case .note: "note"
            case .assigned: "assigned"
            case .tagsChanged: "tags_changed"
            case .priorityChanged: "priority_changed"
            case .planChanged: "plan_changed"
            case .tierChanged: "tier_changed"
            case .pending: "pending"
            case .onHold: "on_hold"
            case .resumed: "resumed"
            case .resolved: "resolved"
            case .closed: "closed"
            case .reopened: "reopened"
            case .noReplyNeeded: "no_reply_needed"
            case .acknowledged: "acknowledged"
            case .snoozed: "snoozed"
            case .reapplied: "reapplied"
            case .spam: "spam"
            case .notSpam: "not_spam"
            case .deleted: "deleted"
            }
        }

        /// Whether it changes what all that came before counts for: only the whole history can tell (S18).
        var judgesHistory: Bool { self == .spam || self == .notSpam || self == .deleted }

        package init?(word: some StringProtocol) {
            guard let kind = Kind.allCases.first(where: { $0.word == word }) else { return nil }
            self = kind
        }
    }

    /// Without what the customer wrote and who they are: what is kept of an event of a deleted case (S60).
    package var withoutContent: Event {
        var event = self
        event.text = nil
        event.fields.forgetContent()
        return event
    }

    /// Who wrote a message.
    ///
    /// Only a person's reply qualifies (S10).
    package enum Author: UInt8, Sendable, CaseIterable {
        case person = 0
        case bot = 1
        /// An automatic reply, an out-of-office mail.
        case auto = 2

        package var word: String {
            switch self {
            case .person: "person"
            case .bot: "bot"
            case .auto: "auto"
            }
        }

        package init?(word: some StringProtocol) {
            guard let author = Author.allCases.first(where: { $0.word == word }) else { return nil }
            self = author
        }
    }
}

/// An event as the store keeps it, with its place in the history of its case.
package struct Fact: Hashable, Sendable {
    /// `at` is the instant it counts at, after clamping (S20).
    package var event: Event
    package var receivedAt: Instant
    /// How many events of the case were accepted before it.
    package var arrival: Int
    package var isClamped: Bool

    package init(event: Event, receivedAt: Instant, arrival: Int, isClamped: Bool) {
        self.event = event
        self.receivedAt = receivedAt
        self.arrival = arrival
        self.isClamped = isClamped
    }

    package var position: Position { Position(at: event.at, seq: event.seq, arrival: arrival) }

    /// As it is kept of a deleted case (S60).
    package var withoutContent: Fact {
        var fact = self
        fact.event = event.withoutContent
        return fact
    }
}
