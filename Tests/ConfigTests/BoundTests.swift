import Config
import Testing

@Suite("Files that mean harm")
struct BoundTests {
    private func codes(_ text: String) -> [Mistake] {
        switch Given.load(text) {
        case .success(let config): config.warnings.map(\.mistake)
        case .failure(let complaints): complaints.list.map(\.mistake)
        }
    }

    @Test("a file of more than 1 MiB is refused unread")
    func tooLarge() {
        #expect(codes(String(repeating: "#", count: ConfigFile.bytesMax + 1)) == [.fileTooLarge])
        #expect(codes(Given.text() + "#" + String(repeating: "x", count: 1_000_000)) == [])
    }

    @Test("aliases that unfold to billions are refused", .timeLimit(.minutes(5)))
    func aliasBomb() {
        // Four levels of four aliases are as many as are let through; the last is met as a key as well.
        var text = "a0: &a0 [\(String(repeating: "x,", count: 5_000))]\n"
        for level in 1...3 {
            text += "a\(level): &a\(level) [*a\(level - 1),*a\(level - 1),*a\(level - 1),*a\(level - 1)]\n"
        }
        text += "*a3 : 1\n"
        #expect(codes(text).contains(.tooComplex))
        var more = "a0: &a0 [x]\n"
        for level in 1...30 { more += "a\(level): &a\(level) [*a\(level - 1),*a\(level - 1)]\n" }
        #expect(codes(more) == [.tooComplex])
    }

    @Test("nesting without end is refused", .timeLimit(.minutes(5)), arguments: [40, 900, 20_000, 500_000])
    func depth(levels: Int) {
        let found = codes(String(repeating: "[", count: levels))
        #expect(found == [.syntax])
        let closed = codes(String(repeating: "[", count: levels) + String(repeating: "]", count: levels))
        #expect(closed == [.tooComplex] || closed == [.syntax])
        let maps = codes(String(repeating: "{a: ", count: min(levels, 200_000)))
        #expect(maps == [.syntax])
        let lines = codes(
            (0..<min(levels, 1_200)).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        )
        #expect(lines == [.tooComplex] || lines == [.syntax])
    }

    @Test("many duplicate keys are named, up to a bound", .timeLimit(.minutes(5)))
    func duplicates() {
        let text = Given.text() + String(repeating: "last_resort: bo\n", count: 500)
        #expect(codes(text).contains(.duplicateKey))
    }

    @Test("a byte order mark and Windows line ends are nothing to complain of")
    func lineEnds() {
        #expect(codes("\u{FEFF}" + Given.text().split(separator: "\n").joined(separator: "\r\n")) == [])
    }

    @Test("a megabyte of references that lead nowhere takes no time to speak of", .timeLimit(.minutes(5)))
    func manyReferences() {
        var text = "version: 1\nteams:\n"
        for number in 0..<12_000 {
            text += "  t\(number): { name: x, manager: p\(number)x, reports_to: t\(number + 1) }\n"
        }
        text += "people:\n"
        for number in 0..<12_000 { text += "  p\(number): { name: x }\n" }
        let found = codes(text)
        #expect(found.last == .tooManyMistakes)
        #expect(found.contains(.unknownPerson))
    }

    @Test("a circle of thousands of teams is one complaint", .timeLimit(.minutes(5)))
    func longCircle() {
        var text = Given.text() + "\n"
        let circle = (0..<5_000).map { "  t\($0): { name: x, manager: bo, reports_to: t\(($0 + 1) % 5_000) }\n" }
        text = text.replacing("teams:\n", with: "teams:\n" + circle.joined(), maxReplacements: 1)
        #expect(codes(text) == [.reportingCycle])
    }

    @Test("rules and conditions without end are refused", .timeLimit(.minutes(5)))
    func manyRules() {
        let rules = (0...1_000)
            .map { "  - { name: r\($0), when: { plan: p\($0) }, calendar: office, first_reply: 1h }\n" }
        #expect(codes(Given.text(targets: rules.joined())) == [.outOfRange])
        let nested = String(repeating: "{ not: ", count: 9) + "{ tier: 1 }" + String(repeating: " }", count: 9)
        let targets = "  - { name: r, when: \(nested), calendar: office, first_reply: 1h }\n"
        #expect(
            codes(Given.text(targets: targets + "  - { name: all, calendar: office, first_reply: 1h }")) == [
                .tooComplex
            ]
        )
    }
}
