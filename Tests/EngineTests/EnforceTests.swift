import Engine
import Support
import Testing
import TimeBase

/// What is past when it is imported stays past (S24).
@Suite("Imports into cases that exist")
struct EnforceTests {
    private let shown: Set<LedgerRecord.Kind> = [.warned, .breached, .metLate, .escalated, .retracted]
    private let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
    ])

    @Test("old lines announce no old breach, and what they start later is enforced (S24)")
    func oldLines() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 agent_reply")
        scenario.enforceFrom = Scenario.instant("Tue", "08:00")
        let imported = try scenario.tell(
            "Tue 08:00 customer_message at=Mon 09:00 & agent_reply at=Mon 12:00 & customer_message at=Tue 07:30",
            showing: shown
        )
        #expect(
            imported == """
                Mon 11:00 breached next_reply (deadline before enforce_from) (late 21h)
                Mon 12:00 met_late next_reply (late 20h)
                """
        )
        scenario.enforceFrom = nil
        #expect(
            try scenario.tell("Tue 09:30 ...", showing: shown) == """
                Tue 09:00 warned next_reply cycle 2 [75%] -> team-1
                Tue 09:30 breached next_reply cycle 2 -> manager-1
                Tue 09:30 escalated next_reply cycle 2 tier 1 to 2 [breach] -> team-2, manager-2
                """
        )
    }

    @Test("late events of the import that need the history are measured only as well (S21, S24)")
    func replayed() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 08:00 agent_reply\nMon 20:00 note")
        scenario.enforceFrom = Scenario.instant("Tue", "08:00")
        #expect(
            try scenario.tell("Tue 08:00 customer_message at=Mon 09:00", showing: shown)
                == "Mon 11:00 breached next_reply (deadline before enforce_from) (late 21h)"
        )
        #expect(scenario.nextWake == nil, "its ladder never climbs")
        scenario.enforceFrom = nil
        #expect(
            try scenario.tell("Tue 09:00 note at=Mon 10:00\nTue 10:00 agent_reply", showing: shown)
                == "Tue 10:00 met_late next_reply"
        )
    }

    @Test("a breach that was announced before an import goes on being one: its ladder and its end are told (S24)")
    func announcedBefore() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 07:00 opened\nMon 13:30 ...")
        scenario.enforceFrom = Scenario.instant("Mon", "14:00")
        _ = try scenario.tell("Mon 14:00 note at=Mon 08:00")
        scenario.enforceFrom = nil
        #expect(
            try scenario.tell("Mon 15:10 agent_reply", showing: shown) == """
                Mon 15:00 escalated first_reply tier 2 to 3 [breach + 2h] -> team-3
                Mon 15:10 met_late first_reply -> manager-1, team-2, manager-2, team-3
                """
        )
    }

    @Test("what is measured only is not warned of either (S24)")
    func warnings() throws {
        var scenario = Scenario(policy)
        scenario.enforceFrom = Scenario.instant("Tue", "00:00")
        #expect(
            try scenario.tell("Mon 07:00 opened\nMon 14:00 ...", showing: shown)
                == "Mon 13:00 breached first_reply (deadline before enforce_from)"
        )
    }
}
