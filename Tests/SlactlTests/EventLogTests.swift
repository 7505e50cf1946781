import Testing
import TimeBase

@testable import slactl

@Suite("the events of a file on their way to the daemon")
struct EventLogTests {
    private func log(_ text: String) throws -> EventLog { try EventLog(bytes: Array(text.utf8)) }

    private func sent(_ log: EventLog) -> String {
        var body: [UInt8] = []
        for line in log.lines { log.append(line, to: &body) }
        #expect(body.count == log.lines.reduce(0) { $0 + log.wireCount(of: $1) })
        return String(decoding: body, as: UTF8.self)
    }

    private static let note = #""event":"note","at":"2026-11-21T14:02:10Z""#

    @Test("every event gets its line number as seq, unless it has one; the rest stays as it is (S20)")
    func sequence() throws {
        let log = try log(
            """
            {"case":"A",\(Self.note),"n":1.10}

            {"case":"A",\(Self.note),"seq":7}
            { "case" : "B",\(Self.note),"seq":null }
            """
        )
        #expect(
            sent(log) == """
                {"seq":1,"case":"A",\(Self.note),"n":1.10}
                {"case":"A",\(Self.note),"seq":7}
                {"seq":4, "case" : "B",\(Self.note),"seq":null }

                """
        )
    }

    @Test("an event whose line only says when it arrived happened then")
    func received() throws {
        let log = try log(#"{"case":"A","event":"note","received_at":"2026-11-21T15:02:10+01:00"}"#)
        let time = "2026-11-21T14:02:10.000Z"
        #expect(
            sent(log)
                == #"{"seq":1,"at":"\#(time)","case":"A","event":"note","received_at":"2026-11-21T15:02:10+01:00"}"#
                + "\n"
        )
    }

    @Test("a byte order mark, carriage returns, blank lines and a missing last line feed do no harm")
    func edges() throws {
        let log = try log("\u{FEFF}{\"case\":\"A\",\(Self.note)}\r\n \t\r\n\n{\"case\":\"B\",\(Self.note)}")
        #expect(log.lines.map(\.number) == [1, 4])
        #expect(sent(log) == "{\"seq\":1,\"case\":\"A\",\(Self.note)}\n{\"seq\":4,\"case\":\"B\",\(Self.note)}\n")
    }

    @Test("an event that is spread over lines goes as one line, one of an array without its comma")
    func spread() throws {
        let log = try log("[{\n\"case\":\"A\",\r\n\(Self.note)\n},\n{\"case\":\"B\",\(Self.note)}]")
        #expect(sent(log) == "{\"seq\":1, \"case\":\"A\",  \(Self.note) }\n{\"seq\":5,\"case\":\"B\",\(Self.note)}\n")
    }

    @Test(
        "what is no event is refused here, and stands in the way of no other",
        arguments: ["rubbish", "{}", "12", "{\"case\":[7]}", "{\"case\":\"A\"", "\u{0}\u{1}"]
    )
    func rubbish(text: String) throws {
        let log = try log("\(text)\n{\"case\":\"A\",\(Self.note)}")
        #expect(log.lines.map(\.caseID) == ["A"])
        #expect(log.refusals.kept.map(\.line) == [1])
        #expect(log.count == 2)
    }

    @Test("a file of nothing has no lines", arguments: ["", "\n", "\n\n  \n", "[]"])
    func empty(text: String) throws {
        #expect(try log(text).count == 0)
    }

    @Test("of many refused lines all are counted and the first are kept")
    func manyRefusals() throws {
        let log = try log(String(repeating: "{}\n", count: 1_500) + "{\"case\":\"A\",\(Self.note)}")
        #expect(log.refusals.count == 1_500)
        #expect(log.refusals.kept.count == LineRefusals.keptMax)
        #expect(log.refusals.text(atMost: 1).hasSuffix("[missing_key]\nand 1,499 refused lines more\n"))
        #expect(log.lines.map(\.number) == [1_501])
    }

    @Test("times and cases are read")
    func heads() throws {
        let line = try log(#"{"at":"2026-11-21T14:02:10Z","case":"A \u00e4","event":"note"}"#).lines.first
        #expect(line?.caseID == "A ä")
        #expect(line?.at == Instant(milliseconds: 1_795_269_730_000))
    }
}
