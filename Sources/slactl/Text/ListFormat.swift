import ArgumentParser

/// How a list is written.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    /// A table that fits the terminal.
    case text
    /// A table with all columns, as wide as it is.
    case wide
    /// The daemon's answer as it came.
    case json
    /// One row each, RFC 4180, with a line of names.
    case csv
    /// One object a line.
    case jsonl

    /// In which form a failure is told.
    var failures: Format {
        switch self {
        case .text, .wide, .csv: .text
        case .json, .jsonl: .json
        }
    }
}

/// Rows for spreadsheets and programs, RFC 4180.
enum CSV {
    /// One line with its line feed.
    ///
    /// A text that a spreadsheet would take for a formula begins with an apostrophe.
    static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    private static func cell(_ text: String) -> String {
        let text = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        let needsQuotes = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
