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
            // What was refused once may be taken later: a source that repeats it has it decided anew.
            let answers = try once.loop.submit([Unit(events: [event])])
            if answers == [[.applied]] { told.append(event) }
            let again = told.filter { _ in Bool.random(using: &random) }
            let repeated = try often.loop.submit([Unit(events: [event]), Unit(events: again)])
            #expect(repeated.last == again.map { _ in .duplicate }, "seed \(seed)")
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
}
