import Engine
import Intake
import Simulation
import Support
import TimeBase
import WorkingTime

/// A history as the lines of a log, told by the simulation.
///
///     Fri 15:00 A opened
///     Mon+ 13:00 A agent_reply author=bot
///
/// A line is a wall time in Berlin in the week of Monday 2026-11-23 (`Mon+` is the Monday after), a case, a kind and
/// words `key=value`; `received=Tue_10:00` says when it arrived. Each becomes a line of JSON and goes the way of any log.
struct Story {
    private(set) var happenings: [Happening] = []
    let simulation: Simulation

    init(_ script: String, _ policy: Policy, until: String? = nil) throws {
        simulation = try Simulation(policy)
        let arrivals = Arrivals(Self.lines(script))
        let end = until.map(Self.instant) ?? arrivals.end ?? .earliest
        var happenings: [Happening] = []
        try simulation.run(arrivals, until: end) { happenings.append($0) }
        self.happenings = happenings
    }

    /// The lines of a log, read.
    static func lines(_ script: String) -> [LogLine] {
        var reader = LogReader()
        return script.split(separator: "\n").enumerated()
            .compactMap { index, line in
                reader.read(Array(json(line.split(separator: " ").map(String.init)).utf8).span, number: index + 1)
            }
    }

    private static func json(_ words: [String]) -> String {
        // What is no line of a story stands in the log as it is.
        guard words.count >= 4, words[0] != "{" else { return words.joined(separator: " ") }
        let at = instant("\(words[0]) \(words[1])").rfc3339
        var members = [
            #""at":"\#(at)""#, #""case":"\#(words[2])""#,
            #""event":"\#(words[3])""#,
        ]
        for word in words[4...] {
            let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch pair[0] {
            case "received":
                let received = instant(pair[1].replacing("_", with: " ")).rfc3339
                members.append(#""received_at":"\#(received)""#)
            case "tier", "seq": members.append(#""\#(pair[0])":\#(pair[1])"#)
            default: members.append(#""\#(pair[0])":"\#(pair[1])""#)
            }
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// Berlin is an hour ahead of UTC in winter.
    static func instant(_ text: String) -> Instant {
        let words = text.split(separator: " ").map(String.init)
        return Scenario.instant(words[0], words[1]) - .hours(1)
    }

    static func text(_ instant: Instant) -> String { Scenario.text(instant + .hours(1)) }

    /// What happened, one line each: `Mon+ 13:00 A breached first_reply -> manager-1`.
    ///
    /// Of the given kinds only, and what was refused; nil shows all.
    func told(_ kinds: Set<LedgerRecord.Kind>? = nil) -> String {
        happenings.compactMap { happening in
            switch happening {
            case .refused(let refused): return "line \(refused.line) refused: \(refused.code)"
            case .record(let id, let record):
                guard kinds?.contains(record.kind) ?? true else { return nil }
                var words = [Self.text(record.at), "\(id)", record.kind.word]
                if let metric = record.metric { words.append(metric.word) }
                if let cycle = record.cycle, cycle > 1 { words.append("cycle \(cycle)") }
                if let from = record.fromTier, let tier = record.tier, from != tier { words.append("to tier \(tier)") }
                if record.metric == nil, let other = record.otherCase { words.append("\(other)") }
                if let reason = record.reason { words.append("(\(reason))") }
                if [.started, .resumed, .retargeted].contains(record.kind), let deadline = record.deadline {
                    words.append("until \(Self.text(deadline))")
                }
                if !record.to.isEmpty { words.append("-> \(record.to.joined(separator: ", "))") }
                if record.late > .zero { words.append("late \(record.late)") }
                return words.joined(separator: " ")
            }
        }
        .joined(separator: "\n")
    }

    /// How the cases stand, one timer a line:
    /// `A first_reply running until Mon+ 13:00, left 1h, used 5h, paused 0s`.
    var standing: String {
        simulation.states()
            .flatMap { standing in
                standing.timers.map { row in
                    let timer = row.timer
                    var words = ["\(standing.state.id)", timer.metric.word]
                    if timer.cycle > 1 { words.append("cycle \(timer.cycle)") }
                    words.append(timer.state.word)
                    if let verdict = timer.verdict { words.append(verdict.word) }
                    if let deadline = timer.deadline { words.append("until \(Self.text(deadline))") }
                    let text = words.joined(separator: " ")
                    return "\(text), left \(row.remaining), used \(row.elapsed), paused \(row.paused)"
                }
            }
            .joined(separator: "\n")
    }

    func nextWake(of id: String) -> String? {
        simulation.states().first { $0.state.id.rawValue == id }?.nextWake.map(Self.text)
    }
}

extension Policy {
    /// The worked checks' calendar and desk, with targets of one duration each.
    static func desk(
        _ targets: [(Metric, Span)],
        pauseIn: StatusSet = [],
        holidays: Set<CivilDate> = [],
        ladder: Ladder? = nil
    ) throws -> Policy {
        sample(
            targets.map { Target(metric: $0.0, duration: $0.1, calendar: "office", pauseIn: pauseIn) },
            calendar: try .office(holidays: holidays),
            ladder: ladder
        )
    }
}
