package import TimeBase

/// What is measured.
///
/// Raw values are stored: never renumber.
package enum Metric: UInt8, Sendable, CaseIterable, Comparable {
    case firstReply = 0
    case nextReply = 1
    case update = 2
    /// As `update`, but it waits while the customer has the turn.
    case pausableUpdate = 3
    case requesterWait = 4
    case agentWork = 5
    case resolution = 6
    case tierTime = 7

    package var word: String {
        switch self {
        case .firstReply: "first_reply"
        case .nextReply: "next_reply"
        case .update: "update"
        case .pausableUpdate: "pausable_update"
        case .requesterWait: "requester_wait"
        case .agentWork: "agent_work"
        case .resolution: "resolution"
        case .tierTime: "tier_time"
        }
    }

    package init?(word: some StringProtocol) {
        guard let metric = Metric.allCases.first(where: { $0.word == word }) else { return nil }
        self = metric
    }

    /// The statuses in which it does not count, unless its target says otherwise.
    package var pausesByDefault: StatusSet {
        switch self {
        case .firstReply, .nextReply, .update, .resolution, .tierTime: []
        case .pausableUpdate, .requesterWait: StatusSet(.pending)
        case .agentWork: [StatusSet(.pending), StatusSet(.onHold)]
        }
    }

    /// Those that run from one qualifying reply to the next.
    static let updates: [Metric] = [.update, .pausableUpdate]
    /// Those that run from the opening until the case is resolved.
    static let wholeCase: [Metric] = [.requesterWait, .agentWork, .resolution]

    package static func < (left: Metric, right: Metric) -> Bool { left.rawValue < right.rawValue }
}

