/// A key that the screen knows, or a character that it may know.
enum Key: Equatable, Sendable {
    case up
    case down
    case pageUp
    case pageDown
    case home
    case end
    case enter
    case escape
    case character(Character)
}

/// Makes keys of the bytes that a terminal sends.
///
/// A key of several bytes may come in parts; an escape that nothing follows is the key of that name.
struct KeyReader {
    private var pending: [UInt8] = []

    private static let escape: UInt8 = 0x1B
    /// Longer than any sequence of a key: what grows beyond it is dropped.
    private static let sequenceMax = 16

    /// The keys that are complete with these bytes.
    mutating func keys(in bytes: [UInt8]) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let (key, length) = first {
            pending.removeFirst(length)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// Nothing followed for a while: what is pending is all there is.
    mutating func keysAtRest() -> [Key] {
        defer { pending = [] }
        return pending == [Self.escape] ? [.escape] : []
    }

    /// The key at the front and how many bytes it has; nil if it is not complete.
    private var first: (key: Key?, length: Int)? {
        guard let byte = pending.first else { return nil }
        if byte == Self.escape { return sequence }
        switch byte {
        case 0x0A, 0x0D: return (.enter, 1)
        case 0x20...0x7E: return (.character(Character(Unicode.Scalar(byte))), 1)
        default: return (nil, 1)
        }
    }

    /// `ESC [ ... final` and `ESC O final`, after ECMA-48 and xterm.
    private var sequence: (key: Key?, length: Int)? {
        guard pending.count > 1 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else { return (.escape, 1) }
        guard let last = pending.indices.dropFirst(2).first(where: { 0x40...0x7E ~= pending[$0] }) else {
            return pending.count > Self.sequenceMax ? (nil, pending.count) : nil
        }
        let body = String(decoding: pending[2...last], as: UTF8.self)
        return (Self.names[body], last + 1)
    }

    private static let names: [String: Key] = [
        "A": .up, "B": .down, "H": .home, "F": .end, "1~": .home, "4~": .end, "5~": .pageUp, "6~": .pageDown,
        "7~": .home, "8~": .end,
    ]
}
