import TimeBase
import WorkingTime

/// The clocks of a case: start, pause, stop, and what a deadline that passed means. All of it at instants of the history.
extension Turn {
    // MARK: Start

    /// Starts the next cycle of a metric, where a target rule asks for it.
    mutating func start(_ metric: Metric, at instant: Instant) {
        guard let timer = nextCycle(of: metric, since: instant) else { return }
        begin(timer, at: instant, grace: nil)
    }

    /// Starts the next cycle of a metric on a reopened case, as its target says (S15).
    ///
    /// `isLate` after the reopen window: then the case begins anew, whatever its targets say.
    mutating func restart(_ metric: Metric, at instant: Instant, isLate: Bool) {
        let mode = isLate ? .restart : reopenMode(of: metric)
        switch mode {
        case .ignore, nil: return
        case .restart: start(metric, at: instant)
        case .continue:
            let before = state.timer(metric)
            guard var timer = nextCycle(of: metric, since: instant) else { return }
            if let before { timer.carryOver(from: before) }
            begin(timer, at: instant, grace: ruling.policy.changeGrace)
        }
    }

    /// `grace` is the open time that is left at least.
    private mutating func begin(_ cycle: CaseTimer, at instant: Instant, grace: Span?) {
        var timer = cycle
        cycles?.append(Cycle(timer: timer, carried: timer.elapsed))
        if timer.pauseIn.contains(status: state.status) {
            timer.state = .paused
            timer.runningSince = nil
        } else {
            layOut(&timer, from: instant)
        }
        if let grace { leave(grace, from: instant, on: &timer) }
        put(timer)
        record(entry(.started, at: instant, timer))
        if timer.state == .paused { recordPause(timer, at: instant) }
        if timer.state == .suspended { recordSuspension(timer, at: instant) }
    }

    /// Which cycle of a metric comes next.
    private func nextIdentity(of metric: Metric) -> CycleIdentity {
        known?.next(metric) ?? CycleIdentity(cycle: cyclesStarted(metric) + 1)
    }

    private func cyclesStarted(_ metric: Metric) -> Int {
        state.index(of: metric).map { state.timers[$0].cyclesStarted }
            ?? state.withdrawn.first { $0.metric == metric }?.cycle ?? 0
    }

    private func reopenMode(of metric: Metric) -> Target.Reopen? {
        let rules = ruling.policy.targetRules
        return rules.firstIndex(for: state, tier: state.tier, plan: state.fields.plan)
            .flatMap { index in rules[index].targets.first { $0.metric == metric }?.reopen }
    }

    /// The next cycle of a metric as the first matching target rule asks for it, not laid out yet; nil if it does not.
    mutating func nextCycle(of metric: Metric, since instant: Instant) -> CaseTimer? {
        let identity = nextIdentity(of: metric)
        guard
            let (rule, target) = chooseTarget(
                metric,
                for: identity.cycle,
                tier: state.tier,
                plan: state.fields.plan,
                at: instant
            )
        else {
            return nil
        }
        known?.use(metric)
        var timer = CaseTimer(
            metric: metric,
            cycle: identity.cycle,
            startedAt: instant,
            duration: .zero,
            pauseIn: target.pauseIn,
            policyVersion: state.policyVersion,
            calendar: target.calendar,
            rule: rule,
            tier: state.tier,
            plan: state.fields.plan
        )
        timer.cyclesStarted = max(cyclesStarted(metric), identity.cycle)
        timer.revision = identity.revision
        timer.settle = target.settle
        timer.stopsAtReply = target.stopsAtReply
        timer.climbsWhilePaused = target.climbsWhilePaused
        allow(target.allowance, on: &timer, at: instant)
        return timer
    }

    /// Gives a timer, whose open time was banked at `instant`, what its target allows from its start on.
    func allow(_ allowance: Target.Allowance, on timer: inout CaseTimer, at instant: Instant) {
        switch allowance {
        case .openTime(let duration):
            timer.businessDays = nil
            timer.duration = duration
        case .businessDays(let days):
            timer.businessDays = days
            let calendar = calendar(of: timer)
            guard let calendar, let closing = try? calendar.closing(ofBusinessDay: days, after: timer.startedAt) else {
                // Too few open dates ahead: more than there is, so that laying it out suspends it (S5).
                timer.duration = timer.elapsed + WorkingCalendar.patience
                return
            }
            // Counted in open time from here on: a share of it can be warned of, and a reopening can carry it over.
            timer.duration = timer.elapsed + max(calendar.open(from: instant, to: closing), .zero)
        }
    }

    /// Works out the deadline of a running timer from `instant`, where its `elapsed` was banked.
    func layOut(_ timer: inout CaseTimer, from instant: Instant) {
        timer.runningSince = instant
        timer.deadline = try? calendar(of: timer)?.deadline(from: instant, after: timer.left)
        timer.state = timer.deadline == nil ? .suspended : .running
    }

