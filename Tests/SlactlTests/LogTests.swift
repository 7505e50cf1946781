import ArgumentParser
import FoundationEssentials
import Testing
import TimeBase

@testable import slactl

@Suite("the log over all cases")
struct LogTests {
    private static let plain = Paint(isOn: false)

    private static func record(_ number: Int64, _ more: String = "") -> String {
        #"{"number":\#(number),"case":"T-\#(number)","at":"2026-11-21T11:00:00.000Z","record":"breached","#
            + #""target":"first_reply","cycle":1,"deadline":"2026-11-21T11:00:00.000Z","late_ms":0,"tier":1,"#
            + #""team":"desk","to":["maria"],"noticed_at":"2026-11-21T11:00:00.000Z"\#(more)}"#
    }

    static func page(_ numbers: [Int64], next: Int64, newest: Int64, store: String = "a", _ more: String = "") -> String
    {
        let records = numbers.map { record($0) }.joined(separator: ",")
        return
            #"{"now":"2026-11-21T14:00:00.000Z","store":"\#(store)","records":[\#(records)],"next":\#(next),"#
            + #""has_more":false\#(more),"newest":\#(newest)}"#
    }

    private func answer(_ next: Int64, newest: Int64, store: String = "a") throws -> RecordsAnswer {
        let text = Self.page([], next: next, newest: newest, store: store)
        return try DaemonAnswer(bytes: Data(text.utf8)).decoded()
    }

    @Test("a record is one line: when, what, which case, and the words of show; nothing in it moves the cursor")
    func line() throws {
        let text = Self.record(7, #","reason":"a\u001b[2Jb","by":"ben""#)
        let logged: LoggedRecordAnswer = try DaemonAnswer(bytes: Data(text.utf8)).decoded()
        #expect(
            LedgerLine(logged, .utc).text(Self.plain)
                == "2026-11-21T11:00:00Z  breached      T-7  first_reply, not stopped in time, missed by tier 1, desk, "
                + "by ben, told maria (a\u{FFFD}[2Jb)\n"
        )
    }

    @Test("the cursor goes on where an answer ended, and knows a ledger that is not the one of before")
    func cursor() throws {
        var cursor = RecordCursor(try answer(7, newest: 7))
        #expect(cursor.number == 7)
        cursor.advance(to: try answer(9, newest: 12))
        #expect(cursor.number == 9)
        let older = try answer(5, newest: 5)
        #expect(cursor.isLost(in: older))
        #expect(!cursor.isLost(in: try answer(9, newest: 9)))
        cursor.advance(to: older)
        #expect(cursor.number == 5)
        #expect(!cursor.isLost(in: try answer(6, newest: 6)))
        let other = try answer(3, newest: 99, store: "b")
        #expect(cursor.isLost(in: other), "another store counts by itself, however far it has come")
        cursor.advance(to: other)
        #expect(cursor.number == 99, "it goes on from the end")
        #expect(!cursor.isLost(in: try answer(100, newest: 100, store: "b")))
    }

    @Test("what is asked for reaches the daemon; what makes no sense is wrong usage")
    func words() throws {
        let words = [
            "log", "--case", "T 1", "--team", "desk", "--kind", "breached", "--kind", "met", "-n", "7", "-f", "-o",
            "jsonl",
        ]
        let command = try #require(try Slactl.parseAsRoot(words) as? LogCommand)
        #expect(command.query.map { "\($0.name)=\($0.value)" } == ["case=T 1", "team=desk", "kind=breached,met"])
        #expect(command.count == 7)
        #expect(command.follow)
        #expect(command.format == .json)
        for wrong in [
            ["log", "--kind", "lost"], ["log", "-n", "-1"], ["log", "-n", "100001"], ["log", "--after", "-1"],
            ["log", "--after", "1", "-n", "2"], ["log", "--case", ""],
        ] {
            #expect(throws: (any Error).self, "\(wrong)") { try Slactl.parseAsRoot(wrong) }
        }
    }

    private func log(_ answers: [String], _ words: String...) throws -> (run: SlactlRun, asked: [String]) {
        let daemon = try CannedDaemon(answers.map { CannedDaemon.answer("200 OK", $0) })
        let run = try SlactlRun(["log", "--socket", daemon.socket] + words, environment: ["TZ": "Europe/Berlin"])
        let asked = try daemon.received.split(separator: "\r\n").filter { $0.hasSuffix(" HTTP/1.1") }
        return (run, asked.map { String($0.dropFirst(4).dropLast(9)) })
    }

    @Test("the last ones are shown in local time, oldest first; of a rare kind older pages are asked for")
    func last() throws {
        let (run, asked) = try log(
            [
                Self.page([9], next: 12, newest: 12, #","previous":8"#),
                Self.page([], next: 7, newest: 12, #","previous":5"#), Self.page([2, 3], next: 4, newest: 12),
            ],
            "-n",
            "3",
            "--kind",
            "breached"
        )
        #expect(run.code == 0)
        #expect(run.output.split(separator: "\n").map { $0.prefix(42).suffix(3) } == ["T-2", "T-3", "T-9"])
        #expect(run.output.hasPrefix("2026-11-21 12:00:00 CET  breached "))
        #expect(
            asked == [
                "/v1/records?kind=breached&limit=3", "/v1/records?kind=breached&before=8&limit=2",
                "/v1/records?kind=breached&before=5&limit=2",
            ]
        )
    }

    @Test("for programs each record is an object with all its members, also those that are new")
    func lines() throws {
        let newer = Self.page([9], next: 9, newest: 9)
            .replacing(#""number":9"#, with: #""number":9,"newer_key":{"a":1}"#)
        for form in ["jsonl", "json"] {
            let (run, _) = try log([newer], "-o", form)
            #expect(run.output.hasPrefix(#"{"at":"2026-11-21T11:00:00.000Z","case":"T-9","cycle":1,"#))
            #expect(run.output.contains(#""newer_key":{"a":1},"#))
            #expect(run.output.split(separator: "\n").count == 1)
        }
    }

    @Test("with --after everything that follows is shown, page after page; a number ahead of the ledger is told")
    func after() throws {
        let more = Self.page([3], next: 3, newest: 5).replacing(#""has_more":false"#, with: #""has_more":true"#)
        let (run, asked) = try log([more, Self.page([5], next: 5, newest: 5)], "--after", "2")
        #expect(run.output.split(separator: "\n").count == 2)
        #expect(asked == ["/v1/records?after=2&limit=1000", "/v1/records?after=3&limit=1000"])
        let (ahead, _) = try log([Self.page([], next: 5, newest: 5)], "--after", "9")
        #expect(ahead.code == 1)
        #expect(ahead.error == "slactl: cannot go on after record 9: the newest is 5\n")
    }
}
