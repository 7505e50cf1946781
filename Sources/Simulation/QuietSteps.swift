import Engine
package import TimeBase

/// Counts the steps that each timer takes while no event arrives.
///
/// A step that repeats without a limit, and an event in another century, would go on for millions of them.
struct QuietSteps {
    /// More steps of one timer without an event are hardly meant.
    static let stepsMax = 10_000

    private let isUnbounded: Bool
    private var timers: [Tally.CycleID: Count] = [:]
    /// A timer that has taken too many; nil if there is none.
    private(set) var unbounded: Tally.CycleID?

    private struct Count {
        var steps = 0
        var lastAt: Instant?
    }

    init(isUnbounded: Bool) { self.isUnbounded = isUnbounded }

    mutating func note(_ record: LedgerRecord, of id: CaseID) {
        guard !isUnbounded, record.step != nil, let metric = record.metric, let cycle = record.cycle else { return }
        let timer = Tally.CycleID(caseID: id, metric: metric, cycle: cycle)
        var count = timers[timer] ?? Count()
        // One step may leave several records.
        guard count.lastAt != record.at else { return }
        count.steps += 1
        count.lastAt = record.at
        timers[timer] = count
        if count.steps >= Self.stepsMax { unbounded = timer }
    }

    /// An event has arrived.
    mutating func end() {
        if !timers.isEmpty { timers = [:] }
        unbounded = nil
    }
}

/// A timer has taken more steps without an event than anybody can have meant.
package struct SimulationUnbounded: Error, CustomStringConvertible {
    package let timer: Tally.CycleID
    /// When the last event before them arrived.
    package let since: Instant
    /// What time was going on to.
    package let goal: String

    package var description: String {
        "\(timer.metric.word) of case \(timer.caseID) has taken \(QuietSteps.stepsMax) steps without an event since "
            + "\(since.shortRFC3339), on the way to \(goal)"
    }
}