    /// Moves a deadline that would come too soon to `grace` of open time after `instant` (S15, S16), and no further than the
    /// deadline that it had `before`, if that was still ahead; false if it comes no sooner.
    @discardableResult
    func leave(
        _ grace: Span,
        from instant: Instant,
        on timer: inout CaseTimer,
        noLaterThan before: CaseTimer? = nil
    ) -> Bool {
        guard let calendar = calendar(of: timer) else { return false }
        if timer.state == .paused {
            // It has no deadline to move (S9): the grace is what is left when it goes on, whenever that is.
            let granted = before.map { $0.left > .zero ? min($0.left, grace) : grace } ?? grace
            guard timer.left < granted else { return false }
            timer.duration = timer.elapsed + granted
            return true
        }
        guard let deadline = timer.deadline, var granted = try? calendar.deadline(from: instant, after: grace) else {
            return false
        }
        if let earlier = before?.deadline, earlier > instant { granted = min(granted, earlier) }
        guard deadline < granted else { return false }
        // The duration follows, so that a later pause keeps what was granted.
        timer.duration = timer.elapsed + calendar.open(from: instant, to: granted)
        timer.deadline = granted
        return true
    }

    // MARK: The passing of time

    /// Finds the breaches among deadlines up to an instant: `inclusive` at the commit, exclusive before an event, which
    /// is in time at the deadline exactly (S12).
    ///
    /// Those that still settle are left alone (S22): an event in flight may show that they were kept.
    mutating func observe(until instant: Instant, inclusive: Bool) {
        while let index = earliestMissed(until: instant, inclusive: inclusive),
            let deadline = state.timers[index].deadline
        {
            breach(index, at: deadline)
        }
    }

    /// Which running timer missed its deadline first (S33); nil if none did.
    private func earliestMissed(until instant: Instant, inclusive: Bool) -> Int? {
        var earliest: (index: Int, deadline: Instant)?
        for index in state.timers.indices where state.timers[index].state == .running {
            guard state.timers[index].verdict == nil, let deadline = state.timers[index].deadline else { continue }
            guard deadline < instant || (inclusive && deadline == instant) else { continue }
            guard deadline + state.timers[index].settle <= now else { continue }
            if let found = earliest, found.deadline <= deadline { continue }
            earliest = (index, deadline)
        }
        return earliest?.index
    }

    /// Before a timer is stopped, paused or given another target: one that settles and was missed before that is missed,
    /// whatever comes of the timer (S12, S22).
    mutating func decideSettling(_ index: Int, before instant: Instant) {
        guard state.timers[index].state == .running, state.timers[index].verdict == nil,
            let deadline = state.timers[index].deadline, deadline < instant
        else { return }
        breach(index, at: deadline)
    }

    /// Whether a breach is not announced yet (S22); the ledger gets it, and what followed from it, when it has settled.
    private func settles(_ index: Int) -> Bool {
        // What counts elsewhere is announced there.
        guard !state.timers[index].isVoid else { return false }
        return state.timers[index].breachedAt.map { $0 + state.timers[index].settle > now } ?? false
    }

    private mutating func breach(_ index: Int, at deadline: Instant) {
        state.timers[index].verdict = .breached
        state.timers[index].breachedAt = deadline
        let isAnnounced = known?.isAnnounced(state.timers[index].metric, state.timers[index].cycle) ?? false
        state.timers[index].isMeasuredOnly = !state.enforces(deadline) && !isAnnounced
        markStale(state.timers[index].metric)
        guard !settles(index) else {
            let announcement = deadline + state.timers[index].settle
            state.withheldUntil = min(state.withheldUntil ?? announcement, announcement)
            return
        }
        var breached = entry(.breached, at: deadline, state.timers[index])
        let latest = policies.latest
        let tier = state.timers[index].tier
        breached.team = latest.policy.tier(tier)?.team ?? state.fields.team
        breached.manager = latest.policy.manager(ofTier: tier)
        if !state.timers[index].isMeasuredOnly {
            breached.to = receivers(ofBreachInTier: tier)
            breached.priority = latest.policy.breachPriority
        } else {
            breached.reason = "deadline before enforce_from"
        }
        noteFound(state.timers[index], told: breached.to)
        record(breached)
    }

    /// A telling of a long history stops many cycles late: none of them looks through all records for its breach.
    private mutating func noteFound(_ timer: CaseTimer, told: [String]) {
        let key = CycleKey(metric: timer.metric, cycle: timer.cycle)
        breachesFound.removeAll { $0.key.metric == key.metric }
        breachesFound.append((key, told))
    }

    // MARK: End

