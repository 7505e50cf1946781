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
    private let firm: Int
    private var rows: [[Cell]] = []

    /// Heads may be empty texts throughout; then no head line is written.
    ///
    /// The first `firm` columns are cut only if all others have nothing left to give.
    init(_ heads: [String], firm: Int = 0) {
        self.heads = heads
        self.firm = firm
    }

    mutating func add(_ row: [Cell]) {
        precondition(row.count == heads.count, "a row of \(row.count) cells in a table of \(heads.count) columns")
        rows.append(row)
    }

    /// Every line ends with a line feed.
    ///
    /// No line is wider than `width` if that can be had by cutting the widest columns, the last one first among equals, and
    /// firm ones at last; nil for as wide as it is.
    func text(_ paint: Paint, width: Int? = nil) -> String {
        let hasHead = heads.contains { !$0.isEmpty }
        let lines = (hasHead ? [heads.map { Cell($0, .faint) }] : []) + rows
        let whole = heads.indices.map { column in lines.map { $0[column].text.columns }.max() ?? 0 }
        let widths = width.map { fitted(whole, into: $0) } ?? whole
        return
            lines.map { line in
                // Columns behind the last filled one are left out, so that no line ends with spaces.
                let last = line.lastIndex { !$0.text.isEmpty } ?? 0
                return line[...last].enumerated()
                    .map { column, cell in
                        let text = cell.text.cut(toColumns: widths[column])
                        let padding = column == last ? 0 : widths[column] - text.columns
                        return paint(cell.style, text) + String(repeating: " ", count: padding)
                    }
                    .joined(separator: "  ") + "\n"
            }
            .joined()
    }
}

extension Table {
    /// No column is cut below this.
    private static let columnMin = 6

    private func fitted(_ whole: [Int], into width: Int) -> [Int] {
        var widths = whole
        var excess = widths.reduce(0, +) + 2 * max(widths.count - 1, 0) - width
        for columns in [firm..<widths.count, 0..<firm] {
            while excess > 0 {
                guard let widest = columns.reversed().max(by: { widths[$0] < widths[$1] }),
                    widths[widest] > Self.columnMin
                else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }
}

extension String {
    /// How many columns of a terminal it takes.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// At most so many columns of a terminal, the last one an ellipsis if something was cut off.
    func cut(toColumns width: Int) -> String {
        guard columns > width else { return self }
        var used = 0
        let head = prefix { character in
            used += character.columns
            return used < width
        }
        return head + "…"
    }

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

extension Character {
    /// 2 for the wide characters of East Asia and for emoji, else 1: combining marks are part of their character.
    var columns: Int {
        guard let first = unicodeScalars.first, !first.isASCII else { return 1 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
