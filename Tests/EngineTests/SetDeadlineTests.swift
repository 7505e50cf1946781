import Engine
import Support
import Testing
import TimeBase
import WorkingTime

@Suite("A deadline set by hand")
struct SetDeadlineTests {
    private let shown: Set<LedgerRecord.Kind> = [
        .started, .paused, .resumed, .retargeted, .deadlineSet, .breached, .met, .metLate, .cancelled,
    ]

    private func policy(
        hours: Int64 = 8,
        calendar: String = "office",
        rules: [TargetRule] = [],
        ladder: Ladder? = nil
    ) throws -> Policy {
        let pending = StatusSet(.pending)
        return .sample(
            [Target(metric: .resolution, duration: .hours(hours), calendar: calendar, pauseIn: pending)],
            calendar: try .office(),
            ladder: ladder,
            rules: rules
        )
    }

    @Test("S19: the timer has exactly that deadline, also outside open hours; a later one is told to the manager")
    func later() throws {
        var scenario = Scenario(try policy())
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 deadline_set target=resolution to=Mon 23:30 person=ada reason=agreed
            Mon 23:30:00.001 ...
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 09:00 deadline_set resolution by ada (agreed) until Mon 23:30 -> manager-1
                Mon 23:30 breached resolution -> manager-1
                """
        )
        let record = try #require(scenario.records.first { $0.kind == .deadlineSet })
        #expect(record.priority == 5)
        #expect(record.manager == "manager-1")
        #expect(record.eventID == "e2")
    }

    @Test("S19: an earlier deadline is told to nobody; the local user stands for a person who is not named")
    func earlier() throws {
        var scenario = Scenario(try policy())
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 deadline_set target=resolution to=Mon 11:00 user=bo\nMon 11:00 ...",
            showing: [.deadlineSet, .breached]
        )
        #expect(
            told == """
                Mon 09:00 deadline_set resolution by bo until Mon 11:00
                Mon 11:00 breached resolution -> manager-1
                """
        )
        #expect(scenario.records.first { $0.kind == .deadlineSet }?.priority == nil)
    }

    @Test("S19: it counts from when it was received, whatever date it bears, and changes no earlier verdict")
    func received() throws {
        var scenario = Scenario(try policy(hours: 2))
        _ = try scenario.tell("Mon 08:00 opened\nMon 10:00:00.001 ...")
        let told = try scenario.tell("Mon 10:30 deadline_set at=Mon 09:00 target=resolution to=Mon 14:00")
        #expect(told == "")
        #expect(scenario.answers == [.refused(.timer(.missed))])
        #expect(scenario.state?.timer(.resolution)?.breachedAt == Scenario.instant("Mon", "10:00"))
        #expect(scenario.facts.last?.event.at == Scenario.instant("Mon", "10:30"))
    }

    @Test(
        "S19: refused are a deadline that is not after it, and a timer that is absent, missed or has ended",
        arguments: [
            (
                "Mon 09:00 deadline_set target=resolution to=Mon 09:00",
                Refusal.deadlinePassed(Scenario.instant("Mon", "09:00"))
            ),
            ("Mon 09:00 deadline_set target=update to=Mon 11:00", .timer(.absent)),
            ("Mon 09:00 deadline_set target=resolution cycle=2 to=Mon 11:00", .timer(.absent)),
            ("Mon 17:00 deadline_set target=resolution to=Tue 11:00", .timer(.missed)),
            ("Mon 09:00 resolved\nMon 10:00 deadline_set target=resolution to=Mon 11:00", .timer(.ended)),
            (
                "Mon 09:00 resolved\nMon 09:30 reopened\nMon 10:00 deadline_set target=resolution cycle=1 to=Mon 11:00",
                .timer(.ended)
            ),
            ("Mon 09:00 spam\nMon 10:00 deadline_set target=resolution to=Mon 11:00", .closed(.spam)),
        ]
    )
    func refused(lines: String, refusal: Refusal) throws {
        var scenario = Scenario(try policy())
        let told = try scenario.tell("Mon 08:00 opened\n\(lines)", showing: [.deadlineSet])
        #expect(scenario.answers == [.refused(refusal)])
        #expect(told == "")
        let deadline = scenario.state?.timer(.resolution)?.deadline
        #expect(deadline != Scenario.instant("Mon", "11:00") && deadline != Scenario.instant("Tue", "11:00"))
    }

    @Test("S19, S25: a late event that shows that the timer was not missed gives a refused deadline its effect")
    func revived() throws {
        var scenario = Scenario(try policy(hours: 2, calendar: "always"))
        _ = try scenario.tell("Mon 09:00 opened\nMon 11:30 deadline_set target=resolution to=Mon 15:00")
        #expect(scenario.answers == [.refused(.timer(.missed))])
        let told = try scenario.tell(
            "Mon 11:40 pending at=Mon 10:00\nMon 11:50 resumed at=Mon 11:00",
            showing: [.deadlineSet]
        )
        #expect(told == "Mon 11:30 deadline_set resolution revision 1 until Mon 15:00 (late 10m)")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "15:00"))
    }

    @Test("S19: percentages are of the time used and the open time from then to the new deadline")
    func percentages() throws {
        let steps = [Step(due: .percent(50), text: "50%", action: .notify, audience: [.team])]
        var scenario = Scenario(try policy(ladder: Ladder(name: "default", steps: steps)))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 deadline_set target=resolution to=Mon 12:00\nMon 12:00 ...",
            showing: [.warned]
        )
        #expect(told == "Mon 10:00 warned resolution [50%] -> team-1")
    }

    @Test("S32: a step that has fired may fire again if the deadline set by hand moves it ahead")
    func again() throws {
        let steps = [Step(due: .percent(50), text: "50%", action: .notify, audience: [.team])]
        var scenario = Scenario(try policy(ladder: Ladder(name: "default", steps: steps)))
        let told = try scenario.tell(
            "Mon 08:00 opened\nMon 13:00 deadline_set target=resolution to=Tue 16:00\nTue 16:00 ...",
            showing: [.warned]
        )
        #expect(told == "Mon 12:00 warned resolution [50%] -> team-1\nMon 16:00 warned resolution [50%] -> team-1")
    }

    @Test("S19: a pause keeps the open time before the deadline and lays it out when it ends")
    func paused() throws {
        var scenario = Scenario(try policy())
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 deadline_set target=resolution to=Mon 14:00
            Mon 11:00 pending
            Tue 09:00 resumed
            Tue 10:00 pending
            Tue 11:00 deadline_set target=resolution to=Tue 15:00
            Wed 08:00 resumed
            """,
            showing: shown
        )
        #expect(
            told == """
                Mon 08:00 started resolution until Mon 16:00
                Mon 09:00 deadline_set resolution until Mon 14:00
                Mon 11:00 paused resolution (pending)
                Tue 09:00 resumed resolution until Tue 12:00
                Tue 10:00 paused resolution (pending)
                Tue 11:00 deadline_set resolution until Tue 15:00 -> manager-1
                Wed 08:00 resumed resolution until Wed 12:00
                """
        )
    }

    @Test("S16, S19: no change of fields or policy moves or cancels it; reapplied ends it")
    func pinned() throws {
        let urgent = TargetRule(
            name: "urgent",
            condition: .priority(["urgent"]),
            targets: [Target(metric: .resolution, duration: .hours(4), calendar: "office")]
        )
        let none = TargetRule(name: "none", condition: .priority(["none"]), targets: [])
        var scenario = Scenario(try policy(rules: [urgent, none]))
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 deadline_set target=resolution to=Mon 15:00")
        var told = try scenario.tell("Mon 09:10 note priority=urgent\nMon 09:20 note priority=none", showing: shown)
        try scenario.adopt(try policy(hours: 2, rules: [urgent]), "Mon", "09:30")
        #expect(told == "")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "15:00"))
        told = try scenario.tell("Mon 09:40 note priority=urgent\nMon 09:50 reapplied", showing: shown)
        #expect(told == "Mon 09:50 retargeted resolution until Mon 12:00")
        told = try scenario.tell("Mon 10:00 note priority=low", showing: shown)
        #expect(told == "Mon 10:00 retargeted resolution (change_grace) until Mon 10:15")
    }

    @Test("S15, S19: a reopened cycle follows its rule")
    func reopened() throws {
        var scenario = Scenario(try policy())
        let told = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 deadline_set target=resolution to=Mon 10:00
            Mon 09:30 resolved
            Mon 11:00 reopened
            """,
            showing: shown
        )
        #expect(told.hasSuffix("Mon 09:30 met resolution\nMon 11:00 started resolution cycle 2 until Tue 09:30"))
        #expect(scenario.state?.timer(.resolution)?.isSetByHand == false)
    }

    @Test("S19, S21: a late event keeps it; one that ends the timer before takes its effect away")
    func late() throws {
        var scenario = Scenario(try policy())
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 deadline_set target=resolution to=Mon 15:00")
        var told = try scenario.tell("Mon 11:00 note at=Mon 08:30", showing: shown)
        #expect(told == "")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "15:00"))
        told = try scenario.tell("Mon 11:30 resolved at=Mon 08:45", showing: shown)
        #expect(told == "Mon 08:45 met resolution (late 2h45m)")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "16:00"))
    }

    @Test("S18, S19: sent to a case that was merged, it is for the survivor's timer")
    func merged() throws {
        var scenario = Scenario(try policy())
        _ = try scenario.tell("Mon 09:00 opened\nMon 09:30 merged into=4712")
        _ = try scenario.tell("Mon 10:00 deadline_set target=resolution to=Mon 16:00")
        #expect(scenario.answers == [.forwarded(to: CaseID("4712"), .applied)])
        #expect(scenario.forwarded.last?.deadline == DeadlineSetting(.resolution, to: Scenario.instant("Mon", "16:00")))
    }

    @Test("S5, S19: a timer whose calendar has no open time ahead runs to the deadline that it is given")
    func suspended() throws {
        let holidays = Set((20_781...21_600).map { CivilDate(dayNumber: $0) })
        var scenario = Scenario(
            .sample(
                [Target(metric: .resolution, duration: .hours(100), calendar: "office")],
                calendar: try .office(holidays: holidays)
            )
        )
        let told = try scenario.tell(
            "Mon 09:00 opened\nMon 10:00 deadline_set target=resolution to=Thu 12:00\nThu 12:00 ...",
            showing: [.suspended, .deadlineSet, .breached]
        )
        #expect(
            told == """
                Mon 09:00 suspended resolution (calendar office has no open time within 366 days)
                Mon 10:00 deadline_set resolution until Thu 12:00
                Thu 12:00 breached resolution -> manager-1
                """
        )
    }

    @Test("S19: explain names the person, the deadline and why, and counts the open time up to it")
    func explained() throws {
        var scenario = Scenario(try policy())
        _ = try scenario.tell(
            "Mon 08:00 opened\nMon 09:00 deadline_set target=resolution to=Mon 13:00 person=ada reason=agreed\nMon 10:00 ..."
        )
        let history = History(facts: scenario.facts, records: scenario.records)
        let state = try #require(scenario.state)
        let now = Scenario.instant("Mon", "10:00")
        let explanation = try Engine.explain(state, history, scenario.policies, now: now)
        let cycle = try #require(explanation.cycles.first)
        #expect(cycle.deadline == Scenario.instant("Mon", "13:00"))
        #expect(cycle.carried == .zero)
        var counted: [Span] = []
        var people: [String?] = []
        for part in cycle.parts {
            switch part {
            case .counted(let stretch): counted.append(stretch.total)
            case .deadlineSet(let record): people.append(record.by)
            case .chosen, .paused, .suspended, .retargeted: break
            }
        }
        #expect(counted == [.hours(1), .hours(4)])
        #expect(people == ["ada"])
    }
}
