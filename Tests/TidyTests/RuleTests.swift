import Testing

@Suite("Rules")
struct RuleTests {
    /// The rules of SEMANTICS that slawatch keeps: each is named by the title of a test that proves it.
    static let kept = [
        "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13", "S14", "S15", "S16", "S17",
        "S18", "S20", "S21", "S22", "S23", "S24", "S25", "S30", "S31", "S32", "S33", "S34", "S35", "S36", "S60",
    ]
    static let workedChecks = (1...11).map { "worked check \($0)" }

    @Test("each rule and each worked check is named by a test")
    func named() throws {
        var titles: [Substring] = []
        for file in try Repository.swiftFiles(below: "Tests") {
            titles += file.text.matches(of: /@(?:Test|Suite)\(\s*"((?:[^"\\]|\\.)*)"/).map(\.output.1)
        }
        for rule in Self.kept + Self.workedChecks where !titles.contains(where: { Self.names(rule, in: $0) }) {
            Issue.record("no test says in its title that it proves \(rule)")
        }
    }

    @Test("S1 is not named by a title that names S12")
    func whole() {
        #expect(Self.names("S1", in: "at the deadline exactly is in time (S1, S12)"))
        #expect(!Self.names("S1", in: "at the deadline exactly is in time (S12)"))
        #expect(!Self.names("S1", in: "in no BSS1 either"))
    }

    private static func names(_ rule: String, in title: Substring) -> Bool {
        title.ranges(of: rule)
            .contains { range in
                let isStart =
                    range.lowerBound == title.startIndex || !title[title.index(before: range.lowerBound)].isLetter
                let isEnd = range.upperBound == title.endIndex || !title[range.upperBound].isNumber
                return isStart && isEnd
            }
    }
}
