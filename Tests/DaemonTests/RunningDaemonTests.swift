import Foundation
import Testing

/// The built daemon as a process: what survives a kill, and what it says when it cannot start.
@Suite("The program slawatchd", .serialized, .timeLimit(.minutes(2)))
struct RunningDaemonTests {
    /// One tier, first reply within `target`.
    private func policy(target: String) -> String {
        """
        version: 1
        people:
          ada: { name: Ada Lovelace }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada }
        tiers:
          1: { name: Desk, description: All there is, team: desk, ladder: default }
        targets:
          - { name: all, calendar: always, first_reply: \(target) }
        ladders:
          default:
            - { at: breach, do: escalate, notify: [manager] }
        start_tier: 1
        last_resort: ada
        """
    }

    @Test("what was to come is announced by the next run after a kill, once (R9.1)")
    func killed() throws {
        let daemon = try RunningDaemon(policy: policy(target: "1s"))
        try daemon.start()
        // Dated back so that the deadline has passed already, by a source that is killed right after the answer.
        #expect(try daemon.slactl("event", "opened", "4711").code == 0)
        daemon.kill()
        try daemon.start()
        daemon.wait { daemon.said.contains("Breached: case 4711") }
        #expect(daemon.stop() == 0)
        let breaches = daemon.said.split(separator: "\n").filter { $0.contains("Breached: case 4711") }
        #expect(breaches.count == 1)
        #expect(daemon.said.hasSuffix("<6>Stopped: asked to\n"))
    }

    @Test("an event that was answered is there after a kill, and its repetition is a duplicate")
    func durable() throws {
        let daemon = try RunningDaemon(policy: policy(target: "6h"))
        try daemon.start()
        for number in 1...20 {
            #expect(try daemon.slactl("event", "opened", "C\(number)", "--id", "e\(number)").code == 0)
            if number.isMultiple(of: 5) {
                daemon.kill()
                try daemon.start()
            }
        }
        for number in 1...20 {
            let again = try daemon.slactl("event", "opened", "C\(number)", "--id", "e\(number)", "-o", "json")
            #expect(again.output.contains(#""duplicate""#), "C\(number): \(again.output)")
        }
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""open":20"#))
        #expect(daemon.stop() == 0)
    }

    @Test("a reload that is refused keeps the policy, and so does a restart; a good one is adopted")
    func reload() throws {
        let daemon = try RunningDaemon(policy: policy(target: "6h"))
        try daemon.start()
        try daemon.write(policy: "version: 1\ntargts: []\n")
        #expect(try daemon.slactl("reload", "--wait").code == 1)
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":1"#))
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.slactl("status").output.contains("policy file refused, running with version 1"))
        try daemon.write(policy: policy(target: "12h"))
        #expect(try daemon.slactl("reload", "--wait").code == 0)
        daemon.wait { daemon.said.contains("Policy adopted: version 2") }
        #expect(daemon.stop() == 0)
    }

    @Test("a policy rules with the holidays that were adopted with it; a reload takes the file as it is then (S4)")
    func feeds() throws {
        func feed(_ first: String, _ end: String) -> String {
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:\(first)\nDTEND:\(end)\nEND:VEVENT\nEND:VCALENDAR\n"
        }
        // Open at all hours from 2099 on, and before that on dates that no feed closes: so a deadline shows the feed.
        let office = """
            calendars:
              office:
                time_zone: UTC
                hours: { mon-sun: "00:00-24:00" }
                holidays: [{ ics: closed.ics }]
            """
        let text = policy(target: "1h").replacing("calendar: always", with: "calendar: office") + "\n" + office
        let daemon = try RunningDaemon(policy: text)
        func deadline(of id: String) throws -> String {
            #expect(try daemon.slactl("event", "opened", id, "--at", "2026-06-01T12:00:00Z").code == 0)
            let shown = try daemon.slactl("show", id, "-o", "json").output
            return String(shown.firstMatch(of: /"due_at":"([^"]+)"/)?.1 ?? "none in \(shown)")
        }
        try daemon.write(feed("20260601", "20260603"), to: "closed.ics")
        try daemon.start()
        #expect(try deadline(of: "1") == "2026-06-03T01:00:00.000Z")
        daemon.kill()
        try daemon.remove("closed.ics")
        try daemon.start()
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":1"#))
        #expect(try !daemon.slactl("status").output.contains("refused"))
        #expect(try deadline(of: "2") == "2026-06-03T01:00:00.000Z")
        #expect(try daemon.slactl("reload", "--wait").code == 1)
        try daemon.write(feed("20260601", "20260605"), to: "closed.ics")
        daemon.kill()
        try daemon.start()
        #expect(try deadline(of: "3") == "2026-06-03T01:00:00.000Z")
        #expect(try daemon.slactl("reload", "--wait").code == 0)
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":2"#))
        #expect(try deadline(of: "4") == "2026-06-05T01:00:00.000Z")
        #expect(daemon.stop() == 0)
    }

    @Test("without any policy it ends with 78 and names each mistake's place")
    func noPolicy() throws {
        let daemon = try RunningDaemon(policy: "version: 1\ntargts: []\n")
        let (code, said) = try daemon.run()
        #expect(code == 78)
        #expect(said.contains("slawatch.yaml:2:1: error: "))
    }

    @Test("a state directory that is not there ends it with 74, one that another holds with 69")
    func stateDirectory() throws {
        let missing = try RunningDaemon(policy: policy(target: "6h"))
        try FileManager.default.removeItem(at: missing.state)
        let (code, said) = try missing.run()
        #expect(code == 74)
        #expect(said.contains("cannot open the store: ") && said.split(separator: "\n").count == 1)
        let held = try RunningDaemon(policy: policy(target: "6h"))
        try held.start()
        let second = try held.run()
        #expect(second.code == 69)
        #expect(second.said.contains("another slawatchd uses "))
        #expect(held.stop() == 0)
    }
}
