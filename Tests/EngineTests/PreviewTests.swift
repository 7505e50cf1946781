import Engine
import Support
import Testing
import TimeBase
import WorkingTime

@Suite("What another policy would do")
struct PreviewTests {
    private func resolution(
        _ hours: Int64,
        in calendar: WorkingCalendar = .always,
        pauseIn: StatusSet = [StatusSet(.pending)],
        grace: Span = .minutes(15)
    ) -> Policy {
        .sample(
            [Target(metric: .resolution, duration: .hours(hours), calendar: calendar.name, pauseIn: pauseIn)],
            calendar: calendar,
            change: { $0.changeGrace = grace }
        )
    }

    private func preview(_ scenario: Scenario, _ policy: Policy, at now: Instant) throws -> CasePreview {
        let state = try #require(scenario.state)
        let proposed = scenario.policies.proposing(policy, adoptedAt: now)
        if let preview = try Engine.preview(state, scenario.policies, proposed: proposed, now: now) { return preview }
        let history = History(facts: scenario.facts, records: scenario.records)
        return try #require(
            try Engine.preview(state, history: history, scenario.policies, proposed: proposed, now: now)
        )
    }

    /// `put_off resolution Mon 20:00 to Mon 15:15 -> team-1`, one line a target; what is left of a paused one in hours.
    private func show(
        _ script: String,
        under policy: Policy,
        then new: Policy,
        at day: String,
        _ clock: String
    ) throws -> String {
        var scenario = Scenario(policy)
        _ = try scenario.tell(script)
        return try preview(scenario, new, at: Scenario.instant(day, clock)).targets
            .map { target in
                func due(_ deadline: Instant?, _ left: Span?) -> String {
                    deadline.map(Scenario.text) ?? left.map { "\($0) left" } ?? "-"
                }
                var line = "\(target.effect.rawValue) \(target.metric.word) "
                line += due(target.deadlineBefore, target.leftBefore) + " to "
                line += due(target.deadlineAfter, target.leftAfter)
                if target.isUnderGrace { line += " (grace)" }
                if !target.told.isEmpty { line += " -> " + target.told.joined(separator: ", ") }
                return line
            }
            .joined(separator: "\n")
    }

    @Test(
        "a target of 12 h becomes one of 6 h: sooner, warned at once, put off, or missed where there is no grace (S16)",
        arguments: [
            ("09:00", 15, "sooner resolution Mon 20:00 to Mon 14:00"),
            ("13:00", 15, "sooner resolution Mon 20:00 to Mon 14:00 -> team-1"),
            ("15:00", 15, "put_off resolution Mon 20:00 to Mon 15:15 (grace) -> team-1"),
            ("15:00", 0, "breached resolution Mon 20:00 to Mon 15:00 -> manager-1, manager-2, team-2"),
            ("20:30", 15, ""),
        ]
    )
    func stricter(clock: String, grace: Int64, shown: String) throws {
        let new = resolution(6, grace: .minutes(grace))
        let found = try show("Mon 08:00 opened", under: resolution(12), then: new, at: "Mon", clock)
        #expect(found == shown)
    }

    @Test(
        "a looser target moves deadlines away; one at risk is spared, a breach is not undone (S16)",
        arguments: [
            ("09:00", "later resolution Mon 14:00 to Mon 20:00"),
            ("12:30", "spared resolution Mon 14:00 to Mon 20:00"),
            ("14:00", ""),
        ]
    )
    func looser(clock: String, shown: String) throws {
        let found = try show("Mon 08:00 opened", under: resolution(6), then: resolution(12), at: "Mon", clock)
        #expect(found == shown)
    }

    @Test("a paused timer has more or less left when it goes on, and a new pause_in pauses or resumes (S9, S16)")
    func paused() throws {
        let script = "Mon 08:00 opened\nMon 10:00 pending"
        func change(_ before: Policy, _ after: Policy) throws -> String {
            try show(script, under: before, then: after, at: "Mon", "11:00")
        }
        #expect(try change(resolution(8), resolution(4)) == "less_left resolution 6h left to 2h left")
        #expect(try change(resolution(8), resolution(9)) == "more_left resolution 6h left to 7h left")
        #expect(try change(resolution(8), resolution(1)) == "put_off resolution 6h left to 15m left (grace)")
        #expect(try change(resolution(8), resolution(8, pauseIn: [])) == "resumed resolution 6h left to Mon 17:00")
        #expect(try change(resolution(8, pauseIn: []), resolution(8)) == "paused resolution Mon 16:00 to 5h left")
    }

    @Test("a target that is dropped ends, one that is new starts where its metric does, perhaps under grace (S16)")
    func otherTargets() throws {
        let reply = Target(metric: .firstReply, duration: .hours(1), calendar: "always")
        #expect(
            try show("Mon 08:00 opened", under: resolution(8), then: .sample([reply]), at: "Mon", "08:30") == """
                started first_reply - to Mon 09:00
                cancelled resolution Mon 16:00 to -
                """
        )
        #expect(
            try show("Mon 08:00 opened", under: resolution(8), then: .sample([reply]), at: "Mon", "10:00") == """
                started first_reply - to Mon 10:15 (grace) -> team-1
                cancelled resolution Mon 16:00 to -
                """
        )
    }

    @Test("where only a calendar changes, what is still to come is laid out anew (S16)")
    func calendar() throws {
        let tuesday = try #require(CivilDate(year: 2026, month: 11, day: 24))
        let before = resolution(8, in: try .office())
        let after = resolution(8, in: try .office(holidays: [tuesday]))
        let shown = try show("Mon 10:00 opened", under: before, then: after, at: "Mon", "12:00")
        #expect(shown == "later resolution Tue 10:00 to Wed 10:00")
        #expect(try show("Mon 10:00 opened", under: before, then: before, at: "Mon", "12:00") == "")
    }

    @Test("what is due anyway is no work of the new policy, and neither are the moves of ladders")
    func dueAnyway() throws {
        let policy = Policy.sample([
            Target(metric: .resolution, duration: .hours(6), calendar: "always"),
            Target(metric: .tierTime, duration: .hours(9), calendar: "always"),
        ])
        // Nobody has looked since the breach at 14:00, which moves the case up.
        var scenario = Scenario(policy)
        _ = try scenario.tell("Mon 08:00 opened")
        let shown = try preview(scenario, policy, at: Scenario.instant("Mon", "15:00"))
        #expect(shown.targets.isEmpty)
        #expect(shown.notices == 0)
        // Missed at once, it moves up: tier_time, which the policy leaves alone, is not listed.
        var strict = policy
        strict.changeGrace = .zero
        strict.targetRules[0].targets[0].allowance = .openTime(.hours(2))
        let missed = try preview(scenario, strict, at: Scenario.instant("Mon", "11:00"))
        #expect(missed.targets.map(\.effect) == [.breached])
        #expect(missed.targets.map(\.metric) == [.resolution])
        #expect(missed.notices > 0)
    }

    @Test("an event dated ahead of the clock needs the history, and comes to the same (S20, S21)")
    func ahead() throws {
        var scenario = Scenario(resolution(8))
        _ = try scenario.tell("Mon 08:00 opened\nMon 10:00 note at=Mon 10:01")
        let now = Scenario.instant("Mon", "10:00")
        let proposed = scenario.policies.proposing(resolution(4), adoptedAt: now)
        let state = try #require(scenario.state)
        #expect(try Engine.preview(state, scenario.policies, proposed: proposed, now: now) == nil)
        let target = try #require(try preview(scenario, resolution(4), at: now).targets.first)
        #expect(target.effect == .sooner)
        #expect(target.deadlineAfter == Scenario.instant("Mon", "12:00"))
    }

    @Test(
        "what is foretold is what the adoption does",
        arguments: [
            "Mon 08:00 opened", "Mon 08:00 opened\nMon 09:00 pending", "Mon 08:00 opened\nMon 09:00 agent_reply",
            "Mon 08:00 opened\nMon 09:00 pending\nMon 09:50 resumed", "Mon 08:00 opened\nMon 09:00 resolved",
        ],
        [9, 11, 13, 17]
    )
    func foretold(script: String, hour: Int) throws {
        func policy(_ hours: [(Metric, Int64)], _ calendar: WorkingCalendar) -> Policy {
            .sample(
                hours.map { Target(metric: $0, duration: .hours($1), calendar: calendar.name) },
                calendar: calendar
            )
        }
        let office = try WorkingCalendar.office()
        let policies = [
            policy([(.firstReply, 2), (.agentWork, 8)], .always), policy([(.firstReply, 4), (.agentWork, 2)], .always),
            policy([(.resolution, 1), (.tierTime, 30)], office), policy([(.update, 1), (.agentWork, 8)], office),
        ]
        for old in policies {
            for new in policies {
                var scenario = Scenario(old)
                _ = try scenario.tell(script)
                let clock = hour < 10 ? "0\(hour):55" : "\(hour):55"
                let now = Scenario.instant("Mon", clock)
                try scenario.sleep(until: now)
                let foretold = try preview(scenario, new, at: now)
                let before = try #require(scenario.state)
                try scenario.adopt(new, "Mon", clock)
                let after = try #require(scenario.state)
                for metric in Metric.allCases {
                    let target = foretold.targets.first { $0.metric == metric }
                    let (was, becomes) = (before.timer(metric), after.timer(metric))
                    if let target {
                        #expect(target.deadlineBefore == was?.deadline || was?.cycle != becomes?.cycle)
                        #expect(target.deadlineAfter == (becomes?.state == .running ? becomes?.deadline : nil))
                    } else {
                        #expect(was?.deadline == becomes?.deadline)
                        #expect(was?.state == becomes?.state)
                    }
                }
            }
        }
    }
}
