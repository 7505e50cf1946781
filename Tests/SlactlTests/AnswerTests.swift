import FoundationEssentials
import Testing
import TimeBase

@testable import slactl

@Suite("what the daemon answers")
struct AnswerTests {
    private static let plain = Paint(isOn: false)

    private func decoded<Answer: Decodable>(_ text: String, as type: Answer.Type = Answer.self) throws -> Answer {
        try DaemonAnswer(bytes: Data(text.utf8)).decoded(as: type)
    }

    private static let openCase = """
        {"case":"T-1","status":"open","tier":2,"team":"second","agent":"tom","priority":"high","plan":"gold",
         "channel":"email","customer":"ACME","subject":"cannot log in","topic":"access","language":"de","tags":["vip","eu"],
         "private":false,"opened_at":"2026-11-21T08:00:00.000Z","opened_by":"customer",
         "waiting_since":"2026-11-21T08:00:00.000Z","next_wake":"2026-11-21T14:12:00.000Z","timers":[
         {"target":"first_reply","cycle":1,"revision":0,"state":"running","verdict":"breached",
          "started_at":"2026-11-21T08:00:00.000Z","deadline":"2026-11-21T11:00:00.000Z",
          "breached_at":"2026-11-21T11:00:00.000Z","duration_ms":10800000,"elapsed_ms":21600000,"calendar":"office",
          "rule":"standard","tier":1,"policy_version":1,"acknowledged":false},
         {"target":"resolution","cycle":1,"revision":0,"state":"paused","started_at":"2026-11-21T08:00:00.000Z",
          "duration_ms":86400000,"elapsed_ms":7200000,"calendar":"always","rule":"all","tier":1,"policy_version":1,
          "acknowledged":true}]}
        """

    private static let endedCase = """
        {"case":"T-2","status":"resolved","opened_at":"2026-11-21T08:00:00.000Z","private":true,"subject":"secret",
         "timers":[{"target":"first_reply","cycle":1,"state":"ended","verdict":"met",
         "started_at":"2026-11-21T08:00:00.000Z","ended_at":"2026-11-21T09:00:00.000Z",
         "deadline":"2026-11-21T11:00:00.000Z","duration_ms":10800000}]}
        """

    @Test("the list shows the most urgent timer of each case, and no private text")
    func cases() throws {
        let answer: CasesAnswer = try decoded(
            #"{"now":"2026-11-21T14:00:00.000Z","cases":[\#(Self.openCase),\#(Self.endedCase)]}"#
        )
        #expect(
            CasesCommand.text(of: answer, Self.plain) == """
                CASE  DUE      TARGET       TIER  STATUS    PRIORITY  WHO  ABOUT
                T-1   3h late  first_reply  2     open      high      tom  cannot log in
                T-2   -        -            -     resolved  -         -    (private)

                """
        )
        #expect(
            CasesCommand.text(of: try decoded(#"{"now":"2026-11-21T14:00:00Z","cases":[]}"#), Self.plain)
                == "no case fits\n"
        )
    }

    @Test("a list with cases that are taken or snoozed says by whom and until when, as a table and as rows (S36)")
    func handled() throws {
        func row(_ id: String, _ more: String) -> String {
            #"{"case":"\#(id)","status":"open","opened_at":"2026-11-21T08:00:00.000Z","subject":"s","timers":[]\#(more)}"#
        }
        let taken = #","acknowledged":{"at":"2026-11-21T12:00:00.000Z","by":"anna"}"#
        let snoozed = #","snoozed":{"since":"2026-11-21T13:00:00.000Z","until":"2026-11-22T08:00:00.000Z","by":"ben"}"#
        let nameless = #","snoozed":{"since":"2026-11-21T13:00:00.000Z","until":"2026-11-22T08:00:00.000Z"}"#
        let rows = [row("T-1", taken), row("T-2", snoozed), row("T-3", taken + nameless), row("T-4", "")]
        let answer: CasesAnswer = try decoded(
            #"{"now":"2026-11-21T14:00:00.000Z","cases":[\#(rows.joined(separator: ","))]}"#
        )
        #expect(
            CasesCommand.text(of: answer, Self.plain) == """
                CASE  DUE  TARGET  TIER  STATUS  PRIORITY  WHO  TAKEN                                               ABOUT
                T-1   -    -       -     open    -         -    by anna 2h ago                                      s
                T-2   -    -       -     open    -         -    snoozed by ben until 2026-11-22T08:00:00Z           s
                T-3   -    -       -     open    -         -    by anna 2h ago, snoozed until 2026-11-22T08:00:00Z  s
                T-4   -    -       -     open    -         -    -                                                   s

                """
        )
        let csv = CaseRows(answer).csv.split(separator: "\r\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(csv[0].suffix(5) == ["acknowledged_at", "acknowledged_by", "snoozed_until", "snoozed_by", "subject"])
        #expect(csv[3].suffix(5) == ["2026-11-21T12:00:00.000Z", "anna", "2026-11-22T08:00:00.000Z", "", "s"])
        #expect(csv[2].suffix(3) == ["2026-11-22T08:00:00.000Z", "ben", "s"])
        #expect(csv.allSatisfy { $0.count == csv[0].count })
    }