/// One target on one case, in one cycle: from its start to its end.
package struct CaseTimer: Hashable, Sendable {
    package let metric: Metric
    /// 1 for the first cycle of this metric on this case.
    ///
    /// Kept for good: a cycle that a late event puts before others gets the next free number.
    package var cycle: Int
    /// The highest number given to a cycle of this metric on this case.
    package var cyclesStarted: Int
    /// Raised by each retraction: a breach is (case, target, cycle, revision).
    package var revision = 0
    package var state: State
    package var verdict: Verdict?
    package var startedAt: Instant
    /// Set when `state` is `ended`.
    package var endedAt: Instant?
    /// How much open time the target allows.
    package var duration: Span
    /// Where the target is given in open dates, how many; `duration` is then the open time until the last of them closes.
    package var businessDays: Int?
    /// Open time used up before `runningSince`.
    package var elapsed: Span
    /// Since when open time counts; nil unless `state` is `running`.
    package var runningSince: Instant?
    /// While running and after the end: the last instant in time (S2).
    ///
    /// Nil while paused (S9) or suspended.
    package var deadline: Instant?
    /// The deadline that passed; set with the verdicts `breached` and `metLate`.
    package var breachedAt: Instant?
    /// How long after its deadline a breach is announced (S22).
    package var settle = Span.zero
    /// Its breach is measured and neither announced nor escalated (S24).
    package var isMeasuredOnly = false
    /// The verdict is kept and not counted (S18).
    package var isVoid = false
    /// Somebody gave it its deadline (S19): no change of fields, policy or calendar moves or cancels it.
    package var isSetByHand = false
    /// The statuses in which it does not count.
    package var pauseIn: StatusSet
    /// A qualifying reply stops it too (`tier_time` with `until: reply`).
    package var stopsAtReply = false
    /// Once missed, its ladder goes on while it is paused (S13).
    package var climbsWhilePaused = false
    /// The version of the policy whose target and calendar this cycle follows (S16).
    package var policyVersion: Int
    /// The version of the policy it started under: its ladder is pinned (S31).
    package var ladderVersion: Int
    /// The tier that held the case at the start: its ladder is pinned, its team is the one that misses (S31).
    package var tier: Int
    package var ladder = LadderProgress()
    private var terms: Terms

    package init(
        metric: Metric,
        cycle: Int,
        startedAt: Instant,
        duration: Span,
        pauseIn: StatusSet,
        policyVersion: Int,
        calendar: String,
        rule: String,
        tier: Int,
        plan: String?
    ) {
        self.metric = metric
        self.cycle = cycle
        cyclesStarted = cycle
        self.startedAt = startedAt
        self.duration = duration
        self.pauseIn = pauseIn
        self.policyVersion = policyVersion
        ladderVersion = policyVersion
        self.tier = tier
        terms = Terms(calendar: calendar, rule: rule, plan: plan)
        state = .running
        elapsed = .zero
        runningSince = startedAt
    }

    /// Whether steps of its ladder can come due as things stand.
    ///
    /// They can while it runs and, where its target says so, while it is paused after its breach (S13); never once
    /// somebody has acknowledged (S36) or where it is only measured (S24).
    // Inlined: on a timer in an array it would otherwise be given a copy of it.
    @inline(__always)
    var climbs: Bool {
        guard !ladder.isStopped, !isMeasuredOnly else { return false }
        return state == .running || (state == .paused && climbsWhilePaused && breachedAt != nil)
    }

    package var calendar: String {
        get { terms.calendar }
        set { terms = Terms(calendar: newValue, rule: rule, plan: plan) }
    }
    /// The target rule that gave it its duration.
    package var rule: String {
        get { terms.rule }
        set { terms = Terms(calendar: calendar, rule: newValue, plan: plan) }
    }
    /// The customer's plan at the start; pinned until somebody reapplies the rules (S16).
    package var plan: String? {
        get { terms.plan }
        set { terms = Terms(calendar: calendar, rule: rule, plan: newValue) }
    }

    /// The texts of a cycle, behind one reference: almost every decision copies the timers, almost none changes these.
    private final class Terms: Hashable, Sendable {
        let calendar: String
        let rule: String
        let plan: String?

        init(calendar: String, rule: String, plan: String?) {
            self.calendar = calendar
            self.rule = rule
            self.plan = plan
        }

        static func == (left: Terms, right: Terms) -> Bool {
            left === right
                || (left.calendar == right.calendar && left.rule == right.rule && left.plan == right.plan)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(calendar)
            hasher.combine(rule)
            hasher.combine(plan)
        }
    }

    /// Whether the timer counts, and why not; how it came out is the verdict.
    package enum State: UInt8, Sendable, CaseIterable {
        case running = 0
        case paused = 1
        /// Its calendar has no open time ahead (S5).
        case suspended = 2
        case ended = 3

        package var word: String {
            switch self {
            case .running: "running"
            case .paused: "paused"
            case .suspended: "suspended"
            case .ended: "ended"
            }
        }
    }

    /// How the timer came out; apart from its state, since a breached timer may go on running.
    package enum Verdict: Hashable, Sendable {
        case met
        case metLate
        /// The deadline passed; ended or not, it was never stopped in time.
        case breached
        case cancelled(Cancellation)

        package var word: String {
            switch self {
            case .met: "met"
            case .metLate: "met_late"
            case .breached: "breached"
            case .cancelled: "cancelled"
            }
        }
    }

    /// Why a timer ended without a verdict that counts.
    ///
    /// Raw values are stored: never renumber.
    package enum Cancellation: UInt8, Sendable, CaseIterable {
        case closedUnanswered = 0
        case resolved = 1
        case noReplyNeeded = 2
        /// The engine moved the case up (`tier_time`).
        case escalated = 3
        case movedDown = 4
        case noLongerRequired = 5
        case spam = 6
        case merged = 7
        case deleted = 8

        package var word: String {
            switch self {
            case .closedUnanswered: "closed_unanswered"
            case .resolved: "resolved"
            case .noReplyNeeded: "no_reply_needed"
            case .escalated: "escalated"
            case .movedDown: "moved_down"
            case .noLongerRequired: "no_longer_required"
            case .spam: "spam"
            case .merged: "merged"
            case .deleted: "deleted"
            }
        }
    }
}

/// How far a timer's ladder has got in this cycle.
package struct LadderProgress: Hashable, Sendable {
    /// Bit n: step n of the ladder has fired or was skipped.
    package var fired: UInt64 = 0
    /// How often the repeating step has come due.
    package var repeats = 0
    /// How many escalations of this ladder have fired (S37); while `countsPeople` is set, how many of them went to a person.
    package var rung = 0
    /// A version before S37 counted: `rung` is the number of people above the top tier who were told.
    package var countsPeople = false
    /// Acknowledged (S36): nothing more fires in this cycle.
    package var isStopped = false
    /// Acknowledged for a while (S36): nothing fires before this; then the highest step that has come due.
    package var silentUntil: Instant?
    /// Who was told of the breach or of a step after it, no one twice (S32).
    package var told: [String] = []
    /// When the next step is due; nil if none is left or it must wait.
    ///
    /// Kept so that a wake costs O(1).
    package var nextStepAt: Instant?

    package init() {}
}
