import Engine
import Simulation
import Support
import Testing
import TimeBase

/// A is merged into B, told through the real loop.
///
/// The office is open from Monday to Friday, 09:00 to 17:00 in Berlin.
@Suite("Merged cases")
struct MergeTests {
    private static let sixHours = Result { try Policy.desk([(.firstReply, .hours(6)), (.nextReply, .hours(2))]) }

    private func story(_ script: String, until: String? = nil, _ policy: Policy? = nil) throws -> Story {
        try Story(script, policy ?? Self.sixHours.get(), until: until)
    }

    @Test("S18: the loser's timers end, and the survivor waits since the older message")
    func older() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 10:00 B opened
            Mon 11:00 A merged into=B
            Mon 14:30 B agent_reply
            """
        )
        #expect(
            story.told() == """
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 10:00 B started first_reply until Mon 16:00
                Mon 11:00 A cancelled first_reply (merged)
                Mon 11:00 A merged B
                Mon 11:00 B absorbed A
                Mon 11:00 B retargeted first_reply (waits in case A since 2026-11-23T08:00:00Z) until Mon 15:00
                Mon 13:30 B warned first_reply -> team-1
                Mon 14:30 B met first_reply
                """
        )
        #expect(
            story.standing == """
                A first_reply ended cancelled until Mon 15:00, left 4h, used 2h, paused 0s
                B first_reply ended met until Mon 15:00, left 30m, used 5h30m, paused 0s
                """
        )
    }

    @Test("S18: a younger message of the loser moves nothing")
    func younger() throws {
        let story = try story(
            """
            Mon 09:00 B opened
            Mon 10:00 A opened
            Mon 11:00 A merged into=B
            """,
            until: "Mon 15:00"
        )
        #expect(
            story.told([.absorbed, .retargeted, .breached]) == """
                Mon 11:00 B absorbed A
                Mon 15:00 B breached first_reply -> manager-1
                """
        )
    }

    @Test("S18: no breach is dated before the merge; a deadline that passes by it is the merge itself")
    func notBefore() throws {
        let story = try story(
            """
            Mon 09:00 A opened plan=none
            Tue 12:00 B opened
            Tue 13:00 A merged into=B
            """,
            until: "Tue 13:00",
            Policy.sample(
                [Target(metric: .firstReply, duration: .hours(6), calendar: "office")],
                calendar: try .office(holidays: []),
                rules: [TargetRule(name: "none", condition: .plan(["none"]), targets: [])]
            )
        )
        #expect(
            story.told([.retargeted, .breached]) == """
                Tue 13:00 B retargeted first_reply (waits in case A since 2026-11-23T08:00:00Z) until Tue 13:00
                Tue 13:00 B breached first_reply -> manager-1
                """
        )
    }

    @Test("S18, S12: a reply at the very instant of such a merge is in time")
    func atTheMerge() throws {
        let story = try story(
            """
            Mon 09:00 A opened plan=none
            Tue 12:00 B opened
            Tue 13:00 A merged into=B
            Tue 13:00 B agent_reply
            """,
            Policy.sample(
                [Target(metric: .firstReply, duration: .hours(6), calendar: "office")],
                calendar: try .office(holidays: []),
                rules: [TargetRule(name: "none", condition: .plan(["none"]), targets: [])]
            )
        )
        #expect(story.told([.breached, .met]) == "Tue 13:00 B met first_reply")
    }

    @Test("S18: a breach counts once, in the loser; the survivor's own cycle is left as it is")
    func countedOnce() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 14:00 B opened
            Mon 16:00 A merged into=B
            Mon 16:30 B agent_reply
            """
        )
        #expect(
            story.told([.breached, .absorbed, .retargeted, .cancelled, .met, .voided]) == """
                Mon 15:00 A breached first_reply -> manager-1
                Mon 16:00 B absorbed A
                Mon 16:30 B met first_reply
                """
        )
        #expect(
            story.standing == """
                A first_reply ended breached until Mon 15:00, left -1h, used 7h, paused 0s
                B first_reply ended met until Tue 12:00, left 3h30m, used 2h30m, paused 0s
                """
        )
    }

    @Test("S18: where the survivor is answered, a next_reply starts since the loser's message")
    func answered() throws {
        let story = try story(
            """
            Mon 09:00 B opened
            Mon 09:30 B agent_reply
            Mon 10:00 A opened
            Mon 11:00 A merged into=B
            """,
            until: "Mon 12:00"
        )
        #expect(
            story.told([.absorbed, .started, .breached]) == """
                Mon 09:00 B started first_reply until Mon 15:00
                Mon 10:00 A started first_reply until Mon 16:00
                Mon 11:00 B absorbed A
                Mon 10:00 B started next_reply until Mon 12:00 late 1h
                Mon 12:00 B breached next_reply -> manager-1
                """
        )
    }

    @Test("S18: a wait that has breached in the loser goes on in the survivor, void: told and counted once")
    func void() throws {
        let story = try story(
            """
            Mon 09:00 B opened
            Mon 09:30 B agent_reply
            Mon 09:00 A opened
            Mon 16:00 A merged into=B
            Tue 10:30 B agent_reply
            """
        )
        #expect(
            story.told([.breached, .absorbed, .voided, .metLate, .escalated, .warned, .started]) == """
                Mon 09:00 B started first_reply until Mon 15:00
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 13:30 A warned first_reply -> team-1
                Mon 15:00 A breached first_reply -> manager-1
                Mon 15:00 A escalated first_reply to tier 2 -> team-2, manager-2
                Mon 16:00 B absorbed A
                Mon 09:00 B started next_reply until Mon 16:00 late 7h
                Mon 16:00 B voided next_reply (its breach counts in case A)
                Tue 10:00 B escalated next_reply to tier 2 -> team-2
                Tue 10:30 B met_late next_reply
                """
        )
        let timer = story.simulation.states().first?.state.timer(.nextReply)
        #expect(timer?.isVoid == true)
        var tally = Tally(try Self.sixHours.get())
        for happening in story.happenings { tally.add(happening) }
        #expect(tally.breaches.keys.map(\.caseID.rawValue) == ["A"])
        #expect(tally.verdicts.values.reduce(0) { $0 + $1.breaches } == 1)
    }

    @Test("S18: an own unanswered cycle of the survivor is left as it is where the wait has breached in the loser")
    func ownCycle() throws {
        let story = try story(
            """
            Mon 09:00 B opened
            Mon 09:30 B agent_reply
            Mon 09:00 A opened
            Mon 15:30 B customer_message
            Mon 16:00 A merged into=B
            Mon 16:30 B agent_reply
            """
        )
        #expect(
            story.told([.voided, .met, .retargeted]) == """
                Mon 09:30 B met first_reply
                Mon 16:30 B met next_reply
                """
        )
    }

    @Test("S18: into a case that is over nothing starts, it is only linked")
    func over() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 10:00 B resolved
            Mon 11:00 A merged into=B
            """,
            until: "Tue 17:00"
        )
        #expect(story.told([.absorbed, .breached, .retargeted]) == "Mon 11:00 B absorbed A")
    }

    @Test("S18: later events of the loser go to the survivor, over chains")
    func chain() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 09:10 B opened
            Mon 09:20 C opened
            Mon 10:00 A merged into=B
            Mon 10:30 B merged into=C
            Mon 11:00 A agent_reply
            Mon 12:00 A customer_message
            Mon 12:30 A priority_changed priority=high
            """
        )
        #expect(
            story.told([.merged, .absorbed, .met, .started]) == """
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 09:10 B started first_reply until Mon 15:10
                Mon 09:20 C started first_reply until Mon 15:20
                Mon 10:00 A merged B
                Mon 10:00 B absorbed A
                Mon 10:30 B merged C
                Mon 10:30 C absorbed B
                Mon 11:00 C met first_reply
                Mon 12:00 C started next_reply until Mon 14:00
                """
        )
        #expect(story.simulation.states().map { $0.state.fields.priority } == [nil, nil, "high"])
        #expect(story.simulation.states().map(\.state.status) == [.merged, .merged, .open])
    }

    @Test("S18, S21: a merge that arrives late takes with it what came since")
    func lateMerge() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 10:00 B opened
            Mon 11:00 A agent_reply
            Mon 12:00 A customer_message
            Mon 10:30 A merged into=B received=Mon_13:00
            """
        )
        #expect(
            story.told([.cancelled, .met, .merged, .absorbed, .started]) == """
                Mon 09:00 A started first_reply until Mon 15:00
                Mon 10:00 B started first_reply until Mon 16:00
                Mon 11:00 A met first_reply
                Mon 12:00 A started next_reply until Mon 14:00
                Mon 10:30 A cancelled first_reply (merged) late 2h30m
                Mon 10:30 A merged B late 2h30m
                Mon 13:00 A cancelled next_reply (no_longer_required)
                Mon 10:30 B absorbed A late 2h30m
                Mon 11:00 B met first_reply late 2h
                Mon 12:00 B started next_reply until Mon 14:00 late 1h
                """
        )
        #expect(story.nextWake(of: "A") == nil)
    }

    @Test("S18, S21: a late event of the loser changes what it has handed over")
    func lateReply() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 10:00 B opened
            Mon 11:00 A merged into=B
            Mon 10:30 A agent_reply received=Mon_12:00
            """,
            until: "Mon 16:00"
        )
        #expect(
            story.told([.breached, .met, .absorbed, .cancelled]) == """
                Mon 11:00 A cancelled first_reply (merged)
                Mon 11:00 B absorbed A
                Mon 10:30 A met first_reply late 1h30m
                Mon 11:00 B absorbed A late 1h
                Mon 16:00 B breached first_reply -> manager-1
                """
        )
    }

    @Test("S18, S21: a wait that turns out not to have breached in the loser counts in the survivor after all")
    func reinstated() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 09:30 B agent_reply
            Mon 16:00 A merged into=B
            Mon 10:00 A agent_reply received=Mon_16:10
            Mon 15:30 A customer_message received=Mon_16:20
            """,
            until: "Tue 09:30"
        )
        #expect(
            story.told([.breached, .retracted, .voided, .reinstated]) == """
                Mon 15:00 A breached first_reply -> manager-1
                Mon 16:00 B voided next_reply (its breach counts in case A)
                Mon 15:00 A retracted first_reply (a late event shows that the deadline was kept) \
                -> manager-1, team-2, manager-2 late 1h10m
                Mon 16:20 B reinstated next_reply (a late event brings it back)
                Tue 09:30 B breached next_reply -> manager-1
                """
        )
    }

    @Test("S18: what cannot be merged says why")
    func refused() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 09:00 C opened
            Mon 10:00 A merged into=A
            Mon 10:00 A merged into=Z
            Mon 10:10 A merged into=B
            Mon 10:20 B merged into=A
            Mon 10:30 A merged into=C
            Mon 10:40 A opened
            Mon 10:50 A merged
            Mon 10:50 A note into=B
            """
        )
        let refusals = story.happenings.compactMap { happening -> String? in
            guard case .refused(let refused) = happening else { return nil }
            return "\(refused.code): \(refused.reason)"
        }
        #expect(
            refusals == [
                "merge_loop: case A cannot be merged into itself: name the case that survives",
                "unknown_case: unknown case Z: open it before A is merged into it",
                "merge_loop: case B cannot be merged into A: what comes for A would come back to it",
                "merged_elsewhere: case A was merged into B before: merge B instead",
                "missing_key: into is missing: merged names the case that survives",
                "misplaced_key: into belongs to merged: leave it out of note",
                "already_open: case A was opened before: send reopened, or a new case id",
            ]
        )
    }

    @Test("S18: a loser that was spam hands nobody over, until it turns out that it was none")
    func spamLoser() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 10:00 B opened
            Mon 10:30 A spam
            Mon 11:00 A merged into=B
            Mon 10:45 A not_spam received=Mon_12:00
            Mon 12:30 A not_spam
            """
        )
        #expect(
            story.told([.merged, .absorbed, .retargeted, .cancelled]) == """
                Mon 10:30 A cancelled first_reply (spam)
                Mon 11:00 A merged B
                Mon 11:00 B absorbed A
                Mon 11:00 A cancelled first_reply (merged) late 1h
                Mon 11:00 B absorbed A late 1h
                Mon 11:00 B retargeted first_reply (waits in case A since 2026-11-23T08:00:00Z) until Mon 15:00 late 1h
                line 6 refused: closed
                """
        )
    }

    @Test("S18: a survivor that was spam waits for the loser's customer as soon as it is none")
    func spamSurvivor() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 10:00 B opened
            Mon 10:30 B spam
            Mon 11:00 A merged into=B
            Mon 11:30 A customer_message
            Mon 12:00 B not_spam
            Mon 12:30 A agent_reply
            """
        )
        #expect(story.told([.absorbed, .met]) == "Mon 11:00 B absorbed A\nMon 12:30 B met first_reply")
        #expect(story.standing.contains("B first_reply ended met until Mon 15:00, left 2h30m, used 3h30m"))
    }

    @Test("S18: what comes for a loser or a survivor that was deleted is refused")
    func deleted() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 10:00 A merged into=B
            Mon 10:10 B deleted
            Mon 10:20 A customer_message
            Mon 10:30 A deleted
            Mon 10:40 A customer_message
            """
        )
        #expect(story.told([.breached]) == "line 5 refused: deleted\nline 7 refused: deleted")
    }

    @Test("S18: merged while it is paused, suspended timers and moves do not outlive it")
    func paused() throws {
        let story = try story(
            """
            Mon 09:00 A opened
            Mon 09:00 B opened
            Mon 10:00 A pending
            Mon 11:00 A merged into=B
            """,
            until: "Wed 17:00",
            try Policy.desk([(.requesterWait, .hours(6)), (.tierTime, .hours(2))], pauseIn: StatusSet(.pending))
        )
        #expect(
            story.told([.cancelled, .merged]) == """
                Mon 11:00 A cancelled requester_wait (merged)
                Mon 11:00 A cancelled tier_time (merged)
                Mon 11:00 A merged B
                """
        )
    }
}
