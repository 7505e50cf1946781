import Config
import Engine
import Testing
import TimeBase

@Suite("Ladders")
struct LadderReadingTests {
    private func step(_ text: String) throws -> Step? {
        let targets = "  - { name: all, calendar: always, first_reply: 6h }"
        return try Given.loaded(Given.text(targets: targets, steps: "    - { \(text) }"))
            .policy.ladders["default"]?
            .steps.first
    }

    @Test(
        "every time is read as written",
        arguments: [
            ("75%", Step.Due.percent(75), "75%"),
            ("1%", .percent(1), "1%"),
            ("99%", .percent(99), "99%"),
            ("before 30m", .before(.minutes(30)), "before 30m"),
            ("before 90m", .before(.minutes(90)), "before 1h30m"),
            ("breach", .after(.zero, wall: false), "breach"),
            ("breach + 2h", .after(.hours(2), wall: false), "breach + 2h"),
            ("breach+2h", .after(.hours(2), wall: false), "breach + 2h"),
            ("breach + 2h, clock: open", .after(.hours(2), wall: false), "breach + 2h"),
            ("breach + 2h, clock: wall", .after(.hours(2), wall: true), "breach + 2h"),
            ("breach + 2d, clock: wall", .after(.hours(48), wall: true), "breach + 48h"),
            ("breach, clock: wall", .after(.zero, wall: true), "breach"),
        ]
    )
    func times(at: String, due: Step.Due, text: String) throws {
        let step = try step("notify: manager, at: \(at)")
        #expect(step?.due == due)
        #expect(step?.text == text)
    }

    @Test(
        "every action is read as written",
        arguments: [
            ("notify", Step.Action.notify),
            ("escalate", .escalate),
            ("move to tier 2", .move(tier: 2)),
            ("assign ada", .assign(person: "ada")),
            ("raise priority to high", .raisePriority(to: "high")),
        ]
    )
    func actions(text: String, action: Step.Action) throws {
        #expect(try step("at: breach, do: \(text), notify: team")?.action == action)
    }

    @Test("a step without an action notifies")
    func defaultAction() throws {
        #expect(try step("at: breach, notify: team")?.action == .notify)
    }

    @Test("every audience is read as written, in its order")
    func audiences() throws {
        let names = "[assignee, team, tier 2, bo, manager, manager of manager, new manager]"
        #expect(
            try step("at: breach, notify: \(names)")?.audience == [
                .assignee, .team, .tier(2), .person("bo"), .manager, .managerOfManager, .newManager,
            ]
        )
    }

    @Test("a step may repeat, for ever or a number of times")
    func repeats() throws {
        let endless = try step("at: breach, do: escalate, every: 2h")
        #expect(endless?.every == .hours(2))
        #expect(endless?.timesMax == nil)
        let bounded = try step("at: breach, do: escalate, every: 1d, clock: wall, times: 3")
        #expect(bounded?.every == .hours(24))
        #expect(bounded?.timesMax == 3)
    }
}
