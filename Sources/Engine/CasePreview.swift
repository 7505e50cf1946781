package import TimeBase
import WorkingTime

/// What adopting another policy would do to one case (S16).
package struct CasePreview: Sendable {
    package var id: CaseID
    /// The targets to which something would happen, in the order of `Metric`; empty if nothing would.
    package var targets: [TargetPreview]
    /// How many notices would go out at once, beside those that are due anyway.
    package var notices: Int

    /// `after` is the case right after the adoption, `records` what that and the ladders would write at once.
    init(_ before: Case, _ after: Case, _ records: [LedgerRecord], _ policies: Policies, now: Instant) {
        id = before.id
        targets = Metric.allCases.compactMap { metric in
            after.timer(metric).flatMap { TargetPreview(before.timer(metric), $0, records, policies, now: now) }
        }
        notices = records.count { $0.priority != nil }
    }
}

/// What adopting another policy would do to one target of a case.
package struct TargetPreview: Hashable, Sendable {
    package var metric: Metric
    package var cycle: Int
    /// The tier that held the case at the start of the cycle.
    package var tier: Int
    package var effect: Effect
    /// Its time would be used up, and the deadline is the adoption plus `change_grace`.
    package var isUnderGrace: Bool
    /// Nil if the timer does not run, or is not there yet.
    package var deadlineBefore: Instant?
    /// Nil if the timer would not run.
    package var deadlineAfter: Instant?
    /// The open time that a paused timer has left, never negative; nil if it is not paused.
    package var leftBefore: Span?
    /// The same under the new policy.
    package var leftAfter: Span?
    /// The target rule that it would follow; where it ends, the one that it follows now.
    package var rule: String
    /// Who would be told at once: ids of people and teams, no one twice, in order.
    package var told: [String]

    /// Raw values are the words of the API: never rename.
    package enum Effect: String, Sendable, CaseIterable {
        /// Its time is used up by the new policy and there is no grace: it would be missed at the adoption.
        case breached
        /// The same, but for `change_grace`.
        case putOff = "put_off"
        case sooner
        case later
        /// Later, and three quarters of its time are used up: likely to be missed as things are.
        case spared
        /// A target that it has not now.
        case started
        /// No longer required; a breach already reached stays, and its ladder ends (S9).
        case cancelled
        /// It would not count in the present status any more.
        case paused
        /// It would count in the present status.
        case resumed
        /// Its calendar has no open time ahead (S5).
        case suspended
        /// Paused before and after, with less time left.
        case lessLeft = "less_left"
        /// Paused before and after, with more time left.
        case moreLeft = "more_left"
    }

    /// For whoever has no case to ask, such as a test.
    package init(metric: Metric, cycle: Int, tier: Int, effect: Effect, rule: String) {
        self.metric = metric
        self.cycle = cycle
        self.tier = tier
        self.effect = effect
        isUnderGrace = false
        self.rule = rule
        told = []
    }
}

extension TargetPreview {
    /// Nil if nothing would happen to the target.
    fileprivate init?(
        _ old: CaseTimer?,
        _ new: CaseTimer,
        _ records: [LedgerRecord],
        _ policies: Policies,
        now: Instant
    ) {
        let own = records.filter { $0.metric == new.metric && $0.cycle == new.cycle }
        isUnderGrace = own.contains {
            ($0.kind == .retargeted || $0.kind == .started) && $0.reason == LedgerRecord.changeGrace
        }
        let running = old.flatMap { $0.cycle == new.cycle ? $0 : nil }
        guard let effect = Self.effect(running, new, isUnderGrace: isUnderGrace, policies, now: now) else { return nil }
        self.effect = effect
        metric = new.metric
        cycle = new.cycle
        tier = new.tier
        rule = new.rule
        deadlineBefore = running?.deadline
        deadlineAfter = new.state == .running ? new.deadline : nil
        leftBefore = running.flatMap { $0.state == .paused ? $0.left : nil }
        leftAfter = new.state == .paused ? new.left : nil
        told = Set(own.filter { $0.priority != nil }.flatMap(\.everybodyTold)).sorted()
    }

    /// `old` is the same cycle before, nil if there is none.
    private static func effect(
        _ old: CaseTimer?,
        _ new: CaseTimer,
        isUnderGrace: Bool,
        _ policies: Policies,
        now: Instant
    ) -> Effect? {
        let isMissed = new.verdict == .breached || (new.state == .running && new.deadline.map { $0 <= now } ?? false)
        guard let old else { return new.state == .ended ? nil : isMissed ? .breached : .started }
        guard old.state != .ended else { return nil }
        guard new.state != .ended else { return .cancelled }
        // A breach stays, also one that settles and is not announced yet (S22).
        guard old.verdict == nil, old.deadline.map({ $0 >= now }) ?? true else { return nil }
        if isMissed { return .breached }
        if isUnderGrace { return .putOff }
        switch (old.state, new.state) {
        case (.running, .running):
            guard let before = old.deadline, let after = new.deadline, before != after else { return nil }
            if after < before { return .sooner }
            return old.isAtRisk(policies, now: now) ? .spared : .later
        case (.paused, .paused), (.suspended, .suspended):
            return new.left == old.left ? nil : new.left < old.left ? .lessLeft : .moreLeft
        case (.paused, .running), (.suspended, .running): return .resumed
        case (.running, .paused), (.suspended, .paused): return .paused
        case (.running, .suspended), (.paused, .suspended): return .suspended
        case (.ended, .running), (.ended, .paused), (.ended, .suspended), (.ended, .ended), (.running, .ended),
            (.paused, .ended), (.suspended, .ended):
            return nil
        }
    }
}

extension CaseTimer {
    /// Whether three quarters of its time are used up, which is when the default ladder warns.
    fileprivate func isAtRisk(_ policies: Policies, now: Instant) -> Bool {
        guard let since = runningSince, let calendar = policies.version(policyVersion).calendar(calendar) else {
            return false
        }
        let used = elapsed + calendar.open(from: since, to: max(now, since))
        return (duration - used).milliseconds <= duration.milliseconds / 4
    }
}
