package import TimeBase

/// What people did about the notices of a case, and what they have not been told because of that (S36).
///
/// Behind one reference: few cases have any of it, and every decision copies the case.
package final class Handling: Hashable, Sendable {
    package let acknowledgement: Acknowledgement?
    package let snooze: Snooze?
    /// Oldest first.
    package let untold: [Untold]

    package init(acknowledgement: Acknowledgement? = nil, snooze: Snooze? = nil, untold: [Untold] = []) {
        self.acknowledgement = acknowledgement
        self.snooze = snooze
        self.untold = untold
    }

    package static func == (left: Handling, right: Handling) -> Bool {
        left === right
            || (left.acknowledgement == right.acknowledgement && left.snooze == right.snooze
                && left.untold == right.untold)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(acknowledgement)
        hasher.combine(snooze)
        hasher.combine(untold)
    }
}

/// A person has taken a case.
package struct Acknowledgement: Hashable, Sendable {
    /// When it was received: it covers the timers that were there by then.
    package var at: Instant
    /// Nil if nobody said who it was.
    package var by: String?

    package init(at: Instant, by: String?) {
        self.at = at
        self.by = by
    }
}

/// For a while nobody is told of a case.
package struct Snooze: Hashable, Sendable {
    /// Since when the case is snoozed without a break, inclusive.
    package var since: Instant
    /// When it ends, exclusive.
    package var until: Instant
    /// Nil if nobody said who it was.
    package var by: String?

    package init(since: Instant, until: Instant, by: String?) {
        self.since = since
        self.until = until
        self.by = by
    }
}

/// A decision that somebody is to be told of when the snooze ends.
package struct Untold: Hashable, Sendable {
    /// `breached`, `metLate` or `retracted`.
    package var kind: LedgerRecord.Kind
    package var metric: Metric
    package var cycle: Int
    package var revision: Int
    /// When it became true.
    package var at: Instant
    /// The deadline that was missed.
    package var deadline: Instant
    /// The tier that held the case when the cycle started.
    package var tier: Int
    /// Ids of people and teams.
    package var to: [String]

    package init(
        kind: LedgerRecord.Kind,
        metric: Metric,
        cycle: Int,
        revision: Int,
        at: Instant,
        deadline: Instant,
        tier: Int,
        to: [String]
    ) {
        self.kind = kind
        self.metric = metric
        self.cycle = cycle
        self.revision = revision
        self.at = at
        self.deadline = deadline
        self.tier = tier
        self.to = to
    }
}

extension Case {
    /// Who has taken the case; nil if nobody has, or if every timer that this covered has ended.
    package var acknowledgement: Acknowledgement? {
        get { handling?.acknowledgement }
        set {
            guard newValue != handling?.acknowledgement else { return }
            handle(newValue, handling?.snooze, handling?.untold ?? [])
        }
    }

    /// Until when nobody is told of the case; nil if it is not snoozed.
    package var snooze: Snooze? {
        get { handling?.snooze }
        set {
            guard newValue != handling?.snooze else { return }
            handle(handling?.acknowledgement, newValue, handling?.untold ?? [])
        }
    }

    /// What somebody is to be told of when the snooze ends.
    package var untold: [Untold] {
        get { handling?.untold ?? [] }
        set {
            guard newValue != untold else { return }
            handle(handling?.acknowledgement, handling?.snooze, newValue)
        }
    }

    private mutating func handle(_ acknowledgement: Acknowledgement?, _ snooze: Snooze?, _ untold: [Untold]) {
        let isNothing = acknowledgement == nil && snooze == nil && untold.isEmpty
        handling = isNothing ? nil : Handling(acknowledgement: acknowledgement, snooze: snooze, untold: untold)
    }
}
