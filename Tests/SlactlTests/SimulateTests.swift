import Foundation
import Simulation
import Testing

@testable import slactl

/// `slactl simulate` as a shell sees it: what the lines are, byte for byte, and how it fails.
@Suite("slactl simulate", .timeLimit(.minutes(5)))
struct SimulateTests {
    private let folder = try? TemporaryFolder()

    private static let policy = """
        version: 1
        calendars: { office: { time_zone: Europe/Berlin, hours: { mon-fri: ["09:00-17:00"] } } }
        people: { max: { name: Max }, mia: { name: Mia } }
        teams:
          one: { name: One, manager: max }
          two: { name: Two, manager: mia }
        tiers:
          1: { name: One, team: one, ladder: up }
          2: { name: Two, team: two, ladder: up }
        start_tier: 1
        last_resort: mia
        targets: [{ name: all, calendar: office, first_reply: 6h }]
        ladders: { up: [{ at: breach, do: escalate, notify: [manager, new manager] }] }
        """

    private static let events = """
        {"at":"2026-11-20T15:00:00+01:00","case":"A","event":"opened","id":"1"}
        {"at":"2026-11-20T16:00:00+01:00","case":"A","event":"note","id":"2","colour":"red"}
        {"at":"2026-11-20T16:00:00+01:00","case":"B","event":"note","id":"3"}
        """

    private static let complaints =
        "line 3: case B: unknown case B: send opened first [unknown_case]\nkeys not looked at: colour\n"

    private func file(_ name: String, _ text: String) throws -> String {
        let url = try #require(folder).url.appendingPathComponent(name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    private func simulate(_ events: String = events, _ options: String...) throws -> SlactlRun {
        try SlactlRun(
            [
                "simulate", "-o", "json", "--policy", try file("policy.yaml", Self.policy), "--events",
                try file("e.jsonl", events),
            ] + options
        )
    }

    @Test("each decision is one line of JSON, in order, with what was refused between them")
    func recordLines() throws {
        let run = try simulate(Self.events, "--until", "2026-11-23T13:00:00+01:00")
        #expect(run.code == 65)
        let terms = #""revision":0,"duration_ms":21600000,"calendar":"office","rule":"all","policy_version":1,"#
        let head = #""target":"first_reply","cycle":1,"deadline":"2026-11-23T12:00:00.000Z","late_ms":0,"#
        let expected: [String] = [
            #"{"at":"2026-11-20T14:00:00.000Z","case":"A","record":"started",\#(head)"tier":1,"to":[],\#(terms)"#
                + #""noticed_at":"2026-11-20T14:00:00.000Z","event_id":"1"}"#,
            #"{"at":"2026-11-20T15:00:00.000Z","case":"B","record":"refused","line":3,"code":"unknown_case","#
                + #""reason":"unknown case B: send opened first","event_id":"3"}"#,
            #"{"at":"2026-11-23T12:00:00.000Z","case":"A","record":"breached",\#(head)"tier":1,"to":["max"],"#
                + #""team":"one","manager":"max",\#(terms)"noticed_at":"2026-11-23T12:00:00.000Z","priority":4}"#,
            #"{"at":"2026-11-23T12:00:00.000Z","case":"A","record":"escalated",\#(head)"tier":2,"to":["two","mia"],"#
                + #""also_told":["max"],"from_tier":1,"team":"two","manager":"mia","step":"breach",\#(terms)"#
                + #""noticed_at":"2026-11-23T12:00:00.000Z","priority":4}"#,
            #"{"record":"summary","lines":3,"applied":2,"duplicate":0,"refused":1,"after_until":0,"set_aside":[],"#
                + #""ignored":["colour"],"far_ahead":[]}"#,
        ]
        #expect(run.output.split(separator: "\n").map(String.init) == expected)
        #expect(run.error == Self.complaints)
    }

    @Test("with --state each case is one line in the end, null where there is nothing to say")
    func stateLines() throws {
        let run = try simulate(Self.events, "--until", "2026-11-23T12:00:00+01:00", "--state")
        let last = try #require(run.output.split(separator: "\n").dropLast().last)
        let expected: String =
            #"{"case":"A","status":"new","tier":1,"timers":[{"target":"first_reply","cycle":1,"#
            + #""state":"running","verdict":null,"deadline":"2026-11-23T12:00:00.000Z","remaining_ms":3600000,"#
            + #""elapsed_ms":18000000,"paused_ms":0,"breached_at":null,"started_at":"2026-11-20T14:00:00.000Z","#
            + #""duration_ms":21600000,"calendar":"office","rule":"all","revision":0,"policy_version":1,"#
            + #""acknowledged":false}],"next_wake":"2026-11-23T12:00:00.000Z","team":"one"}"#
        #expect(String(last) == expected)
    }

