/// Why a file of holidays cannot be used: nothing of it is.
package struct FeedProblem: Error, Hashable, Sendable {
    /// The file, as it was named by whoever handed it in.
    package let file: String
    /// From 1; nil where it is not one line's fault.
    package let line: Int?
    /// With the next step, where there is one.
    package let cause: String
}

extension FeedProblem: CustomStringConvertible {
    package var description: String {
        "cannot use \(file): \(line.map { "line \($0): " } ?? "")\(cause)"
    }
}

/// A problem before the name of its file is known.
struct Refusal: Error {
    let line: Int?
    let cause: String

    init(line: Int? = nil, _ cause: String) {
        self.line = line
        self.cause = cause
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
