import Engine
import Host
import TimeBase

/// What one more event, and an explanation, cost on a case that has many events.
///
/// An event in order must cost the same however many came before it. A late event and an explanation cost as much for
/// each of them.
enum HistoryMeasures {
    static func run(policyPath: String, rounds: Int) throws {
        let policies = Policies(version: 1, policy: try PolicyText(path: policyPath).policy)
        var perDecision: [Double] = []
        for earlier in [10, 100, 1_000] {
            let told = try TalkativeCase(events: earlier, policies)
            let inOrder = try nanoseconds(rounds: rounds) { try told.decideInOrder(policies) }
            // A late one costs as much as all before it: fewer of them take as long.
            let late = try nanoseconds(rounds: max(1, rounds / earlier)) { try told.replayLate(policies) }
            let explained = try nanoseconds(rounds: max(1, rounds / earlier / 10)) { try told.explain(policies) }
            perDecision.append(inOrder)
            printJSON([
                "earlier": Double(earlier), "in_order_ns": inOrder, "late_ns": late,
                "late_ns_per_event": late / Double(earlier), "in_order_ratio": inOrder / perDecision[0],
                "explain_ns_per_event": explained / Double(earlier),
            ])
        }
    }

    /// What one round takes: the fastest of five runs, since whatever disturbs one makes it slower.
    private static func nanoseconds(rounds: Int, _ body: () throws -> Void) rethrows -> Double {
        var fastest = Double.infinity
        for _ in 0..<5 {
            let took = try milliseconds { for _ in 0..<rounds { try body() } }
            fastest = min(fastest, took * 1_000_000 / Double(rounds))
        }
        return fastest
    }
}

/// A case with a conversation behind it: a message, an answer, a message, and so on, a minute apart.
private struct TalkativeCase {
    private var state: Case?
    private var history = History(facts: [], records: [])
    private let next: Event
    private let late: Event
    /// When the last event of the history was taken.
    private var now: Instant

    private static let opened = Instant(milliseconds: 1_795_000_000_000)

    init(events: Int, _ policies: Policies) throws {
        now = Self.opened
        for number in 0..<events {
            let event = Self.event(number, minutes: Int64(number))
            now = event.at
            guard case .decided(let decision) = try Engine.decide(state, .events([event]), policies, now: now) else {
                preconditionFailure("event \(number) of \(events) asked for history")
            }
            state = decision.state
            history.facts += decision.facts
            history.records += decision.records
        }
        next = Self.event(events, minutes: Int64(events))
        // In the middle: everything after it is told once more.
        var late = Self.event(events + 1, minutes: Int64(events / 2))
        late.kind = .note
        self.late = late
    }

    private static func event(_ number: Int, minutes: Int64) -> Event {
        var event = Cases.opened(0, before: opened)
        event.id = "e\(number)"
        event.kind = number == 0 ? .opened : number.isMultiple(of: 2) ? .agentReply : .customerMessage
        event.openedBy = .customer
        event.at = opened + .minutes(minutes)
        return event
    }

    func decideInOrder(_ policies: Policies) throws {
        guard case .decided(let decision) = try Engine.decide(state, .events([next]), policies, now: next.at) else {
            preconditionFailure("an event in order asked for history")
        }
        precondition(decision.facts.count == 1, "an event in order was refused")
    }

    /// The first page of how its deadlines came about.
    func explain(_ policies: Policies) throws {
        guard let state else { preconditionFailure("there is no case to explain") }
        let explanation = try Engine.explain(state, history, policies, now: now, newest: (50, 0))
        precondition(!explanation.cycles.isEmpty, "an explanation without a cycle")
    }

    /// As the loop does it: asks, is told to load the history, and replays.
    ///
    /// Loading is not measured here.
    func replayLate(_ policies: Policies) throws {
        guard let state, case .needsHistory = try Engine.decide(state, .events([late]), policies, now: next.at) else {
            preconditionFailure("a late event did not ask for history")
        }
        let decision = try Engine.replay(state, history, [late], policies, now: next.at)
        precondition(decision.facts.count == 1, "a late event was refused")
    }
}