    @Test("without --until the last event is the end; what comes after --until is said to be left out")
    func ends() throws {
        #expect(!(try simulate().output.contains("breached")))
        let cut = try simulate(Self.events, "--until", "2026-11-20T14:30:00Z")
        #expect(cut.output.split(separator: "\n").count == 2)
        #expect(cut.error == "2 lines after --until not told\nkeys not looked at: colour\n")
    }

    @Test("for people: a table with a bar, the moves, who was told, and what was not looked at")
    func text() throws {
        let run = try simulate(Self.events, "--until", "2026-11-23T12:00:00Z", "--state", "-o", "text", "--utc")
        #expect(run.output.hasPrefix("2 events of 1 case, as of 2026-11-23T12:00:00Z\n\nTARGET "))
        #expect(
            run.output.contains(
                "first_reply  1     [--------------------]    0%       0       0         1          0       0\n"
            )
        )
        #expect(run.output.contains("moves: tier 1 to 2: 1\nnotices: max 1, mia 1, two 1\n"))
        #expect(run.output.contains("A     new     2     first_reply  1      breached  2026-11-23T12:00:00Z  0ms   6h"))
        #expect(run.error == Self.complaints)
        #expect(run.code == 65)
    }

    @Test("times for people are those of the machine's clocks, unless UTC is asked for; JSON is always UTC")
    func localTimes() throws {
        let words = [
            "simulate", "--policy", try file("policy.yaml", Self.policy), "--events", try file("e.jsonl", Self.events),
            "--until", "2026-11-23T12:00:00Z", "--state",
        ]
        func run(_ more: String...) throws -> String {
            try SlactlRun(words + more, environment: ["TZ": "Europe/Berlin"]).output
        }
        let local = try run()
        #expect(local.hasPrefix("2 events of 1 case, as of 2026-11-23 13:00:00 CET\n"))
        #expect(local.contains("breached  2026-11-23 13:00:00 CET  0ms "))
        #expect(!local.contains("Z"))
        let utc = try run("--utc")
        #expect(utc.hasPrefix("2 events of 1 case, as of 2026-11-23T12:00:00Z\n"))
        #expect(utc.contains("breached  2026-11-23T12:00:00Z  0ms "))
        let json = try run("-o", "json")
        #expect(json.contains(#""deadline":"2026-11-23T12:00:00.000Z""#))
        #expect(!json.contains("CET"))
    }

    @Test("two policies: what the other would have gained or spared")
    func compare() throws {
        let strict = try file("strict.yaml", Self.policy.replacingOccurrences(of: "6h", with: "1h"))
        let json = try simulate(Self.events, "--compare", strict)
        #expect(json.code == 65)
        #expect(json.error == Self.complaints)
        let summary = #""lines":3,"applied":2,"duplicate":0,"refused":1,"after_until":0,"set_aside":[],"#
        for policy in ["before", "after"] {
            #expect(
                json.output.contains(#"{"compare":"summary","policy":"\#(policy)",\#(summary)"ignored":["colour"]"#)
            )
        }
        #expect(json.output.contains(#""gained":[{"case":"A","cycle":1}],"spared":[]"#))
        let text = try simulate(Self.events, "--compare", strict, "-o", "text")
        #expect(text.code == 65)
        #expect(text.error == Self.complaints)
        #expect(text.output.hasPrefix("TARGET       TIER  BREACHES"))
        #expect(text.output.contains("tier 1 to 2"))
    }

    @Test("text is the answer unless JSON is asked for, also where nobody looks")
    func textByDefault() throws {
        let run = try SlactlRun([
            "simulate", "--policy", try file("policy.yaml", Self.policy), "--events", try file("e.jsonl", Self.events),
            "--utc",
        ])
        #expect(run.output.hasPrefix("2 events of 1 case, as of 2026-11-20T15:00:00Z\n\nTARGET "))
    }

    @Test("a mistyped year and a step that repeats do not go on for ever, and the year is named")
    func mistypedYear() throws {
        let policy = try file(
            "repeats.yaml",
            Self.policy.replacingOccurrences(
                of: "[{ at: breach, do: escalate, notify: [manager, new manager] }]",
                with: "[{ at: breach, notify: [manager] }, { at: breach + 2h, every: 2h, notify: [manager] }]"
            )
        )
        let events = """
            {"at":"2026-11-20T15:00:00+01:00","case":"A","event":"opened"}
            {"at":"2062-11-20T16:00:00+01:00","case":"B","event":"opened"}
            {"at":"2026-11-20T17:00:00+01:00","case":"C","event":"opened"}
            """
        let log = try file("far.jsonl", events)
        let stopped = try SlactlRun(["simulate", "--policy", policy, "--events", log])
        #expect(stopped.code == 65)
        #expect(stopped.output.isEmpty)
        let broken = try file("broken.jsonl", events + "\n{\"case\":\"D\",\"bogus\":1}\ngarbage\n")
        for format in ["text", "json"] {
            let refusing = try SlactlRun(["simulate", "--policy", policy, "--events", broken, "-o", format])
            #expect(refusing.code == 65)
            #expect(refusing.error.contains("line 5"), "\(refusing.error)")
            #expect(refusing.error.contains("keys not looked at: bogus"), "\(refusing.error)")
            #expect(refusing.error.contains("to its end"))
            #expect(refusing.output.isEmpty == (format == "text"))
        }
        #expect(
            stopped.error == "slactl: cannot simulate \(log) to its end: first_reply of case A has taken 10000 steps "
                + "without an event since 2026-11-20T16:00:00Z, on the way to line 2 of 2062-11-20T15:00:00Z; "
                + "correct the year, or go on with --unbounded\n"
        )
        let short = events.replacingOccurrences(of: "2062", with: "2028")
        let told = try SlactlRun(
            ["simulate", "--policy", policy, "--events", try file("near.jsonl", short)],
            environment: ["TZ": "Europe/Berlin"]
        )
        #expect(told.code == 0, "some thousand steps are told")
        let hint = "line 2 is dated 2028-11-20 16:00:00 CET, 2 years ahead of the others: is the year right?"
        #expect(told.output.contains("\n\(hint)\n"))
        let until = ["--until", "2026-12-01T00:00:00Z"]
        let lines = try SlactlRun(["simulate", "--policy", policy, "-o", "json", "--events", log] + until)
        #expect(lines.output.contains(#""far_ahead":[{"line":2,"at":"2062-11-20T15:00:00.000Z"}]"#))
        let unbounded = try SlactlRun(["simulate", "--policy", policy, "--events", log, "--unbounded", "--utc"])
        #expect(unbounded.code == 0)
        #expect(unbounded.output.hasPrefix("3 events of 3 cases, as of 2062-11-20T15:00:00Z\n"))
    }

    @Test("what would move the cursor of a terminal is an escape in the JSON")
    func escaped() throws {
        let event = #"{"at":"2026-11-20T15:00:00Z","case":"A é","event":"opened","priority":"\u2066\u2028"}"#
        let run = try simulate(event, "--state")
        #expect(run.code == 0)
        #expect(run.output.contains(#""priority":"\u2066\u2028""#))
        #expect(run.output.contains("A é"))
    }

    @Test("mistakes of the policy come as check-config shows them and end with 78, missing files with 74")
    func failures() throws {
        let events = try file("e.jsonl", Self.events)
        let wrong = try file("wrong.yaml", Self.policy.replacingOccurrences(of: "6h", with: "30"))
        let mistakes = try SlactlRun(["simulate", "--policy", wrong, "--events", events])
        #expect(mistakes.code == 78)
        #expect(mistakes.output.isEmpty)
        #expect(mistakes.error.hasPrefix("slactl: cannot simulate under \(wrong): 1 mistake, nothing was simulated\n"))
        #expect(mistakes.error.contains("wrong.yaml:12:55: error: targets[1].first_reply is \"30\""))
        #expect(try SlactlRun(["simulate", "--policy", "/nowhere", "--events", events]).code == 74)
        #expect(try SlactlRun(["simulate", "--policy", wrong, "--events", "/nowhere"]).code == 74)
        #expect(try SlactlRun(["simulate", "--policy", wrong]).code == 64)
        #expect(try SlactlRun(["simulate", "--policy", "-", "--events", "-"]).code == 64)
    }

    @Test("a history without an event has no decisions, and one of which nothing is taken ends with 65")
    func nothing() throws {
        let empty = try simulate("\n", "--state")
        #expect(empty.code == 0)
        #expect(empty.output.hasPrefix(#"{"record":"summary","lines":0,"#))
        #expect(empty.error.hasPrefix("there is no event in "))
        let noEvent = try simulate("[1,2]\n")
        #expect(noEvent.code == 65)
        #expect(noEvent.output.contains(#""record":"refused","line":1,"code":"not_an_object""#))
        let unknown = try simulate(#"{"at":"2026-11-20T15:00:00Z","case":"A","event":"note"}"#)
        #expect(unknown.code == 65, "nothing was applied")
        let later = try simulate(Self.events, "--until", "2026-11-01T00:00:00Z")
        #expect(later.code == 0)
        #expect(later.error == "3 lines after --until not told\nkeys not looked at: colour\n")
    }

    @Test("a line that is no JSON has the time of the line before it, or of the first event")
    func timeOfRefusals() throws {
        let run = try simulate("garbage\n" + Self.events)
        #expect(run.code == 65)
        #expect(run.output.hasPrefix(#"{"at":"2026-11-20T14:00:00.000Z","case":null,"record":"refused","line":1,"#))
    }
}

