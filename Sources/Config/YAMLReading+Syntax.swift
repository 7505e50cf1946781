import Yams

/// What is wrong with a file that is no YAML, or means harm.
extension YAMLReading {
    /// Turns the library's error into complaints that speak of the text.
    func complain(_ error: any Error, _ text: String) {
        let tabs = indentingTabs(in: text)
        guard tabs.isEmpty else {
            // The parser speaks of tokens where people have pressed the tab key.
            for place in tabs { reading.error(.tab, place, "a tab indents this line", hint: "YAML takes spaces only") }
            return
        }
        var place = Place.start
        var cause = "\(error)"
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            place = Place(line: mark.line, column: mark.column)
            cause = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
        case YamlError.reader(let problem, let offset, _, _):
            place = Place(line: 1, column: 1)
            for character in text.prefix(offset ?? 0) {
                place = character.isNewline ? Place(line: place.line + 1, column: 1) : place
                place.column += character.isNewline ? 0 : character.unicodeScalars.count
            }
            cause = problem
        default:
            cause = String(cause.prefix { !$0.isNewline })
        }
        reading.error(.syntax, clamped(place, in: text), "this is not YAML: \(cause)")
    }

    /// The parser's marks may lie one line behind the end.
    func clamped(_ place: Place, in text: String) -> Place {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        return Place(line: min(max(place.line, 1), lines), column: max(place.column, 1))
    }

    private func indentingTabs(in text: String) -> [Place] {
        var places: [Place] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let indent = line.prefix { $0 == " " || $0 == "\t" }
            guard indent.count < line.count, line.dropFirst(indent.count).first != "#" else { continue }
            guard let tab = indent.firstIndex(of: "\t") else { continue }
            places.append(Place(line: index + 1, column: indent.distance(from: indent.startIndex, to: tab) + 1))
        }
        return places
    }

    /// How many aliases the text could contain at most; stars inside quotes and comments count too.
    static func aliases(in text: String) -> Int {
        var count = 0
        var previous: UInt8 = 0x0A
        var isStar = false
        for byte in text.utf8 {
            let isBlank = byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
            if isStar, !isBlank { count += 1 }
            isStar = byte == UInt8(ascii: "*") && " \t\r\n[{,:-?".utf8.contains(previous)
            previous = byte
        }
        return count
    }

    /// The place and value of the byte that ends the good text.
    static func firstInvalid(in bytes: [UInt8]) -> (Place, UInt8) {
        var place = Place.start
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                offset += UTF8.width(scalar)
                place =
                    scalar == "\n"
                    ? Place(line: place.line + 1, column: 1) : Place(line: place.line, column: place.column + 1)
            case .error, .emptyInput:
                return (place, offset < bytes.count ? bytes[offset] : 0)
            }
        }
    }
}
