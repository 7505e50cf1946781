import Config
import Engine
import Testing

@Suite("What a rule asks of a case")
struct ConditionReadingTests {
    private func condition(_ when: String) throws -> Condition? {
        let targets = """
              - { name: special, when: \(when), calendar: office, first_reply: 1h }
              - { name: all, calendar: office, first_reply: 6h }
            """
        return try Given.loaded(Given.text(targets: targets)).policy.targetRules.first?.condition
    }

    @Test(
        "every form is read as written",
        arguments: [
            ("{ tier: 1 }", Condition.tier([1])),
            ("{ tier: [1, 2] }", .tier([1, 2])),
            ("{ priority: high }", .priority(["high"])),
            ("{ priority: [critical, high] }", .priority(["critical", "high"])),
            ("{ plan: premium }", .plan(["premium"])),
            ("{ channel: email }", .channel(["email"])),
            ("{ source: desk }", .source(["desk"])),
            ("{ customer: \"4711\" }", .customer(["4711"])),
            ("{ customer: 4711 }", .customer(["4711"])),
            ("{ tags: [vip, no] }", .tags(["vip", "no"])),
            ("{ tier: 1, priority: high }", .all([.tier([1]), .priority(["high"])])),
            ("{ not: { tier: 1 } }", .not(.tier([1]))),
            ("{ any: [{ tier: 1 }, { plan: x }] }", .any([.tier([1]), .plan(["x"])])),
            (
                "{ all: [{ tier: 1 }, { not: { plan: x, tags: y } }] }",
                .all([
                    .tier([1]), .not(.all([.plan(["x"]), .tags(["y"])])),
                ])
            ),
            (
                "{ tier: 2, any: [{ plan: x }, { tags: y }] }",
                .all([
                    .tier([2]), .any([.plan(["x"]), .tags(["y"])]),
                ])
            ),
        ]
    )
    func forms(when: String, expected: Condition) throws {
        #expect(try condition(when) == expected)
    }

    @Test("a rule without when, or with an empty one, matches everything", arguments: ["", "when: {}, "])
    func catchAll(when: String) throws {
        let targets = "  - { name: all, \(when)calendar: office, first_reply: 6h }"
        #expect(try Given.loaded(Given.text(targets: targets)).policy.targetRules.first?.condition == .always)
    }

    @Test("a rule without a name is called by its number")
    func nameless() throws {
        let rules = try Given.loaded(Given.text(targets: "  - { calendar: office, first_reply: 6h }")).policy
            .targetRules
        #expect(rules.map(\.name) == ["rule 1"])
    }

    @Test(
        "a rule that an earlier one covers is refused, one that it leaves something is not",
        arguments: [
            ("{ tier: [1, 2] }", "{ tier: 1 }", true),
            ("{ tier: 1 }", "{ tier: [1, 2] }", false),
            ("{ tier: 1 }", "{ tier: 1, plan: x }", true),
            ("{ tier: 1, plan: x }", "{ tier: 1 }", false),
            ("{ any: [{ plan: x }, { tags: y }] }", "{ tags: y, tier: 1 }", true),
            ("{ plan: [x, y] }", "{ any: [{ plan: x }, { plan: y, tier: 1 }] }", true),
            ("{ plan: x }", "{ any: [{ plan: x }, { tier: 1 }] }", false),
            ("{ not: { tier: 1 } }", "{ not: { tier: 1 } }", true),
            ("{ not: { tier: 1 } }", "{ tier: 2 }", false),
            ("{ plan: x }", "{ channel: x }", false),
        ]
    )
    func covered(first: String, second: String, isRefused: Bool) {
        let targets = """
              - { name: first, when: \(first), calendar: office, first_reply: 1h }
              - { name: second, when: \(second), calendar: office, first_reply: 1h }
              - { name: all, calendar: office, first_reply: 6h }
            """
        switch Given.load(Given.text(targets: targets)) {
        case .success: #expect(!isRefused)
        case .failure(let complaints): #expect(isRefused && complaints.list.map(\.mistake) == [.ruleNeverReached])
        }
    }
}
