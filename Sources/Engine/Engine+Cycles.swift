package import TimeBase

/// One cycle of a target, over or not.
package struct Cycle: Sendable {
    package var timer: CaseTimer
    /// Open time that it took over from the cycle before (S15).
    package var carried: Span

    package init(timer: CaseTimer, carried: Span) {
        self.timer = timer
        self.carried = carried
    }
}

extension Engine {
    /// Every cycle of every target of a case as its ordered history has it, in the order of target and start.
    ///
    /// A case holds the current cycle of each target only, and what was seen of earlier ones when they ended is no longer
    /// true once a late event has changed them (S21): so the history is told again. A cycle that a late event took away
    /// is not among them, and neither are the earlier ones of a case whose content was removed (S60).
    package static func cycles(
        of state: Case,
        _ history: History,
        _ policies: Policies,
        now: Instant
    ) throws(InvariantBroken) -> [Cycle] {
        guard state.forgottenAt == nil, state.timers.contains(where: { $0.cyclesStarted > 1 }) else {
            return state.timers.map { Cycle(timer: $0, carried: .zero) }
        }
        return try retold(state, history, policies, now: now).allCycles(current: state.timers)
    }
}

extension Turn {
    /// Keeps a cycle as it is last seen; one that is new was not begun but found missing (S16).
    mutating func keep(_ timer: CaseTimer) {
        let index = cycles?.lastIndex { $0.timer.metric == timer.metric && $0.timer.cycle == timer.cycle }
        if let index { cycles?[index].timer = timer } else { cycles?.append(Cycle(timer: timer, carried: .zero)) }
    }

    /// The current ones as they are remembered, which knows more of what was done about them.
    fileprivate consuming func allCycles(current: [CaseTimer]) -> [Cycle] {
        for timer in state.timers { keep(timer) }
        let void = Set(records.filter { $0.kind == .voided }.compactMap(\.cycleKey))
        var all = cycles ?? []
        for index in all.indices {
            let (metric, cycle) = (all[index].timer.metric, all[index].timer.cycle)
            // A case becomes spam when these are over; it voids them all the same (S18).
            all[index].timer.isVoid = void.contains(CycleKey(metric: metric, cycle: cycle))
            guard let timer = current.first(where: { $0.metric == metric }) else { continue }
            let last = state.timer(metric)?.cycle
            // Two cycles of one instant may have changed their ids.
            if cycle == last {
                all[index].timer = timer
            } else if cycle == timer.cycle, let last {
                all[index].timer.cycle = last
            }
        }
        all.sort { ($0.timer.metric, $0.timer.startedAt) < ($1.timer.metric, $1.timer.startedAt) }
        return all
    }
}
