import Foundation
import Testing
import TimeBase

@testable import slactl

@Suite("check-config --diff", .timeLimit(.minutes(5)))
struct PolicyDiffTests {
    private static let none =
        #"{"breached":0,"put_off":0,"sooner":0,"later":0,"spared":0,"started":0,"cancelled":0,"paused":0,"resumed":0,"#
        + #""suspended":0,"less_left":0,"more_left":0}"#

    private static func answer(
        _ effects: [String: Int] = [:],
        _ changes: [String] = [],
        isNew: Bool = true,
        notices: Int = 0
    ) -> String {
        let counted = effects.reduce(none) { $0.replacing("\"\($1.key)\":0", with: "\"\($1.key)\":\($1.value)") }
        return #"{"now":"2026-11-21T14:00:00.000Z","policy_hash":"0123456789abcdef","new":\#(isNew),"#
            + #""version_in_force":3,"cases":12,"affected":\#(changes.count),"failed":0,"effects":\#(counted),"#
            + #""notices":\#(notices),"changes":[\#(changes.joined(separator: ","))],"warnings":[],"holding":null}"#
    }

    private static func change(_ id: String, _ effect: String, _ more: String, told: String = "") -> String {
        #"{"case":"\#(id)","target":"first_reply","cycle":1,"tier":2,"effect":"\#(effect)","under_grace":false,"#
            + #""rule":"all","told":[\#(told)]\#(more)}"#
    }

    private func text(_ answer: String) throws -> String {
        let decoded: PolicyDiffAnswer = try DaemonAnswer(bytes: Data(answer.utf8)).decoded()
        return PolicyDiffText.text(of: decoded, Paint(isOn: false))
    }

    @Test("totals come first, then the most urgent changes, each with its deadline as it is and as it would be")
    func table() throws {
        let changes = [
            Self.change(
                "T-1",
                "put_off",
                #","deadline_before":"2026-11-21T17:00:00Z","deadline_after":"2026-11-21T14:15:00Z""#,
                told: #""amy""#
            ),
            Self.change(
                "T-22",
                "spared",
                #","deadline_before":"2026-11-21T14:30:00Z","deadline_after":"2026-11-21T20:00:00Z""#
            ),
            Self.change("T-3", "less_left", #","left_before_ms":21600000,"left_after_ms":7200000"#),
        ]
        let effects = ["put_off": 1, "spared": 1, "later": 1, "less_left": 1]
        let found = try text(Self.answer(effects, changes, notices: 1))
        #expect(
            found == """
                12 open cases: 3 deadlines move, 1 put off under change_grace, 1 later, 1 later and spared; \
                1 target has less left when it goes on
                1 notice would go out at once

                CASE  TARGET       TIER  WHAT       NOW DUE                       THEN DUE                      TOLD AT ONCE
                T-1   first_reply  2     put off    in 3h, 2026-11-21T17:00:00Z   in 15m, 2026-11-21T14:15:00Z  amy
                T-22  first_reply  2     spared     in 30m, 2026-11-21T14:30:00Z  in 6h, 2026-11-21T20:00:00Z
                T-3   first_reply  2     less left  6h left                       2h left
                the 3 most urgent of 4; more with --limit

                """
        )
    }

