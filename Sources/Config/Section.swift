/// A mapping of the file whose keys are known.
struct Section {
    let path: String
    /// Where complaints about the section as a whole point: its key.
    let place: Place
    private let entries: [YAMLValue.Entry]
    private let reading: Reading

    /// Complains of every key that is unknown here; nil if the value is no mapping.
    ///
    /// Keys among `later` are words of the vocabulary that this version does not implement; they deserve a better answer
    /// than "unknown".
    init?(
        _ value: YAMLValue,
        path: String,
        at place: Place,
        keys: [String],
        later: [String] = [],
        _ reading: Reading
    ) {
        guard case .map(let entries) = value.content else {
            if path.isEmpty {
                reading.mismatch(value, "the file", expected: "keys and values", hint: "begin with version: 1")
            } else {
                reading.mismatch(value, path, expected: keys.isEmpty ? "{}" : "a mapping with \(reading.listed(keys))")
            }
            return nil
        }
        self.path = path
        self.place = place
        self.entries = entries
        self.reading = reading
        for entry in entries where !keys.contains(entry.key) {
            let path = self.path(of: shown(entry.key))
            if later.contains(entry.key) {
                reading.error(
                    .notInThisVersion,
                    entry.keyPlace,
                    "\(path) is not implemented in this version of slawatch"
                )
            } else if !reading.passesOverUnknownKeys || suggestion(for: entry.key, among: keys) != nil {
                let known = keys.isEmpty ? "it has no keys" : "known here: \(keys.joined(separator: ", "))"
                reading.error(
                    .unknownKey,
                    entry.keyPlace,
                    "\(path) is unknown",
                    hint: suggestion(for: entry.key, among: keys) ?? known
                )
            }
        }
    }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The entry of an optional key; nil if it is missing.
    func entry(_ key: String) -> YAMLValue.Entry? { entries.first { $0.key == key } }

    /// The value of an optional key; nil if it is missing.
    subscript(key: String) -> YAMLValue? { entry(key)?.value }

    /// The entry of a key that must be there; nil after a complaint.
    func required(_ key: String, _ example: String? = nil) -> YAMLValue.Entry? {
        if let entry = entry(key) { return entry }
        reading.error(.missingKey, place, "\(path(of: key)) is missing", hint: example.map { "write \($0)" })
        return nil
    }
}

extension Reading {
    /// The entries of a mapping whose keys are names chosen by the user; empty after a complaint.
    func named(_ value: YAMLValue, _ path: String, each kind: String) -> [YAMLValue.Entry] {
        guard case .map(let entries) = value.content else {
            mismatch(value, path, expected: "a mapping, one entry for each \(kind)")
            return []
        }
        return entries
    }

    /// Whether a name chosen by the user can be one: it appears in lists, journal fields and commands.
    func isName(_ entry: YAMLValue.Entry, _ kind: String, reserved: [String] = []) -> Bool {
        let name = entry.key
        if reserved.contains(name) {
            error(.badName, entry.keyPlace, "the name \(name) is reserved", hint: "give this \(kind) another name")
            return false
        }
        let isGood =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        if !isGood {
            error(
                .badName,
                entry.keyPlace,
                "\"\(shown(name))\" cannot name a \(kind)",
                hint: "use up to 64 letters, digits, '-', '_' and '.'"
            )
        }
        return isGood
    }
}
