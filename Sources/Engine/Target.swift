package import TimeBase

/// One entry of the ordered list that gives a case its targets.
package struct TargetRule: Sendable {
    package var name: String
    package var condition: Condition
    /// At most one of each metric.
    ///
    /// A metric that is missing here is not measured for the case.
    package var targets: [Target]

    package init(name: String, condition: Condition, targets: [Target]) {
        self.name = name
        self.condition = condition
        self.targets = targets
    }
}

/// Metric, duration and calendar: `first_reply` within 6 h of `office`.
package struct Target: Hashable, Sendable {
    package var metric: Metric
    package var allowance: Allowance
    package var calendar: String
    package var pauseIn: StatusSet
    /// For how long after the deadline, in wall time, a breach is not announced, so that events in flight arrive (S22).
    package var settle: Span
    /// What a reopened case does to it (S15); `next_reply` always starts afresh.
    package var reopen: Reopen
    /// `until: reply`: a qualifying reply stops it too; for `tier_time` only.
    package var stopsAtReply: Bool
    /// `ladder_when_paused`: once missed, its ladder goes on while it is paused (S13).
    package var climbsWhilePaused: Bool

    /// `pauseIn` is the metric's own where it is nil; an empty one never pauses, and neither do business days (S8).
    package init(
        metric: Metric,
        allowance: Allowance,
        calendar: String,
        pauseIn: StatusSet? = nil,
        settle: Span = .zero,
        reopen: Reopen = .continue,
        stopsAtReply: Bool = false,
        climbsWhilePaused: Bool = false
    ) {
        self.metric = metric
        self.allowance = allowance
        self.calendar = calendar
        self.pauseIn =
            switch allowance {
            case .openTime: pauseIn ?? metric.pausesByDefault
            case .businessDays: []
            }
        self.settle = settle
        self.reopen = reopen
        self.stopsAtReply = stopsAtReply
        self.climbsWhilePaused = climbsWhilePaused
    }

    /// A target of so much open time.
    package init(
        metric: Metric,
        duration: Span,
        calendar: String,
        pauseIn: StatusSet? = nil,
        settle: Span = .zero,
        reopen: Reopen = .continue,
        stopsAtReply: Bool = false,
        climbsWhilePaused: Bool = false
    ) {
        self.init(
            metric: metric,
            allowance: .openTime(duration),
            calendar: calendar,
            pauseIn: pauseIn,
            settle: settle,
            reopen: reopen,
            stopsAtReply: stopsAtReply,
            climbsWhilePaused: climbsWhilePaused
        )
    }

    /// The open time it allows; nil if that depends on when it starts.
    package var duration: Span? {
        switch allowance {
        case .openTime(let span): span
        case .businessDays: nil
        }
    }

    /// How many open dates it may take; nil if it is given open time (S8).
    package var businessDays: Int? {
        switch allowance {
        case .openTime: nil
        case .businessDays(let days): days
        }
    }

    /// How long a target may take.
    package enum Allowance: Hashable, Sendable {
        case openTime(Span)
        /// Until the closing of the n-th open date after the date of the start, at least 1; it never pauses (S8).
        case businessDays(Int)

        /// As the policy writes it.
        package var text: String {
            switch self {
            case .openTime(let span): span.description
            case .businessDays(let days): days == 1 ? "1 business day" : "\(days) business days"
            }
        }
    }

    /// What a reopened case does to a target (S15).
    package enum Reopen: String, Sendable, CaseIterable {
        /// A new cycle carries the elapsed time over.
        case `continue`
        /// A new cycle begins from zero.
        case restart
        /// No new cycle.
        case ignore
    }
}

/// What a rule asks of a case.
package indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case tier([Int])
    case priority([String])
    case plan([String])
    case channel([String])
    case source([String])
    case customer([String])
    /// At least one of these tags.
    case tags([String])

    /// Matches every case.
    package static let always = Condition.all([])
}
