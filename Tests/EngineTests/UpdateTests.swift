import Engine
import Support
import Testing
import TimeBase

@Suite("Updates")
struct UpdateTests {
    private let shown: Set<LedgerRecord.Kind> = [.started, .met, .metLate, .breached, .cancelled, .paused, .resumed]

    private func told(_ script: String, _ targets: [Target]) throws -> String {
        var scenario = Scenario(Policy.sample(targets, ladder: Ladder(name: "default", steps: [])))
        return try scenario.tell(script, showing: shown)
    }

    private let update = [Target(metric: .update, duration: .hours(4), calendar: "always")]

    @Test("an update is due from each qualifying reply to the next, which starts the next cycle; resolving cancels it")
    func cycles() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 08:30 customer_message
                Mon 08:40 agent_reply author=bot
                Mon 09:00 agent_reply
                Mon 10:00 customer_message
                Mon 10:30 note
                Mon 11:00 agent_reply
                Mon 16:00 agent_reply
                Mon 17:00 resolved
                """,
                update
            ) == """
                Mon 09:00 started update until Mon 13:00
                Mon 11:00 met update
                Mon 11:00 started update cycle 2 until Mon 15:00
                Mon 15:00 breached update cycle 2 -> manager-1
                Mon 16:00 met_late update cycle 2 -> manager-1
                Mon 16:00 started update cycle 3 until Mon 20:00
                Mon 17:00 cancelled update cycle 3 (resolved)
                """
        )
    }

    @Test(
        "while the first reply is owed no update is, also after a reopening; afterwards it runs beside next_reply (S11)"
    )
    func afterTheFirstReply() throws {
        let targets =
            update + [
                Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
                Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
            ]
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 09:00 closed
                Mon 10:00 customer_message
                Mon 11:00 agent_reply
                Mon 12:00 customer_message
                Mon 13:00 agent_reply
                """,
                targets
            ) == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 09:00 cancelled first_reply (closed_unanswered)
                Mon 10:00 started first_reply cycle 2 until Mon 15:00
                Mon 11:00 met first_reply cycle 2
                Mon 11:00 started update until Mon 15:00
                Mon 12:00 started next_reply until Mon 14:00
                Mon 13:00 met next_reply
                Mon 13:00 met update
                Mon 13:00 started update cycle 2 until Mon 17:00
                """
        )
    }

    @Test("pausable_update waits while the customer has the turn, also from its start; update does not (S13)")
    func pausable() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 09:00 agent_reply & pending
                Mon 10:00 agent_reply
                Mon 11:00 on_hold
                Mon 12:00 customer_message
                """,
                update + [Target(metric: .pausableUpdate, duration: .hours(4), calendar: "always")]
            ) == """
                Mon 09:00 started update until Mon 13:00
                Mon 09:00 started pausable_update until Mon 13:00
                Mon 09:00 paused pausable_update (pending)
                Mon 10:00 met update
                Mon 10:00 met pausable_update
                Mon 10:00 started update cycle 2 until Mon 14:00
                Mon 10:00 started pausable_update cycle 2
                Mon 10:00 paused pausable_update cycle 2 (pending)
                Mon 11:00 resumed pausable_update cycle 2 until Mon 15:00
                """
        )
    }

    @Test("closed without resolved cancels it like resolved; a breach reached before stays (S9)")
    func closed() throws {
        #expect(
            try told("Mon 08:00 opened\nMon 09:00 agent_reply\nMon 10:00 closed", update)
                .hasSuffix("Mon 10:00 cancelled update (resolved)")
        )
        #expect(
            try told("Mon 08:00 opened\nMon 09:00 agent_reply\nMon 14:00 closed", update)
                .hasSuffix("Mon 13:00 breached update -> manager-1")
        )
    }

    @Test("a last word after the end promises no update (S10)")
    func lastWord() throws {
        #expect(try told("Mon 08:00 opened\nMon 09:00 resolved\nMon 10:00 agent_reply", update) == "")
    }

    @Test(
        "reopened, an update goes on with the time used up, starts anew, or waits for the next reply (S15)",
        arguments: [
            (Target.Reopen.continue, "Tue 10:00 started update cycle 2 until Tue 11:00"),
            (.restart, "Tue 10:00 started update cycle 2 until Tue 14:00"),
            (.ignore, ""),
        ]
    )
    func reopened(mode: Target.Reopen, expected: String) throws {
        var scenario = Scenario(
            Policy.sample(
                [Target(metric: .update, duration: .hours(4), calendar: "always", reopen: mode)],
                ladder: Ladder(name: "default", steps: [])
            )
        )
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 agent_reply\nMon 12:00 resolved")
        #expect(try scenario.tell("Tue 10:00 reopened", showing: shown) == expected)
        // The next reply begins a cycle in any case.
        let next = try scenario.tell("Tue 10:30 agent_reply", showing: [.started])
        #expect(next.hasSuffix("until Tue 14:30"))
    }

    @Test("an update that is new in mid-life starts with the last reply, under grace (S16)")
    func newInMidLife() throws {
        let rule = TargetRule(name: "high", condition: .priority(["high"]), targets: update)
        var scenario = Scenario(Policy.sample([], ladder: Ladder(name: "default", steps: []), rules: [rule]))
        let early = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 agent_reply\nMon 12:00 priority_changed priority=high",
            showing: shown
        )
        #expect(early == "Mon 09:00 started update until Mon 13:00 (late 3h)")
        var late = Scenario(Policy.sample([], ladder: Ladder(name: "default", steps: []), rules: [rule]))
        let graced = try late.tell(
            "Mon 08:00 opened\nMon 09:00 agent_reply\nMon 15:00 priority_changed priority=high",
            showing: shown
        )
        #expect(graced == "Mon 09:00 started update (change_grace) until Mon 15:15 (late 6h)")
        var unanswered = Scenario(Policy.sample([], rules: [rule]))
        #expect(try unanswered.tell("Mon 08:00 opened\nMon 09:00 priority_changed priority=high") == "")
    }

    @Test("a late reply parts the cycle it falls into: its breach is taken back, its id stays (S21)")
    func lateReply() throws {
        var scenario = Scenario(Policy.sample(update, ladder: Ladder(name: "default", steps: [])))
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 agent_reply\nMon 13:00 ...")
        #expect(
            try scenario.tell("Mon 13:30 agent_reply at=Mon 12:00", showing: shown.union([.retracted])) == """
                Mon 13:00 retracted update (a late event shows that the deadline was kept) -> manager-1 (late 30m)
                Mon 12:00 met update revision 1 (late 1h30m)
                Mon 12:00 started update cycle 2 until Mon 16:00 (late 1h30m)
                """
        )
    }
}
