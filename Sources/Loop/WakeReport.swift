package import Engine
package import TimeBase

/// What one wake did.
package struct WakeReport: Sendable {
    package var now: Instant
    /// Cases decided.
    package var cases = 0
    /// Records that are announced.
    package var notices = 0
    /// The largest lateness of a breach found in this wake.
    package var latest = Span.zero
    /// Cases whose content was removed.
    package var forgotten = 0
    /// More is due.
    package var hasMoreDue = false
    /// More is due, a policy has not reached all open cases, or more content is to be removed: call `wake` again at once.
    package var hasMore = false
    /// The rollout that this wake has ended.
    package var rolledOut: Rollout?
    /// Cases that broke an invariant, with the reason.
    package var setAside: [(id: CaseID, reason: String)] = []

    package init(now: Instant) { self.now = now }

    /// Something was committed that others can see.
    package var hasWritten: Bool { cases > 0 || notices > 0 || forgotten > 0 || !setAside.isEmpty || rolledOut != nil }

    mutating func count(_ decision: Decision) {
        cases += 1
        for record in decision.records {
            if record.priority != nil { notices += 1 }
            if record.kind == .breached { latest = max(latest, record.late) }
        }
    }
}
