import TimeBase

/// Promises of our own that every decision keeps. A broken one sets the case aside instead of hanging the loop.
extension Turn {
    func checkInvariants(_ nextWake: Instant?) throws(InvariantBroken) {
        if let nextWake, nextWake <= now {
            throw InvariantBroken("case \(state.id) would be due again at \(nextWake), which is not after \(now)")
        }
        for index in state.timers.indices where !state.timers[index].isSound {
            let timer = state.timers[index]
            guard (timer.runningSince == nil) == (timer.state == .paused || timer.state == .ended) else {
                throw InvariantBroken(
                    "\(timer.metric.word) of case \(state.id) is \(timer.state.word) and its clock is not"
                )
            }
            guard timer.elapsed >= .zero, timer.duration >= .zero else {
                throw InvariantBroken("\(timer.metric.word) of case \(state.id) has a negative length")
            }
            guard (timer.state == .ended) == (timer.endedAt != nil) else {
                throw InvariantBroken("\(timer.metric.word) of case \(state.id) is \(timer.state.word) and has no end")
            }
        }
    }
}

extension CaseTimer {
    /// Whether all promises about one timer hold; `checkInvariants` names the one that does not.
    // Inlined, so that a timer is looked at where it is and not copied.
    @inline(__always)
    fileprivate var isSound: Bool {
        (runningSince == nil) == (state == .paused || state == .ended) && elapsed >= .zero && duration >= .zero
            && (state == .ended) == (endedAt != nil)
    }
}
