import TimeBase
import WorkingTime

/// What a change of the case or of the policy does to its running clocks (S16).
extension Turn {
    // MARK: The case

    /// Chooses the rules again if a field has changed that one of them asks for (S16).
    mutating func retarget(ifAskedAfter before: CaseFields, at instant: Instant) {
        guard state.status.isLive, ruling.asked.differ(before, state.fields) else { return }
        retarget(at: instant)
    }

    /// Gives the running timers the targets that the changed case asks for: same start, elapsed and pauses kept.
    ///
    /// A cycle keeps the plan of its start, unless the rules are reapplied by hand.
    mutating func retarget(at instant: Instant, isReapplied: Bool = false) {
        for index in state.timers.indices { decideSettling(index, before: instant) }
        for metric in Metric.allCases {
            guard var timer = state.timer(metric), timer.state != .ended else { continue }
            // What somebody has set by hand, only somebody takes away (S19).
            if timer.isSetByHand, !isReapplied { continue }
            if isReapplied { timer.plan = state.fields.plan }
            let chosen = chooseTarget(metric, for: timer.cycle, tier: timer.tier, plan: timer.plan, at: instant)
            guard let (rule, target) = chosen else {
                cancel(metric, .noLongerRequired, at: instant)
                continue
            }
            // The same rule: nothing changes, also where grace has given it more than it says. And a looser target never
            // undoes a breach.
            guard rule != timer.rule || timer.isSetByHand, timer.verdict == nil else {
                // The plan of now is pinned all the same: a rule that is chosen later asks for it.
                if isReapplied { put(timer) }
                continue
            }
            timer.isSetByHand = false
            retarget(timer, to: target, rule: rule, at: instant)
        }
        startMissing(at: instant)
    }

    /// What the ruling version asks of a cycle that started with this tier and this plan; nil if its rule has no such
    /// target.
    mutating func chooseTarget(
        _ metric: Metric,
        for cycle: Int,
        tier: Int,
        plan: String?,
        at instant: Instant
    ) -> (rule: String, target: Target)? {
        let rules = ruling.policy.targetRules
        let chosen = rules.firstIndex(for: state, tier: tier, plan: plan)
        // By index: a rule or a target that is passed over is not copied.
        let place = chosen.flatMap { index in
            rules[index].targets.indices.first { rules[index].targets[$0].metric == metric }
        }
        if choices != nil {
            let target = chosen.flatMap { index in place.map { rules[index].targets[$0] } }
            note(metric, cycle, chosen.map { rules[$0] }, target, tier: tier, plan: plan, at: instant)
        }
        guard let chosen, let place else { return nil }
        return (rules[chosen].name, rules[chosen].targets[place])
    }

    private mutating func note(
        _ metric: Metric,
        _ cycle: Int,
        _ rule: TargetRule?,
        _ target: Target?,
        tier: Int,
        plan: String?,
        at instant: Instant
    ) {
        // A cycle that does not begin has no story.
        guard target != nil || state.timer(metric)?.cycle == cycle else { return }
        let earlier = ruling.policy.targetRules.prefix { $0.name != rule?.name }
        choices?
            .append(
                RuleChoice(
                    metric: metric,
                    cycle: cycle,
                    at: instant,
                    policyVersion: state.policyVersion,
                    rule: rule?.name,
                    duration: target?.duration,
                    businessDays: target?.businessDays,
                    calendar: target?.calendar,
                    passedOver: earlier.map { passed in
                        let why = passed.condition.mismatch(state, tier: tier, plan: plan)
                        return RuleChoice.PassedOver(rule: passed.name, why: why ?? "it matches")
                    }
                )
            )
    }

    // MARK: The policy

    /// Brings the case through every version adopted since it was last touched, each as of its adoption.
    ///
    /// False if something that sorts after an adoption was applied already: then the history has to be told anew.
    mutating func bringUpToDate() -> Bool {
        for version in policies.versions(after: state.policyVersion) {
            guard state.last <= .ofAct(at: adoption(of: version)) else { return false }
            adopt(version)
        }
        return true
    }

    /// A version rules no case before that case is there.
    private func adoption(of version: PolicyVersion) -> Instant { max(version.adoptedAt, state.openedAt) }

    /// Lets a version rule from its adoption on.
    mutating func adopt(_ version: PolicyVersion) {
        let instant = adoption(of: version)
        observe(until: instant, inclusive: true)
        for index in state.timers.indices { decideSettling(index, before: instant) }
        state.policyVersion = version.number
        state.last = max(state.last, .ofAct(at: instant))
        guard state.status.isLive else { return }
        for metric in Metric.allCases {
            guard let timer = state.timer(metric), timer.state != .ended, !timer.isSetByHand else { continue }
            carry(timer, over: version, at: instant)
        }
        startMissing(at: instant)
    }

    /// Brings one running timer from the version it follows to the ruling one.
    private mutating func carry(_ old: CaseTimer, over version: PolicyVersion, at instant: Instant) {
        guard let (rule, target) = chooseTarget(old.metric, for: old.cycle, tier: old.tier, plan: old.plan, at: instant)
        else {
            cancel(old.metric, .noLongerRequired, at: instant)
            return
        }
        let before = policies.version(old.policyVersion)
        let oldTarget = before.policy.targetRules.first { $0.name == old.rule }?.targets
            .first { $0.metric == old.metric }
        let isSameCalendar =
            before.calendar(old.calendar)?.contentHash == version.calendar(target.calendar)?.contentHash
        guard old.verdict == nil, oldTarget != target || !isSameCalendar else {
            // Nothing to tell of, or a breach, which stays; what is still to come follows the new calendar.
            var timer = old
            timer.policyVersion = version.number
            timer.calendar = target.calendar
            timer.rule = rule
            put(timer)
            return
        }
        // Only its calendar has changed: what was granted in open time stays granted.
        let keepsDuration = oldTarget?.allowance == target.allowance && old.businessDays == nil
        retarget(old, to: target, keepsDuration: keepsDuration, rule: rule, at: instant)
    }

