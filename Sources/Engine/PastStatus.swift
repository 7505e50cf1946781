import TimeBase
import WorkingTime

/// A status that a case had for a while.
struct PastStatus {
    var status: Status
    var from: Instant
    var until: Instant
}

/// What a target that is new in mid-life has to know of the time before (S16).
extension Turn {
    /// Takes note that the case has left a status, where it has.
    mutating func noteStatus(before: Status, at instant: Instant) {
        guard before != state.status, pastStatuses != nil else { return }
        pastStatuses?.append(PastStatus(status: before, from: statusSince, until: instant))
        statusSince = instant
    }

    /// Takes over what another telling of the same history knows of earlier statuses.
    mutating func remember(statusesOf told: borrowing Turn) {
        pastStatuses = told.pastStatuses
        statusSince = told.statusSince
    }

    /// Banks the open time of a cycle that is found missing at `instant`, without the stretches in which it would not have
    /// run: what its target pauses in, and the time after an end that a reopening took back (S2, S13, S15).
    ///
    /// Returns those stretches, oldest first; the last one goes on where it ends at `instant`.
    mutating func bankMissing(_ timer: inout CaseTimer, at instant: Instant) -> [PastStatus] {
        let start = timer.startedAt
        timer.bank(at: instant, calendar(of: timer))
        // Open dates never pause (S8), and a new case has had no other status.
        guard timer.businessDays == nil, state.status != .new, start < instant else { return [] }
        guard let pastStatuses else {
            lacksHistory = true
            return []
        }
        let present = PastStatus(status: state.status, from: statusSince, until: instant)
        let idle = (pastStatuses + [present])
            .filter { !$0.status.isLive || timer.pauseIn.contains(status: $0.status) }
            .map { PastStatus(status: $0.status, from: max($0.from, start), until: min($0.until, instant)) }
            .filter { $0.from < $0.until }
        guard let calendar = calendar(of: timer) else { return idle }
        for stretch in idle { timer.elapsed = timer.elapsed - calendar.open(from: stretch.from, to: stretch.until) }
        return idle
    }

    /// Records when a cycle that was found missing did not run, after its start.
    mutating func recordIdle(_ idle: [PastStatus], _ timer: CaseTimer, at instant: Instant) {
        for stretch in idle {
            var paused = entry(.paused, at: stretch.from, timer)
            paused.deadline = nil
            paused.reason = stretch.status.word
            record(paused)
            guard stretch.until < instant || timer.state != .paused else { return }
            record(entry(.resumed, at: stretch.until, timer))
        }
    }
}
