import Foundation
import Testing

@testable import slactl

/// `slactl test` as a shell sees it.
@Suite("slactl test", .timeLimit(.minutes(5)))
struct PolicyTestTests {
    private static let config = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "config")

    private let folder = try? TemporaryFolder()

    /// Writes tests of the shipped policy and runs them.
    private func run(_ tests: String, _ options: String...) throws -> SlactlRun {
        let file = try #require(folder).url.appendingPathComponent("tests.yaml")
        let policy = Self.config.appending(path: "slawatch.yaml").path(percentEncoded: false)
        try "policy: \(policy)\ntime_zone: Europe/Berlin\ntests:\n\(tests)\n"
            .write(to: file, atomically: true, encoding: .utf8)
        return try SlactlRun(["test", file.path] + options)
    }

    private static let breach = """
          - name: missed
            start: 2026-11-20
            history:
              - Fri 15:00 opened
            expect:
              - Mon 10:30 warned first_reply
              - Mon 12:00: breached first_reply, told the manager
              - Mon 12:00 escalated to tier 2
        """

    @Test("the shipped policies keep what their tests promise")
    func shipped() throws {
        let files = try FileManager.default
            .contentsOfDirectory(at: Self.config.appending(path: "tests"), includingPropertiesForKeys: nil)
            .map(\.path).sorted()
        #expect(files.count == 2)
        let run = try SlactlRun(["test"] + files)
        #expect(run.code == 0, "\(run.output)\(run.error)")
        #expect(run.output.hasSuffix(" tests in 2 files: all passed\n"))
    }

    @Test("the rounds of a section can be expected by their names, commas and all")
    func rounds() throws {
        let folder = try #require(folder).url
        try """
        version: 1
        people: { ada: { name: Ada } }
        teams: { desk: { name: Desk, manager: ada } }
        tiers: { 1: { name: Desk, team: desk, ladder: default } }
        targets: [{ name: all, calendar: always, first_reply: 1h }]
        ladders:
          default:
            - { every: 1h, times: 2, steps: [{ at: breach + 10m, every: 5m, times: 2, notify: team }] }
            - { at: breach + 3h, notify: manager }
        start_tier: 1
        last_resort: ada
        """
        .write(to: folder.appendingPathComponent("rounds.yaml"), atomically: true, encoding: .utf8)
        let tests = folder.appendingPathComponent("rounds-tests.yaml")
        try """
        policy: rounds.yaml
        time_zone: UTC
        tests:
          - name: two rounds
            start: 2026-11-23
            history: [Mon 10:00 opened, Mon 13:30 agent_reply]
            expect:
              - Mon 11:00 breached first_reply, told ada
              - "Mon 11:10 notified [breach + 10m (1 of 2, round 1 of 2)], told desk"
              - "Mon 11:15 notified [breach + 15m (2 of 2, round 1 of 2)]"
              - "Mon 12:10 notified [breach + 1h10m (1 of 2, round 2 of 2)]"
              - "Mon 12:15 notified [breach + 1h15m (2 of 2, round 2 of 2)]"
              - Mon 13:30 met_late first_reply
        """
        .write(to: tests, atomically: true, encoding: .utf8)
        let run = try SlactlRun(["test", tests.path])
        #expect(run.code == 0, "\(run.output)\(run.error)")
    }

    @Test("what was expected happened, and nothing else")
    func passes() throws {
        let run = try run(Self.breach)
        #expect(run.code == 0, "\(run.error)")
        #expect(run.output == "1 test in 1 file: all passed\n")
    }

    @Test("a notice that nothing expects fails the test, and so does one that does not come")
    func fails() throws {
        let run = try run(
            Self.breach.replacingOccurrences(of: "told the manager", with: "told hana")
                .replacingOccurrences(of: "      - Mon 10:30 warned first_reply\n", with: "")
        )
        #expect(run.code == 1)
        let lines = run.output.split(separator: "\n").map { $0.split(separator: "   ").first.map(String.init) ?? "" }
        #expect(lines[0].hasSuffix("tests.yaml:4: failed: missed"))
        #expect(run.output.contains("  + Mon 10:30 warned first_reply [75%], told front-line"))
        #expect(run.output.contains("  + Mon 12:00 breached first_reply, told grace"))
        #expect(run.output.contains("    Mon 12:00 escalated first_reply to tier 2 [breach], told specialists, hana\n"))
        #expect(run.output.contains("  - Mon 12:00 breached first_reply, told hana"))
        #expect(run.output.contains("line 9 expects it, it did not happen\n"))
        #expect(run.output.hasSuffix("\n1 test in 1 file: 1 failed\n"))
    }

    @Test("for programs the difference is JSON")
    func json() throws {
        let run = try run(Self.breach.replacingOccurrences(of: "tier 2", with: "tier 3"), "-o", "json")
        #expect(run.code == 1)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["failed"] as? Int == 1)
        let test = try #require((report["tests"] as? [[String: Any]])?.first)
        #expect(test["missing"] as? [String] == ["Mon 12:00 escalated to tier 3"])
        #expect(
            test["unexpected"] as? [String]
                == ["Mon 12:00 escalated first_reply to tier 2 [breach], told specialists, hana"]
        )
    }

    @Test("a line that is refused has to be expected, too")
    func refused() throws {
        let history = """
              - name: refused
                start: 2026-11-20
                history:
                  - Fri 15:00 agent_reply
                expect:

            """
        #expect(try run(history + "      - Fri 15:00 refused (unknown_case)").code == 0)
        #expect(try run(history.dropLast(1) + " []").output.contains("+ Fri 15:00 refused (unknown_case)"))
    }

    @Test("words of events mean what they mean in the API, several cases can be told, and late ones")
    func words() throws {
        let run = try run(
            """
              - name: words
                start: 2026-11-23
                history:
                  - Mon 09:00 opened case=T-1 tier=3 tags=vip,new
                  - Mon 09:00 opened case=T-2 by=staff
                  - +1h pending case=T-1 reason="Awaiting Vendor"
                  - Mon 15:00 agent_reply case=T-1 at=14:00 author=person
                expect:
                  - Mon 09:00 started first_reply tier 3 due Wed 13:00 case=T-1
                  - Mon 09:00 started resolution case=T-2
                  - 10:00 paused resolution case=T-1
                  - Mon 15:00 met first_reply case=T-1
            """
        )
        #expect(run.code == 0, "\(run.output)\(run.error)")
    }

    @Test("mistakes are shown with their place and end with 78")
    func mistakes() throws {
        let run = try run(
            """
              - name: mistakes
                start: 2026-13-01
                history:
                  - Fri 15:00 opened
                expect: []
              - name: more
                start: 2026-11-20
                history:
                  - Fri 25:00 opened
                  - Fri 15:00 opend
                expect:
                  - Mon 13:00 breeched first_reply
                  - Mon 13:00 breached first_replay
                expects: 1
            """
        )
        #expect(run.code == 78)
        #expect(run.error.hasPrefix("slactl: cannot run the tests of "))
        for expected in [
            "tests.yaml:5:12: error: tests[1].start is \"2026-13-01\"", ":12:9: error: tests[2].history is",
            "did you mean opened?", "did you mean breached?", "did you mean first_reply?",
            "tests[2].expects is unknown; did you mean expect?",
        ] { #expect(run.error.contains(expected), "\(run.error)") }
        let word = try self.run(
            """
              - name: word
                start: 2026-11-20
                history:
                  - Fri 15:00 agent_reply author=robot
                expect: []
            """
        )
        #expect(word.code == 78)
        #expect(word.error.contains("tests.yaml:7:9: error: author is \"robot\": use person, bot or auto"))
        let name = try self.run(
            """
              - name: name
                start: 2026-11-20
                history:
                  - Fri 15:00 note author=amy
                expect: []
            """
        )
        #expect(name.error.contains("tests.yaml:7:9: error: author of a note is not looked at: leave it out"))
    }

    @Test("a policy counts from the folder of the tests")
    func paths() {
        #expect(
            TestCommand.path("slawatch.yaml", beside: "/etc/slawatchd/tests.yaml") == "/etc/slawatchd/slawatch.yaml"
        )
        #expect(TestCommand.path("../p.yaml", beside: "tests/t.yaml") == "tests/../p.yaml")
        #expect(TestCommand.path("/p.yaml", beside: "tests/t.yaml") == "/p.yaml")
        #expect(TestCommand.path("p.yaml", beside: "-") == "p.yaml")
    }
}
