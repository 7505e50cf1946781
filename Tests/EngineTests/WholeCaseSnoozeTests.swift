import Engine
import Support
import Testing
import TimeBase

/// A snooze is of the case, not of the timers that happen to run (S36).
@Suite("Snooze of the whole case")
struct WholeCaseSnoozeTests {
    private let shown = LedgerRecord.Kind.climbing.union([.metLate, .retracted, .snoozed, .snoozeEnded, .announced])
    private let steps = [step(after: 0), step(after: 1, .notify, [.team], every: .hours(2))]

    private func scenario(_ targets: [(Metric, Int64)], change: (inout Policy) -> Void = { _ in }) -> Scenario {
        let targets = targets.map { Target(metric: $0.0, duration: .hours($0.1), calendar: "always") }
        return Scenario(Policy.sample(targets, ladder: Ladder(name: "default", steps: steps), change: change))
    }

    @Test("a timer that starts later is covered: a breach is written down without receivers, and told at the end (S36)")
    func laterTimer() throws {
        var scenario = scenario([(.update, 4)])
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 08:10 agent_reply
            Mon 09:00 snoozed until=Wed 09:00 reason=holiday by=amy
            Mon 09:05 agent_reply
            Wed 09:00 ...
            Wed 10:10 agent_reply
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 09:00 snoozed by amy (holiday) until Wed 09:00
                Mon 13:05 breached update cycle 2 until Wed 09:00
                Wed 09:00 snooze_ended
                Mon 13:05 announced update cycle 2 (snoozed) -> manager-1 (late 43h55m)
                Mon 13:05 skipped update cycle 2 (snoozed) [breach] (late 43h55m)
                Mon 14:05 skipped update cycle 2 (snoozed, 21 times) [breach + 1h] (late 42h55m)
                Wed 08:05 notified update cycle 2 [breach + 1h] -> team-1 (late 55m)
                Wed 10:05 notified update cycle 2 [breach + 1h] -> team-1
                Wed 10:10 met_late update cycle 2 -> manager-1, team-1
                """
        )
        #expect(
            scenario.records.filter { $0.noticedAt < Scenario.instant("Wed", "09:00") }.allSatisfy { $0.to.isEmpty }
        )
    }

    @Test("so are a customer message, a move, and a case that is resolved and reopened (S36)")
    func otherStarts() throws {
        var scenario = scenario([(.nextReply, 2), (.tierTime, 3), (.resolution, 5)])
        _ = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 08:10 agent_reply
            Mon 08:30 snoozed until=Mon 20:00 reason=x
            Mon 09:00 customer_message
            Mon 10:00 tier_changed tier=2
            Mon 11:30 agent_reply
            Mon 12:00 resolved
            Mon 13:30 reopened
            Mon 19:59 ...
            """
        )
        #expect(scenario.records.allSatisfy { $0.to.isEmpty })
        #expect(scenario.records.contains { $0.kind == .breached && $0.metric == .tierTime && $0.cycle == 3 })
        _ = try scenario.tell("Mon 20:00 ...")
        let announced = scenario.records.filter { $0.kind == .announced }
        #expect(
            announced.map { "\($0.metric?.word ?? "") \($0.cycle ?? 0) \($0.reason ?? "")" } == [
                "next_reply 1 snoozed, met_late", "resolution 2 snoozed", "tier_time 3 snoozed",
            ]
        )
        #expect(announced.flatMap(\.to).sorted() == Set(announced.flatMap(\.to)).sorted(), "each once")
    }

    @Test("it holds from its instant, inclusive, to its end, exclusive (S36)")
    func bounds() throws {
        var atStart = scenario([(.firstReply, 4)])
        _ = try atStart.tell("Mon 08:00 opened")
        #expect(
            try atStart.tell("down Mon 12:00 snoozed until=Mon 13:00 reason=x", showing: [.breached])
                == "Mon 12:00 breached first_reply until Mon 13:00"
        )
        var atEnd = scenario([(.firstReply, 4)])
        #expect(
            try atEnd.tell(
                "Mon 08:00 opened\nMon 09:00 snoozed until=Mon 12:00 reason=x\nMon 12:00 ...",
                showing: [.breached, .snoozeEnded, .announced]
            ) == "Mon 12:00 snooze_ended\nMon 12:00 breached first_reply -> manager-1"
        )
    }

    @Test("one that ends before it begins, or lasts longer than longest_snooze, is refused (S36)")
    func refused() throws {
        var scenario = scenario([(.firstReply, 4)])
        let noon = Scenario.instant("Mon", "12:00")
        _ = try scenario.tell("Mon 08:00 opened\nMon 12:00 snoozed until=Mon 12:00 reason=x")
        #expect(scenario.answers == [.refused(.snoozeIsOver(until: noon))])
        _ = try scenario.tell("Mon 12:30 snoozed at=Mon 11:00 until=Mon 12:00 reason=x")
        #expect(scenario.answers == [.refused(.snoozeIsOver(until: noon))], "it counts from when it was received")
        _ = try scenario.tell("Mon 12:30 snoozed until=Mon+ 12:30 reason=x")
        #expect(scenario.answers == [.applied])
        _ = try scenario.tell("Mon 12:30 snoozed until=Mon+ 12:31 reason=x")
        #expect(scenario.answers == [.refused(.snoozeIsTooLong(longest: .hours(168)))])
        #expect(scenario.state?.snooze?.until == Scenario.instant("Mon+", "12:30"), "a refused one changes nothing")
    }

    @Test("snooze_ended ends it early, and says who; without a snooze it changes nothing (S36)")
    func endedEarly() throws {
        var scenario = scenario([(.firstReply, 4)])
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 08:30 snooze_ended by=amy
            Mon 09:00 snoozed until=Tue 09:00 reason=x
            Mon 12:30 snooze_ended by=bo reason=back
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 09:00 snoozed (x) until Tue 09:00
                Mon 12:00 breached first_reply until Tue 09:00
                Mon 12:30 snooze_ended by bo (back)
                Mon 12:00 announced first_reply (snoozed) -> manager-1 (late 30m)
                Mon 12:00 notified first_reply [breach] (late 30m)
                """
        )
        #expect(scenario.state?.snooze == nil)
        #expect(scenario.records.last?.alsoTold == ["manager-1"])
    }

    @Test("a kind in snooze_ends_on ends it early, if a person is behind it (S10, S36)")
    func endsOn() throws {
        var scenario = scenario([(.firstReply, 9)]) { $0.snoozeEndsOn = [.customerMessage, .reopened] }
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 snoozed until=Tue 09:00 reason=x\nMon 09:30 note")
        _ = try scenario.tell("Mon 09:40 customer_message author=auto")
        #expect(scenario.state?.snooze != nil)
        #expect(
            try scenario.tell("Mon 10:00 customer_message", showing: [.snoozeEnded])
                == "Mon 10:00 snooze_ended (customer_message)"
        )
        #expect(scenario.state?.snooze == nil)
    }

    @Test("a breach that was met late meanwhile is told with its end, one that was taken back is not told (S36)")
    func meanwhile() throws {
        var met = scenario([(.firstReply, 4)])
        _ = try met.tell("Mon 08:00 opened\nMon 09:00 snoozed until=Mon 15:00 reason=x\nMon 13:00 agent_reply")
        #expect(met.records.allSatisfy { $0.to.isEmpty })
        #expect(
            try met.tell("Mon 15:00 ...", showing: shown) == """
                Mon 15:00 snooze_ended
                Mon 12:00 announced first_reply (snoozed, met_late) -> manager-1 (late 3h)
                """
        )
        var kept = scenario([(.firstReply, 4)])
        _ = try kept.tell(
            "Mon 08:00 opened\nMon 09:00 snoozed until=Mon 15:00 reason=x\nMon 13:00 agent_reply at=Mon 11:00"
        )
        #expect(kept.records.contains { $0.kind == .retracted })
        #expect(kept.records.allSatisfy { $0.to.isEmpty })
        #expect(try kept.tell("Mon 15:00 ...", showing: shown) == "Mon 15:00 snooze_ended")
        var both = scenario([(.firstReply, 4)])
        _ = try both.tell("Mon 08:00 opened\nMon 09:00 snoozed until=Mon 15:00 reason=x\nMon 13:00 agent_reply")
        _ = try both.tell("Mon 13:30 agent_reply at=Mon 11:00")
        #expect(both.records.contains { $0.kind == .metLate } && both.records.contains { $0.kind == .retracted })
        #expect(
            try both.tell("Mon 15:00 ...", showing: shown) == "Mon 15:00 snooze_ended",
            "nor is its end, of which nobody was told either"
        )
    }

    @Test("a breach that was told after a snooze and is taken back later has nothing of the snooze (S32, S36)")
    func takenBackLater() throws {
        var scenario = scenario([(.firstReply, 4)])
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 snoozed until=Mon 12:30 reason=x\nMon 12:40 ...")
        #expect(
            try scenario.tell("Mon 12:50 agent_reply at=Mon 11:00", showing: shown)
                == "Mon 12:00 retracted first_reply (a late event shows that the deadline was kept) -> manager-1 (late 50m)"
        )
    }

    @Test("what happens meanwhile to a breach that was told before is told when the snooze ends (S32, S36)")
    func toldBefore() throws {
        var met = scenario([(.firstReply, 4)])
        _ = try met.tell("Mon 08:00 opened\nMon 12:10 snoozed until=Mon 15:00 reason=x\nMon 13:00 agent_reply")
        #expect(
            try met.tell("Mon 15:00 ...", showing: shown) == """
                Mon 15:00 snooze_ended
                Mon 13:00 announced first_reply (met_late) -> manager-1 (late 2h)
                """
        )
        var kept = scenario([(.firstReply, 4)])
        _ = try kept.tell(
            "Mon 08:00 opened\nMon 12:10 snoozed until=Mon 15:00 reason=x\nMon 13:00 agent_reply at=Mon 11:00"
        )
        #expect(
            try kept.tell("Mon 15:00 ...", showing: shown) == """
                Mon 15:00 snooze_ended
                Mon 12:00 announced first_reply (retracted) -> manager-1 (late 3h)
                """
        )
    }

    @Test(
        "a new snooze takes the place of the one before; a late event changes neither its end nor what is untold (S36)"
    )
    func replaced() throws {
        var scenario = scenario([(.firstReply, 4)])
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 snoozed until=Tue 09:00 reason=x by=amy
            Mon 12:30 snoozed until=Mon 14:00 reason=y by=bo
            Mon 13:00 note at=Mon 08:30
            Mon 14:00 ...
            Mon 14:10 note at=Mon 08:40
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 09:00 snoozed by amy (x) until Tue 09:00
                Mon 12:00 breached first_reply until Tue 09:00
                Mon 12:30 snoozed by bo (y) until Mon 14:00
                Mon 14:00 snooze_ended
                Mon 12:00 announced first_reply (snoozed) -> manager-1 (late 2h)
                Mon 12:00 skipped first_reply (snoozed) [breach] (late 2h)
                Mon 13:00 notified first_reply [breach + 1h] -> team-1 (late 1h)
                """
        )
    }

    @Test("the daemon was down at the end: it is written down and told at the first look (S33, S36)")
    func down() throws {
        var scenario = scenario([(.firstReply, 4)])
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 snoozed until=Mon 13:00 reason=x\nMon 12:00 ...")
        #expect(
            try scenario.tell("down Mon 15:30 ...", showing: shown) == """
                Mon 13:00 snooze_ended (late 2h30m)
                Mon 12:00 announced first_reply (snoozed) -> manager-1 (late 3h30m)
                Mon 12:00 skipped first_reply (snoozed) [breach] (late 3h30m)
                Mon 13:00 skipped first_reply (catch_up, 1 times) [breach + 1h] (late 2h30m)
                Mon 15:00 notified first_reply [breach + 1h] -> team-1 (late 30m)
                """
        )
    }

    @Test("a merge takes neither an acknowledgement nor a snooze to the survivor (S18, S36)")
    func merged() throws {
        var survivor = scenario([(.firstReply, 4)])
        _ = try survivor.tell("Mon 08:00 opened")
        var loser = Event(
            id: "4712/merged/1",
            caseID: CaseID("4711"),
            at: Scenario.instant("Mon", "09:00"),
            kind: .absorbed
        )
        loser.link = Link(CaseID("4712"), waitingSince: Scenario.instant("Mon", "07:00"), number: 1)
        try survivor.hand(in: [loser], at: Scenario.instant("Mon", "09:00"))
        #expect(survivor.state?.snooze == nil)
        #expect(survivor.state?.acknowledgement == nil)
        #expect(
            try survivor.tell("Mon 11:00 ...", showing: [.breached]) == "Mon 11:00 breached first_reply -> manager-1"
        )
    }
}
