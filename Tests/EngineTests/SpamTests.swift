import Engine
import Support
import Testing
import TimeBase

@Suite("Spam")
struct SpamTests {
    private let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
    ])
    private let answered = """
        Mon 08:00 opened
        Mon 09:00 agent_reply
        Mon 10:00 customer_message
        Mon 11:00 agent_reply
        Mon 12:00 customer_message
        """

    @Test("S18: spam ends what runs as cancelled, and no verdict counts, those of earlier cycles neither")
    func spam() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(answered)
        #expect(
            try scenario.tell("Mon 13:00 spam") == """
                Mon 13:00 cancelled next_reply cycle 2 (spam)
                Mon 13:00 voided first_reply (spam)
                Mon 13:00 voided next_reply (spam)
                """
        )
        #expect(scenario.state?.status == .spam)
        #expect(scenario.state?.doneAt == Scenario.instant("Mon", "13:00"))
        #expect(scenario.state?.waitingSince == nil)
        #expect(scenario.nextWake == nil)
        #expect(scenario.state?.timer(.firstReply)?.isVoid == true)
        #expect(scenario.state?.timer(.nextReply)?.verdict == .cancelled(.spam))
        #expect(scenario.state?.timer(.nextReply)?.isVoid == false)
        #expect(scenario.records.filter { $0.kind == .voided }.allSatisfy { $0.priority == nil && $0.to.isEmpty })
    }

    @Test("S18: what has breached stays breached, ended and void")
    func breached() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 14:30 ...")
        let told = try scenario.tell("Mon 15:00 spam")
        #expect(told == "Mon 15:00 ended first_reply (spam)\nMon 15:00 voided first_reply (spam)")
        let timer = try #require(scenario.state?.timer(.firstReply))
        #expect(timer.verdict == .breached)
        #expect(timer.state == .ended)
        #expect(timer.isVoid)
        #expect(scenario.nextWake == nil)
    }

    @Test("S18: no spam after all, the same cycle runs on towards the same deadline")
    func runsOn() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 spam")
        #expect(
            try scenario.tell("Mon 10:00 not_spam\nMon 14:00 ...", showing: [.started, .breached, .warned]) == """
                Mon 08:00 started first_reply (not spam after all) until Mon 14:00 (late 2h)
                Mon 12:30 warned first_reply [75%] -> team-1
                Mon 14:00 breached first_reply -> manager-1
                """
        )
        #expect(scenario.state?.status == .new)
        #expect(scenario.state?.doneAt == nil)
    }

    @Test("S18: a deadline that passed while the case was spam is a breach at the deadline, noticed late")
    func passedMeanwhile() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 spam\nMon 14:30 ...")
        #expect(
            try scenario.tell("Mon 15:00 not_spam", showing: [.breached, .escalated]) == """
                Mon 14:00 breached first_reply -> manager-1 (late 1h)
                Mon 14:00 escalated first_reply tier 1 to 2 [breach] -> team-2, manager-2 (late 1h)
                """
        )
    }

    @Test("S18: what happened while the case was spam counts if it was none")
    func happenedMeanwhile() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 spam")
        let meanwhile = "Mon 10:00 agent_reply\nMon 10:30 tier_changed tier=2\nMon 11:00 customer_message"
        #expect(try scenario.tell(meanwhile) == "")
        #expect(scenario.answers == [.applied])
        #expect(scenario.state?.tier == 1)
        #expect(
            try scenario.tell("Mon 12:00 not_spam") == """
                Mon 10:00 met first_reply (late 2h)
                Mon 10:30 moved tier 1 to 2 (late 1h30m)
                Mon 11:00 started next_reply until Mon 13:00 (late 1h)
                """
        )
        #expect(scenario.state?.tier == 2)
        #expect(scenario.state?.status == .open)
    }

    @Test("S36: acknowledged while it was spam, the ladder stays silent when it is none")
    func acknowledgedMeanwhile() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 spam\nMon 10:00 acknowledged user=amy")
        let told = try scenario.tell(
            "Mon 11:00 not_spam\nMon 20:00 ...",
            showing: [.acknowledged, .warned, .escalated]
        )
        #expect(told == "Mon 10:00 acknowledged by amy (late 1h)")
    }

    @Test("S18: no spam after all, its verdicts count again; said once more, nothing changes")
    func reinstated() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell(answered + "\nMon 13:00 spam")
        #expect(
            try scenario.tell("Mon 13:05 not_spam") == """
                Mon 13:05 reinstated first_reply (not spam after all)
                Mon 13:05 reinstated next_reply (not spam after all)
                Mon 12:00 started next_reply cycle 2 (not spam after all) until Mon 14:00 (late 1h5m)
                """
        )
        #expect(scenario.state?.timers.contains(where: \.isVoid) == false)
        #expect(try scenario.tell("Mon 13:10 not_spam") == "")
        #expect(scenario.answers == [.applied])
        // And spam once more: what was taken back stays taken back.
        #expect(
            try scenario.tell("Mon 13:20 spam") == """
                Mon 13:20 cancelled next_reply cycle 2 (spam)
                Mon 13:20 voided first_reply (spam)
                Mon 13:20 voided next_reply (spam)
                """
        )
    }

    @Test("S18, S21: that it is no spam takes back a spam that arrives later and is dated before")
    func lateSpam() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 10:00 not_spam")
        #expect(try scenario.tell("Mon 11:00 spam at=Mon 09:00") == "")
        #expect(scenario.answers == [.applied])
        #expect(scenario.state?.status == .new)
        #expect(scenario.state?.timer(.firstReply)?.state == .running)
    }

    @Test("S18, S21: spam dated before a breach that was announced takes the breach back")
    func beforeTheBreach() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened\nMon 14:10 ...")
        #expect(
            try scenario.tell("Mon 14:20 spam at=Mon 13:00", showing: [.retracted, .cancelled, .voided]) == """
                Mon 14:00 retracted first_reply (the case was spam by then) -> manager-1, team-2, manager-2 (late 20m)
                Mon 13:00 cancelled first_reply revision 1 (spam) (late 1h20m)
                """
        )
        #expect(
            try scenario.tell("Mon 15:00 not_spam", showing: [.started, .breached]) == """
                Mon 08:00 started first_reply revision 1 (not spam after all) until Mon 14:00 (late 7h)
                Mon 14:00 breached first_reply revision 1 -> manager-1 (late 1h)
                """
        )
    }

    @Test("S18: a breach that is found when it does not count is told to nobody, until it counts")
    func silent() throws {
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened")
        #expect(
            try scenario.tell("down Mon 15:00 spam at=Mon 14:30") == """
                Mon 14:00 breached first_reply (late 1h)
                Mon 14:30 ended first_reply (spam) (late 30m)
                Mon 14:30 voided first_reply (spam) (late 30m)
                """
        )
        #expect(scenario.records.allSatisfy { $0.priority == nil })
        let told = try scenario.tell("Mon 16:00 not_spam", showing: [.reinstated, .breached])
        #expect(told == "Mon 16:00 reinstated first_reply (not spam after all) -> manager-1")
        #expect(scenario.records.last { $0.kind == .reinstated }?.priority == 4)
        let notice = "Mon 14:00 retracted first_reply (a late event shows that the deadline was kept)"
        let end = try scenario.tell("Mon 16:30 agent_reply at=Mon 13:00", showing: [.retracted])
        #expect(end == "\(notice) -> manager-1, team-2 (late 2h30m)", "it was told, if not at first")
        #expect(scenario.records.last { $0.kind == .retracted }?.priority == 5)
    }

    @Test("S18, S24: opened, spam and not spam in one unit")
    func oneUnit() throws {
        var scenario = Scenario(policy)
        #expect(
            try scenario.tell("Mon 08:00 opened & spam & not_spam") == "Mon 08:00 started first_reply until Mon 14:00"
        )
        #expect(scenario.state?.status == .new)
        var spam = Scenario(policy)
        #expect(
            try spam.tell("Mon 08:00 opened at=Mon 06:00 & agent_reply at=Mon 07:00 & spam") == """
                Mon 06:00 started first_reply until Mon 12:00 (late 2h)
                Mon 07:00 met first_reply (late 1h)
                Mon 08:00 voided first_reply (spam)
                """
        )
        #expect(try spam.tell("Mon 09:00 not_spam") == "Mon 09:00 reinstated first_reply (not spam after all)")
    }

    @Test("S18, S23: a source that opens unknown cases may begin with spam")
    func unknown() throws {
        let open = Policy.sample(
            [Target(metric: .firstReply, duration: .hours(6), calendar: "always")],
            change: { $0.sources["api"] = Source(opensUnknown: true) }
        )
        var scenario = Scenario(open)
        _ = try scenario.tell("Mon 08:00 spam")
        #expect(scenario.state?.status == .spam)
        _ = try scenario.tell("Mon 09:00 not_spam")
        #expect(scenario.state?.status == .new)
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "14:00"))
    }

    @Test("S18, S22: a breach that settles while the case becomes spam is void when the ledger hears of it")
    func settles() throws {
        let settling = Policy.sample([
            Target(metric: .firstReply, duration: .hours(6), calendar: "always", settle: .minutes(30))
        ])
        var scenario = Scenario(settling)
        _ = try scenario.tell("Mon 08:00 opened\nMon 13:59 ...")
        #expect(try scenario.tell("Mon 14:10 spam") == "")
        #expect(
            try scenario.tell("Mon 14:40 ...") == """
                Mon 14:00 breached first_reply (late 30m)
                Mon 14:10 ended first_reply (spam) (late 20m)
                Mon 14:10 voided first_reply (spam) (late 20m)
                """
        )
    }
}
