package import TimeBase

/// The name a case has in the system it comes from, 1 to 256 Unicode scalars, without control characters.
package struct CaseID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// In Unicode scalars, as JSON Schema counts.
    package static let lengthMax = 256

    /// Takes the text as it is: `Intake` has checked what came from outside.
    package init(_ rawValue: String) { self.rawValue = rawValue }

    package static func < (left: CaseID, right: CaseID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { rawValue }
}

/// One customer request: what the engine knows of it between two inputs.
///
/// Holds the current cycle of each target only; earlier ones live in the ledger. So its size does not grow with the
/// length of its history, and an input that sorts last costs the same on the first day and in the tenth year.
package struct Case: Hashable, Sendable {
    package let id: CaseID
    package var status: Status
    package var openedAt: Instant
    package var openedBy: Opener
    /// The system that opened it; target rules may ask for it.
    package var source: String
    /// The instant of the last change to `resolved`, `closed` or `spam`, or of the deletion; nil while the case is open.
    package var doneAt: Instant?
    /// Its content was erased for good and nothing of it counts (S18, S60); the status is `closed`.
    package var isDeleted = false
    /// Since when nothing has happened to a case that is over: the commit of the last event that it took; nil while live.
    ///
    /// Not when it is dated: what an old log brings in today is kept from today on (S60).
    package var restsSince: Instant?
    /// When its content was removed, because it had rested for so long (S60): its history is gone, its verdicts stay.
    package var forgottenAt: Instant?
    package var fields: CaseFields
    /// Since when its tier works it.
    package var tierSince: Instant
    /// The oldest customer message that no qualifying reply has answered (S11).
    package var waitingSince: Instant?
    /// Whether a qualifying reply was ever sent, whatever targets there are (S10).
    package var hasReply: Bool
    /// The last qualifying reply that was sent while the case was open: since then the customer waits for an update.
    package var repliedAt: Instant?
    /// The current or last cycle of each metric, at most one of each, in order of `Metric`.
    package var timers: [CaseTimer]
    /// The highest numbers of metrics that have no timer any more, because a late event took all their cycles away.
    ///
    /// A number is not given twice.
    package var withdrawn: [Withdrawn] = []
    /// Where the last applied event stands; an event that sorts before it needs the history (S20, S21).
    package var last: Position
    /// Events were taken while the clock could not be believed: what they mean is told from the history at the next look.
    ///
    /// The arrival number of the first of them; nil if there are none.
    package var keptFrom: Int?
    /// How many events were applied; the arrival number of the next one.
    package var eventsApplied: Int
    /// Cycles whose deadline lies before this are measured and never escalate (S24).
    package var enforceFrom: Instant?
    /// The version of the policy that ruled when the case became known.
    package var openedUnder = 0
    /// The version up to which the case was brought (S16).
    package var policyVersion = 0
    /// A missed timer was stopped or paused while its breach settles: from this instant on the ledger may say so (S22).
    ///
    /// The earliest of such instants; what the ledger lacks is then told from the history.
    package var withheldUntil: Instant?
    /// Where it sends what comes for it: it was merged (S18), or a message came too late for it (S25).
    package var successor: Successor?
    /// What people did about its notices; nil almost always.
    ///
    /// Read it through `acknowledgement`, `snooze` and `untold`.
    package var handling: Handling?

    package init(
        id: CaseID,
        status: Status,
        openedAt: Instant,
        openedBy: Opener,
        source: String,
        fields: CaseFields,
        last: Position
    ) {
        self.id = id
        self.status = status
        self.openedAt = openedAt
        self.openedBy = openedBy
        self.source = source
        self.fields = fields
        tierSince = openedAt
        self.last = last
        hasReply = false
        timers = []
        eventsApplied = 0
    }

    /// The highest number that was given to a cycle of a metric.
    package struct Withdrawn: Hashable, Sendable {
        package var metric: Metric
        package var cycle: Int

        package init(metric: Metric, cycle: Int) {
            self.metric = metric
            self.cycle = cycle
        }
    }

    /// Since when its content waits to be removed; nil if it does not, or has none any more.
    package var keptSince: Instant? { forgottenAt == nil ? restsSince : nil }

    /// Which tier works the case.
    ///
    /// Set when it is opened; `fields.tier` of a case is never nil.
    package var tier: Int { fields.tier ?? 0 }

    /// The timer of a metric, its current or last cycle; nil if it never started.
    package func timer(_ metric: Metric) -> CaseTimer? { index(of: metric).map { timers[$0] } }

    func index(of metric: Metric) -> Int? { timers.indices.first { timers[$0].metric == metric } }

    /// Where the timer of a metric is, if it has not ended.
    func indexOfUnended(_ metric: Metric) -> Int? {
        index(of: metric).flatMap { timers[$0].state == .ended ? nil : $0 }
    }
}

