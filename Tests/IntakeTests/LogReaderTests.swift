import Engine
import Testing
import TimeBase

@testable import Intake

@Suite("Reading a log line by line")
struct LogReaderTests {
    private func read(_ lines: String...) -> [LogLine] {
        var reader = LogReader()
        return lines.enumerated().compactMap { reader.read(Array($1.utf8).span, number: $0 + 1) }
    }

    private func event(_ line: LogLine?) -> Event? {
        if case .event(let event) = line?.content { event } else { nil }
    }

    private func refusal(_ line: LogLine?) -> LineRefusal? {
        if case .refused(let refusal, _, _) = line?.content { refusal } else { nil }
    }

    private let noon = #""at":"2026-11-20T12:00:00Z","case":"A","event":"note""#

    @Test("gives the same ids as an import of the whole file, and the line as the place in the order")
    func ids() throws {
        let lines = read("{\(noon)}", "  ", "{\(noon)}")
        let body = try IntakeReader.read(Array("{\(noon)}\n\n{\(noon)}".utf8), receivedAt: .latest, user: nil)
        let ids = body.compactMap { line in if case .event(let event) = line.content { event.id } else { nil } }
        #expect(lines.compactMap { event($0)?.id } == ids)
        #expect(Set(ids).count == 2)
        #expect(lines.map { event($0)?.seq } == [1, 3])
        #expect(event(read("{\(noon),\"seq\":7}").first)?.seq == 7)
    }

    @Test("a line may say when it arrived, wherever the key stands")
    func receivedAt() {
        let late = #""received_at" : "2026-11-20T13:00:00Z""#
        let one = Instant(milliseconds: 1_795_179_600_000)
        for line in ["{\(late),\(noon)}", "{\(noon),\(late)}", "{\(noon),\"x\":{\"received_at\":[1]},\(late),\"y\":1}"]
        {
            let read = read(line).first
            #expect(read?.receivedAt == one)
            #expect(event(read) != nil)
            #expect(read?.ignored.contains("received_at") == false)
        }
        #expect(read("{\(noon)}").first?.receivedAt == nil)
    }

    @Test("a line that only says when it arrived happened then; one that says neither is refused")
    func withoutTime() {
        let line = read(#"{"case":"A","event":"note","received_at":"2026-11-20T13:00:00Z"}"#).first
        #expect(event(line)?.at == line?.receivedAt)
        #expect(refusal(read(#"{"case":"A","event":"note"}"#).first)?.code == .missingKey)
        #expect(refusal(read(#"{"case":"A","event":"note","at":"noon"}"#).first)?.code == .invalidTime)
        #expect(refusal(read("{\(noon),\"received_at\":\"noon\"}").first)?.code == .invalidTime)
        #expect(refusal(read("{\(noon),\"received_at\":7}").first)?.code == .wrongType)
        #expect(event(read("{\(noon),\"received_at\":null}").first)?.at == event(read("{\(noon)}").first)?.at)
        #expect(read("{\(noon),\"received_at\":null}").first?.receivedAt == nil)
    }

    @Test("a line that is too long or no JSON is refused alone")
    func refused() {
        let lines = read(String(repeating: "x", count: IntakeLimits.lineBytesMax + 1), "{", "{\(noon)}")
        #expect(lines.map { refusal($0)?.code } == [.lineTooLong, .invalidJSON, nil])
    }
}
