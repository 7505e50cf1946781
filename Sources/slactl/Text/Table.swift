/// Columns of text, as wide as their widest cell, two spaces apart, with nothing behind the last.
struct Table {
    struct Cell: Equatable {
        var text: String
        var style: Paint.Style

        init(_ text: String, _ style: Paint.Style = .plain) {
            self.text = Printable.text(text)
            self.style = style
        }
    }

    private let heads: [String]
    private var rows: [[Cell]] = []

    /// Heads may be empty texts throughout; then no head line is written.
    init(_ heads: [String]) { self.heads = heads }

    mutating func add(_ row: [Cell]) {
        precondition(row.count == heads.count, "a row of \(row.count) cells in a table of \(heads.count) columns")
        rows.append(row)
    }

    /// Every line ends with a line feed.
    func text(_ paint: Paint) -> String {
        let hasHead = heads.contains { !$0.isEmpty }
        let lines = (hasHead ? [heads.map { Cell($0, .faint) }] : []) + rows
        let widths = heads.indices.map { column in lines.map { $0[column].text.count }.max() ?? 0 }
        return
            lines.map { line in
                // Columns behind the last filled one are left out, so that no line ends with spaces.
                let last = line.lastIndex { !$0.text.isEmpty } ?? 0
                return line[...last].enumerated()
                    .map { column, cell in
                        let padding = column == last ? 0 : widths[column] - cell.text.count
                        return paint(cell.style, cell.text) + String(repeating: " ", count: padding)
                    }
                    .joined(separator: "  ") + "\n"
            }
            .joined()
    }
}

extension String {
    /// At most `length` characters, the last one an ellipsis where something was cut off.
    func cut(to length: Int) -> String {
        count <= length ? self : prefix(length - 1) + "…"
    }
}

extension Int {
    /// `9,551`.
    var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return self < 0 ? "-" + text : text
    }

    /// `1 event`, `9,551 events`.
    func counted(_ word: String) -> String { "\(grouped) \(word)\(self == 1 ? "" : "s")" }
}
