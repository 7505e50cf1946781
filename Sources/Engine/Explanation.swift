package import TimeBase
package import WorkingTime

/// How the deadlines of a case came about, from its history: what `slactl explain` tells.
package struct Explanation: Sendable {
    /// The cycles that were asked for, in the order in which they were asked for.
    package var cycles: [Cycle]
    /// How many cycles there are, those that were not asked for by their page too.
    package var cycleCount: Int
    /// When the content of the case was removed (S60): then there are no cycles, and only `verdicts` are left.
    package var forgottenAt: Instant?
    /// What the ledger still says of a case whose content was removed, oldest first.
    package var verdicts: [LedgerRecord]
    /// Events that count at another instant than they are dated (S26): the `clampedMax` newest, oldest first.
    package var clamped: [LedgerRecord] = []

    package static let clampedMax = 50

    /// `cycleCount` is nil if `cycles` are all there are.
    package init(
        cycles: [Cycle],
        cycleCount: Int? = nil,
        forgottenAt: Instant? = nil,
        verdicts: [LedgerRecord] = []
    ) {
        self.cycles = cycles
        self.cycleCount = cycleCount ?? cycles.count
        self.forgottenAt = forgottenAt
        self.verdicts = verdicts
    }

    /// One cycle, from its start to its end or until now.
    package struct Cycle: Sendable {
        package var metric: Metric
        package var cycle: Int
        package var startedAt: Instant
        /// Open time taken over from the cycle before (S15), or waited in a case that was merged into this one (S18).
        package var carried: Span
        /// What happened to its clock, in order.
        package var parts: [Part]
        package var duration: Span
        package var calendar: String
        package var deadline: Instant?
        package var breachedAt: Instant?
        package var endedAt: Instant?
        package var state: CaseTimer.State
        package var verdict: CaseTimer.Verdict?
        /// The verdict does not count (S18).
        package var isVoid = false
        /// Why it does not, where the history says so; nil if it counts.
        package var voidReason: String?
        /// Who was told what, as the ledger has it.
        package var told: [LedgerRecord]
    }

    /// What happened to the clock of a cycle.
    package enum Part: Sendable {
        /// The target rules were asked.
        case chosen(RuleChoice)
        /// Open time counted; `until` is the end of the stretch, or the deadline where it runs on.
        case counted(Counted)
        /// `cause` is whose turn it was, and for what; nil if a change of the rules paused it.
        case paused(from: Instant, until: Instant?, cause: String?)
        /// Its calendar has no open time ahead (S5).
        case suspended(from: Instant)
        /// A change gave it another deadline (S16); the record says which and why.
        case retargeted(LedgerRecord)
        /// Somebody gave it a deadline by hand (S19); the record says who, which and why.
        case deadlineSet(LedgerRecord)
    }

    /// A stretch in which the timer ran, under one calendar.
    package struct Counted: Sendable {
        package var from: Instant
        package var until: Instant
        package var calendar: String
        /// The IANA zone whose wall clock the calendar follows; nil for `always`.
        package var zone: String?
        /// What was open of it.
        package var spans: [OpenStretch]
        package var total: Span
    }
}

/// Which target rule gave a cycle its target, and why the ones before it did not.
package struct RuleChoice: Hashable, Sendable {
    package var metric: Metric
    /// The cycle that it was chosen for.
    package var cycle: Int
    package var at: Instant
    package var policyVersion: Int
    /// Nil if no rule matched.
    package var rule: String?
    /// Nil if the rule does not ask for the target, or asks for it in business days.
    package var duration: Span?
    /// Nil if the rule asks for open time (S8).
    package var businessDays: Int?
    /// Nil if the rule does not ask for the target.
    package var calendar: String?
    package var passedOver: [PassedOver]

    /// A rule that comes earlier in the policy and does not match.
    package struct PassedOver: Hashable, Sendable {
        package var rule: String
        package var why: String
    }
}
