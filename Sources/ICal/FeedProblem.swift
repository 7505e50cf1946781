/// Why a file of holidays cannot be used: nothing of it is used.
package struct FeedProblem: Error, Hashable, Sendable {
    /// The file, as it was named by whoever handed it in.
    package let file: String
    /// From 1; nil if no single line is the cause.
    package let line: Int?
    /// With the next step, where there is one.
    package let cause: String
}

extension FeedProblem: CustomStringConvertible {
    package var description: String {
        "cannot use \(file): \(line.map { "line \($0): " } ?? "")\(cause)"
    }
}

/// What is left out of a file of holidays, or read in a way that somebody should look at; the rest of the file is used.
package struct FeedWarning: Error, Hashable, Sendable {
    /// The file, as it was named by whoever handed it in.
    package let file: String
    /// From 1; nil if no single line is the cause.
    package let line: Int?
    /// The event that is left out, by its summary or else its id; nil if none is.
    package let event: String?
    /// Without the file, the line and the event.
    package let cause: String
}

extension FeedWarning: CustomStringConvertible {
    /// One sentence with the file, the line and the event, in one line.
    package var description: String {
        let event = event.map { "the event \(quoted($0)) is left out: " } ?? ""
        return "\(file): \(line.map { "line \($0): " } ?? "")\(event)\(cause)"
    }
}

/// A problem before the name of its file is known.
struct Refusal: Error {
    let line: Int?
    let cause: String
    /// The whole file is refused, not one event of it.
    let isOfFile: Bool

    init(line: Int? = nil, isOfFile: Bool = false, _ cause: String) {
        self.line = line
        self.cause = cause
        self.isOfFile = isOfFile
    }
}

/// Text of the file in a sentence: short, and without characters that could break the line or steer a terminal.
func quoted(_ text: some StringProtocol) -> String {
    let charactersMax = 60
    var printable = ""
    for scalar in text.prefix(charactersMax).unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            printable.unicodeScalars.append("\u{FFFD}")
        default: printable.unicodeScalars.append(scalar)
        }
    }
    return "\"\(printable)\(text.count > charactersMax ? "…" : "")\""
}
