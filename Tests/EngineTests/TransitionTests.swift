import Engine
import Support
import Testing
import TimeBase

/// The whole status x kind table, as words: what becomes of a case in each status with each kind of event (S25).
@Suite("Status x kind")
struct TransitionTests {
    /// Rows are kinds, columns the statuses that events can bring about.
    ///
    /// `-` is refused.
    private static let table = """
        kind              new      open     pending  on_hold  resolved closed   spam
        opened            -        -        -        -        -        -        -
        customer_message  new      open     open     on_hold  open     open     spam
        agent_reply       open     open     pending  on_hold  resolved closed   spam
        note              new      open     pending  on_hold  resolved closed   spam
        assigned          new      open     pending  on_hold  resolved closed   spam
        tags_changed      new      open     pending  on_hold  resolved closed   spam
        priority_changed  new      open     pending  on_hold  resolved closed   spam
        plan_changed      new      open     pending  on_hold  resolved closed   spam
        tier_changed      new      open     pending  on_hold  resolved closed   spam
        pending           pending  pending  pending  pending  resolved closed   spam
        on_hold           on_hold  on_hold  on_hold  on_hold  resolved closed   spam
        resumed           new      open     open     open     resolved closed   spam
        resolved          resolved resolved resolved resolved resolved closed   spam
        closed            closed   closed   closed   closed   closed   closed   spam
        reopened          new      open     pending  on_hold  open     open     spam
        no_reply_needed   new      open     pending  on_hold  resolved closed   spam
        acknowledged      new      open     pending  on_hold  resolved closed   spam
        snoozed           new      open     pending  on_hold  resolved closed   spam
        reapplied         new      open     pending  on_hold  resolved closed   spam
        merged            merged   merged   merged   merged   merged   merged   merged
        split             new      open     pending  on_hold  resolved closed   spam
        spam              spam     spam     spam     spam     spam     spam     spam
        not_spam          new      open     pending  on_hold  resolved closed   new
        deleted           closed   closed   closed   closed   closed   closed   closed
        absorbed          new      open     pending  on_hold  resolved closed   spam
        snooze_ended      new      open     pending  on_hold  resolved closed   spam
        deadline_set      new      open     pending  on_hold  resolved closed   -
        """

    /// How a case gets into a status.
    private static let ways = [
        "new": "", "open": "\nMon 08:10 agent_reply", "pending": "\nMon 08:10 pending",
        "on_hold": "\nMon 08:10 on_hold", "resolved": "\nMon 08:10 resolved", "closed": "\nMon 08:10 closed",
        "spam": "\nMon 08:10 spam",
    ]

    struct Row: CustomTestStringConvertible {
        let kind: String
        let cells: [(status: String, becomes: String)]
        var testDescription: String { kind }
    }

    static var rows: [Row] {
        let lines = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return lines.dropFirst()
            .map { line in
                Row(kind: line[0], cells: zip(lines[0].dropFirst(), line.dropFirst()).map { ($0, $1) })
            }
    }

    @Test("the table is total", arguments: rows)
    func cells(_ row: Row) throws {
        for (status, becomes) in row.cells {
            var scenario = Scenario(
                Policy.sample([Target(metric: .resolution, duration: .hours(6), calendar: "always")])
            )
            _ = try scenario.tell("Mon 08:00 opened\(Self.ways[status] ?? "")")
            #expect(scenario.state?.status.word == status)
            let words = ["merged": " into=4712", "snoozed": " until=Mon 10:00"]
            _ = try scenario.tell("Mon 09:00 \(row.kind)\(words[row.kind] ?? "")")
            if becomes == "-" {
                let reason: Refusal = row.kind == "opened" ? .alreadyOpen : .closed(try #require(Status(word: status)))
                #expect(scenario.answers == [.refused(reason)], "\(row.kind) on \(status)")
                #expect(scenario.state?.status.word == status)
            } else {
                #expect(scenario.answers == [.applied], "\(row.kind) on \(status)")
                #expect(scenario.state?.status.word == becomes, "\(row.kind) on \(status)")
            }
        }
    }

    @Test("every kind has its row")
    func everyKind() {
        #expect(Self.rows.map(\.kind) == Event.Kind.allCases.map(\.word))
    }

    @Test("merged takes nothing where nobody takes it")
    func ended() throws {
        for status in [Status.merged] {
            for kind in Event.Kind.allCases where ![.merged, .spam, .notSpam, .deleted].contains(kind) {
                var scenario = Scenario(Policy.sample([]))
                _ = try scenario.tell("Mon 08:00 opened")
                var state = try #require(scenario.state)
                state.status = status
                let event = Event(id: "x", caseID: state.id, at: Scenario.instant("Mon", "09:00"), kind: kind)
                let outcome = try Engine.decide(state, .events([event]), scenario.policies, now: event.at)
                guard case .decided(let decision) = outcome else {
                    Issue.record("\(kind) asked for history")
                    continue
                }
                #expect(decision.answers == [.refused(kind == .opened ? .alreadyOpen : .closed(status))])
            }
        }
    }

    @Test("what comes for a merged case is the survivor's, but for what is about the case itself (S18)")
    func merged() throws {
        for kind in Event.Kind.allCases {
            var scenario = Scenario(Policy.sample([]))
            _ = try scenario.tell("Mon 08:00 opened\nMon 08:30 merged into=4712\nMon 09:00 \(kind.word)")
            switch kind {
            case .opened: #expect(scenario.answers == [.refused(.alreadyOpen)])
            case .split, .spam, .notSpam: #expect(scenario.answers == [.refused(.closed(.merged))])
            case .deleted:
                #expect(scenario.answers == [.applied])
                continue
            case .merged: #expect(scenario.answers == [.applied])
            case .customerMessage, .agentReply, .note, .assigned, .tagsChanged, .priorityChanged, .planChanged,
                .tierChanged, .pending, .onHold, .resumed, .resolved, .closed, .reopened, .noReplyNeeded, .acknowledged,
                .snoozed, .snoozeEnded, .reapplied, .absorbed, .deadlineSet:
                #expect(scenario.answers == [.forwarded(to: CaseID("4712"), .applied)], "\(kind.word)")
                #expect(scenario.forwarded.last?.id == "4711/e3")
                #expect(scenario.forwarded.last?.caseID == CaseID("4712"))
            }
            #expect(scenario.state?.status == .merged)
        }
    }
}