    @Test("a policy that moves nothing, and the one that is in force")
    func nothing() throws {
        #expect(try text(Self.answer()) == "12 open cases: nothing moves\n")
        #expect(
            try text(Self.answer(isNew: false))
                == "changes nothing: policy version 3 (0123456789ab) is in force and says the same\n"
        )
        #expect(
            try text(Self.answer(["started": 2, "cancelled": 1])) == """
                12 open cases: 2 targets start; 1 target is dropped

                """
        )
    }

    private static let policy = """
        version: 1
        calendars:
          office: { time_zone: UTC, hours: { mon-fri: "09:00-17:00" }, holidays: [{ ics: a.ics }] }
        people: { ada: { name: Ada } }
        teams: { desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada } }
        tiers: { 1: { name: Desk, description: All, team: desk, ladder: default } }
        targets: [{ name: all, calendar: office, first_reply: 6h }]
        ladders: { default: [{ at: breach, do: escalate, notify: [manager] }] }
        start_tier: 1
        last_resort: ada
        """

    private static let feed = """
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        DTSTART:20251224
        RRULE:FREQ=YEARLY
        END:VEVENT
        END:VCALENDAR
        """

    private func files() throws -> (folder: TemporaryFolder, policy: String) {
        let folder = try TemporaryFolder()
        let policy = folder.url.appendingPathComponent("new.yaml")
        try Data(Self.policy.utf8).write(to: policy)
        try Data(Self.feed.utf8).write(to: folder.url.appendingPathComponent("a.ics"))
        return (folder, policy.path)
    }

    @Test("S31: what open cases use and the policy does not have is a warning with their number")
    func losses() throws {
        let losses =
            #""losses":[{"kind":"tier","name":"3","cases":1200},{"kind":"team","name":"a\u0007","cases":1},"#
            + #"{"kind":"person","name":"bo","cases":2}],"warnings":[]"#
        let text = try text(Self.answer().replacing(#""warnings":[]"#, with: losses))
        #expect(
            text == """
                12 open cases: nothing moves
                warning: the policy has no tier 3, and 1,200 open cases use it: last_resort is told in place of its manager and team
                warning: the policy has no team a\u{FFFD}, and 1 open case uses it: the team of the tier stands in for it, and last_resort if a step names it
                warning: the policy has no person bo, and 2 open cases use it: the team stands in for an agent, and last_resort if a step names the person

                """
        )
    }

    @Test("S27: a condition on a word that no source sends is warned of, if a daemon can be asked")
    func neverSent() throws {
        let folder = try TemporaryFolder()
        let policy = folder.url.appendingPathComponent("new.yaml")
        let rules = """
            targets:
              - { name: a, when: { tags: [VIP, gone], priority: P1, channel: fax }, calendar: office, first_reply: 1h }
              - { name: all, calendar: always, first_reply: 6h }
            """
        let lines = Self.policy.split(separator: "\n")
            .map {
                $0.hasPrefix("targets:") ? rules : $0.replacing(", holidays: [{ ics: a.ics }]", with: "").description
            }
        try Data(lines.joined(separator: "\n").utf8).write(to: policy)
        let answer =
            #"{"complete":["priority","tags"],"words":[{"kind":"tags","word":"vip"},{"kind":"plan","word":"p1"}]}"#
        let daemon = try CannedDaemon([CannedDaemon.answer("200 OK", answer)])
        let run = try SlactlRun(["check-config", policy.path, "--socket", daemon.socket])
        #expect(run.code == 0)
        let warnings = run.output.split(separator: "\n").map { $0.replacing(policy.path, with: "new.yaml") }
        let reason = "in 90 days, so this condition holds for no new case; slactl cases -o wide shows what sources send"
        #expect(
            warnings == [
                "new.yaml:8:36: warning: no source has sent tags gone \(reason) [C055]",
                "new.yaml:8:53: warning: no source has sent priority P1 \(reason) [C055]",
                "1 file: no mistakes, 2 warnings",
            ]
        )
        let alone = try SlactlRun(["check-config", policy.path, "--socket", "/nowhere/s"])
        #expect(alone.code == 0)
        #expect(alone.output == "1 file: no mistakes\n")
    }

    @Test("the policy is sent with its files of holidays, and the answer stands below the report")
    func asks() throws {
        let (folder, policy) = try files()
        defer { _ = folder }
        let words = CannedDaemon.answer("200 OK", #"{"complete":[],"words":[]}"#)
        let daemon = try CannedDaemon([words, CannedDaemon.answer("200 OK", Self.answer())])
        let run = try SlactlRun(["check-config", "--diff", policy, "--limit", "7", "--socket", daemon.socket])
        #expect(run.code == 0)
        #expect(run.output == "1 file: no mistakes\n\n12 open cases: nothing moves\n")
        let received = try daemon.received
        #expect(received.hasPrefix("GET /v1/words HTTP/1.1\r\n"))
        let asked = try received[#require(received.range(of: "POST ")).lowerBound...]
        #expect(asked.hasPrefix("POST /v1/policy/preview?limit=7 HTTP/1.1\r\n"))
        #expect(asked.contains("Content-Type: application/json\r\n"))
        let body = try #require(asked.components(separatedBy: "\r\n\r\n").last)
        let sent = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        #expect(sent["policy"] as? String == Self.policy)
        #expect(sent["name"] as? String == policy)
        #expect(sent["files"] as? [String: String] == ["a.ics": Self.feed])
    }

    @Test("-o json is one object: the report, and the daemon's answer as it came")
    func json() throws {
        let (folder, policy) = try files()
        defer { _ = folder }
        let daemon = try CannedDaemon([CannedDaemon.answer("200 OK", Self.answer())])
        let run = try SlactlRun(["check-config", policy, "--diff", "-o", "json", "--socket", daemon.socket])
        #expect(run.code == 0)
        #expect(
            run.output == #"{"complaints":[],"errors":0,"files":1,"warnings":0,"diff":"# + Self.answer() + "}\n"
        )
    }

    @Test("mistakes end with 78 before anybody is asked, a daemon that is down with 69, its refusal with 1")
    func codes() throws {
        let (folder, policy) = try files()
        defer { _ = folder }
        let wrong = try SlactlRun(["check-config", "--diff", "-", "--socket", "/nowhere/s"], input: "version: 1\n")
        #expect(wrong.code == 78)
        #expect(wrong.output.hasPrefix("<stdin>:1:1: error: "))
        let down = try SlactlRun(["check-config", "--diff", policy, "--socket", "/nowhere/s"])
        #expect(down.code == 69)
        #expect(down.output == "1 file: no mistakes\n")
        #expect(down.error.hasPrefix("slactl: cannot reach slawatchd at /nowhere/s: no such socket; "))
        let problem =
            #"{"detail":"cannot preview the policy: the policy file has mistakes","errors":["new.yaml:1:1: b"]}"#
        let daemon = try CannedDaemon([
            CannedDaemon.answer("422 Unprocessable Content", problem, type: "application/problem+json")
        ])
        let refused = try SlactlRun(["check-config", "--diff", policy, "--socket", daemon.socket])
        #expect(refused.code == 1)
        #expect(refused.error.hasSuffix("\n  new.yaml:1:1: b\n"))
        #expect(try SlactlRun(["check-config", "--diff", policy, policy]).code == 64)
    }
}
