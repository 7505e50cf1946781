package import TimeBase

/// A fact about a case from outside.
package struct Event: Hashable, Sendable {
    /// The source's own id, or a hash that `Intake` derives (S20).
    ///
    /// Unique within (case, source), 1 to 256 Unicode scalars.
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
    /// The other case it speaks of: the survivor of `merged`, the origin of `split`; on what another case sent on, that case.
    package var link: Link?
    /// What `deadline_set` asks for; nil for every other kind.
    package var deadline: DeadlineSetting?
    /// The local user who handed it in, where the socket told us.
    package var user: String?
    /// The person who did it, as the source says; nil for kinds that name nobody.
    package var by: String?

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
        /// The case goes into another one (S18).
        case merged = 19
        /// The case was split off from another one.
        case split = 20
        case spam = 21
        case notSpam = 22
        case deleted = 23
        /// Never from outside: what a survivor is told of the case that was merged into it.
        case absorbed = 24
        /// A person ends a snooze before its time (S36).
        case snoozeEnded = 25
        /// Somebody gives a timer another deadline by hand (S19).
        case deadlineSet = 26

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
            case .merged: "merged"
            case .split: "split"
            case .spam: "spam"
            case .notSpam: "not_spam"
            case .deleted: "deleted"
            case .absorbed: "absorbed"
            case .snoozeEnded: "snooze_ended"
            case .deadlineSet: "deadline_set"
            }
        }

        /// Whether it says what a person did about the notices: it counts from the instant it was received (S36).
        package var isAboutNotices: Bool { self == .acknowledged || self == .snoozed || self == .snoozeEnded }

        /// Whether it changes what all that came before counts for: only the whole history can tell (S18).
        var judgesHistory: Bool { self == .spam || self == .notSpam || self == .deleted }

        /// Whether nobody can say after it that the case is no spam.
        var isForGood: Bool { self == .deleted || self == .merged }

        package init?(word: some StringProtocol) {
            guard let kind = Kind.allCases.first(where: { $0.word == word }) else { return nil }
            self = kind
        }

        /// What a source may send: all but what cases tell each other.
        package static let fromOutside = allCases.filter { $0 != .absorbed }
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

/// What an event says of another case.
///
/// Behind one reference, since few events have one and every decision copies events.
package final class Link: Hashable, Sendable {
    package let caseID: CaseID
    /// On `absorbed`: the oldest message that nobody has answered in the merged case; nil if nobody waits.
    package let waitingSince: Instant?
    /// On `absorbed`: that wait has breached in the merged case already, and counts there.
    package let isCounted: Bool
    /// On `absorbed`: how often the merged case has told what it hands over, 1 at first; the last word holds.
    package let number: Int
    /// On a `customer_message`: it came too late for that case and begins a new one (S25).
    package let opens: Bool
    /// That case had taken the event before it turned out to have a successor: nobody refuses it any more.
    package let wasTaken: Bool

    package init(
        _ caseID: CaseID,
        waitingSince: Instant? = nil,
        isCounted: Bool = false,
        number: Int = 0,
        opens: Bool = false,
        wasTaken: Bool = false
    ) {
        self.caseID = caseID
        self.waitingSince = waitingSince
        self.isCounted = isCounted
        self.number = number
        self.opens = opens
        self.wasTaken = wasTaken
    }

    package static func == (left: Link, right: Link) -> Bool {
        left === right
            || (left.caseID == right.caseID && left.waitingSince == right.waitingSince
                && left.isCounted == right.isCounted && left.number == right.number && left.opens == right.opens
                && left.wasTaken == right.wasTaken)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(caseID)
        hasher.combine(waitingSince)
        hasher.combine(number)
    }
}

/// The deadline that somebody gives a timer by hand (S19).
///
/// Behind one reference, since few events have one and every decision copies events.
package final class DeadlineSetting: Hashable, Sendable {
    package let metric: Metric
    /// Nil means the present cycle.
    package let cycle: Int?
    package let to: Instant
    /// The person, as the event says; nil leaves it to the local user who handed it in.
    package let by: String?

    package init(_ metric: Metric, cycle: Int? = nil, to: Instant, by: String? = nil) {
        self.metric = metric
        self.cycle = cycle
        self.to = to
        self.by = by
    }

    package static func == (left: DeadlineSetting, right: DeadlineSetting) -> Bool {
        left === right
            || (left.metric == right.metric && left.cycle == right.cycle && left.to == right.to && left.by == right.by)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(metric)
        hasher.combine(cycle)
        hasher.combine(to)
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
    /// What it was dated if that was clamped; nil if it was not, or if an earlier version did not keep it.
    package var datedAt: Instant?
    /// Why it was refused because of the state of its case: it is kept without effect, and a late event may give it one
    /// (S25); nil if it was accepted, or has its effect by now.
    package var refusedFor: StateRefusal?

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
