import Engine
import Testing
import TimeBase

@testable import Intake

@Suite("Reading a file of events, whatever its form")
struct LogFileReaderTests {
    /// Each event as `line case`, each refusal as `line code`; the file comes in chunks of so many bytes.
    private func read(_ text: String, chunk: Int = .max) -> [String] { read(Array(text.utf8), chunk: chunk) }

    private func read(_ bytes: [UInt8], chunk: Int = .max) -> [String] {
        var reader = LogFileReader()
        var found: [String] = []
        func note(_ line: LogLine, _ text: Bytes) {
            switch line.content {
            case .event(let event): found.append("\(line.number) \(event.caseID)")
            case .refused(let refusal, _, _): found.append("\(line.number) \(refusal.code.rawValue)")
            }
        }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(chunk, bytes.count))
            reader.read(Array(bytes[start..<end]), isLast: false, note)
            start = end
        }
        reader.read([], isLast: true, note)
        return found
    }

    private func reasons(_ text: String) -> [String] {
        var reader = LogFileReader()
        var reasons: [String] = []
        reader.read(Array(text.utf8), isLast: true) { line, _ in
            if case .refused(let refusal, _, _) = line.content {
                reasons.append("line \(line.number): \(refusal.reason)")
            }
        }
        return reasons
    }

    private static func event(_ id: String, _ more: String = "") -> String {
        #"{"at":"2026-11-20T12:00:00Z","case":"\#(id)","event":"note"\#(more)}"#
    }

    private static func pretty(_ id: String) -> String {
        "{\n  \"at\": \"2026-11-20T12:00:00Z\",\n  \"case\": \"\(id)\",\n  \"tags\": [\n    \"a\"\n  ],\n  \"event\": \"note\"\n}"
    }

    static let forms: [(text: String, found: [String])] = [
        ("", []), (" \n\r\n\t", []), ("\u{FEFF}", []),
        ("\(event("A"))\n\n\(event("B"))\r\n", ["1 A", "3 B"]),
        ("\u{FEFF}\(event("A"))\n\(event("B"))", ["1 A", "2 B"]),
        ("\(pretty("A"))\n\(pretty("B"))\n\(event("C"))\n", ["1 A", "9 B", "17 C"]),
        ("[\(event("A")),\(event("B"))]", ["1 A", "1 B"]),
        ("[\n  \(pretty("A")),\n  \(pretty("B"))\n]\n", ["2 A", "10 B"]),
        ("[]\n[ \(event("A")) ]\n\(event("B"))\n", ["2 A", "3 B"]),
        ("[1, \"x\", \(event("A"))]", ["1 not_an_object", "1 not_an_object", "1 A"]),
        ("[oops, \(event("A"))]", ["1 invalid_json", "1 A"]),
        ("[\(event("A")) \(event("B")),\n\(event("C"))]", ["1 invalid_json", "2 C"]),
        ("[\(event("A")),]", ["1 A", "1 invalid_json"]),
        ("[\(event("A")),\n,\(event("B"))]", ["1 A", "2 invalid_json", "2 B"]),
        ("[\(event("A")),\n{\"case\":\"B},\n\(event("C"))]", ["1 A", "2 invalid_json", "3 C"]),
        ("[\(event("A"))\n", ["1 A", "2 invalid_json"]),
        ("[\(event("A")),\n{\"case\":", ["1 A", "2 invalid_json", "2 invalid_json"]),
        ("\(event("A"))\n[\(event("B"))\n\(event("C"))\n", ["1 A", "2 invalid_json", "3 C"]),
        ("{\"case\":\"1\",\n\(event("B"))\n", ["1 invalid_json", "2 B"]),
        ("{\"x\":\n\(event("B"))\n\(event("C"))\n", ["1 invalid_json", "2 B", "3 C"]),
        ("{\"x\":\n\(event("B"))\n", ["1 invalid_json", "2 B"]),
        ("{\n\"case\":\"1\"\n} x\n\(event("B"))\n", ["1 invalid_json", "2 invalid_json", "3 invalid_json", "4 B"]),
        ("{\n \"case\": \"1\",\n \"event\": \"bogus\"\n}\n\(event("B"))\n", ["1 unknown_kind", "5 B"]),
        ("]\n\(event("A"))", ["1 invalid_json", "2 A"]),
        ("{\"case\":\"a\nb\"}\n\(event("A"))", ["1 invalid_json", "2 invalid_json", "3 A"]),
    ]

    @Test(
        "lines, objects over several lines and arrays are read, and what is broken is refused alone",
        arguments: forms
    )
    func form(text: String, found: [String]) {
        #expect(read(text) == found)
    }

    @Test("how the bytes of a file arrive does not matter", arguments: forms)
    func chunks(text: String, found: [String]) {
        for chunk in [1, 2, 3, 7, 64] { #expect(read(text, chunk: chunk) == found, "chunks of \(chunk)") }
    }

    @Test("what is too long is refused with its length, in a line and in an array, and the next one is read")
    func tooLong() {
        let long = String(repeating: "x", count: IntakeLimits.lineBytesMax + 1)
        let lines = "\(long)\n\(Self.event("A"))\n"
        #expect(read(lines, chunk: 100_000) == ["1 line_too_long", "2 A"])
        #expect(reasons(lines) == ["line 1: the line has 262145 bytes: the limit is 262144"])
        let array = "[{\"x\":\"[\(long)\",\"y\":[1,2]},\n\(Self.event("A"))]"
        #expect(read(array, chunk: 100_000) == ["1 line_too_long", "2 A"])
        #expect(read(long, chunk: 100_000) == ["1 line_too_long"])
        let object = "{\n\"x\":\"\(long.dropLast(20))\"\n}\n\(Self.event("A"))"
        #expect(read(object, chunk: 100_000).last == "4 A")
    }

    @Test("a mistake is named by the line and byte of the file")
    func places() {
        #expect(reasons("  {\"case\" 1}") == ["line 1: the line is not JSON: unexpected character at byte 11"])
        #expect(reasons("\u{FEFF}x") == ["line 1: the line is not JSON: unexpected character at byte 4"])
        #expect(
            reasons("[\(Self.event("A")), oops]") == ["line 1: the line is not JSON: unexpected character at byte 59"]
        )
        let object = "[\n{\n\"case\": \"A\",\n  \"event\": nope\n}]"
        #expect(reasons(object) == ["line 2: the line is not JSON: unexpected character at line 4, byte 13"])
        #expect(reasons("[\(Self.event("A"))") == ["line 1: the array is not closed: the file ends too soon"])
    }

    @Test("lines that each begin an object and never end it cost little", .timeLimit(.minutes(5)))
    func halfOpen() {
        for line in ["{\"a\":\n", "{\"a\":[\n", "{\"case\":\"1\",\n", "{\n", "{\"a\":{\"a\":\n\"b\",\n"] {
            let found = read(String(repeating: line, count: 20_000))
            #expect(found.count >= 20_000)
            #expect(found.allSatisfy { $0.hasSuffix("invalid_json") || $0.hasSuffix("not_an_object") })
        }
    }

    @Test("the time and the order that the source gave are known by their place")
    func additions() throws {
        var reader = LogFileReader()
        var texts: [String] = []
        let lines = """
            {"at" : "2026-11-20T12:00:00Z","case":"A","event":"note","seq":7}
            {"case":"A","event":"note","received_at":"2026-11-20T12:00:00Z","seq":null,"at":null}
            """
        reader.read(Array(lines.utf8), isLast: true) { line, text in
            let time = line.timeRange.map { range in
                String(decoding: range.map { text[$0] }, as: UTF8.self)
            }
            texts.append("\(line.hasSeq) \(time ?? "none")")
        }
        #expect(texts == ["true \"2026-11-20T12:00:00Z\"", "false none"])
    }

    @Test("random bytes are refused or read, never a trap, in chunks of any length", arguments: 0..<50 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var bytes = Array("[\(Self.event("A")),\n\(Self.pretty("B"))]\n\(Self.event("C"))\n\(Self.pretty("D"))\n".utf8)
        for _ in 0..<4 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] = Array(#"{"[]},\"#.utf8 + [0x0A, 0x00, 0xFF]).randomElement(using: &random) ?? 0
        }
        let whole = read(bytes)
        #expect(!whole.isEmpty, "seed \(seed)")
        for chunk in [1, 5, 31] { #expect(read(bytes, chunk: chunk) == whole, "seed \(seed), chunks of \(chunk)") }
    }
}
