import Engine
import Support
import TimeBase

extension [Target] {
    /// Targets of all eight metrics, with pauses and reopen modes made of a seed.
    ///
    /// Whole hours, so that deadlines meet the events of a `RandomHistory`. `settles` also makes some announce later.
    static func random(_ random: inout Seeded, calendar: String, settles: Bool = false, looser: Int64 = 1) -> [Target] {
        let hours: [(Metric, Int64)] = [
            (.firstReply, 6), (.nextReply, 2), (.update, 4), (.pausableUpdate, 3), (.requesterWait, 8), (.agentWork, 7),
            (.resolution, 12), (.tierTime, 5),
        ]
        let pending = StatusSet(.pending)
        let onHold = StatusSet(.onHold)
        // Nil is the metric's own.
        let pauses: [StatusSet?] = [nil, nil, [], pending, onHold, [pending, onHold]]
        let settles: [Int64] = settles ? [0, 0, 1, 20, 150] : [0]
        return hours.map { metric, hours in
            let pauseIn = pauses.randomElement(using: &random)
            let reopen = Target.Reopen.allCases.randomElement(using: &random)
            let settle = settles.randomElement(using: &random)
            return Target(
                metric: metric,
                duration: .hours(hours * looser),
                calendar: calendar,
                pauseIn: pauseIn ?? nil,
                settle: .minutes(settle ?? 0),
                reopen: metric == .nextReply ? .continue : reopen ?? .continue,
                stopsAtReply: metric == .tierTime && Bool.random(using: &random),
                climbsWhilePaused: Bool.random(using: &random)
            )
        }
    }
}
