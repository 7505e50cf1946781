import Engine
import Support
import Testing
import TimeBase

@Suite("Next reply")
struct NextReplyTests {
    let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
    ])

    private func told(_ script: String) throws -> String {
        var scenario = Scenario(policy)
        return try scenario.tell(script, showing: [.started, .met, .metLate, .breached, .cancelled])
    }

    @Test("of several unanswered messages the oldest rules: one cycle, one breach (S11, worked check 5)")
    func oldest() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 09:00 agent_reply
                Mon 09:10 customer_message
                Mon 09:20 customer_message
                Mon 11:00 customer_message
                Mon 11:30 agent_reply
                """
            ) == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 09:00 met first_reply
                Mon 09:10 started next_reply until Mon 11:10
                Mon 11:10 breached next_reply -> manager-1
                Mon 11:30 met_late next_reply -> manager-1, team-2, manager-2
                """
        )
    }

    @Test("while the first reply is owed, messages start nothing (S11)")
    func firstReplyFirst() throws {
        #expect(
            try told("Mon 08:00 opened\nMon 09:00 customer_message\nMon 10:00 agent_reply\nMon 15:00 ...") == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 10:00 met first_reply
                """
        )
    }

    @Test("every answered message is a cycle of its own (S11)")
    func cycles() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 08:30 agent_reply
                Mon 09:00 customer_message
                Mon 10:00 agent_reply
                Mon 11:00 customer_message
                Mon 12:00 agent_reply
                """
            ) == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 08:30 met first_reply
                Mon 09:00 started next_reply until Mon 11:00
                Mon 10:00 met next_reply
                Mon 11:00 started next_reply cycle 2 until Mon 13:00
                Mon 12:00 met next_reply cycle 2
                """
        )
    }

    @Test("no_reply_needed and resolved cancel it; a breach reached before stays (S9)")
    func cancelled() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 08:30 agent_reply
                Mon 09:00 customer_message
                Mon 09:30 no_reply_needed
                Mon 10:00 customer_message
                Mon 10:30 resolved
                Mon 11:00 customer_message
                Mon 14:00 no_reply_needed
                """
            ) == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 08:30 met first_reply
                Mon 09:00 started next_reply until Mon 11:00
                Mon 09:30 cancelled next_reply (no_reply_needed)
                Mon 10:00 started next_reply cycle 2 until Mon 12:00
                Mon 10:30 cancelled next_reply cycle 2 (resolved)
                Mon 11:00 started next_reply cycle 3 until Mon 13:00
                Mon 13:00 breached next_reply cycle 3 -> manager-1
                """
        )
    }

    @Test("bots and automatic mail of either side start and stop nothing (S10)")
    func automatic() throws {
        #expect(
            try told(
                """
                Mon 08:00 opened
                Mon 08:30 agent_reply
                Mon 09:00 customer_message author=auto
                Mon 09:10 customer_message author=bot
                Mon 09:20 customer_message
                Mon 09:30 agent_reply author=bot
                Mon 10:00 agent_reply
                """
            ) == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 08:30 met first_reply
                Mon 09:20 started next_reply until Mon 11:20
                Mon 10:00 met next_reply
                """
        )
    }

    @Test("two replies in the same instant stop it once")
    func twice() throws {
        #expect(
            try told("Mon 08:00 opened\nMon 09:00 agent_reply & agent_reply\nMon 09:00 agent_reply") == """
                Mon 08:00 started first_reply until Mon 14:00
                Mon 09:00 met first_reply
                """
        )
    }
}
