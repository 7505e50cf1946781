import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("Merges in the loop")
struct MergeTests {
    private func merge(
        _ loser: String,
        into survivor: String,
        _ id: String,
        _ stage: Stage,
        at: Instant? = nil
    ) -> Event {
        var event = stage.event(.merged, id, of: loser, at: at)
        event.link = Link(CaseID(survivor))
        return event
    }

    private func submit(_ events: [Event], _ stage: Stage) throws -> [Answer] {
        try stage.loop.submit([Unit(events: events)])[0]
    }

    private let twoTargets = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
    ])

    @Test("S18: the source gets the answer of the case that took it, over a chain, also when it sends again")
    func answers() throws {
        let stage = try Stage()
        try stage.open(["A", "B", "C"])
        stage.clock.pass(.minutes(1))
        #expect(try submit([merge("A", into: "B", "m1", stage)], stage) == [.applied])
        #expect(try submit([merge("B", into: "C", "m2", stage)], stage) == [.applied])
        stage.clock.pass(.minutes(1))
        let note = stage.event(.note, "n", of: "A")
        #expect(try submit([note], stage) == [.forwarded(to: CaseID("C"), .applied)])
        #expect(try submit([note], stage) == [.forwarded(to: CaseID("C"), .duplicate)])
        #expect(try submit([merge("A", into: "B", "m1", stage)], stage) == [.duplicate])
        #expect(stage.store.kept.facts[CaseID("C")]?.map(\.event.id) == ["open", "B/merged/1", "B/A/n"])
        #expect(stage.store.kept.facts[CaseID("C")]?.last?.event.link == Link(CaseID("A")))
        var refused = stage.event(.note, "x", of: "A")
        refused.fields.tier = 9
        #expect(try submit([refused], stage) == [.forwarded(to: CaseID("C"), .refused(.unknownTier(9)))])
    }

    @Test("S18: equal ids of two cases do not meet in the survivor")
    func equalIDs() throws {
        let stage = try Stage()
        try stage.open(["A", "B"])
        stage.clock.pass(.minutes(1))
        _ = try submit([merge("A", into: "B", "m", stage)], stage)
        #expect(try submit([stage.event(.note, "1", of: "B")], stage) == [.applied])
        #expect(try submit([stage.event(.note, "1", of: "A")], stage) == [.forwarded(to: CaseID("B"), .applied)])
    }

    @Test("S24: a unit is one whole: the survivor is decided with what the losers of the unit hand over")
    func unit() throws {
        let stage = try Stage(twoTargets)
        try stage.open(["S"])
        stage.clock.set("Mon", "17:00")
        // S would have missed its first reply, had not somebody answered in L, which went into S before that.
        let unit = [
            stage.event(.note, "s1", of: "S", at: Scenario.instant("Mon", "16:00")),
            stage.event(.opened, "l0", of: "L", at: Scenario.instant("Mon", "08:00")),
            stage.event(.agentReply, "l1", of: "L", at: Scenario.instant("Mon", "12:00")),
            merge("L", into: "S", "l2", stage, at: Scenario.instant("Mon", "11:00")),
        ]
        #expect(try submit(unit, stage) == [.applied, .applied, .forwarded(to: CaseID("S"), .applied), .applied])
        #expect(stage.store.records(CaseID("S"), .breached).isEmpty)
        #expect(stage.store.records(CaseID("S"), .retracted).isEmpty)
        #expect(stage.store.records(CaseID("S"), .met).map(\.at) == [Scenario.instant("Mon", "12:00")])
    }

    @Test("S24: so it is where the merge was known before, and over a case that is not in the unit")
    func unitOfMerged() throws {
        let stage = try Stage(twoTargets)
        try stage.open(["S", "M", "L"])
        stage.clock.pass(.minutes(1))
        _ = try submit([merge("L", into: "M", "1", stage), merge("M", into: "S", "2", stage)], stage)
        stage.clock.set("Mon", "17:00")
        let unit = [
            stage.event(.note, "s1", of: "S", at: Scenario.instant("Mon", "16:00")),
            stage.event(.agentReply, "l1", of: "L", at: Scenario.instant("Mon", "12:00")),
        ]
        #expect(try submit(unit, stage) == [.applied, .forwarded(to: CaseID("S"), .applied)])
        #expect(stage.store.records(CaseID("S"), .breached).isEmpty)
        #expect(stage.store.records(CaseID("S"), .met).map(\.at) == [Scenario.instant("Mon", "12:00")])
    }

    @Test("S18: a chain in one unit, in whatever order it is named")
    func chainInUnit() throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let stage = try Stage()
            let merges = [
                merge("A", into: "B", "m", stage), merge("B", into: "C", "m", stage), merge("C", into: "D", "m", stage),
            ]
            let openings = ["D", "C", "B", "A"].map { stage.event(.opened, "open", of: $0) }
            let answers = try submit(order.map { merges[$0] } + openings, stage)
            #expect(answers == Array(repeating: .applied, count: 7))
            #expect(
                ["A", "B", "C", "D"].map { stage.store.kept.cases[CaseID($0)]?.status } == [
                    .merged, .merged, .merged, .new,
                ]
            )
            #expect(try submit([stage.event(.note, "n", of: "A")], stage) == [.forwarded(to: CaseID("D"), .applied)])
        }
    }

    @Test("S18: no circle comes about, neither in a unit nor over cases that were merged before")
    func circles() throws {
        let stage = try Stage()
        try stage.open(["A", "B", "C"])
        stage.clock.pass(.minutes(1))
        #expect(try submit([merge("A", into: "A", "0", stage)], stage) == [.refused(.mergeLoop(CaseID("A")))])
        let two = [merge("A", into: "B", "1", stage), merge("B", into: "A", "1", stage)]
        #expect(try submit(two, stage) == [.applied, .refused(.mergeLoop(CaseID("A")))])
        #expect(try submit([merge("B", into: "C", "2", stage)], stage) == [.applied])
        #expect(try submit([merge("C", into: "A", "3", stage)], stage) == [.refused(.mergeLoop(CaseID("A")))])
        #expect(
            try submit([merge("A", into: "C", "4", stage)], stage) == [.refused(.mergedElsewhere(CaseID("B")))]
        )
        #expect(try submit([merge("A", into: "B", "5", stage)], stage) == [.applied], "said twice, it holds")
    }

    @Test("S18, S23: a survivor has to be there, or to come with the unit, or from a source that opens what it names")
    func unknownSurvivor() throws {
        let stage = try Stage(
            .sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]) {
                $0.sources["old"] = Source(opensUnknown: true)
            }
        )
        try stage.open(["A", "B"])
        stage.clock.pass(.hours(1))
        #expect(
            try submit([merge("A", into: "Z", "1", stage)], stage) == [.refused(.unknownSurvivor(CaseID("Z")))]
        )
        #expect(try submit([merge("Y", into: "A", "1", stage)], stage) == [.refused(.unknownCase)])
        let both = [merge("A", into: "Z", "2", stage), stage.event(.opened, "open", of: "Z")]
        #expect(try submit(both, stage) == [.applied, .applied])
        var trusted = merge("B", into: "X", "1", stage)
        trusted.source = "old"
        #expect(try submit([trusted], stage) == [.applied])
        #expect(stage.store.kept.cases[CaseID("X")]?.waitingSince == Scenario.instant("Mon", "07:00"))
    }

    @Test("S20: what was placed where it came in is not placed anew where it is sent on")
    func placedOnce() throws {
        let stage = try Stage(
            .sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]) {
                $0.sources["phone"] = Source(trustsAt: false)
            }
        )
        try stage.open(["A", "B"])
        stage.clock.set("Mon", "08:00")
        var reply = stage.event(.agentReply, "r", of: "A")
        reply.source = "phone"
        _ = try submit([reply], stage)
        stage.clock.set("Mon", "15:00")
        _ = try stage.wakeAll()
        #expect(stage.store.records(CaseID("B"), .breached).count == 1)
        // It turns out that A had gone into B before the reply.
        _ = try submit([merge("A", into: "B", "m", stage, at: Scenario.instant("Mon", "07:30"))], stage)
        #expect(stage.store.records(CaseID("B"), .retracted).count == 1)
        #expect(stage.store.records(CaseID("B"), .met).map(\.at) == [Scenario.instant("Mon", "08:00")])
    }

    @Test("S18: a merge that was taken during a hold hands over at the next look, before the survivor is looked at")
    func held() throws {
        let stage = try Stage(twoTargets)
        try stage.open(["S", "A", "B"])
        stage.clock.set("Mon", "08:00")
        _ = try submit([stage.event(.note, "n", of: "S")], stage)
        stage.clock.pass(.hours(24))
        try stage.loop.clockJumped(by: .hours(24))
        let at = Scenario.instant("Mon", "09:00")
        let held = [
            merge("A", into: "B", "m", stage, at: at), merge("B", into: "S", "m", stage, at: at + .minutes(1)),
            stage.event(.agentReply, "r", of: "A", at: Scenario.instant("Mon", "10:00")),
            stage.event(.note, "n2", of: "S", at: Scenario.instant("Mon", "10:00")),
        ]
        #expect(try submit(held, stage) == [.applied, .applied, .applied, .applied])
        #expect(
            try submit([merge("S", into: "A", "m", stage)], stage) == [.refused(.mergeLoop(CaseID("A")))],
            "what was kept counts"
        )
        stage.clock.pass(.minutes(10))
        _ = try stage.wakeAll()
        #expect(stage.store.kept.cases[CaseID("A")]?.status == .merged)
        #expect(stage.store.records(CaseID("S"), .met).map(\.at) == [Scenario.instant("Mon", "10:00")])
        #expect(stage.store.records(CaseID("S"), .breached).isEmpty)
        #expect(stage.store.records(CaseID("S"), .absorbed).map(\.otherCase) == [CaseID("B")])
    }

    @Test("S18: events for a case that was set aside say so, and the others go on")
    func setAside() throws {
        let stage = try Stage()
        try stage.open(["A", "B", "C"])
        stage.clock.pass(.minutes(1))
        _ = try submit([merge("A", into: "B", "m", stage)], stage)
        stage.store.broken = [CaseID("B")]
        let answers = try submit([stage.event(.note, "1", of: "A"), stage.event(.note, "1", of: "C")], stage)
        #expect(
            answers == [.forwarded(to: CaseID("B"), .refused(.setAside("the test says so"))), .applied]
        )
        #expect(stage.loop.takeSetAside().map(\.id) == [CaseID("B")])
    }

    @Test("S24: cases that the unit merges are not parted")
    func parts() {
        let stage = try? Stage()
        guard let stage else { return }
        var events = ["A", "B", "C", "D", "E"].map { stage.event(.opened, "o", of: $0) }
        events += [merge("E", into: "A", "m", stage), merge("C", into: "E", "m", stage)]
        let parts = Unit(events: events).parts(limit: 3)
        #expect(parts.map(\.indices) == [[0, 2, 6, 4, 5], [1, 3]])
    }
}
