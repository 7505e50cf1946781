import Engine
import Support
import Testing
import TimeBase
import WorkingTime

@Suite("How a deadline came about")
struct ExplainTests {
    private func explanation(of scenario: Scenario, _ day: String, _ clock: String) throws -> Explanation {
        let state = try #require(scenario.state)
        let history = History(facts: scenario.facts, records: scenario.records)
        return try Engine.explain(state, history, scenario.policies, now: Scenario.instant(day, clock))
    }

    /// What happened to the clock of a cycle, a line for each part.
    private func told(_ cycle: Explanation.Cycle) -> String {
        cycle.parts
            .map { part in
                switch part {
                case .chosen(let choice):
                    let passed = choice.passedOver.map { "not \($0.rule): \($0.why)" }
                    return (["rule \(choice.rule ?? "none") of version \(choice.policyVersion)"] + passed)
                        .joined(separator: "; ")
                case .counted(let counted):
                    let spans = counted.spans.map { "\(Scenario.text($0.start)) to \(Scenario.text($0.end))" }
                    return "counted \(counted.total) of \(counted.calendar): \(spans.joined(separator: ", "))"
                case .paused(let from, let until, let cause):
                    let why = cause.map { " (\($0))" } ?? ""
                    return "paused \(Scenario.text(from)) to \(until.map(Scenario.text) ?? "now")\(why)"
                case .suspended(let from): return "suspended \(Scenario.text(from))"
                case .deadlineSet(let record): return "set \(Scenario.text(record.at))"
                case .retargeted(let record):
                    return "retargeted \(Scenario.text(record.at)) to \(record.duration ?? .zero)"
                }
            }
            .joined(separator: "\n")
    }

    private func policy(_ targets: [Target], rules: [TargetRule] = []) throws -> Policy {
        .sample(targets, calendar: try .office(), rules: rules)
    }

    /// A case with a message and a reply every two minutes, so with as many cycles as pairs; every second reply is late.
    private func long(pairs: Int) throws -> Scenario {
        var scenario = Scenario(
            .sample(
                [Target(metric: .nextReply, duration: .minutes(1), calendar: "always")],
                ladder: Ladder(name: "default", steps: [])
            )
        )
        let lines = (0..<pairs)
            .map { pair -> String in
                let (minute, day) = (pair * 2 % 1_440, ["Mon", "Tue", "Wed", "Thu", "Fri"][pair * 2 / 1_440])
                func clock(_ minute: Int) -> String {
                    let (hour, rest) = (minute / 60, minute % 60)
                    return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
                }
                let first = pair == 0 ? "opened" : "customer_message"
                let seconds = pair.isMultiple(of: 2) ? "30" : "00"
                return "\(day) \(clock(minute)) \(first)\n\(day) \(clock(minute + 1)):\(seconds) agent_reply"
            }
        _ = try scenario.tell(lines.joined(separator: "\n"))
        return scenario
    }

    @Test("a page has the newest cycles first, says how many there are, and all pages together are the whole")
    func pages() throws {
        let scenario = try long(pairs: 30)
        let state = try #require(scenario.state)
        let history = History(facts: scenario.facts, records: scenario.records)
        let now = Scenario.instant("Tue", "12:00")
        let all = try Engine.explain(state, history, scenario.policies, now: now)
        #expect(all.cycles.count >= 29 && all.cycleCount == all.cycles.count)
        var paged: [Explanation.Cycle] = []
        for offset in stride(from: 0, to: all.cycleCount + 7, by: 7) {
            let page = try Engine.explain(state, history, scenario.policies, now: now, newest: (7, offset))
            #expect(page.cycleCount == all.cycleCount)
            #expect(page.cycles.count == max(0, min(7, all.cycleCount - offset)))
            paged += page.cycles
        }
        #expect(paged.reversed().map { told($0) } == all.cycles.map { told($0) })
        #expect(paged.reversed().map(\.startedAt) == all.cycles.map(\.startedAt))
        #expect(paged.reversed().map { $0.told.count } == all.cycles.map { $0.told.count })
    }

