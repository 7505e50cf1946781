/// What the tidy tests read out of Swift text, line by line: no compiler, so only what a line can show.
enum SourceText {
    /// The lines with comments and the content of string literals taken out, so that neither counts as code.
    ///
    /// Code inside an interpolation counts as text.
    static func code(of text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        var place = Place.code
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let rest = scalars[index...]
            if scalars[index] == "\n" {
                lines.append(line)
                line = ""
                if place.endsWithLine { place = .code }
                index += 1
                continue
            }
            switch place {
            case .code:
                if rest.starts(with: "//".unicodeScalars) {
                    place = .lineComment
                } else if rest.starts(with: "/*".unicodeScalars) {
                    place = .blockComment(depth: 1)
                    index += 1
                } else if let quote = Quote(opening: rest) {
                    place = .literal(quote)
                    line += "\""
                    index += quote.length - 1
                } else {
                    line.unicodeScalars.append(scalars[index])
                }
            case .lineComment:
                break
            case .blockComment(let depth):
                if rest.starts(with: "*/".unicodeScalars) {
                    place = depth == 1 ? .code : .blockComment(depth: depth - 1)
                    index += 1
                } else if rest.starts(with: "/*".unicodeScalars) {
                    place = .blockComment(depth: depth + 1)
                    index += 1
                }
            case .literal(let quote):
                if quote.pounds == 0, scalars[index] == "\\" {
                    index += 1
                } else if quote.closes(at: rest) {
                    place = .code
                    line += "\""
                    index += quote.length - 1
                }
            }
            index += 1
        }
        return lines + [line]
    }

    /// The modules that a line of code imports: attributes, access levels and kinds (`import struct Glibc.stat`) aside.
    static func importedModules(_ codeLine: String) -> [String] {
        codeLine.split(separator: ";")
            .compactMap { statement in
                let attribute = /@\w+(\([^)]*\))?/
                let words = statement.replacing(attribute, with: " ").split(whereSeparator: \.isWhitespace)
                guard let start = words.firstIndex(of: "import"), start + 1 < words.count,
                    words[..<start].allSatisfy({ accessLevels.contains(String($0)) })
                else { return nil }
                let kinds: Set<Substring> = [
                    "struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor",
                ]
                let path =
                    kinds.contains(words[start + 1]) && start + 2 < words.count ? words[start + 2] : words[start + 1]
                return path.split(separator: ".").first.map(String.init)
            }
    }

    /// The name of the type or function that a line declares `package`; nil for other lines and for operators.
    ///
    /// Members of a few protocols of the standard library need no explanation and are left out.
    static func packageDeclaration(_ codeLine: String) -> String? {
        let pattern =
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*package\s+(?:[a-z]+\s+)*?(?:func|struct|class|enum|protocol|actor|typealias)\s+(\w+)/
        guard let name = codeLine.firstMatch(of: pattern)?.1 else { return nil }
        return ["hash", "encode"].contains(name) ? nil : String(name)
    }

    /// The types and functions declared `package` without a `///` above them, as `line: name`.
    static func undocumentedDeclarations(in text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return code(of: text).enumerated()
            .compactMap { number, line in
                guard let name = packageDeclaration(line) else { return nil }
                let above = lines[..<number].last { !$0.trimmingSpaces.hasPrefix("@") }
                return above?.trimmingSpaces.hasPrefix("///") == true ? nil : "\(number + 1): \(name)"
            }
    }

    /// The names of function types that a file declares.
    static func functionTypes(in code: [String]) -> [String] {
        code.filter { $0.utf8.contains(UInt8(ascii: "=")) && $0.contains("typealias") }
            .compactMap { $0.firstMatch(of: /\btypealias\s+(\w+)\b[^=]*=.*->/).map { String($0.1) } }
    }

    /// Where a generic type is given a closure, alone or inside an optional, a tuple or a collection, and where a property
    /// that can change is a collection of closures; as `line: text`.
    ///
    /// `names` are function types that have a name.
    static func containersOfClosures(in code: [String], named names: Set<String>) -> [String] {
        var found: [String] = []
        for (number, line) in code.enumerated() {
            // Cheap, before any expression: there are many lines.
            let hasArgument = line.utf8.contains(UInt8(ascii: "<"))
            guard hasArgument || line.utf8.contains(UInt8(ascii: "[")) else { continue }
            if line.contains("->"), line.contains(/\bvar\s+\w+\s*:\s*\[.*->.*\]/) {
                found.append("\(number + 1): \(line.trimmingSpaces)")
            }
            guard hasArgument else { continue }
            // An argument may go over some lines.
            let text = code[number..<min(number + 6, code.count)].joined(separator: " ")
            for opening in line.matches(of: /\b[A-Z]\w*</) {
                let length = line.distance(from: line.startIndex, to: opening.range.upperBound)
                guard let argument = genericArgument(of: text.dropFirst(length)) else { continue }
                let isNamed = argument.matches(of: /\b[A-Z]\w*/).contains { names.contains(String($0.0)) }
                if argument.contains("->") || isNamed { found.append("\(number + 1): \(opening.0)\(argument)>") }
            }
        }
        return found
    }

    /// What stands before the `>` that closes a generic argument; nil where there is none.
    private static func genericArgument(of text: Substring) -> Substring? {
        var depth = 1
        var last: Character = " "
        for index in text.indices {
            switch text[index] {
            case "<": depth += 1
            case ">" where last != "-": depth -= 1
            case "{", ";": return nil
            default: break
            }
            if depth == 0 { return text[..<index] }
            last = text[index]
        }
        return nil
    }

    private static let accessLevels: Set<String> = ["package", "public", "internal", "fileprivate", "private"]

    /// Where the scanner stands.
    private enum Place {
        case code
        case lineComment
        case blockComment(depth: Int)
        case literal(Quote)

        var endsWithLine: Bool {
            switch self {
            case .code, .lineComment: true
            case .blockComment: false
            case .literal(let quote): !quote.isMultiline
            }
        }
    }

    /// What opens and closes a string literal.
    private struct Quote {
        var pounds: Int
        var isMultiline: Bool

        var length: Int { pounds + (isMultiline ? 3 : 1) }

        init?(opening text: ArraySlice<Unicode.Scalar>) {
            pounds = text.prefix { $0 == "#" }.count
            let quotes = text.dropFirst(pounds).prefix(3).prefix { $0 == "\"" }.count
            guard quotes > 0 else { return nil }
            isMultiline = quotes == 3
        }

        func closes(at text: ArraySlice<Unicode.Scalar>) -> Bool {
            text.starts(
                with: (String(repeating: "\"", count: length - pounds) + String(repeating: "#", count: pounds))
                    .unicodeScalars
            )
        }
    }
}

extension StringProtocol {
    var trimmingSpaces: SubSequence { drop { $0 == " " || $0 == "\t" } }
}
