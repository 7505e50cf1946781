import Testing

@testable import Host

@Suite("Journal writer")
struct JournalWriterTests {
    private func encoded(_ name: String, _ value: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try JournalWriter.append(name: name, value: value, to: &bytes)
        return bytes
    }

    @Test("a field is its name, an equals sign and the bytes of its value, whatever they are")
    func binary() throws {
        #expect(try encoded("SLA_CASE", "a=b\nc\0d") == Array("SLA_CASE=a=b\nc\0d".utf8))
        #expect(try encoded("SLA_CASE", "") == Array("SLA_CASE=".utf8))
    }

    @Test("a long value is cut before a character, never inside one", arguments: 4_070..<4_100)
    func cut(_ ascii: Int) throws {
        let bytes = try encoded(
            "M",
            String(repeating: "x", count: ascii) + "ééé🙂🙂🙂" + String(repeating: "y", count: 50)
        )
        #expect(bytes.count <= JournalWriter.fieldBytesMax)
        #expect(bytes.count > JournalWriter.fieldBytesMax - 4)
        let text = try #require(String(validating: bytes, as: UTF8.self))
        #expect(text.hasSuffix("…"))
    }

    @Test("a value that just fits is left alone")
    func fits() throws {
        let value = String(repeating: "x", count: JournalWriter.fieldBytesMax - 2)
        #expect(try encoded("M", value).count == JournalWriter.fieldBytesMax)
        #expect(try encoded("M", value + "x").suffix(3) == Array("…".utf8)[...])
    }

    @Test(
        "names that the journal would drop are refused",
        arguments: ["", "_UID", "1ST", "lower", "SLA CASE", "SLA=", "É", String(repeating: "A", count: 65)]
    )
    func names(_ name: String) {
        #expect(throws: HostProblem.badFieldName(name)) { try encoded(name, "x") }
    }

    @Test("the longest allowed name is taken", arguments: ["A", "SLA_1", String(repeating: "A", count: 64)])
    func goodNames(_ name: String) throws {
        #expect(try encoded(name, "x") == Array("\(name)=x".utf8))
    }
}
