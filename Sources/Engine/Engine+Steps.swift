package import TimeBase

extension Engine {
    /// The ladders of a case's timers as they stand at `now`, for people to read.
    ///
    /// `records` are the ledger's since `ladderStart`, or more, oldest first: what has fired shows who was told then, what is to come who would be.
    package static func steps(
        of state: Case,
        _ records: [LedgerRecord],
        _ policies: Policies,
        now: Instant
    ) -> [StepView] {
        let turn = Turn(state, policies, now: now)
        return state.timers.flatMap { timer in
            let steps = turn.ladder(of: timer)?.steps ?? []
            let past = StepHistory(records, timer, steps)
            // One turn for the whole ladder: a step finds the case where the steps before it will have moved it.
            var ahead = Turn(state, policies, now: now)
            return steps.enumerated()
                .map { number, step in
                    let isDone = timer.ladder.fired & (1 << UInt64(number)) != 0
                    let isToCome = !isDone && timer.state != .ended && !timer.ladder.isStopped && !timer.isMeasuredOnly
                    let canFire = timer.climbs && !isDone
                    var view = StepView(
                        metric: timer.metric,
                        cycle: timer.cycle,
                        text: step.text,
                        action: step.action.text,
                        audience: isToCome ? ahead.receivers(of: step, number, timer) : [],
                        dueAt: canFire ? turn.expectedTime(of: step, timer) : nil,
                        isDone: isDone
                    )
                    if !isDone, view.dueAt == nil { view.rest = timer.rest }
                    guard let firing = past.firings[number] else { return view }
                    view.firedAt = firing.at
                    view.told = firing.told
                    view.skipped = firing.skipped
                    return view
                }
        }
    }
}

extension CaseTimer {
    /// Why no step of its ladder comes due now.
    fileprivate var rest: StepView.Rest {
        if isMeasuredOnly { return .measuredOnly }
        if state == .ended { return .ended }
        if ladder.isStopped { return .acknowledged }
        return switch state {
        case .paused: .paused
        case .suspended: .suspended
        case .running, .ended: .noDeadline
        }
    }
}

extension Turn {
    /// When a step will be due if nothing happens until then: a step after the breach is foreseen from the deadline.
    fileprivate func expectedTime(of step: Step, _ timer: CaseTimer) -> Instant? {
        let timer = foreseen(timer, step)
        return dueTime(of: step, timer).map { fireTime($0, timer) }
    }

    /// Carries out a step as if it came due now and nothing had happened until then; returns all whom it tells.
    fileprivate mutating func receivers(of step: Step, _ number: Int, _ timer: CaseTimer) -> [String] {
        let timer = foreseen(state.timer(timer.metric) ?? timer, step)
        guard emptiness(of: step, timer) == nil else {
            countReached(step, timer)
            return []
        }
        let count = records.count
        act(DueStep(number: number, step: step, at: now, share: .zero), timer)
        var told: [String] = []
        for record in records[count...] {
            for receiver in record.to where !told.contains(receiver) { told.append(receiver) }
        }
        return told
    }

    private func foreseen(_ timer: CaseTimer, _ step: Step) -> CaseTimer {
        var timer = timer
        guard timer.breachedAt == nil, !step.due.isWarning else { return timer }
        timer.breachedAt = timer.deadline
        // By then the breach itself has been told (S31).
        timer.ladder.told = receivers(ofBreachInTier: timer.tier)
        return timer
    }
}

extension Step.Action {
    /// As the policy writes it.
    package var text: String {
        switch self {
        case .notify: "notify"
        case .escalate: "escalate"
        case .move(let tier): "move to tier \(tier)"
        case .assign(let person): "assign \(person)"
        case .raisePriority(let priority): "raise priority to \(priority)"
        }
    }
}
