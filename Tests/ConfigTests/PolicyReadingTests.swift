import Config
import Engine
import Testing
import TimeBase

@Suite("The rest of the policy")
struct PolicyReadingTests {
    @Test("people, teams and the reporting line are read as written")
    func teams() throws {
        let policy = try Given.loaded(Given.text()).policy
        #expect(policy.people["ada"] == Person(id: "ada", name: "Ada", mail: "ada@example.org"))
        #expect(
            policy.teams["desk"]
                == Team(
                    id: "desk",
                    name: "Desk",
                    members: [Team.Member(person: "ada", role: .lead)],
                    manager: "bo",
                    reportsTo: "top"
                )
        )
        #expect(policy.teams["top"]?.reportsTo == nil)
        #expect(policy.lastResort == "bo")
    }

    @Test("tiers are in order, and the team's manager answers where no other is named")
    func tiers() throws {
        let policy = try Given.loaded(Given.text()).policy
        #expect(policy.tiers.map(\.number) == [1, 2, 3])
        #expect(policy.tiers.map(\.manager) == ["bo", "ada", "bo"])
        #expect(policy.tier(1)?.description == "a b")
    }

    @Test("what is not written has its default")
    func defaults() throws {
        let config = try Given.loaded(Given.text())
        #expect(config.policy.changeGrace == .minutes(15))
        #expect(config.policy.reopenWindow == .hours(336))
        #expect(config.policy.keep == .hours(9_600))
        #expect(config.policy.afterReopenWindow == .refuse)
        #expect(config.policy.breachPriority == 4)
        #expect(config.policy.thirdPartyReasons == [])
        #expect(config.policy.sources == [:])
        #expect(config.settings == Settings())
    }

    @Test("options and settings are read as written")
    func options() throws {
        let further = """
            change_grace: 0s
            rearm_after: 1d
            retract_window: 2d
            reopen_window: 14d
            keep: 30d
            after_reopen_window: open_linked
            breach_priority: error
            third_party_reasons: [Awaiting Vendor, Awaiting Problem]
            sources:
              desk: { trust_at: false, open_unknown: true }
              chat: {}
            listen: { socket: /tmp/x.sock, socket_mode: 0600 }
            state_directory: /tmp/x
            outlets: { journal: }
            """
        let config = try Given.loaded(Given.text(further: further))
        #expect(config.policy.changeGrace == .zero)
        #expect(config.policy.rearmAfter == .hours(24))
        #expect(config.policy.retractWindow == .hours(48))
        #expect(config.policy.reopenWindow == .hours(336))
        #expect(config.policy.keep == .hours(720))
        #expect(config.policy.afterReopenWindow == .openLinked)
        #expect(config.policy.breachPriority == 3)
        #expect(config.policy.thirdPartyReasons == ["Awaiting Vendor", "Awaiting Problem"])
        #expect(config.policy.sources["desk"] == Source(trustsAt: false, opensUnknown: true))
        #expect(config.policy.sources["chat"] == Source())
        #expect(config.settings.socketPath == "/tmp/x.sock")
        #expect(config.settings.socketMode == 0o600)
        #expect(config.settings.stateDirectory == "/tmp/x")
    }

    @Test("equal files have equal versions, others do not, nor does the same file under new zone data (S7)")
    func contentHash() throws {
        let text = Given.text()
        let hash = try Given.loaded(text).policy.contentHash
        #expect(try hash == Given.loaded(text).policy.contentHash)
        #expect(try hash != Given.loaded(text + "\n").policy.contentHash)
        #expect(hash.count == 16)
        let moved = ConfigFile.load(
            text: text,
            file: "test.yaml",
            zones: { name throws(ZoneProblem) in try ZoneRules(name: name, posix: "CET-1") },
            now: Given.now
        )
        #expect(try hash != moved.get().policy.contentHash)
        #expect(try moved.get().zones.keys.sorted() == ["Europe/Berlin"])
    }

    @Test("aliases stand for what they name")
    func aliases() throws {
        let targets = """
              - { name: a, when: { tier: 1 }, calendar: office, resolution: &slow { within: 40h, pause_in: pending } }
              - { name: b, calendar: office, resolution: *slow }
            """
        let rules = try Given.loaded(Given.text(targets: targets)).policy.targetRules
        #expect(rules.map(\.targets).first == rules.map(\.targets).last)
    }
}