    /// Stops a timer in time or late.
    mutating func stop(_ metric: Metric, at instant: Instant) {
        guard let index = state.indexOfUnended(metric) else { return }
        decideSettling(index, before: instant)
        let isLate = state.timers[index].breachedAt != nil
        end(index, at: instant, as: isLate ? .metLate : .met)
        guard !settles(index) else {
            withheldEnds.insert(CycleKey(metric: metric, cycle: state.timers[index].cycle))
            return
        }
        var stopped = entry(isLate ? .metLate : .met, at: instant, state.timers[index])
        if isLate, !state.timers[index].isMeasuredOnly, !state.timers[index].isVoid {
            stopped.manager = policies.latest.policy.manager(ofTier: state.timers[index].tier)
            stopped.to = told(ofBreach: index)
            stopped.priority = 5
        }
        record(stopped)
    }

    /// Ends a timer without a verdict; a breach already reached stays (S9, S14).
    mutating func cancel(_ metric: Metric, _ reason: CaseTimer.Cancellation, at instant: Instant) {
        guard let index = state.indexOfUnended(metric) else { return }
        decideSettling(index, before: instant)
        let isMissed = state.timers[index].verdict == .breached
        end(index, at: instant, as: isMissed ? .breached : .cancelled(reason))
        guard !settles(index) else {
            withheldEnds.insert(CycleKey(metric: metric, cycle: state.timers[index].cycle))
            return
        }
        var ended = entry(isMissed ? .ended : .cancelled, at: instant, state.timers[index])
        ended.reason = reason.word
        record(ended)
    }

    private mutating func end(_ index: Int, at instant: Instant, as verdict: CaseTimer.Verdict) {
        let calendar = calendar(of: state.timers[index])
        state.timers[index].bank(at: instant, calendar)
        // Ended, it shows the last deadline it had, also where it was paused.
        if state.timers[index].deadline == nil {
            let left = state.timers[index].left
            state.timers[index].deadline =
                state.timers[index].breachedAt ?? (try? calendar?.deadline(from: instant, after: left))
        }
        state.timers[index].verdict = verdict
        state.timers[index].state = .ended
        state.timers[index].endedAt = instant
        state.timers[index].ladder.nextStepAt = nil
    }

    // MARK: Pause

    /// Pauses and resumes what the present status asks for (S13).
    mutating func adjustPauses(at instant: Instant) {
        for index in state.timers.indices {
            let mustPause = state.timers[index].pauseIn.contains(status: state.status)
            switch (state.timers[index].state, mustPause) {
            case (.running, true), (.suspended, true): pause(index, at: instant)
            case (.paused, false): resume(index, at: instant)
            case (.running, false), (.suspended, false), (.paused, true), (.ended, true), (.ended, false): break
            }
        }
    }

    private mutating func pause(_ index: Int, at instant: Instant) {
        decideSettling(index, before: instant)
        var timer = state.timers[index]
        timer.bank(at: instant, calendar(of: timer))
        timer.state = .paused
        timer.deadline = nil
        put(timer)
        recordPause(timer, at: instant)
    }

    /// Says whose turn it is, and for what, as the source of the event says.
    private mutating func recordPause(_ timer: CaseTimer, at instant: Instant) {
        var paused = entry(.paused, at: instant, timer)
        paused.reason = eventReason.map { "\(state.status.word): \($0)" } ?? state.status.word
        record(paused)
    }

    private mutating func resume(_ index: Int, at instant: Instant) {
        var timer = state.timers[index]
        layOut(&timer, from: instant)
        // A breach keeps its date: the ladder is anchored to it.
        if let breachedAt = timer.breachedAt, timer.state == .running { timer.deadline = breachedAt }
        put(timer)
        record(entry(.resumed, at: instant, timer))
        if timer.state == .suspended { recordSuspension(timer, at: instant) }
    }

    // MARK: Keeping

    /// Puts a timer in the place of the last cycle of its metric.
    mutating func put(_ timer: CaseTimer) {
        markStale(timer.metric)
        if let index = state.timers.firstIndex(where: { $0.metric >= timer.metric }) {
            if state.timers[index].metric == timer.metric {
                if cycles != nil, state.timers[index].cycle != timer.cycle { keep(state.timers[index]) }
                state.timers[index] = timer
            } else {
                state.timers.insert(timer, at: index)
            }
        } else {
            state.timers.append(timer)
        }
    }

    mutating func markStale(_ metric: Metric) { stale |= 1 << metric.rawValue }

    mutating func recordSuspension(_ timer: CaseTimer, at instant: Instant) {
        var suspended = entry(.suspended, at: instant, timer)
        suspended.reason = "calendar \(timer.calendar) has no open time within 366 days"
        suspended.priority = 4
        record(suspended)
    }
}

extension Case {
    /// Whether a breach at this deadline is announced and escalated, or only measured (S24).
    func enforces(_ deadline: Instant) -> Bool { enforceFrom.map { deadline >= $0 } ?? true }
}

extension Turn {
    /// What a unit brings into the case is measured only before this instant (S24); an earlier one never lowers it.
    mutating func enforce(from instant: Instant) {
        state.enforceFrom = max(state.enforceFrom ?? instant, instant)
        stale = .max
    }
}
