import TimeBase

/// Promises of our own that every decision keeps. A broken one sets the case aside instead of hanging the loop.
extension Turn {
    func checkInvariants(_ nextWake: Instant?) throws(InvariantBroken) {
        if let nextWake, nextWake <= now {
            throw InvariantBroken("case \(state.id) would be due again at \(nextWake), which is not after \(now)")
        }
        for timer in state.timers {
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
