package import Engine

/// A policy version on its way to the cases that were open when it was adopted (S16).
///
/// Kept in the store with every slice, so that it goes on after a restart where it stood.
package struct Rollout: Hashable, Sendable {
    package var version: Int
    /// The place of the last case that was looked at, in the order in which cases were first saved.
    package var place: Int64 = 0
    /// How many cases were open when it began.
    package var total: Int
    /// How many have been brought up to date, by whatever touched them first.
    package var cases = 0
    /// How many deadlines moved.
    package var moved = 0
    /// How many had passed by the new version and were put off (`change_grace`).
    package var graced = 0

    package init(version: Int, total: Int) {
        self.version = version
        self.total = total
    }

    /// Takes note of what a decision has done of it.
    mutating func count(_ decision: Decision, previous: Case?) {
        guard let previous, previous.policyVersion < version, decision.state?.policyVersion == version else { return }
        if previous.status.isLive { cases += 1 }
        for record in decision.records where record.kind == .retargeted && record.policyVersion == version {
            guard let metric = record.metric, previous.timer(metric)?.deadline != record.deadline else { continue }
            moved += 1
            if record.reason == LedgerRecord.changeGrace { graced += 1 }
        }
    }
}

/// A stretch of cases in the order in which they were first saved.
package struct LiveCases: Sendable {
    /// The live ones that were not set aside.
    package var cases: [Case]
    /// Where to go on; nil if the last case was looked at.
    package var next: Int64?

    package init(cases: [Case], next: Int64?) {
        self.cases = cases
        self.next = next
    }
}