    // MARK: One timer

    private mutating func retarget(
        _ old: CaseTimer,
        to target: Target,
        keepsDuration: Bool = false,
        rule: String,
        at instant: Instant
    ) {
        var timer = old
        // By the calendar that counted until now: what has elapsed stays as it was computed.
        timer.bank(at: instant, calendar(of: timer))
        timer.policyVersion = state.policyVersion
        timer.calendar = target.calendar
        if !keepsDuration { allow(target.allowance, on: &timer, at: instant) }
        timer.pauseIn = target.pauseIn
        timer.settle = target.settle
        timer.stopsAtReply = target.stopsAtReply
        timer.climbsWhilePaused = target.climbsWhilePaused
        timer.rule = rule
        let isUnderGrace = layOutChanged(&timer, from: old, at: instant)
        allowAgain(&timer, after: instant)
        put(timer)
        // New zone data may have changed nothing that matters here.
        if keepsDuration, timer.deadline == old.deadline, timer.state == old.state, timer.pauseIn == old.pauseIn {
            return
        }
        var retargeted = entry(.retargeted, at: instant, timer)
        if isUnderGrace { retargeted.reason = LedgerRecord.changeGrace }
        record(retargeted)
        recordTurn(timer, from: old, at: instant)
        if timer.state == .suspended { recordSuspension(timer, at: instant) }
    }

    /// A target that pauses in other statuses may begin or end a pause in mid-status.
    private mutating func recordTurn(_ timer: CaseTimer, from old: CaseTimer, at instant: Instant) {
        switch (old.state, timer.state) {
        case (.paused, .running), (.paused, .suspended): record(entry(.resumed, at: instant, timer))
        case (.running, .paused), (.suspended, .paused):
            var paused = entry(.paused, at: instant, timer)
            paused.reason = state.status.word
            record(paused)
        case (.paused, .paused), (.running, .running), (.running, .suspended), (.suspended, .running),
            (.suspended, .suspended), (.ended, _), (_, .ended):
            break
        }
    }

    /// Lays out what a change leaves of a timer, under grace if the new deadline has passed already; says whether.
    ///
    /// Grace leaves the deadline that it had `before` in open time, if that was still ahead; nil if it is a new target.
    private func layOutChanged(_ timer: inout CaseTimer, from before: CaseTimer?, at instant: Instant) -> Bool {
        if timer.pauseIn.contains(status: state.status) {
            timer.state = .paused
            timer.deadline = nil
        } else {
            layOut(&timer, from: instant)
        }
        guard timer.elapsed >= timer.duration else { return false }
        return leave(ruling.policy.changeGrace, from: instant, on: &timer, noLaterThan: before)
    }

    /// A step that has fired and whose time has moved ahead again may fire again (S32).
    func allowAgain(_ timer: inout CaseTimer, after instant: Instant) {
        guard timer.ladder.fired != 0, let ladder = ladder(of: timer) else { return }
        for (number, step) in ladder.steps.enumerated() {
            if step.every != nil { takeBackRepeats(step, &timer, after: instant) }
            guard let due = dueTime(of: step, timer), due > instant else { continue }
            // After its last turn nothing of it is to come.
            if let timesMax = step.timesMax, timer.ladder.repeats >= timesMax { continue }
            timer.ladder.fired &= ~(1 << UInt64(number))
        }
    }

    /// Turns of a repeating step that lie ahead again have not come due (S32).
    private func takeBackRepeats(_ step: Step, _ timer: inout CaseTimer, after instant: Instant) {
        timer.ladder.repeats = min(timer.ladder.repeats, turns(of: step, timer, by: instant))
    }

    /// A target that the new rule has and the old one had not starts where its metric starts, under grace (S16).
    private mutating func startMissing(at instant: Instant) {
        let isFirstAnswered = state.hasReply || state.openedBy == .staff
        if !isFirstAnswered { startMissing(.firstReply, since: state.openedAt, at: instant) }
        if isFirstAnswered, let waitingSince = state.waitingSince {
            startMissing(.nextReply, since: waitingSince, at: instant)
        }
        if let repliedAt = state.repliedAt {
            for metric in Metric.updates { startMissing(metric, since: repliedAt, at: instant) }
        }
        for metric in Metric.wholeCase { startMissing(metric, since: state.openedAt, at: instant) }
        startMissing(.tierTime, since: state.tierSince, at: instant)
    }

    private mutating func startMissing(_ metric: Metric, since start: Instant, at instant: Instant) {
        if let timer = state.timer(metric) {
            // A merge may have moved a first reply's start to before the opening.
            let isOfThisRun =
                (timer.startedAt >= start || metric == .firstReply)
                && timer.verdict != .cancelled(.noLongerRequired)
            if timer.state != .ended || isOfThisRun { return }
        }
        guard var timer = nextCycle(of: metric, since: start) else { return }
        let idle = bankMissing(&timer, at: instant)
        let isUnderGrace = layOutChanged(&timer, from: nil, at: instant)
        put(timer)
        var started = entry(.started, at: start, timer)
        if isUnderGrace { started.reason = LedgerRecord.changeGrace }
        record(started)
        recordIdle(idle, timer, at: instant)
    }
}
