package import TimeBase

extension Engine {
    /// The ladders of a case's timers as they stand at `now`, for people to read.
    package static func steps(of state: Case, _ policies: Policies, now: Instant) -> [StepView] {
        let turn = Turn(state, policies, now: now)
        return state.timers.flatMap { timer in
            (turn.ladder(of: timer)?.steps ?? []).enumerated()
                .map { number, step in
                    let isDone = timer.ladder.fired & (1 << UInt64(number)) != 0
                    let canFire = timer.climbs && !isDone
                    return StepView(
                        metric: timer.metric,
                        cycle: timer.cycle,
                        text: step.text,
                        action: step.action.text,
                        audience: turn.audience(of: step, timer),
                        dueAt: canFire ? turn.expectedTime(of: step, timer) : nil,
                        isDone: isDone
                    )
                }
        }
    }
}

extension Turn {
    /// When a step will be due if nothing happens until then: a step after the breach is foreseen from the deadline.
    fileprivate func expectedTime(of step: Step, _ timer: CaseTimer) -> Instant? {
        var timer = timer
        if timer.breachedAt == nil, !step.due.isWarning { timer.breachedAt = timer.deadline }
        return dueTime(of: step, timer).map { fireTime($0, timer) }
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
