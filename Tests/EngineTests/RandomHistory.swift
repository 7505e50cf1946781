import Engine
import Support
import TimeBase

/// A history of one case made of a seed: its opening, then events of three days on whole minutes, some in the same one.
struct RandomHistory {
    /// In the order in which the source has them.
    var events: [Event]
    /// When each of them is handed in where they are late.
    var handedInAt: [Instant]
    /// When everything has been said, and everything was due.
    let end: Instant

    static let start = Scenario.instant("Mon", "07:00")

    /// `kinds` are drawn from with equal chance; a kind that is given twice comes twice as often.
    init(_ random: inout Seeded, kinds: [Event.Kind]) {
        var minute: Int64 = 0
        events = []
        for number in 0...Int.random(in: 3...14, using: &random) {
            let kind = number == 0 ? Event.Kind.opened : kinds.randomElement(using: &random) ?? .note
            let at = Self.start + .minutes(minute)
            var event = Event(id: "e\(number)", caseID: CaseID("4711"), at: at, kind: kind)
            if kind == .opened, Int.random(in: 0..<5, using: &random) == 0 { event.openedBy = .staff }
            if Int.random(in: 0..<6, using: &random) == 0 { event.author = .bot }
            if kind == .tierChanged { event.fields.tier = Int.random(in: 1...3, using: &random) }
            if kind == .priorityChanged { event.fields.priority = ["high", "low"].randomElement(using: &random) }
            events.append(event)
            // On the quarter of an hour, so that events and deadlines of whole hours meet.
            minute += 15 * Int64([0, 1, 2, 4, 8, 12, 30].randomElement(using: &random) ?? 0)
        }
        handedInAt = events.map { event in
            let delay = [0, 0, 0, 1, 15, 60, 240, 1_500].randomElement(using: &random) ?? 0
            return event.at + .minutes(Int64(delay))
        }
        handedInAt[0] = events[0].at
        end = Self.start + .hours(24 * 7)
    }

    /// Everything a case can be told that touches the customer's clocks.
    static let conversation: [Event.Kind] = [
        .customerMessage, .customerMessage, .customerMessage, .agentReply, .agentReply, .agentReply, .note, .pending,
        .onHold, .resumed, .resolved, .closed, .reopened, .noReplyNeeded, .tierChanged,
    ]

    /// The same, and now and then it is spam, or not after all, or deleted.
    static let everything: [Event.Kind] =
        conversation + conversation + [.priorityChanged, .spam, .spam, .notSpam, .notSpam, .deleted]

    /// The same events, as they come in: late, out of order, and the store has dropped the second copies.
    var asHandedIn: [(event: Event, now: Instant)] {
        zip(events, handedInAt).enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
            .map { ($0.element.0, $0.element.1) }
    }
}

extension Scenario {
    /// Tells a history as it comes in, waking the case on the dot unless it is `asleep` until the end.
    mutating func tell(_ history: [(event: Event, now: Instant)], until end: Instant, asleep: Bool = false) throws {
        for (event, now) in history {
            if !asleep { try sleep(until: now) }
            try hand(in: [event], at: now)
        }
        if !asleep { try sleep(until: end) }
        try wake(at: end)
    }
}

/// What the ledger says became of a cycle in the end.
struct Ending: Hashable, Comparable, CustomStringConvertible {
    var metric: Metric
    var startedAt: Instant
    /// `met`, `met_late`, `breached`, `cancelled`, or `-` while it runs.
    var verdict: String
    var endedAt: Instant?
    var breachedAt: Instant?
    var isVoid = false

    /// The cycles of a ledger, without those that a late event took away again.
    static func list(_ records: [LedgerRecord]) -> [Ending] {
        var endings: [[Int]: Ending] = [:]
        var removed: Set<[Int]> = []
        for record in records {
            guard let metric = record.metric, let cycle = record.cycle else { continue }
            let key = [Int(metric.rawValue), cycle]
            switch record.kind {
            case .started:
                endings[key, default: Ending(metric: metric, startedAt: record.at, verdict: "-")].startedAt = record.at
                // With a reason it runs after all, whatever was said of its end.
                if record.reason != nil {
                    endings[key]?.verdict = "-"
                    endings[key]?.endedAt = nil
                    removed.remove(key)
                }
            case .breached: endings[key]?.breachedAt = record.at
            case .retracted: endings[key]?.breachedAt = nil
            case .met, .metLate, .cancelled:
                endings[key]?.verdict = record.kind.word
                endings[key]?.endedAt = record.at
                if record.reason == "no_longer_required" { removed.insert(key) }
            case .ended:
                endings[key]?.verdict = "breached"
                endings[key]?.endedAt = record.at
                if record.reason == "no_longer_required" { removed.insert(key) }
            case .voided: endings[key]?.isVoid = true
            case .reinstated: endings[key]?.isVoid = false
            case .warned, .paused, .resumed, .retargeted, .deadlineSet, .clamped, .full, .moved, .escalated, .notified,
                .skipped,
                .acknowledged,
                .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split, .linked, .digested,
                .snoozeEnded, .announced:
                break
            }
        }
        return endings.filter { !removed.contains($0.key) }.values.map(\.settled).sorted()
    }

    /// A breach that stands outlives a cancellation (S9).
    private var settled: Ending {
        guard breachedAt != nil, verdict != "met_late" else { return self }
        var settled = self
        settled.verdict = "breached"
        return settled
    }

    static func < (left: Ending, right: Ending) -> Bool {
        (left.metric, left.startedAt, left.endedAt ?? .latest, left.verdict)
            < (right.metric, right.startedAt, right.endedAt ?? .latest, right.verdict)
    }

    var description: String {
        let end = endedAt.map { Scenario.text($0) } ?? "-"
        let breach = breachedAt.map { " missed \(Scenario.text($0))" } ?? ""
        return "\(metric.word) \(Scenario.text(startedAt)) to \(end): \(verdict)\(breach)\(isVoid ? " void" : "")"
    }
}

/// A running timer as far as the history decides it.
struct Standing: Hashable {
    var metric: Metric
    var state: CaseTimer.State
    var verdict: CaseTimer.Verdict?
    var startedAt: Instant
    var endedAt: Instant?
    var elapsed: Span
    var deadline: Instant?
    var breachedAt: Instant?
    var isVoid: Bool

    static func list(_ state: Case?, _ metrics: Set<Metric> = Set(Metric.allCases)) -> [Standing] {
        (state?.timers ?? []).filter { metrics.contains($0.metric) }
            .map {
                Standing(
                    metric: $0.metric,
                    state: $0.state,
                    verdict: $0.verdict,
                    startedAt: $0.startedAt,
                    endedAt: $0.endedAt,
                    elapsed: $0.elapsed,
                    deadline: $0.deadline,
                    breachedAt: $0.breachedAt,
                    isVoid: $0.isVoid
                )
            }
    }
}
