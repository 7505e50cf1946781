import Config
import Engine
import Testing
import TimeBase

@Suite("Targets")
struct TargetReadingTests {
    private func targets(_ text: String) throws -> [Target]? {
        try Given.loaded(Given.text(targets: "  - { name: all, \(text) }")).policy.targetRules.first?.targets
    }

    @Test("every metric and form is read as written")
    func forms() throws {
        let text = """
            calendar: office, first_reply: 1h30m, next_reply: { within: 90s }, \
            resolution: { within: 2d12h, calendar: always, pause_in: [pending, on_hold] }, \
            tier_time: { within: 2h, pause_in: pending }
            """
        #expect(
            try targets(text) == [
                Target(metric: .firstReply, duration: .minutes(90), calendar: "office"),
                Target(metric: .nextReply, duration: .seconds(90), calendar: "office"),
                Target(
                    metric: .resolution,
                    duration: .hours(60),
                    calendar: "always",
                    pauseIn: [StatusSet(.pending), StatusSet(.onHold)]
                ),
                Target(metric: .tierTime, duration: .hours(2), calendar: "office", pauseIn: StatusSet(.pending)),
            ]
        )
    }

    @Test("each target may name its calendar, and then the rule needs none")
    func ownCalendar() throws {
        let text = "first_reply: { within: 6h, calendar: always }, next_reply: { within: 6h, calendar: office }"
        #expect(try targets(text)?.map(\.calendar) == ["always", "office"])
    }
}