    @Test("a case is told as a story")
    func story() throws {
        let file: CaseFileAnswer = try decoded(
            """
            {"now":"2026-11-21T14:00:00.000Z","case":\(Self.openCase),"steps":[
             {"target":"first_reply","cycle":1,"step":"75%","action":"notify","audience":["anna"],
              "done":true,"fired_at":"2026-11-21T10:15:00.000Z","told":["anna","ben"]},
             {"target":"first_reply","cycle":1,"step":"breach","action":"notify","audience":[],"done":true,
              "fired_at":"2026-11-21T11:00:00.000Z","told":[],"skipped":"catch_up"},
             {"target":"first_reply","cycle":1,"step":"breach + 2h","action":"escalate","audience":["tom","last"],
              "due_at":"2026-11-21T14:12:00.000Z","done":false},
             {"target":"resolution","cycle":1,"step":"breach","action":"notify","audience":[],"done":false}],
             "ledger":[
             {"record":"started","at":"2026-11-21T08:00:00.000Z","noticed_at":"2026-11-21T08:00:00.003Z","late_ms":3,
              "target":"first_reply","cycle":1,"revision":0,"deadline":"2026-11-21T11:00:00.000Z","duration_ms":10800000,
              "calendar":"office","rule":"standard","policy_version":1,"event_id":"e1"},
             {"record":"breached","at":"2026-11-21T11:00:00.000Z","noticed_at":"2026-11-21T11:05:00.000Z",
              "late_ms":300000,"target":"first_reply","cycle":1,"revision":0,"deadline":"2026-11-21T11:00:00.000Z",
              "tier":1,"team":"frontline","manager":"mia","to":["mia"],"priority":4},
             {"record":"escalated","at":"2026-11-21T11:00:00.000Z","noticed_at":"2026-11-21T11:05:00.000Z",
              "target":"first_reply","cycle":2,"tier":2,"from_tier":1,"team":"second","to":["tom"],"step":"breach"},
             {"record":"skipped","at":"2026-11-21T11:00:00.000Z","noticed_at":"2026-11-21T11:05:00.000Z",
              "target":"first_reply","cycle":1,"step":"75%","reason":"catch_up"},
             {"record":"met_late","at":"2026-11-21T13:00:00.000Z","noticed_at":"2026-11-21T13:00:00.000Z",
              "target":"first_reply","cycle":1,"deadline":"2026-11-21T11:00:00.000Z"},
             {"record":"pondered","at":"2026-11-21T13:00:00.000Z","noticed_at":"2026-11-21T13:00:00.000Z"}]}
            """
        )
        #expect(
            CaseStory(file, Self.plain).text == """
                Case T-1
                subject   cannot log in
                status    open
                held by   tier 2, second, tom
                priority  high
                plan      gold
                customer  ACME
                channel   email
                about     access, de
                tags      vip, eu
                opened    2026-11-21T08:00:00Z, 6h ago, by customer
                waiting   since 2026-11-21T08:00:00Z, 6h ago
                next      2026-11-21T14:12:00Z, in 12m

                Timers
                TARGET       CYCLE  STATE                 VERDICT   DEADLINE                       OF             USED  RULE
                first_reply  1      running               breached  2026-11-21T11:00:00Z  3h late  3h of office         standard
                resolution   1      paused, acknowledged  -         -                              24h of always  2h    all

                Ladder
                TARGET       STEP         ACTION    WHEN                              RECEIVERS
                first_reply  75%          notify    2026-11-21T10:15:00Z  3h 45m ago  told anna, ben
                first_reply  breach       notify    skipped               3h ago      a later step came due by then
                first_reply  breach + 2h  escalate  2026-11-21T14:12:00Z  in 12m      will tell tom, last
                resolution   breach       notify    waits

                Ledger
                2026-11-21T08:00:00Z  started    first_reply, 3h of office, due 2026-11-21T11:00:00Z, rule standard, policy 1
                2026-11-21T11:00:00Z  breached   first_reply, not stopped in time, missed by tier 1, frontline, manager mia, \
                told mia, noticed 5m later
                2026-11-21T11:00:00Z  escalated  first_reply cycle 2, at breach, from tier 1 to tier 2, second, told tom
                2026-11-21T11:00:00Z  skipped    first_reply, step 75% (catch_up)
                2026-11-21T13:00:00Z  met_late   first_reply, 2h after its deadline
                2026-11-21T13:00:00Z  pondered

                """
        )
    }

    @Test("S18, S25: what a case has to do with others is told")
    func others() throws {
        let state = """
            {"case":"A","status":"merged","opened_at":"2026-11-21T08:00:00.000Z","done_at":"2026-11-21T10:00:00.000Z",
             "successor":"B","timers":[{"target":"next_reply","cycle":1,"state":"ended","verdict":"breached",
             "void":true,"started_at":"2026-11-21T08:00:00.000Z","duration_ms":3600000}]}
            """
        let records = ["merged", "absorbed", "split", "linked"]
            .map {
                #"{"record":"\#($0)","at":"2026-11-21T10:00:00Z","noticed_at":"2026-11-21T10:00:00Z","other_case":"B"}"#
            }
        let file: CaseFileAnswer = try decoded(
            """
            {"now":"2026-11-21T14:00:00.000Z","case":\(state),"steps":[],"ledger":[\(records.joined(separator: ","))]}
            """
        )
        let text = CaseStory(file, Self.plain).text
        #expect(text.contains("\nmerged into  B\n"), "\(text)")
        #expect(text.contains("breached (void)"), "\(text)")
        for sentence in [
            "merged    into case B", "absorbed  case B was merged into it", "split     from case B",
            "linked    with case B",
        ] {
            #expect(text.contains(sentence), "\(text)")
        }
    }

    @Test("S18, S60: a case says that a verdict is void, that it was deleted, and that its content was removed")
    func kept() throws {
        let file: CaseFileAnswer = try decoded(
            """
            {"now":"2026-11-21T14:00:00.000Z","set_aside":null,"steps":[],"case":{"case":"T-1","status":"closed",
             "opened_at":"2025-10-01T08:00:00.000Z","deleted":true,"rests_since":"2025-10-02T08:00:00.000Z",
             "content_removed_at":"2026-11-06T09:00:00.000Z","timers":[
             {"target":"first_reply","cycle":1,"state":"ended","verdict":"met","void":true,
              "started_at":"2025-10-01T08:00:00.000Z","deadline":"2025-10-01T11:00:00.000Z","duration_ms":10800000}]},
             "ledger":[
             {"record":"met","at":"2025-10-01T09:00:00.000Z","noticed_at":"2025-10-01T09:00:00.000Z",
              "target":"first_reply","cycle":1,"deadline":"2025-10-01T11:00:00.000Z"},
             {"record":"voided","at":"2025-10-02T08:00:00.000Z","noticed_at":"2025-10-02T08:00:00.000Z",
              "target":"first_reply","cycle":1,"reason":"deleted"}]}
            """
        )
        #expect(
            CaseStory(file, Self.plain).text == """
                Case T-1
                status   closed, deleted
                opened   2025-10-01T08:00:00Z, 416d 6h ago
                content  removed 2026-11-06T09:00:00Z, 15d 5h ago, 400d 1h after the last event; its verdicts are left

                Timers
                TARGET       CYCLE  STATE  VERDICT     DEADLINE                OF  USED  RULE
                first_reply  1      ended  met (void)  2025-10-01T11:00:00Z    3h  -     -

                Ledger
                2025-10-01T09:00:00Z  met     first_reply, 2h before its deadline
                2025-10-02T08:00:00Z  voided  first_reply, does not count (deleted)

                """
        )
    }

    @Test("the status names what is wrong")
    func status() throws {
        let answer: StatusAnswer = try decoded(
            """
            {"line":"1,204 open, 3 breached","version":"0.1.0","started_at":"2026-11-21T13:00:00.000Z",
             "now":"2026-11-21T14:00:00.000Z","open":1204,"breached":3,"set_aside":1,
             "next_wake":"2026-11-21T14:02:10.000Z","next_case":"8812",
             "policy":{"version":2,"hash":"0123456789abcdef","adopted_at":"2026-11-21T13:00:00.000Z"},
             "notices_pending":7,"degraded":["cannot write to the journal: no socket"],"holding":"the clock jumped"}
            """
        )
        #expect(
            StatusCommand.text(of: answer, Self.plain) == """
                1,204 open, 3 breached, 1 set aside, next 2026-11-21T14:02:10Z (case 8812)
                slawatchd  0.1.0, running since 2026-11-21T13:00:00Z
                open       1,204 cases
                breached   3 cases
                set aside  1 case
                next       in 2m 10s, 2026-11-21T14:02:10Z, case 8812
                policy     version 2 (0123456789ab), adopted 2026-11-21T13:00:00Z
                notices    7 not confirmed yet
                holding    the clock jumped
                degraded   cannot write to the journal: no socket

                """
        )
    }

    @Test("a page behind the last one says so")
    func pageBehind() throws {
        let file: CaseFileAnswer = try decoded(
            """
            {"now":"2026-11-21T14:00:00.000Z","case":{"case":"A","status":"new",
             "opened_at":"2026-11-21T13:00:00.000Z","timers":[]},"steps":[],"ledger":[]}
            """
        )
        #expect(CaseStory(file, page: 3, Self.plain).text.hasSuffix("\nLedger\nno record is on page 3\n"))
        #expect(!CaseStory(file, Self.plain).text.contains("Ledger"))
    }

    @Test("the first line of the status has the times that are asked for, whatever those of the daemon are")
    func headline() throws {
        func first(_ next: String) throws -> Substring? {
            let answer: StatusAnswer = try decoded(
                """
                {"line":"2 open, 0 breached, next 23:02:10 JST (case 7)","version":"","started_at":"2026-11-21T13:00:00Z",
                 "now":"2026-11-21T14:00:00Z","open":2,"breached":0,"set_aside":0,\(next)
                 "policy":{"version":1,"hash":"","adopted_at":"2026-11-21T13:00:00Z"},"notices_pending":0}
                """
            )
            return StatusCommand.text(of: answer, Self.plain, .utc).split(separator: "\n").first
        }
        #expect(
            try first(#""next_wake":"2026-11-21T14:02:10Z","next_case":"7","#)
                == "2 open, 0 breached, next 2026-11-21T14:02:10Z (case 7)"
        )
        #expect(
            try first(#""next_wake":"2026-11-21T14:00:00Z","next_case":"7","#) == "2 open, 0 breached, due now (case 7)"
        )
        #expect(try first("") == "2 open, 0 breached, nothing due")
    }

    @Test("answers to events and to a reload are read")
    func small() throws {
        let events: EventsAnswer = try decoded(
            """
            {"applied":1,"duplicate":0,"refused":1,"ignored":["proxy"],"results":[{"line":1,"case":"A","id":"x","result":"applied"},{"line":2,"result":"refused","code":"unknown_kind","reason":"unknown kind bogus"}]}
            """
        )
        #expect(events.ignored == ["proxy"])
        #expect(
            events.results?.last
                == .init(line: 2, result: "refused", code: "unknown_kind", reason: "unknown kind bogus")
        )
        let reload: ReloadAnswer = try decoded(#"{"policy_version":3,"policy_hash":"ff","new":true,"warnings":["w"]}"#)
        #expect(reload.policyVersion == 3)
        #expect(reload.new)
    }

    @Test("an answer of another shape is named by the place that does not fit")
    func misfit() {
        let failure = #expect(throws: Failure.self) {
            try decoded(#"{"now":"soon","cases":[]}"#, as: CasesAnswer.self)
        }
        #expect(failure?.code == .unavailable)
        #expect(failure?.message.contains("soon is not an RFC 3339 time at now") == true)
    }

    @Test("a problem document becomes a sentence and lines")
    func problem() {
        let refused = Problem.failure(
            status: 422,
            reason: "Unprocessable Content",
            body: Data(
                (#"{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"cannot reload","#
                    + #""errors":["a.yaml:1:1: error: x [C001]"]}"#)
                    .utf8
            )
        )
        #expect(
            refused
                == Failure(
                    code: .refused,
                    message: "cannot reload",
                    lines: ["a.yaml:1:1: error: x [C001]"]
                )
        )
        #expect(
            refused.text(in: .text) == "slactl: cannot reload\n  a.yaml:1:1: error: x [C001]\n"
        )
        #expect(
            refused.text(in: .json)
                == #"{"error":"cannot reload","exit":1,"lines":["a.yaml:1:1: error: x [C001]"]}"#
                + "\n"
        )
        let bare = Problem.failure(status: 404, reason: "", body: Data(#"{"title":"Not Found"}"#.utf8))
        #expect(bare.message == "slawatchd answered 404 Not Found")
        let busy = Problem.failure(status: 503, reason: "Service Unavailable", body: Data("<html>".utf8))
        #expect(busy == Failure(code: .unavailable, message: "slawatchd answered 503 Service Unavailable"))
    }

    @Test("counters are read by their record, also with spaces in labels")
    func metrics() {
        let metrics = MetricsAnswer(
            text: """
                # HELP slawatch_records_total Records written.
                # TYPE slawatch_records_total counter
                slawatch_records_total{record="breached"} 378
                slawatch_records_total{record="met"} 622
                slawatch_other{a="b c"} 1.5
                nonsense
                """
        )
        #expect(metrics.records("breached") == 378)
        #expect(metrics.records("met") == 622)
        #expect(metrics.records("warned") == nil)
    }

    @Test("a replay's summary counts what was added meanwhile")
    func summary() throws {
        let log = ReplayLog(
            try EventLog(bytes: Array(#"{"case":"A","event":"opened","at":"2016-03-07T08:00:00Z"}"#.utf8))
        )
        var summary = ReplaySummary(log)
        summary.add(
            EventsAnswer(
                applied: 1_234,
                duplicate: 0,
                refused: 1,
                results: [.init(line: 1, result: "refused", reason: "r")]
            )
        )
        let status: StatusAnswer = try decoded(
            """
            {"line":"","version":"","started_at":"2026-11-21T13:00:00Z","now":"2026-11-21T14:00:00Z","open":2,"breached":1,
             "set_aside":0,"policy":{"version":1,"hash":"","adopted_at":"2026-11-21T13:00:00Z"},"notices_pending":0}
            """
        )
        summary.count(
            from: MetricsAnswer(text: "slawatch_records_total{record=\"breached\"} 3"),
            to: MetricsAnswer(
                text: "slawatch_records_total{record=\"breached\"} 10\nslawatch_records_total{record=\"met\"} 5"
            ),
            status
        )
        #expect(summary.records == ["breached": 7, "met": 5])
        #expect(
            summary.text(Self.plain).split(separator: "\n").prefix(6) == [
                "cases                     1", "events applied        1,234", "refused                   1",
                "met in time               5", "warnings                  0", "breaches                  7",
            ]
        )
    }

    @Test("ids and paths survive a URL", arguments: [("T-1", "T-1"), ("a/b c?ü", "a%2Fb%20c%3F%C3%BC"), ("%", "%25")])
    func escaping(text: String, escaped: String) {
        #expect(DaemonClient.escaped(text) == escaped)
    }
}
