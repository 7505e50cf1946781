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

    @Test("a target without pause_in pauses as its metric does; what is written overrides it, also an empty list")
    func pauses() throws {
        let text = """
            calendar: office, pausable_update: 1h, requester_wait: 1h, agent_work: { within: 1h, pause_in: [] }, \
            resolution: { within: 1h, pause_in: on_hold }, update: { within: 1h }
            """
        let pauses = try targets(text)?.map { ($0.metric, $0.pauseIn) } ?? []
        #expect(pauses.map(\.0) == [.update, .pausableUpdate, .requesterWait, .agentWork, .resolution])
        #expect(pauses.map(\.1) == [[], StatusSet(.pending), StatusSet(.pending), [], StatusSet(.onHold)])
        #expect(
            try targets("calendar: office, agent_work: 1h")?.first?.pauseIn == [
                StatusSet(.pending), StatusSet(.onHold),
            ]
        )
    }

    @Test("settle, reopen, until and business_days are read as written (S8, S15, S22)")
    func options() throws {
        let text = """
            calendar: office, first_reply: { within: 6h, settle: 90s, reopen: ignore }, \
            agent_work: { business_days: 3, reopen: restart }, tier_time: { within: 2h, until: reply }
            """
        #expect(
            try targets(text) == [
                Target(
                    metric: .firstReply,
                    duration: .hours(6),
                    calendar: "office",
                    settle: .seconds(90),
                    reopen: .ignore
                ),
                Target(metric: .agentWork, allowance: .businessDays(3), calendar: "office", reopen: .restart),
                Target(metric: .tierTime, duration: .hours(2), calendar: "office", stopsAtReply: true),
            ]
        )
        #expect(try targets(text)?[1].pauseIn == [], "business days never pause")
    }

    @Test("ladder_when_paused is read as written, and is off where nothing is said (S13)")
    func ladderWhenPaused() throws {
        let text = """
            calendar: office, agent_work: { within: 6h, ladder_when_paused: true }, \
            pausable_update: { within: 6h, ladder_when_paused: false }, requester_wait: 6h
            """
        #expect(try targets(text)?.map(\.climbsWhilePaused) == [false, false, true])
        #expect(try targets(text)?.map(\.metric) == [.pausableUpdate, .requesterWait, .agentWork])
    }

    @Test("each target may name its calendar, and then the rule needs none")
    func ownCalendar() throws {
        let text = "first_reply: { within: 6h, calendar: always }, next_reply: { within: 6h, calendar: office }"
        #expect(try targets(text)?.map(\.calendar) == ["always", "office"])
    }
}
