/// A place in the file, from 1; columns count Unicode scalars.
struct Place: Hashable, Comparable {
    var line: Int
    var column: Int

    static let start = Place(line: 1, column: 1)

    static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A piece of the file with its place.
///
/// Scalars stay text: what they mean is for the reader of the key to say, so that `no` is never
/// false and `12:30` never a number.
struct YAMLValue {
    let place: Place
    let content: Content

    enum Content {
        case scalar(String, isQuoted: Bool)
        case list([YAMLValue])
        case map([Entry])
    }

    struct Entry {
        let key: String
        let keyPlace: Place
        let value: YAMLValue
    }

    /// Nothing after the colon, or one of YAML's words for it.
    var isEmpty: Bool {
        switch content {
        case .scalar(let text, let isQuoted): !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text)
        case .list, .map: false
        }
    }

    /// For "is …, expected …".
    var asFound: String {
        switch content {
        case .scalar(let text, _): isEmpty ? "empty" : "\"\(shown(text))\""
        case .list(let list): list.isEmpty ? "an empty list" : "a list"
        case .map(let entries): entries.isEmpty ? "an empty mapping" : "a mapping"
        }
    }
}

/// Text of the file in a complaint: short, and without characters that could break the line or steer a terminal.
func shown(_ text: String) -> String {
    let charactersMax = 60
    var printable = ""
    for scalar in text.prefix(charactersMax).unicodeScalars {
        printable.unicodeScalars.append(scalar == "\n" ? " " : scalar.isPrintable ? scalar : "\u{FFFD}")
    }
    return text.count > charactersMax ? printable + "…" : printable
}

extension Unicode.Scalar {
    /// Neither a control character nor one that only changes how others are shown.
    var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
