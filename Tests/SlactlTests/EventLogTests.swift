import Testing
import TimeBase

@testable import slactl

@Suite("reading a file of events")
struct EventLogTests {
    private func log(_ text: String) -> EventLog { EventLog(bytes: Array(text.utf8)) }

    private func sent(_ log: EventLog) -> String {
        var body: [UInt8] = []
        for line in log.lines { log.append(line, to: &body) }
        #expect(body.count == log.lines.reduce(0) { $0 + log.wireCount(of: $1) })
        return String(decoding: body, as: UTF8.self)
    }

    @Test("every event gets its line number as seq, unless it has one; the rest stays as it is")
    func sequence() {
        let log = log(
            """
            {"case":"A","n":1.10}

            {"case":"A","seq":7}
            { "case" : "B" }
            """
        )
        #expect(
            sent(log) == """
                {"seq":1,"case":"A","n":1.10}
                {"case":"A","seq":7}
                {"seq":4, "case" : "B" }

                """
        )
    }

    @Test("a byte order mark, carriage returns, blank lines and a missing last line feed do no harm")
    func edges() {
        let log = log("\u{FEFF}{\"case\":\"A\"}\r\n \t\r\n\n{\"case\":\"B\"}")
        #expect(log.lines.map(\.number) == [1, 4])
        #expect(sent(log) == "{\"seq\":1,\"case\":\"A\"}\n{\"seq\":4,\"case\":\"B\"}\n")
    }

    @Test(
        "what is no event goes as it is, for the daemon to refuse",
        arguments: ["rubbish", "{}", "[]", "12", "{\"case\":7}", "{\"case\":\"A\"", "\u{0}\u{1}"]
    )
    func rubbish(text: String) {
        let log = log(text)
        #expect(log.lines.map(\.caseID) == [nil])
        #expect(sent(log) == text + "\n")
    }

    @Test("a file of nothing has no lines", arguments: ["", "\n", "\n\n  \n"])
    func empty(text: String) {
        #expect(log(text).lines.isEmpty)
    }

    @Test("times and cases are read")
    func heads() {
        let line = log(#"{"at":"2026-11-21T14:02:10Z","case":"A \u00e4"}"#).lines.first
        #expect(line?.caseID == "A ä")
        #expect(line?.at == Instant(milliseconds: 1_795_269_730_000))
    }
}
