import TimeBase

/// Promises of our own that every decision keeps. A broken one sets the case aside instead of hanging the loop.
extension Turn {
    func checkInvariants(_ nextWake: Instant?) throws(InvariantBroken) {
        if let nextWake, nextWake <= now {
            throw InvariantBroken("case \(state.id) would be due again at \(nextWake), which is not after \(now)")
        }
        if let index = state.unsoundTimer {
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

extension Case {
    /// Where a timer is that breaks a promise; `checkInvariants` names the promise.
    fileprivate var unsoundTimer: Int? {
        // Member by member: a method of the timer would be given a copy of it.
        timers.indices.first { index in
            let isEnded = timers[index].state == .ended
            let isStill = isEnded || timers[index].state == .paused
            return (timers[index].runningSince == nil) != isStill || timers[index].elapsed < .zero
                || timers[index].duration < .zero || isEnded != (timers[index].endedAt != nil)
        }
    }
}
