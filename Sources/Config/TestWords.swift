import Engine
import TimeBase

/// The words of a line of a policy test.
enum TestWords {
    struct Problem: Error {
        var message: String
        var hint: String?
    }

    /// The words of a line; a part in quotes belongs to one word.
    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// Reads `breached first_reply, told the manager` and its like.
    ///
    ///     WHAT [TARGET] [cycle N] [to tier N] [due TIME] [[STEP]] [(REASON)] [case=ID][, told NAME, NAME and NAME]
    static func expected(
        _ words: ArraySlice<String>,
        at: Instant,
        _ times: TestTimes,
        text: String,
        line: Int
    ) throws(Problem) -> PolicyTest.Expected {
        var head = words.prefix { $0 != "told" }
        let tail = words.dropFirst(head.count)
        guard let first = head.popFirst() else { throw Problem(message: "nothing behind the time", hint: nil) }
        var expected = PolicyTest.Expected(at: at, what: try what(bare(first)), text: text, line: line)
        while let word = head.popFirst().map(bare) {
            if word.isEmpty { continue }
            if let metric = Metric(word: word), expected.metric == nil {
                expected.metric = metric
            } else if word == "cycle" {
                expected.cycle = try number(&head, after: word)
            } else if word == "tier" {
                expected.tier = try number(&head, after: word)
            } else if word == "due" {
                var copy = head
                guard let next = times.take(&head, .from(at)) else {
                    throw Problem(message: "no time behind due", hint: "write due 13:00 or due Mon 13:00")
                }
                expected.due = [times.take(&copy, .until(at)) ?? next, next]
            } else if word.hasPrefix("[") {
                expected.step = phrase(word, until: "]", &head)
            } else if word.hasPrefix("(") {
                expected.reason = phrase(word, until: ")", &head)
            } else if word.hasPrefix("case=") {
                expected.caseID = String(word.dropFirst("case=".count))
            } else if word != "to" {
                throw unknown(word)
            }
        }
        if !tail.isEmpty { expected.told = names(tail.dropFirst()) }
        return expected
    }

    private static func what(_ word: String) throws(Problem) -> PolicyTest.Expected.What {
        if word == "refused" { return .refused }
        if let kind = LedgerRecord.Kind.allCases.first(where: { $0.word == word }) { return .record(kind) }
        let words = LedgerRecord.Kind.allCases.map(\.word) + ["refused"]
        throw Problem(
            message: "\"\(shown(word))\" is nothing that happens",
            hint: suggestion(for: word, among: words) ?? "known are \(words.joined(separator: ", "))"
        )
    }

    private static func unknown(_ word: String) -> Problem {
        Problem(
            message: "\"\(shown(word))\" is not understood",
            hint: suggestion(for: word, among: Metric.allCases.map(\.word) + ["tier", "cycle", "due", "told"])
                ?? "write such as: Mon 13:00 escalated first_reply to tier 2, told the manager"
        )
    }

    private static func number(_ words: inout ArraySlice<String>, after word: String) throws(Problem) -> Int {
        guard let number = words.popFirst().flatMap({ Int(bare($0)) }) else {
            throw Problem(message: "no number behind \(word)", hint: "write \(word) 2")
        }
        return number
    }

    /// The words up to the one that closes what the first has opened, without both marks.
    private static func phrase(_ first: String, until mark: Character, _ words: inout ArraySlice<String>) -> String {
        var phrase = String(first.dropFirst())
        // A comma within belongs to the words, one behind the mark does not.
        while bare(phrase).last != mark, let next = words.popFirst() { phrase += " " + next }
        phrase = bare(phrase)
        return phrase.last == mark ? String(phrase.dropLast()) : phrase
    }

    /// Names between commas and `and`; `the` is for reading aloud, `nobody` is none.
    private static func names(_ words: ArraySlice<String>) -> [String] {
        words.flatMap { $0.split(separator: ",") }.map(String.init)
            .filter { !["and", "the", "nobody"].contains($0) }
    }

    private static func bare(_ word: String) -> String { word.hasSuffix(",") ? String(word.dropLast()) : word }
}
