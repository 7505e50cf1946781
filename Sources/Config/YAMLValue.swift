/// A place in the file, from 1; columns count Unicode scalars.
struct Place: Hashable, Comparable {
    var line: Int
    var column: Int

    static let start = Place(line: 1, column: 1)

    static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A piece of the file with its place. Scalars stay text: what they mean is for the reader of the key to say, so
/// that `no` is never false and `12:30` never a number.
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
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}

/// Text of the file in a complaint: short, and without characters that could break the line.
func shown(_ text: String) -> String {
    let charactersMax = 60
    let printable = String(text.prefix(charactersMax).map { $0.isNewline ? " " : $0 })
    return text.count > charactersMax ? printable + "…" : printable
}
