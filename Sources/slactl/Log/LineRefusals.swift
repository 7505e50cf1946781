import Intake

/// The lines of a file that were refused: all are counted, the first of them are kept.
struct LineRefusals: Equatable {
    /// How many are kept.
    static let keptMax = 1_000

    private(set) var count = 0
    /// In the order in which they were added.
    private(set) var kept: [Refusal] = []

    struct Refusal: Encodable, Equatable {
        /// Of the file, from 1.
        var line: Int
        var `case`: String?
        var code: String?
        var reason: String
    }

    var isEmpty: Bool { count == 0 }

    mutating func add(_ refusal: @autoclosure () -> Refusal) {
        count += 1
        if kept.count < Self.keptMax { kept.append(refusal()) }
    }

    /// Adds what the reader refused.
    mutating func add(_ refusal: LineRefusal, line: Int, caseID: String?) {
        add(Refusal(line: line, case: caseID, code: refusal.code.rawValue, reason: refusal.reason))
    }

    /// Counts others that somebody else has kept.
    mutating func count(others: Int) { count += others }

    mutating func sort() { kept.sort { $0.line < $1.line } }

    /// The first ones, one a line, and how many more there are.
    func text(atMost limit: Int) -> String {
        let shown = kept.prefix(limit)
            .map { refusal in
                let caseID = refusal.case.map { ": case \(Printable.brief($0))" } ?? ""
                let code = refusal.code.map { " [\($0)]" } ?? ""
                return Printable.text("line \(refusal.line)\(caseID): \(refusal.reason)\(code)") + "\n"
            }
        let rest = count - shown.count
        return shown.joined() + (rest > 0 ? "and \(rest.counted("refused line")) more\n" : "")
    }
}

/// The names of keys that were not looked at, in the order of their first appearance.
struct IgnoredKeys: Equatable {
    /// How many names are kept.
    static let namesMax = 64

    private(set) var names: [String] = []
    /// Whether there are more than are kept.
    private(set) var hasMore = false

    mutating func add(_ others: [String]) {
        for name in others where !names.contains(name) {
            if names.count < Self.namesMax { names.append(name) } else { hasMore = true }
        }
    }

    /// Names them, so that a misspelt one is seen; with a line feed, or empty.
    var text: String {
        guard !names.isEmpty else { return "" }
        let list = names.joined(separator: ", ") + (hasMore ? " and more" : "")
        return "keys not looked at: \(Printable.text(list))\n"
    }
}