/// The real log through `simulate`, against figures that others computed from the same source.
@Suite("slactl simulate on the real log", .timeLimit(.minutes(5)))
struct SimulatedLogTests {
    private static let data = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Data")

    private static func policy(hours: Int) -> String {
        """
        version: 1
        people: { ada: { name: Ada } }
        teams: { desk: { name: Desk, manager: ada } }
        tiers: { 1: { name: Desk, team: desk, ladder: silent } }
        start_tier: 1
        last_resort: ada
        targets: [{ name: all, calendar: always, first_reply: \(hours)h }]
        ladders: { silent: [{ at: breach, notify: [manager] }] }
        """
    }

    @Test(
        "every case gets the verdict that others computed for it, and that the daemon gives it",
        arguments: [(hours: 6, breaches: 378, met: 622), (hours: 12, breaches: 332, met: 668)]
    )
    func verdicts(hours: Int, breaches: Int, met: Int) throws {
        let folder = try TemporaryFolder()
        let policy = folder.url.appendingPathComponent("policy.yaml")
        try Self.policy(hours: hours).write(to: policy, atomically: true, encoding: .utf8)
        let log = Self.data.appending(path: "uci498_sample.jsonl.gz").path(percentEncoded: false)
        let run = try SlactlRun(["simulate", "--policy", policy.path, "--events", log, "--state", "-o", "json"])
        #expect(run.code == 0)

        let truth = try Self.firstReplies()
        var verdicts: [String: Int] = [:]
        var announced = 0
        for line in run.output.split(separator: "\n") {
            let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            if row["record"] as? String == "breached" { announced += 1 }
            guard let timers = row["timers"] as? [[String: Any]] else { continue }
            let timer = try #require(timers.first { $0["target"] as? String == "first_reply" })
            let verdict = try #require(timer["verdict"] as? String)
            let seconds = try #require(truth[row["case"] as? String ?? ""])
            #expect(verdict == (seconds <= hours * 3_600 ? "met" : "met_late"), "\(line)")
            #expect(timer["elapsed_ms"] as? Int == seconds * 1_000, "\(line)")
            verdicts[verdict, default: 0] += 1
        }
        #expect(verdicts == ["met": met, "met_late": breaches])
        #expect(announced == breaches)
    }

    /// Seconds from the opening to the first reply, by case, as computed by others.
    private static func firstReplies() throws -> [String: Int] {
        let packed = Array(try Data(contentsOf: data.appending(path: "uci498_sample.cases.csv.gz")))
        let rows = String(decoding: try Gzip.unpacked(packed, bytesMax: 1 << 24), as: UTF8.self).split(separator: "\n")
        var replies: [String: Int] = [:]
        for row in rows.dropFirst() {
            let columns = row.split(separator: ",", omittingEmptySubsequences: false)
            replies[String(columns[0])] = Int(columns[2])
        }
        return replies
    }
}