    @Test("a cycle that a change begins at an earlier instant than the one before has its own choices, and no other's")
    func choices() throws {
        let target = Target(metric: .resolution, duration: .hours(8), calendar: "always")
        let quiet = TargetRule(name: "quiet", condition: .priority(["low"]), targets: [])
        var scenario = Scenario(try policy([target], rules: [quiet]))
        _ = try scenario.tell(
            """
            Mon 08:00 opened
            Mon 09:00 resolved
            Mon 10:00 reopened
            Mon 11:00 priority_changed priority=low
            Mon 12:00 priority_changed priority=normal
            """
        )
        let cycles = try explanation(of: scenario, "Mon", "12:30").cycles
        #expect(cycles.map { Scenario.text($0.startedAt) } == ["Mon 08:00", "Mon 10:00", "Mon 08:00"])
        let chosen = cycles.map { cycle in
            cycle.parts.compactMap { part -> String? in
                guard case .chosen(let choice) = part else { return nil }
                return choice.rule
            }
        }
        #expect(chosen == [["all"], ["all", "quiet"], ["all"]])
    }

    @Test("each counted span, each pause, the rule that matched and why others did not")
    func spans() throws {
        let target = Target(
            metric: .resolution,
            duration: .hours(8),
            calendar: "office",
            pauseIn: [StatusSet(.pending)]
        )
        let vip = TargetRule(name: "vip", condition: .plan(["gold"]), targets: [target])
        var scenario = Scenario(try policy([target], rules: [vip]))
        _ = try scenario.tell("Mon 08:00 opened plan=silver\nMon 15:00 pending reason=invoice")
        let paused = try explanation(of: scenario, "Mon", "16:00").cycles.first { $0.metric == .resolution }
        #expect(paused?.state == .paused && paused?.deadline == nil, "while paused there is none (S9)")
        _ = try scenario.tell("Tue 09:00 resumed\nTue 09:30 ...")
        let explanation = try explanation(of: scenario, "Tue", "09:30")
        let cycle = try #require(explanation.cycles.first { $0.metric == .resolution })
        #expect(
            told(cycle) == """
                rule all of version 1; not vip: the plan is silver, the rule wants plan gold
                counted 7h of office: Mon 08:00 to Mon 15:00
                paused Mon 15:00 to Tue 09:00 (pending: invoice)
                counted 1h of office: Tue 09:00 to Tue 10:00
                """
        )
        #expect(cycle.deadline == Scenario.instant("Tue", "10:00"))
        #expect(cycle.carried == .zero)
    }

    @Test("S9: a missed cycle that was paused and then cancelled has its end, also once another cycle exists")
    func endedWhilePaused() throws {
        let pending = StatusSet(.pending)
        let next = Target(metric: .nextReply, duration: .hours(2), calendar: "always", pauseIn: pending)
        var scenario = Scenario(try policy([next]))
        _ = try scenario.tell(
            "Mon 09:00 opened\nMon 09:10 agent_reply\nMon 13:00 customer_message\nMon 16:00 pending\nMon 17:00 resolved"
        )
        _ = try scenario.tell("Mon 18:00 customer_message")
        let cycles = try explanation(of: scenario, "Mon", "19:00").cycles
        #expect(cycles.map(\.cycle) == [1, 2])
        let first = try #require(cycles.first)
        #expect(told(first).hasSuffix("paused Mon 16:00 to Mon 17:00 (pending)"))
        #expect(first.endedAt == Scenario.instant("Mon", "17:00"))
        #expect(first.verdict == .breached)
        #expect(first.state == .ended)
    }

    @Test("S16: a rule that lifts a pause ends it in the ledger, one that brings a pause begins it")
    func retargetedPauses() throws {
        let pending = StatusSet(.pending)
        func work(_ pauseIn: StatusSet) -> Target {
            Target(metric: .agentWork, duration: .hours(8), calendar: "always", pauseIn: pauseIn)
        }
        let urgent = TargetRule(name: "urgent", condition: .priority(["urgent"]), targets: [work([])])
        var scenario = Scenario(try policy([work(pending)], rules: [urgent]))
        let ledger = try scenario.tell(
            """
            Mon 09:00 opened
            Mon 10:00 pending
            Mon 11:00 priority_changed priority=urgent
            Mon 12:00 priority_changed priority=low
            Mon 13:00 resumed
            """,
            showing: [.paused, .resumed, .retargeted]
        )
        #expect(
            ledger == """
                Mon 10:00 paused agent_work (pending)
                Mon 11:00 retargeted agent_work until Mon 18:00
                Mon 11:00 resumed agent_work until Mon 18:00
                Mon 12:00 retargeted agent_work
                Mon 12:00 paused agent_work (pending)
                Mon 13:00 resumed agent_work until Mon 19:00
                """
        )
        let parts = try told(#require(explanation(of: scenario, "Mon", "14:00").cycles.first))
        #expect(parts.contains("paused Mon 10:00 to Mon 11:00 (pending)"))
        #expect(parts.contains("paused Mon 12:00 to Mon 13:00 (pending)"))
    }

    @Test("a new policy, a breach and who was told of it")
    func retargeted() throws {
        func resolution(_ hours: Int64) throws -> Policy {
            try policy([Target(metric: .resolution, duration: .hours(hours), calendar: "office")])
        }
        var scenario = Scenario(try resolution(8))
        _ = try scenario.tell("Mon 08:00 opened")
        try scenario.adopt(try resolution(4), "Mon", "10:00")
        _ = try scenario.tell("Mon 13:00 resolved")
        let cycle = try #require(try explanation(of: scenario, "Mon", "14:00").cycles.first)
        #expect(
            told(cycle) == """
                rule all of version 1
                counted 2h of office: Mon 08:00 to Mon 10:00
                rule all of version 2
                retargeted Mon 10:00 to 4h
                counted 2h of office: Mon 10:00 to Mon 12:00
                """
        )
        #expect(cycle.breachedAt == Scenario.instant("Mon", "12:00"))
        #expect(cycle.verdict == .metLate)
        #expect(cycle.told.map(\.kind).contains(.breached))
    }

    @Test("a cycle after a reopen says what it took over (S15)")
    func carried() throws {
        var scenario = Scenario(try policy([Target(metric: .resolution, duration: .hours(8), calendar: "office")]))
        _ = try scenario.tell("Mon 08:00 opened\nMon 11:00 resolved\nTue 08:00 reopened\nTue 09:00 ...")
        let cycles = try explanation(of: scenario, "Tue", "09:00").cycles
        #expect(cycles.map(\.cycle) == [1, 2])
        #expect(cycles.first?.verdict == .met)
        #expect(cycles.last?.carried == .hours(3))
        #expect(cycles.last?.deadline == Scenario.instant("Tue", "13:00"))
    }

    @Test("what was taken over is said of a cycle that stands still or is over, too (S15)")
    func carriedWithoutDeadline() throws {
        let target = Target(
            metric: .resolution,
            duration: .hours(8),
            calendar: "office",
            pauseIn: [StatusSet(.pending)]
        )
        var scenario = Scenario(try policy([target]))
        _ = try scenario.tell("Mon 08:00 opened\nMon 11:00 resolved\nTue 08:00 reopened\nTue 09:00 pending")
        let paused = try explanation(of: scenario, "Tue", "10:00").cycles
        #expect(paused.map(\.state) == [.ended, .paused])
        #expect(paused.map(\.carried) == [.zero, .hours(3)])
        _ = try scenario.tell("Tue 10:00 resolved\nWed 08:00 reopened\nWed 09:00 resolved")
        let cycles = try explanation(of: scenario, "Wed", "10:00").cycles
        #expect(cycles.map(\.carried) == [.zero, .hours(3), .hours(4)])
    }

    @Test("why a verdict does not count is said (S18)")
    func void() throws {
        var scenario = Scenario(try policy([Target(metric: .firstReply, duration: .hours(2), calendar: "office")]))
        _ = try scenario.tell("Mon 08:00 opened\nMon 11:00 spam")
        let cycle = try #require(try explanation(of: scenario, "Mon", "12:00").cycles.first)
        #expect(cycle.verdict == .breached && cycle.isVoid)
        #expect(cycle.voidReason == "spam")
    }

    @Test("a late event is explained in its place (S21)")
    func late() throws {
        let target = Target(
            metric: .resolution,
            duration: .hours(8),
            calendar: "always",
            pauseIn: [StatusSet(.pending)]
        )
        var scenario = Scenario(try policy([target]))
        _ = try scenario.tell("Mon 08:00 opened\nMon 12:00 resumed\nMon 13:00 pending at=Mon 09:00")
        let cycle = try #require(try explanation(of: scenario, "Mon", "13:30").cycles.first)
        #expect(
            told(cycle) == """
                rule all of version 1
                counted 1h of always: Mon 08:00 to Mon 09:00
                paused Mon 09:00 to Mon 12:00 (pending)
                counted 7h of always: Mon 12:00 to Mon 19:00
                """
        )
    }
}
