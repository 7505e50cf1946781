package import TimeBase

/// One step of a timer's ladder, as `slactl show` displays it.
package struct StepView: Hashable, Sendable {
    package var metric: Metric
    package var cycle: Int
    /// As the policy writes it: `75%`, `breach + 2h`.
    package var text: String
    /// `notify`, `escalate`, `move to tier 2`, ...
    package var action: String
    /// Ids of people and teams that it would tell if it came due next, the team of a new tier included; empty if nothing of it
    /// is to come.
    package var audience: [String]
    /// When it came due last; nil if it has not yet, or if the ledger does not say.
    package var firedAt: Instant?
    /// Who was told then, by the ledger.
    package var told: [String] = []
    /// Why it was passed over when it came due last; nil if it was not.
    package var skipped: String?
    /// Nil if it cannot come due: the timer is ended, acknowledged, or paused without `ladder_when_paused`.
    package var dueAt: Instant?
    package var isDone: Bool
    /// Why it cannot come due now; nil if it can, or has fired.
    package var rest: Rest?

    /// Raw values are the words of the API: never rename.
    package enum Rest: String, Sendable, CaseIterable {
        /// The timer has ended: it never will.
        case ended
        /// The cycle is only measured (S24): it never will.
        case measuredOnly = "measured_only"
        /// A person has taken the case: it never will in this cycle.
        case acknowledged
        /// The timer is paused, and its ladder with it.
        case paused
        /// The calendar has no open time ahead (S5).
        case suspended
        /// The deadline or the breach that it is measured from is not known yet.
        case noDeadline = "no_deadline"
    }

    package init(
        metric: Metric,
        cycle: Int,
        text: String,
        action: String,
        audience: [String],
        dueAt: Instant?,
        isDone: Bool
    ) {
        self.metric = metric
        self.cycle = cycle
        self.text = text
        self.action = action
        self.audience = audience
        self.dueAt = dueAt
        self.isDone = isDone
    }
}
