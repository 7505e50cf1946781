import Config
import Engine
import Foundation
import Testing
import TimeBase

@Suite("The shipped policy files")
struct ShippedFileTests {
    static func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("config/\(name)"), encoding: .utf8)
    }

    @Test("load without a complaint", arguments: ["slawatch.yaml", "demo.yaml"])
    func loads(name: String) throws {
        let config = try Given.loaded(try Self.text(name))
        #expect(config.warnings.map(\.description) == [])
        #expect(config.policy.calendars["always"] != nil)
    }

    @Test("slawatch.yaml has the four usual tiers and their first reply targets (R2.1)")
    func tiers() throws {
        let config = try Given.loaded(try Self.text("slawatch.yaml"))
        #expect(config.policy.tiers.map(\.number) == [0, 1, 2, 3])
        #expect(config.policy.startTier == 1)
        let firstReply = Dictionary(
            uniqueKeysWithValues: config.policy.targetRules.map { rule in
                (rule.name, rule.targets.first { $0.metric == .firstReply }?.duration)
            }
        )
        #expect(firstReply["urgent on the front line"] == .hours(1))
        #expect(firstReply["front line"] == .hours(6))
        #expect(firstReply["specialists"] == .hours(12))
        #expect(config.settings == Settings())
    }

    @Test("slawatch.yaml writes out the default ladder (S31)")
    func ladder() throws {
        let config = try Given.loaded(try Self.text("slawatch.yaml"))
        #expect(
            config.policy.ladders["default"]?.steps == [
                Step(due: .percent(75), text: "75%", action: .notify, audience: [.assignee]),
                Step(
                    due: .after(.zero, wall: false),
                    text: "breach",
                    action: .escalate,
                    audience: [.manager, .newManager]
                ),
                Step(
                    due: .after(.hours(2), wall: false),
                    text: "breach + 2h",
                    action: .escalate,
                    audience: [],
                    every: .hours(2)
                ),
            ]
        )
    }

    @Test("demo.yaml counts every hour, with targets of 6 s on tier 1 and 12 s on tier 2")
    func demo() throws {
        let policy = try Given.loaded(try Self.text("demo.yaml")).policy
        #expect(Set(policy.targetRules.flatMap(\.targets).map(\.calendar)) == ["always"])
        let byName = Dictionary(uniqueKeysWithValues: policy.targetRules.map { ($0.name, $0.targets.first?.duration) })
        #expect(byName["service desk"] == .seconds(6))
        #expect(byName["system administrators"] == .seconds(12))
    }
}
