import Yams

/// Turns the bytes of a file into values with places.
///
/// The only place that knows the YAML library.
///
/// Bounded on purpose: the library unfolds aliases and recurses, so that a few lines could otherwise take all memory.
struct YAMLReading {
    static let bytesMax = 1 << 20
    static let depthMax = 32
    static let valuesMax = 200_000
    /// Few, because the library compares keys by value: each alias inside a key can multiply that work.
    static let aliasesMax = 16
    /// Every duplicate costs one more parse, see `document`.
    static let duplicatesMax = 32

    let reading: Reading
    private var values = 0
    /// Keys whose first occurrence was covered up, by the text that covers it.
    private var covered: [String: String] = [:]

    private init(_ reading: Reading) { self.reading = reading }

    /// The one document of the file; nil after at least one complaint.
    static func value(of bytes: [UInt8], _ reading: Reading) -> YAMLValue? {
        guard bytes.count <= bytesMax else {
            reading.error(
                .fileTooLarge,
                .start,
                "the file has \(bytes.count) bytes, at most \(bytesMax) are read",
                hint: "is this the right file?"
            )
            return nil
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            let (place, byte) = firstInvalid(in: bytes)
            reading.error(
                .notUTF8,
                place,
                "byte 0x\(String(byte, radix: 16)) is not UTF-8",
                hint: "save the file as UTF-8"
            )
            return nil
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        guard aliases(in: text) <= aliasesMax else {
            reading.error(
                .tooComplex,
                .start,
                "the file uses more than \(aliasesMax) aliases (*name)",
                hint: "write them out"
            )
            return nil
        }
        var yaml = YAMLReading(reading)
        guard let root = yaml.document(withoutJSONQuirks(text)) else { return nil }
        return yaml.value(root, depth: 0)
    }

    /// Parses the text, covering up duplicate keys one at a time: the library stops at the first, and people want to
    /// see all mistakes at once.
    private mutating func document(_ original: String) -> Yams.Node? {
        var text = original
        while true {
            do {
                guard let root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else {
                    reading.error(.missingKey, .start, "the file is empty", hint: "begin with version: 1")
                    return nil
                }
                return root
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let place = Place(line: context.mark.line, column: context.mark.column)
                if covered.count < Self.duplicatesMax, let key = keys.first,
                    let next = cover(key, at: place, in: text)
                {
                    text = next
                    continue
                }
                let names = keys.map(shown).joined(separator: ", ")
                reading.error(.duplicateKey, clamped(place, in: text), "\(names) is given twice")
                return nil
            } catch {
                complain(error, original)
                return nil
            }
        }
    }

    /// The text with the key at `place` replaced by as many characters of the private use area, so that no other
    /// place in the file moves.
    private mutating func cover(_ key: String, at place: Place, in text: String) -> String? {
        var scalars = Array(text.unicodeScalars)
        guard var index = scalarIndex(of: place, in: scalars) else { return nil }
        let length = key.unicodeScalars.count
        if index < scalars.endIndex, scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard length > 0, index + length <= scalars.endIndex,
            scalars[index..<index + length].elementsEqual(key.unicodeScalars),
            let mask = Unicode.Scalar(UInt32(0xE000 + covered.count))
        else { return nil }
        scalars.replaceSubrange(index..<index + length, with: repeatElement(mask, count: length))
        covered[String(String.UnicodeScalarView(repeatElement(mask, count: length)))] = key
        return String(String.UnicodeScalarView(scalars))
    }

    private func scalarIndex(of place: Place, in scalars: [Unicode.Scalar]) -> Int? {
        var line = 1
        var index = 0
        while line < place.line {
            guard let newline = scalars[index...].firstIndex(of: "\n") else { return nil }
            index = newline + 1
            line += 1
        }
        index += place.column - 1
        return index < scalars.endIndex ? index : nil
    }

    /// Nil after a complaint; what is nested too deeply or unfolds to too much is left out.
    private mutating func value(_ node: Yams.Node, depth: Int) -> YAMLValue? {
        let place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
        values += 1
        guard depth <= Self.depthMax, values <= Self.valuesMax else {
            // Once is enough: every further value would say the same.
            if values <= Self.valuesMax || values == Self.valuesMax + 1 {
                let limit =
                    depth > Self.depthMax
                    ? "is nested more than \(Self.depthMax) levels deep"
                    : "unfolds to more than \(Self.valuesMax) values"
                reading.error(.tooComplex, place, "the file \(limit)")
            }
            values = max(values, Self.valuesMax + 1)
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style != .plain
            return YAMLValue(place: place, content: .scalar(scalar.string, isQuoted: isQuoted))
        case .sequence(let sequence):
            var list: [YAMLValue] = []
            for element in sequence {
                guard let element = value(element, depth: depth + 1) else { return nil }
                list.append(element)
            }
            return YAMLValue(place: place, content: .list(list))
        case .mapping(let mapping):
            guard let entries = entries(of: mapping, depth: depth) else { return nil }
            return YAMLValue(place: place, content: .map(entries))
        case .alias:
            // The parser replaces aliases by what they stand for.
            reading.error(.syntax, place, "an alias that stands for nothing")
            return nil
        }
    }

    private mutating func entries(of mapping: Yams.Node.Mapping, depth: Int) -> [YAMLValue.Entry]? {
        var entries: [YAMLValue.Entry] = []
        var firstPlaces: [String: Place] = [:]
        for (keyNode, valueNode) in mapping {
            let place = keyNode.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
            guard case .scalar(let scalar) = keyNode else {
                reading.error(.wrongType, place, "a key is a list or a mapping, expected a word")
                continue
            }
            let key = covered[scalar.string] ?? scalar.string
            guard let value = value(valueNode, depth: depth + 1) else { return nil }
            if let first = firstPlaces[key] {
                reading.error(.duplicateKey, place, "\(shown(key)) is given twice, first on line \(first.line)")
                continue
            }
            firstPlaces[key] = place
            entries.append(YAMLValue.Entry(key: key, keyPlace: place, value: value))
        }
        return entries
    }
}
