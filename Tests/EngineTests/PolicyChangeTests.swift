import Engine
import Support
import Testing
import TimeBase
import WorkingTime

@Suite("Policy and calendar changes")
struct PolicyChangeTests {
    private let shown: Set<LedgerRecord.Kind> = [
        .started, .retargeted, .breached, .met, .metLate, .cancelled, .retracted,
    ]

    private func resolution(
        _ hours: Int64,
        in calendar: WorkingCalendar = .always,
        grace: Span = .minutes(15),
        ladder: Ladder? = nil
    ) -> Policy {
        .sample(
            [
                Target(
                    metric: .resolution,
                    duration: .hours(hours),
                    calendar: calendar.name,
                    pauseIn: [StatusSet(.pending)]
                )
            ],
            calendar: calendar,
            ladder: ladder,
            change: { $0.changeGrace = grace }
        )
    }

    @Test("a new policy retargets what runs: same start, elapsed time and pauses kept (S16)")
    func retargets() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 pending\nMon 19:00 resumed")
        try scenario.adopt(resolution(4), "Mon", "20:00")
        let timer = try #require(scenario.state?.timer(.resolution))
        #expect(timer.deadline == Scenario.instant("Mon", "22:00"))
        #expect(timer.policyVersion == 2)
        #expect(
            try scenario.tell("Mon 22:30 resolved", showing: shown) == """
                Mon 22:00 breached resolution -> manager-1
                Mon 22:30 met_late resolution -> manager-1, team-2, manager-2
                """
        )
    }

    @Test("grace is open time: what is left of it at closing time counts on the next morning (S16)")
    func openGrace() throws {
        let office = try WorkingCalendar.office()
        var scenario = Scenario(resolution(12, in: office))
        _ = try scenario.tell("Mon 08:00 opened")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Tue", "12:00"))
        try scenario.adopt(resolution(4, in: office), "Mon", "15:50")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Tue", "08:05"))
        var soon = Scenario(resolution(8, in: office))
        _ = try soon.tell("Mon 08:00 opened")
        try soon.adopt(resolution(4, in: office), "Mon", "15:50")
        #expect(soon.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "16:00"), "no later than it was")
    }

    @Test("a deadline that has passed by the new policy is the adoption plus grace, and says so (S16)")
    func grace() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened")
        try scenario.adopt(resolution(4), "Mon", "13:00")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "13:15"))
        #expect(scenario.records.last { $0.kind == .retargeted }?.reason == "change_grace")
        var strict = Scenario(resolution(8, grace: .zero))
        _ = try strict.tell("Mon 08:00 opened")
        try strict.adopt(resolution(4, grace: .zero), "Mon", "13:00")
        #expect(strict.state?.timer(.resolution)?.breachedAt == Scenario.instant("Mon", "13:00"))
    }

    @Test("a case is brought to the adoption instant first, whenever it is touched (S16)")
    func touchedLater() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened")
        try scenario.adopt(resolution(4), "Mon", "10:00", untouched: true)
        let told = try scenario.tell("down Mon 13:30 note", showing: shown)
        #expect(
            told == """
                Mon 10:00 retargeted resolution until Mon 12:00 (late 3h30m)
                Mon 12:00 breached resolution -> manager-1 (late 1h30m)
                """
        )
    }

    @Test("an event dated before the adoption that arrives after it counts in its place (S16, S21)")
    func lateOverAdoption() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened")
        try scenario.adopt(resolution(4), "Mon", "10:00")
        _ = try scenario.tell("Mon 10:30 pending at=Mon 09:00\nMon 11:00 resumed")
        // One hour before the pause, three are left of the four.
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "14:00"))
        #expect(scenario.state?.policyVersion == 2)
    }

    @Test("untouched by the adoption or not, a late event comes to the same (S16, S21)", arguments: [false, true])
    func sameEitherWay(untouched: Bool) throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 note")
        try scenario.adopt(resolution(4), "Mon", "10:00", untouched: untouched)
        try scenario.adopt(resolution(5), "Mon", "11:00", untouched: untouched)
        _ = try scenario.tell("Mon 12:30 pending at=Mon 08:30\nMon 12:40 resumed")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "17:10"))
        #expect(scenario.state?.policyVersion == 3)
    }

    @Test("a new calendar keeps what has elapsed and lays out the rest anew (S16)")
    func newCalendar() throws {
        let office = try WorkingCalendar.office()
        var scenario = Scenario(resolution(8, in: office))
        _ = try scenario.tell("Mon 10:00 opened")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Tue", "10:00"))
        let tuesday = try #require(CivilDate(year: 2026, month: 11, day: 24))
        try scenario.adopt(resolution(8, in: try .office(holidays: [tuesday])), "Mon", "12:00")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Wed", "10:00"))
        #expect(scenario.state?.timer(.resolution)?.elapsed == .hours(2))
    }

    @Test("the same calendar under another zone's rules is a calendar change (S7, S16)")
    func newZoneData() throws {
        func office(_ rule: String) throws -> WorkingCalendar {
            let hours = [LocalSpan(9 * 3_600, 17 * 3_600)]
            let weekly = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, hours) })
            let spec = CalendarSpec(name: "office", zone: "Own/Zone", weekly: weekly)
            return try WorkingCalendar(spec: spec, zone: try ZoneRules(name: "Own/Zone", posix: rule))
        }
        var scenario = Scenario(resolution(8, in: try office("AAA-1")))
        // Open from 08:00 UTC; two hours are used up by ten.
        _ = try scenario.tell("Mon 08:00 opened")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "16:00"))
        // Under the new rules it closes at 15:00 UTC and opens at 07:00.
        try scenario.adopt(resolution(8, in: try office("BBB-2")), "Mon", "10:00")
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Tue", "08:00"))
        #expect(scenario.state?.timer(.resolution)?.elapsed == .hours(2))
    }

    @Test("what a policy says the same, and a breach, are left as they are (S16)")
    func unchanged() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened")
        let before = scenario.records.count
        try scenario.adopt(resolution(8, grace: .hours(1)), "Mon", "10:00")
        #expect(scenario.records.count == before)
        #expect(scenario.state?.timer(.resolution)?.policyVersion == 2)
        _ = try scenario.tell("Mon 16:00 ...")
        try scenario.adopt(resolution(20), "Mon", "16:30")
        #expect(scenario.state?.timer(.resolution)?.verdict == .breached)
        #expect(scenario.state?.timer(.resolution)?.deadline == Scenario.instant("Mon", "16:00"))
    }

    @Test("a target that the new policy has not is cancelled, one that it brings starts where its metric does (S16)")
    func otherTargets() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened")
        try scenario.adopt(
            .sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]),
            "Mon",
            "10:00"
        )
        let firstReply = try #require(scenario.state?.timer(.firstReply))
        #expect(firstReply.deadline == Scenario.instant("Mon", "14:00"))
        #expect(scenario.state?.timer(.resolution)?.verdict == .cancelled(.noLongerRequired))
        try scenario.adopt(
            .sample([Target(metric: .firstReply, duration: .hours(1), calendar: "always")]),
            "Mon",
            "11:00"
        )
        #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", "11:15"))
    }

    @Test("a case that became known under a version keeps that for what lies before (S16)")
    func openedLate() throws {
        var scenario = Scenario(resolution(8))
        try scenario.adopt(resolution(4), "Mon", "12:00")
        // It began before the adoption, but nobody knew of it: the version that rules when it comes decides.
        let told = try scenario.tell(
            "Mon 13:00 opened at=Mon 10:00\nMon 13:30 note at=Mon 10:30\nMon 15:00 ...",
            showing: shown
        )
        #expect(
            told == """
                Mon 10:00 started resolution until Mon 14:00 (late 3h)
                Mon 14:00 breached resolution -> manager-1
                """
        )
    }

    @Test("a resolved case takes a version on in silence, and reopens under it (S15, S16)")
    func resolved() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened\nMon 09:00 resolved")
        try scenario.adopt(resolution(4), "Mon", "10:00")
        let told = try scenario.tell("Mon 12:00 reopened", showing: shown)
        #expect(told == "Mon 12:00 started resolution cycle 2 until Mon 15:00")
    }
}
