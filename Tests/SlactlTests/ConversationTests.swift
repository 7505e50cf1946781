import Foundation
import Testing

/// The built program and a daemon that says what the test wants.
@Suite("slactl and the daemon", .timeLimit(.minutes(5)))
struct ConversationTests {
    private static let refused = CannedDaemon.answer(
        "422 Unprocessable Content",
        #"{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"cannot reload the policy: it has "#
            + #"mistakes","errors":["slawatch.yaml:14:9: error: tiers is missing [C012]"]}"#,
        type: "application/problem+json"
    )

    private func run(_ daemon: CannedDaemon, _ arguments: String...) throws -> SlactlRun {
        try SlactlRun(arguments + ["--socket", daemon.socket])
    }

    private static func events(applied: Int, refused: String = "") -> String {
        let count = refused.isEmpty ? 0 : 1
        return CannedDaemon.answer(
            "200 OK",
            #"{"applied":\#(applied),"duplicate":0,"refused":\#(count),"results":[\#(refused)]}"#
        )
    }

    @Test("a refused reload shows the daemon's lines and ends with 1")
    func reloadRefused() throws {
        let run = try run(CannedDaemon([Self.refused]), "reload", "--wait")
        #expect(run.code == 1)
        #expect(run.output.isEmpty)
        #expect(
            run.error == """
                slactl: cannot reload the policy: it has mistakes
                  slawatch.yaml:14:9: error: tiers is missing [C012]

                """
        )
    }

    @Test("an adopted policy is named")
    func reload() throws {
        let body = #"{"policy_version":3,"policy_hash":"0123456789abcdef","new":true,"warnings":[]}"#
        let run = try run(CannedDaemon([CannedDaemon.answer("200 OK", body)]), "reload")
        #expect(run.code == 0)
        #expect(run.output == "adopted policy version 3 (0123456789ab)\n")
    }

    @Test("a daemon that hangs up is unavailable, in one sentence", arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le"])
    func hangsUp(answer: String) throws {
        let run = try run(CannedDaemon([answer]), "status")
        #expect(run.code == 69)
        #expect(run.error.hasPrefix("slactl: cannot "))
        #expect(run.error.split(separator: "\n").count == 1)
    }

    @Test(
        "a daemon that says nothing is given up in time, and nobody is told to start it",
        arguments: [["status"], ["reload"], ["ack", "T-1"], ["cases"], ["explain", "T-1"]]
    )
    func frozen(words: [String]) throws {
        let daemon = try CannedDaemon([CannedDaemon.silence])
        let start = ContinuousClock.now
        let run = try SlactlRun(words + ["--socket", daemon.socket, "--timeout", "800ms"])
        #expect(ContinuousClock.now - start < .seconds(20), "far below the minutes that a daemon may hang")
        #expect(run.code == 69)
        #expect(run.error.contains("no answer within 800ms; it is busy or hangs"), "\(run.error)")
        #expect(!run.error.contains("systemctl start"))
        #expect(run.error.contains("may have been stored") == (words[0] == "ack"))
        #expect(run.error.contains("may have been adopted") == (words[0] == "reload"))
    }

    @Test("without --timeout a frozen daemon is given up after five seconds")
    func patience() throws {
        let daemon = try CannedDaemon([CannedDaemon.silence])
        let start = ContinuousClock.now
        let run = try run(daemon, "status")
        #expect(run.code == 69)
        #expect(run.error.contains("no answer within 5s"))
        #expect(ContinuousClock.now - start < .seconds(25), "far below the minutes that a daemon may hang")
    }

    @Test("a request that takes long is waited for while the daemon says that it lives")
    func slow() throws {
        let alive = CannedDaemon.answer("200 OK", "ok\n", type: "text/plain")
        let daemon = try CannedDaemon([CannedDaemon.silence, alive, alive, alive, CannedDaemon.silence])
        let run = try SlactlRun(["reload", "--socket", daemon.socket, "--timeout", "400ms"])
        #expect(run.code == 69)
        #expect(try daemon.received.split(separator: "\r\n").count { $0.hasPrefix("GET /-/healthy ") } >= 4)
    }

    @Test("a daemon that is degraded or holds answers, and the exit code says so; a full disk is an error of the disk")
    func degraded() throws {
        func status(_ more: String) -> String {
            CannedDaemon.answer(
                "200 OK",
                #"{"line":"","version":"","started_at":"2026-11-21T13:00:00Z","now":"2026-11-21T14:00:00Z","#
                    + #""open":2,"breached":1,"set_aside":0,"notices_pending":0,\#(more)"#
                    + #""policy":{"version":1,"hash":"","adopted_at":"2026-11-21T13:00:00Z"}}"#
            )
        }
        #expect(try run(CannedDaemon([status(#""degraded":[],"holding":null,"#)]), "status").code == 0)
        let degraded = try run(CannedDaemon([status(#""degraded":["no journal"],"#)]), "status")
        #expect(degraded.code == 75)
        #expect(degraded.output.contains("no journal"))
        #expect(degraded.error.isEmpty)
        #expect(try run(CannedDaemon([status(#""holding":"clock","#)]), "status", "-o", "json").code == 75)
        let full = CannedDaemon.answer(
            "503 Service Unavailable",
            #"{"status":503,"code":"store_failed","detail":"cannot take the events: no room left on the disk"}"#,
            type: "application/problem+json"
        )
        let refused = try run(CannedDaemon([full]), "event", "note", "T-1")
        #expect(refused.code == 74)
        #expect(refused.error == "slactl: cannot take the events: no room left on the disk\n")
    }

    @Test("a command that does not exist is wrong usage, also behind help, and the nearest one is named")
    func unknownCommand() throws {
        for (words, advice) in [
            (["caes"], "did you mean cases?"), (["help", "nope"], "slactl --help lists them all"),
            (["help", "snoze"], "did you mean snooze?"), (["calendar", "sohw"], "did you mean show?"),
            (["help", "calendar", "du"], "did you mean due?"),
        ] {
            let run = try SlactlRun(words)
            #expect(run.code == 64, "\(words)")
            #expect(run.error.contains(advice), "\(words): \(run.error)")
        }
        #expect(try SlactlRun(["help", "calendar", "due"]).code == 0)
        #expect(try SlactlRun(["help"]).code == 0)
    }

    @Test("a socket that nobody listens on is a daemon that is down")
    func stale() throws {
        var daemon: CannedDaemon? = try CannedDaemon([""])
        let folder = try TemporaryFolder()
        let copy = folder.url.appendingPathComponent("s").path
        try FileManager.default.linkItem(atPath: try #require(daemon?.socket), toPath: copy)
        daemon = nil
        let run = try SlactlRun(["status", "--socket", copy])
        #expect(run.code == 69)
        #expect(
            run.error == "slactl: cannot reach slawatchd at \(copy): connection refused; "
                + "start it with: systemctl start slawatchd\n"
        )
    }

    @Test("an event is sent as typed, and a refusal ends with 1 and the reason")
    func event() throws {
        let answer =
            #"{"applied":1,"duplicate":0,"refused":0,"results":[{"line":1,"case":"T 1","id":"x","#
            + #""result":"applied"}]}"#
        let taken = try CannedDaemon([CannedDaemon.answer("200 OK", answer)])
        let first = try run(taken, "event", "note", "T 1", "--at", "2026-11-21T14:02:10Z", "--id", "x")
        #expect(first.output == "applied: note to case T 1, id x\n")
        let asked = try taken.received
        #expect(asked.hasPrefix("POST /v1/events HTTP/1.1\r\n"))
        #expect(asked.contains(#"{"at":"2026-11-21T14:02:10.000Z","case":"T 1","event":"note","id":"x"}"#))
        let sentOn = #"{"line":1,"case":"T-1","id":"x","result":"applied","taken_by":"T-2"}"#
        let merged = try CannedDaemon([
            CannedDaemon.answer("200 OK", #"{"applied":1,"duplicate":0,"refused":0,"results":[\#(sentOn)]}"#)
        ])
        #expect(
            try run(merged, "event", "note", "T-1").output == "applied: note to case T-2, sent on from T-1, id x\n"
        )
        let refusal = #"{"line":1,"case":"T-9","result":"refused","code":"unknown_case","reason":"unknown case T-9"}"#
        let second = try run(CannedDaemon([Self.events(applied: 0, refused: refusal)]), "ack", "T-9")
        #expect(second.code == 1)
        #expect(
            second.error == "slactl: cannot apply acknowledged to case T-9: there is no such case; "
                + "check the id, slactl cases lists the open ones\n"
        )
        let third = try run(CannedDaemon([Self.events(applied: 0, refused: refusal)]), "event", "note", "T-9")
        #expect(third.error.hasSuffix("there is no such case; open it with: slactl event opened\n"))
    }

    @Test("an import goes case by case, escalates nothing old, and names refused lines by the file's numbers")
    func importFile() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("events.jsonl").path
        let text = """
            {"case":"A","event":"opened","at":"2026-11-20T14:02:10Z"}
            {"case":"B","event":"opened","at":"2026-11-20T14:02:10Z"}

            {"case":"A","event":"note","at":"2026-11-20T14:02:10Z"}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let daemon = try CannedDaemon([
            Self.events(applied: 2, refused: #"{"line":2,"case":"A","result":"refused","code":"c","reason":"r"}"#)
        ])
        let run = try run(daemon, "import", file, "--enforce-from", "2026-11-21T14:02:10Z")
        #expect(run.code == 65)
        #expect(run.error == "line 4: case A: r [c]\n")
        #expect(run.output == "3 events: 2 applied, 0 duplicate, 1 refused\n")
        let asked = try daemon.received
        #expect(
            asked.hasPrefix("POST /v1/events?results=refused&enforce_from=2026-11-21T14%3A02%3A10.000Z HTTP/1.1\r\n")
        )
        #expect(
            asked.hasSuffix(
                """
                {"seq":1,"case":"A","event":"opened","at":"2026-11-20T14:02:10Z"}
                {"seq":4,"case":"A","event":"note","at":"2026-11-20T14:02:10Z"}
                {"seq":2,"case":"B","event":"opened","at":"2026-11-20T14:02:10Z"}

                """
            )
        )
    }

    @Test("an import that breaks off says how far it came and that it can be repeated")
    func importBreaksOff() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("events.jsonl").path
        try Data(#"{"case":"A","event":"opened","at":"2026-11-20T14:02:10Z"}"#.utf8)
            .write(to: URL(fileURLWithPath: file))
        let busy = CannedDaemon.answer("503 Service Unavailable", #"{"detail":"cannot take the events: busy"}"#)
        let run = try run(CannedDaemon([busy]), "import", file)
        #expect(run.code == 69)
        #expect(
            run.error == """
                slactl: cannot take the events: busy
                  0 of 1 event had been handed in; import the same file again, nothing counts twice

                """
        )
    }

    @Test("a replay sends what is due together in one request, waits until nothing is due, and counts what was added")
    func replay() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("events.jsonl").path
        let text = """
            {"case":"A","event":"opened","at":"2016-03-07T08:00:00Z"}
            {"case":"B","event":"opened","at":"2016-03-07T08:00:00Z"}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        func metrics(_ count: Int) -> String {
            CannedDaemon.answer("200 OK", "slawatch_records_total{record=\"breached\"} \(count)\n", type: "text/plain")
        }
        func status(_ next: String) -> String {
            CannedDaemon.answer(
                "200 OK",
                #"{"line":"","version":"","started_at":"2026-11-21T13:00:00Z","now":"2026-11-21T14:00:00Z",\#(next)"#
                    + #""open":2,"breached":1,"set_aside":0,"notices_pending":0,"#
                    + #""policy":{"version":1,"hash":"","adopted_at":"2026-11-21T13:00:00Z"}}"#
            )
        }
        let daemon = try CannedDaemon([
            metrics(3), Self.events(applied: 2), status(#""next_wake":"2026-11-21T14:00:01Z","#), status(""),
            metrics(4),
            status(""),
        ])
        let run = try run(daemon, "replay", file, "--until-idle", "-o", "json")
        #expect(run.code == 0)
        #expect(
            run.output == #"{"applied":2,"breached":1,"cases":2,"duplicate":0,"events":2,"idle":true,"open":2,"#
                + #""records":{"breached":1},"refused":0}"# + "\n"
        )
        let asked = try daemon.received.split(separator: "\r\n").filter { $0.hasSuffix(" HTTP/1.1") }
        #expect(asked.count == 6)
    }

    @Test("cases are written as a table, as CSV and as JSON Lines")
    func listFormats() throws {
        let row =
            #"{"case":"T-1","status":"open","tier":2,"team":"desk","agent":"tom","subject":"a, b","#
            + #""opened_at":"2026-11-21T08:00:00.000Z","newer_key":{"inner_key":1},"timers":[]}"#
        let body = #"{"now":"2026-11-21T14:00:00.000Z","cases":[\#(row)]}"#
        func cases(_ words: String...) throws -> SlactlRun {
            let daemon = try CannedDaemon([CannedDaemon.answer("200 OK", body)])
            let run = try SlactlRun(
                ["cases", "--socket", daemon.socket] + words,
                environment: ["TZ": "Europe/Berlin"]
            )
            #expect(try daemon.received.hasPrefix("GET /v1/cases?limit=100 HTTP/1.1"))
            return run
        }
        let csv = try cases("-o", "csv").output.split(separator: "\r\n")
        #expect(csv.first?.hasPrefix("case,status,priority,tier,team,") == true)
        #expect(csv.last == #"T-1,open,,2,desk,tom,,,,2026-11-21T08:00:00.000Z,,,,,,,,,"a, b""#)
        let lines = try cases("-o", "jsonl").output
        #expect(lines.contains(#""newer_key":{"inner_key":1}"#), "\(lines)")
        #expect(lines.hasPrefix(#"{"agent":"tom","case":"T-1","#))
        #expect(try cases("-o", "wide").output.contains("2026-11-21 09:00:00 CET"))
        #expect(try cases("-o", "wide", "--utc").output.contains("2026-11-21T08:00:00Z"))
    }

    @Test("many cases are taken with one request")
    func takeAll() throws {
        let results = ["T-1", "T-2"].map { #"{"line":1,"case":"\#($0)","id":"x","result":"applied"}"# }
        let body = #"{"applied":2,"duplicate":0,"refused":0,"results":[\#(results.joined(separator: ","))]}"#
        let daemon = try CannedDaemon([CannedDaemon.answer("200 OK", body)])
        let run = try run(daemon, "ack", "--tier", "1", "--overdue", "--reason", "on it")
        #expect(run.code == 0)
        #expect(run.output == "T-1\nT-2\nacknowledged 2 cases\n")
        let asked = try daemon.received.split(separator: "\r\n").filter { $0.hasSuffix(" HTTP/1.1") }
        #expect(asked == ["POST /v1/acknowledgements?tier=1&overdue=true&reason=on%20it HTTP/1.1"])
        #expect(try SlactlRun(["ack"]).code == 64)
        #expect(try SlactlRun(["ack", "--unacked"]).code == 64)
        #expect(try SlactlRun(["ack", "T-1", "--tier", "1"]).code == 64)
    }

    @Test("-o json passes the daemon's answer on as it is")
    func json() throws {
        let body = #"{"now":"2026-11-21T14:00:00.000Z","cases":[],"newer":{"key":1}}"#
        let daemon = try CannedDaemon([CannedDaemon.answer("200 OK", body)])
        let run = try run(daemon, "cases", "--overdue", "-o", "json")
        #expect(run.code == 0)
        #expect(run.output == body + "\n")
        #expect(try daemon.received.hasPrefix("GET /v1/cases?overdue=true&limit=100 HTTP/1.1\r\n"))
    }
}