/// The case that takes what comes for another one.
///
/// Behind one reference: few cases have one.
package final class Successor: Hashable, Sendable {
    package let caseID: CaseID
    /// Events that sort after this are the successor's.
    package let position: Position
    /// Merged into it; otherwise linked by a message after the reopen window.
    package let isMerge: Bool
    /// The last word on what was handed over by a merge; nil before the first, and where the case is only linked.
    package let handedOver: Link?

    /// How many cases may lie between a merged case and the one that takes what comes for it.
    package static let chainMax = 1_000

    package init(_ caseID: CaseID, after position: Position, isMerge: Bool, handedOver: Link? = nil) {
        self.caseID = caseID
        self.position = position
        self.isMerge = isMerge
        self.handedOver = handedOver
    }

    package static func == (left: Successor, right: Successor) -> Bool {
        left === right
            || (left.caseID == right.caseID && left.position == right.position && left.isMerge == right.isMerge
                && left.handedOver == right.handedOver)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(caseID)
        hasher.combine(position)
    }
}

/// Whose turn a case is; exactly one at a time.
///
/// Raw values are the words of the API and of the store: never renumber.
package enum Status: UInt8, Sendable, CaseIterable {
    case new = 0
    case open = 1
    /// The customer's turn.
    case pending = 2
    /// A third party's turn.
    case onHold = 3
    case resolved = 4
    case closed = 5
    case spam = 6
    case merged = 7

    package var word: String {
        switch self {
        case .new: "new"
        case .open: "open"
        case .pending: "pending"
        case .onHold: "on_hold"
        case .resolved: "resolved"
        case .closed: "closed"
        case .spam: "spam"
        case .merged: "merged"
        }
    }

    package init?(word: some StringProtocol) {
        guard let status = Status.allCases.first(where: { $0.word == word }) else { return nil }
        self = status
    }

    /// Whether somebody still has to do something: all but resolved, closed, spam and merged.
    package var isLive: Bool {
        switch self {
        case .new, .open, .pending, .onHold: true
        case .resolved, .closed, .spam, .merged: false
        }
    }
}

/// A set of statuses, for `pause_in`.
package struct StatusSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package init(_ status: Status) { rawValue = 1 << status.rawValue }

    /// Whether the set has this one status.
    package func contains(status: Status) -> Bool { contains(StatusSet(status)) }
}

/// Who opened a case.
///
/// `system` counts as the customer (SEMANTICS, Events).
package enum Opener: UInt8, Sendable, CaseIterable {
    case customer = 0
    case staff = 1
    case system = 2

    package var word: String {
        switch self {
        case .customer: "customer"
        case .staff: "staff"
        case .system: "system"
        }
    }

    package init?(word: some StringProtocol) {
        guard let opener = Opener.allCases.first(where: { $0.word == word }) else { return nil }
        self = opener
    }
}

/// The place of an event in the history of its case: (`at`, `seq`, arrival), S20.
package struct Position: Hashable, Comparable, Sendable {
    package var at: Instant
    /// The source's own order; an event without one sorts after those that have one.
    package var seq: Int64
    package var arrival: Int

    package init(at: Instant, seq: Int64?, arrival: Int) {
        self.at = at
        self.seq = seq ?? .max
        self.arrival = arrival
    }

    /// The place of an act of the engine's own: after all events of its instant (S21).
    static func ofAct(at instant: Instant) -> Position { Position(at: instant, seq: nil, arrival: .max / 2) }

    package static func < (left: Position, right: Position) -> Bool {
        (left.at, left.seq, left.arrival) < (right.at, right.seq, right.arrival)
    }
}
