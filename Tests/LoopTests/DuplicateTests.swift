import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("Every source that repeats itself")
struct DuplicateTests {
    private let policy = Policy.sample([
        Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
        Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
        Target(metric: .resolution, duration: .hours(12), calendar: "always", pauseIn: [StatusSet(.pending)]),
        Target(metric: .tierTime, duration: .hours(5), calendar: "always"),
    ])

    @Test("what is handed in again changes nothing, neither case nor ledger (S20)", arguments: 0..<50)
    func again(seed: Int) throws {
        var random = Seeded(seed)
        let once = try Stage(policy)
        let often = try Stage(policy)
        let kinds = Event.Kind.allCases
        var told: [Event] = []
        for number in 0..<12 {
            let kind = number == 0 ? Event.Kind.opened : kinds.randomElement(using: &random) ?? .note
            let late = Span.minutes(Int64(number == 0 ? 0 : [0, 0, 90].randomElement(using: &random) ?? 0))
            var event = once.event(kind, "e\(number)", of: "A", at: once.clock.reading - late)
            if kind == .tierChanged { event.fields.tier = Int.random(in: 1...3, using: &random) }
            // What is refused because of the state of its case is kept, and refused again when it is repeated (S25).
            let answers = try once.loop.submit([Unit(events: [event])])
            if case .refused(.deleted)? = answers[0].first { continue }
            told.append(event)
            let again = told.filter { _ in Bool.random(using: &random) }
            let repeated = try often.loop.submit([Unit(events: [event]), Unit(events: again)])
            let kept = once.store.kept.facts[CaseID("A")] ?? []
            let expected = again.map { event in
                kept.first { $0.event.id == event.id }?.refusedFor.map { Answer.refused($0.refusal) } ?? .duplicate
            }
            #expect(repeated.last == expected, "seed \(seed)")
            for stage in [once, often] {
                stage.clock.pass(.minutes(100))
                _ = try stage.wakeAll()
            }
        }
        let id = CaseID("A")
        #expect(once.store.kept.cases[id] == often.store.kept.cases[id], "seed \(seed)")
        #expect(once.store.kept.records[id] == often.store.kept.records[id], "seed \(seed)")
        #expect(once.store.kept.facts[id] == often.store.kept.facts[id], "seed \(seed)")
    }

    @Test("S25: said twice in one unit, a refused event is refused twice, an accepted one is a duplicate")
    func twiceInOneUnit() throws {
        let stage = try Stage(policy)
        let opening = stage.clock.reading
        _ = try stage.loop.submit([
            Unit(events: [
                stage.event(.opened, "1", of: "A", at: opening), stage.event(.closed, "2", of: "A", at: opening),
            ])
        ])
        stage.clock.pass(.hours(24 * 20))
        let message = stage.event(.customerMessage, "3", of: "A", at: stage.clock.reading)
        let note = stage.event(.note, "4", of: "A", at: stage.clock.reading)
        let refused = Answer.refused(.closed(.closed))
        #expect(
            try stage.loop.submit([Unit(events: [message, note, message, note])])
                == [[refused, .applied, refused, .duplicate]]
        )
        #expect(stage.store.kept.facts[CaseID("A")]?.count == 4)
        let unknown = stage.event(.note, "5", of: "B", at: stage.clock.reading)
        #expect(
            try stage.loop.submit([Unit(events: [unknown, unknown])])
                == [[.refused(.unknownCase), .refused(.unknownCase)]]
        )
    }

    @Test("S25: a refused event answers `refused` when it is repeated, until a late event gives it its effect")
    func refusedAgain() throws {
        let stage = try Stage(policy)
        let opening = stage.clock.reading
        let unit = Unit(events: [
            stage.event(.opened, "1", of: "A", at: opening), stage.event(.closed, "2", of: "A", at: opening),
        ])
        _ = try stage.loop.submit([unit])
        stage.clock.pass(.hours(24 * 20))
        let message = stage.event(.customerMessage, "3", of: "A", at: stage.clock.reading)
        for _ in 0..<2 {
            #expect(try stage.loop.submit([Unit(events: [message])]) == [[.refused(.closed(.closed))]])
        }
        let reopened = stage.event(.reopened, "4", of: "A", at: opening + .hours(24 * 8))
        #expect(try stage.loop.submit([Unit(events: [reopened])]) == [[.applied]])
        #expect(try stage.loop.submit([Unit(events: [message])]) == [[.duplicate]])
        #expect(stage.store.kept.facts[CaseID("A")]?.count == 4)
        #expect(stage.store.kept.cases[CaseID("A")]?.waitingSince == opening + .hours(24 * 8))
    }
}
