import Engine
import Support
import Testing
import TimeBase
import WorkingTime

@Suite("The engine and the oracle")
struct OracleTests {
    private static let office = Result { try WorkingCalendar.office() }

    @Test("agree on every cycle's verdict, end, breach date and deadline (S2, S9 to S15, S18)", arguments: Seeded.seeds)
    func agree(seed: Int) throws {
        var random = Seeded(seed)
        // The oracle knows no priorities.
        let judged = RandomHistory.everything.filter { $0 != .priorityChanged }
        let history = RandomHistory(&random, kinds: seed % 2 == 0 ? judged : RandomHistory.conversation)
        let calendar = seed % 2 == 0 ? WorkingCalendar.always : try Self.office.get()
        let targets = [Target].random(&random, calendar: calendar.name)
        let reopenWindow = seed % 3 == 0 ? Span.hours(2) : .hours(24 * 14)
        let quiet = Ladder(name: "default", steps: [])
        var scenario = Scenario(
            Policy.sample(targets, calendar: calendar, ladder: quiet, change: { $0.reopenWindow = reopenWindow })
        )
        let last = history.events.last?.at ?? history.end
        // Half of the seeds stop with the last event, where timers still run.
        let end = seed % 4 < 2 ? history.end : last
        try scenario.tell(history.events.map { ($0, $0.at) }, until: end)
        var oracle = Oracle(targets: targets, calendar: calendar, reopenWindow: reopenWindow)
        let endings = oracle.endings(of: scenario.facts.map(\.event), at: end)
        #expect(Ending.list(scenario.records) == endings, "seed \(seed)")
        var deadlines: [Metric: Instant] = [:]
        for timer in scenario.state?.timers ?? [] where timer.state == .running {
            deadlines[timer.metric] = timer.deadline
        }
        #expect(deadlines == oracle.openDeadlines(), "seed \(seed)")
    }
}
