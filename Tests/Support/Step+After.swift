package import Engine
package import TimeBase

/// A step so many hours of open time after the breach, worded as a policy words it.
package func step(
    after hours: Int64,
    _ action: Step.Action = .notify,
    _ audience: [Step.Audience] = [.manager],
    every: Span? = nil,
    timesMax: Int? = nil
) -> Step {
    Step(
        due: .after(.hours(hours), wall: false),
        text: hours == 0 ? "breach" : "breach + \(hours)h",
        action: action,
        audience: audience,
        every: every,
        timesMax: timesMax
    )
}

extension LedgerRecord.Kind {
    /// What a ladder comes to.
    package static let climbing: Set<Self> = [
        .warned, .breached, .escalated, .moved, .notified, .skipped, .assigned, .prioritised,
    ]
}
