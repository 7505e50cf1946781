import Foundation
import Testing

/// The built daemon as a process: what survives a kill, and what it says when it cannot start.
@Suite("The program slawatchd", .serialized, .timeLimit(.minutes(5)))
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

    /// Openings of the cases C1, C2, ..., all at one instant a little ahead of now: what is overdue when it is imported
    /// is measured and never announced (S24).
    private func openings(_ count: Int) -> String {
        let at = Date(timeIntervalSinceNow: 1).ISO8601Format()
        return (1...count).map { #"{"at":"\#(at)","case":"C\#($0)","event":"opened","id":"e\#($0)"}"# }
            .joined(separator: "\n")
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
        #expect(daemon.said.hasSuffix("\nStopped: asked to\n"))
        #expect(!daemon.said.contains("<"), "no priorities outside systemd")
    }

    @Test("a storm is one digest, told once by the run after a kill; every breach is in the journal (S35, R9.1)")
    func digest() throws {
        let daemon = try RunningDaemon(policy: policy(target: "1s") + "\ndigest: { more_than: 2, within: 4s }\n")
        try daemon.start()
        try daemon.write(openings(5), to: "storm.jsonl")
        let file = daemon.folder.appending(path: "storm.jsonl").path(percentEncoded: false)
        let imported = try daemon.slactl("import", file)
        #expect(imported.code == 0, "\(imported.output)")
        daemon.wait { daemon.said.split(separator: "\n").count { $0.contains("Breached: case C") } == 5 }
        // Standard error cannot be read back: what was said and not confirmed would be said again.
        func isAllConfirmed() throws -> Bool {
            try daemon.slactl("status", "-o", "json").output.contains(#""notices_pending":0"#)
        }
        try daemon.wait(until: isAllConfirmed)
        daemon.kill()
        try daemon.start()
        daemon.wait { daemon.said.contains("Digest: ") }
        try daemon.wait(until: isAllConfirmed)
        daemon.kill()
        try daemon.start()
        #expect(daemon.stop() == 0)
        let said = daemon.said.split(separator: "\n")
        #expect(said.count { $0.contains("Digest: ") } == 1, "\(daemon.said)")
        #expect(said.count { $0.contains("Breached: case C") } == 5)
    }

    @Test(
        "a burst of full slices reaches the journal with no other commit to carry it (S34)",
        arguments: [250, 500, 1_000]
    )
    func fullSlices(count: Int) throws {
        let daemon = try RunningDaemon(policy: policy(target: "1s"))
        try daemon.start()
        // Opened at one instant, so that all are due together.
        try daemon.write(openings(count), to: "burst.jsonl")
        let file = daemon.folder.appending(path: "burst.jsonl").path(percentEncoded: false)
        #expect(try daemon.slactl("import", file).code == 0)
        daemon.wait { daemon.said.split(separator: "\n").count { $0.contains("Breached: case C") } == count }
        #expect(!daemon.said.contains("Fault: "))
        #expect(daemon.stop() == 0)
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

    @Test("S18: what comes for a merged case, late or twice, goes to the survivor, also after a kill")
    func merged() throws {
        let daemon = try RunningDaemon(policy: policy(target: "6h"))
        try daemon.start()
        let (opened, merged) = ("2026-11-20T08:00:00Z", "2026-11-20T10:00:00Z")
        for id in ["A", "B", "C"] {
            #expect(try daemon.slactl("event", "opened", id, "--at", opened).code == 0)
        }
        #expect(try daemon.slactl("event", "merged", "A", "--into", "B", "--at", merged).code == 0)
        #expect(try daemon.slactl("event", "merged", "B", "--into", "A").code == 1)
        #expect(try daemon.slactl("event", "merged", "B", "--into", "C", "--at", merged).code == 0)
        let reply = ["event", "agent_reply", "A", "--id", "r", "--at", "2026-11-20T11:00:00Z"]
        #expect(try daemon.slactl(reply).output == "applied: agent_reply to case C, sent on from A, id r\n")
        let met = #""target":"first_reply","cycle":1,"revision":1,"state":"ended","verdict":"met""#
        #expect(try daemon.slactl("show", "C", "-o", "json").output.contains(met))
        daemon.kill()
        try daemon.start()
        let again = "duplicate: agent_reply of case C was known already, sent on from A, id r\n"
        #expect(try daemon.slactl(reply).output == again)
        #expect(try daemon.slactl("show", "A", "-o", "json").output.contains(#""successor":"B""#))
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""open":1"#))
        #expect(daemon.stop() == 0)
    }

    @Test("S60: what is deleted through the API is in no file of the state directory, and takes nothing more")
    func deleted() throws {
        let daemon = try RunningDaemon(policy: policy(target: "6h"))
        try daemon.start()
        let secret = "overcharged twice"
        let opened = [
            "event", "opened", "4711", "--id", "e1", "--subject", secret, "--text", secret, "--customer", secret,
        ]
        #expect(try daemon.slactl(opened).code == 0)
        func isKept() throws -> Bool {
            try FileManager.default.contentsOfDirectory(at: daemon.state, includingPropertiesForKeys: nil)
                .contains { try Data(contentsOf: $0).range(of: Data(secret.utf8)) != nil }
        }
        #expect(try isKept())
        #expect(try daemon.slactl("event", "spam", "4711").code == 0)
        #expect(try daemon.slactl("show", "4711").output.contains("cancelled (spam)"))
        #expect(try daemon.slactl("event", "not_spam", "4711").code == 0)
        #expect(try daemon.slactl("show", "4711").output.contains("not spam after all"))
        #expect(try daemon.slactl("event", "deleted", "4711").code == 0)
        #expect(try !isKept())
        let shown = try daemon.slactl("show", "4711", "-o", "json").output
        #expect(shown.contains(#""deleted":true"#), "\(shown)")
        #expect(!shown.contains(secret))
        #expect(try daemon.slactl("explain", "4711").output.contains("cancelled (deleted)"))
        #expect(try daemon.slactl("event", "note", "4711", "-o", "json").output.contains(#""code":"deleted""#))
        #expect(try daemon.slactl(opened + ["-o", "json"]).output.contains(#""duplicate""#))
        #expect(daemon.stop() == 0)
        #expect(!daemon.said.contains(secret))
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

    @Test("new zone data is taken in by itself; the deadlines that depend on it move, and that is said (S7, S16)")
    func zoneData() throws {
        // Open all week but for the hour after noon, by the wall clock of a zone that the test writes.
        let text = policy(target: "20h")
            .replacingOccurrences(of: "calendar: always", with: "calendar: office")
            .replacingOccurrences(
                of: "people:",
                with:
                    "calendars:\n  office: { time_zone: Own/Zone, hours: { mon-sun: [\"00:00-12:00\", \"13:00-24:00\"] } }\npeople:"
            )
        let daemon = try RunningDaemon(policy: text)
        let zones = daemon.folder.appending(path: "zones")
        try write(zone: "Own/Zone", offset: 1, in: zones)
        daemon.zones = zones
        try daemon.start()
        #expect(try daemon.slactl("event", "opened", "4711", "--at", "2026-11-21T00:00:00Z").code == 0)
        let before = try daemon.slactl("show", "4711", "-o", "json").output
        #expect(before.contains(#""deadline":"2026-11-21T21:00:00.000Z""#), "\(before)")
        #expect(try daemon.slactl("event", "opened", "4712").code == 0)
        try write(zone: "Own/Zone", offset: 9, in: zones)
        daemon.wait { daemon.said.contains("Policy in force: version 2 has reached 2 open cases, ") }
        #expect(daemon.said.contains("Zone data changed: Own/Zone; "))
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":2"#))
        #expect(daemon.stop() == 0)
        // The same data again is no news; other data, while it was not running, is.
        try daemon.start()
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":2"#))
        #expect(daemon.stop() == 0)
        try write(zone: "Own/Zone", offset: 5, in: zones)
        try daemon.start()
        daemon.wait { daemon.said.contains("Policy in force: version 3 has reached ") }
        // A file that cannot be read changes nothing, and is named.
        try Data("TZif".utf8).write(to: zones.appending(path: "Own/Zone"), options: .atomic)
        try daemon.wait { try daemon.slactl("status").output.contains("the zone data read before stays in use") }
        #expect(try daemon.slactl("status").output.contains("zones/Own/Zone"))
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":3"#))
        #expect(daemon.stop() == 0)
    }

    /// A zone of one fixed offset, put in the place of the file as a package manager does.
    private func write(zone: String, offset: Int, in folder: URL) throws {
        let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        var counts: [UInt8] = []
        for count: UInt8 in [0, 0, 0, 0, 1, 4] { counts += [0, 0, 0, count] }
        let seconds = offset * 3_600
        let type: [UInt8] = [0, 0, UInt8(seconds >> 8), UInt8(seconds & 0xFF), 0, 0]
        let block = header + counts + type + Array("AAA\0".utf8)
        let bytes = block + block + Array("\n<AAA>-\(offset)\n".utf8)
        let file = folder.appending(path: zone)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file, options: .atomic)
    }

    @Test("a policy rules with the holidays that were adopted with it; a reload takes the file as it is then (S4)")
    func feeds() throws {
        func feed(_ first: String, _ end: String) -> String {
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:\(first)\nDTEND:\(end)\nEND:VEVENT\nEND:VCALENDAR\n"
        }
        // Open at every hour that no feed closes, so that a deadline shows the feed.
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
            return String(shown.firstMatch(of: /"deadline":"([^"]+)"/)?.1 ?? "none in \(shown)")
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

    @Test("check-config --diff foretells what a reload does, by holidays that only the person who asks can read (S16)")
    func diff() throws {
        let calendars = """
            calendars:
              office:
                time_zone: UTC
                hours: { mon-sun: "00:00-24:00" }
                holidays: [{ ics: closed.ics }]
            """
        func office(_ target: String) -> String {
            policy(target: target).replacing("calendar: always", with: "calendar: office") + "\n" + calendars
        }
        func feed(_ date: String) -> String {
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:\(date)\nEND:VEVENT\nEND:VCALENDAR\n"
        }
        let daemon = try RunningDaemon(policy: office("100h"))
        try daemon.write(feed("20981224"), to: "closed.ics")
        try daemon.start()
        let fiveHoursAgo = Date().addingTimeInterval(-5 * 3_600).formatted(.iso8601)
        for id in ["1", "2", "3"] {
            #expect(try daemon.slactl("event", "opened", id, "--at", fiveHoursAgo).code == 0)
        }
        #expect(try daemon.slactl("event", "resolved", "3").code == 0)
        let folder = daemon.folder.appending(path: "home")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let new = folder.appending(path: "new.yaml").path(percentEncoded: false)
        func propose(_ target: String, closed: String) throws -> String {
            try daemon.write(office(target), to: "home/new.yaml")
            try daemon.write(feed(closed), to: "home/closed.ics")
            let (code, output) = try daemon.slactl("check-config", "--diff", new, "-o", "json")
            #expect(code == 0, "\(output)")
            return output
        }
        let same = try propose("100h", closed: "20981224")
        #expect(same.contains(#""new":false"#) && same.contains(#""cases":0"#), "\(same)")
        let soon = try propose("1h", closed: "20981224")
        #expect(soon.contains(#""cases":2,"affected":2,"failed":0,"effects":{"breached":0,"put_off":2,"#), "\(soon)")
        // The holiday alone moves what lies behind it, by a day.
        let inTwoDays = Date().addingTimeInterval(48 * 3_600).formatted(.iso8601).replacing("-", with: "").prefix(8)
        let later = try propose("100h", closed: String(inTwoDays))
        #expect(later.contains(#""later":2"#), "\(later)")
        let deadlines = later.matches(of: /"case":"(\d)".+?"deadline_after":"([^"]+)"/).map { ($0.1, $0.2) }
        #expect(deadlines.count == 2)
        let text = try daemon.slactl("check-config", "--diff", new).output
        #expect(text.contains("2 open cases: 2 deadlines move, 2 later\n"), "\(text)")
        // Nothing has come of it; then it is adopted.
        #expect(try daemon.slactl("status", "-o", "json").output.contains(#""version":1"#))
        try daemon.write(feed(String(inTwoDays)), to: "closed.ics")
        #expect(try daemon.slactl("reload").code == 0)
        daemon.wait { daemon.said.contains("has reached 2 open cases, 2 deadlines moved, 0 of them") }
        for (id, deadline) in deadlines {
            let shown = try daemon.slactl("show", String(id), "-o", "json").output
            #expect(shown.contains(#""deadline":"\#(deadline)""#), "\(id): \(shown)")
        }
        #expect(daemon.stop() == 0)
    }

    @Test("S31: names that the policy does not know are counted, and what a new one lacks is told before it is adopted")
    func names() throws {
        let daemon = try RunningDaemon(policy: policy(target: "6h"))
        try daemon.start()
        for (id, agent) in [("1", "zoe"), ("2", "zoe"), ("3", "ada")] {
            #expect(try daemon.slactl("event", "opened", id, "--agent", agent, "--team", "desk").code == 0)
        }
        let names = #""unknown_names":{"count":1,"most":[{"kind":"agent","name":"zoe","cases":2}]}"#
        #expect(try daemon.slactl("status", "-o", "json").output.contains(names))
        let status = try daemon.slactl("status").output
        #expect(status.contains("agent zoe of 2 cases: not in the policy, their teams are told"), "\(status)")
        let changed = policy(target: "6h").replacing("ada", with: "bea").replacing("desk", with: "front")
        try daemon.write(
            changed.replacing("  1: {", with: "  2: {").replacing("start_tier: 1", with: "start_tier: 2"),
            to: "new.yaml"
        )
        let new = daemon.folder.appending(path: "new.yaml").path(percentEncoded: false)
        let (code, diff) = try daemon.slactl("check-config", "--diff", new, "-o", "json")
        #expect(code == 0)
        let losses =
            #""losses":[{"kind":"team","name":"desk","cases":3},{"kind":"tier","name":"1","cases":3},"#
            + #"{"kind":"person","name":"ada","cases":1}]"#
        #expect(diff.contains(losses), "\(diff)")
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
