/// Why stored bytes cannot be read.
struct Damage: Error, Hashable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Reads what `ByteWriter` wrote.
///
/// Trusts nothing: every length is checked, every number must fit.
struct ByteReader {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int

    /// Checks format and checksum.
    init(_ bytes: [UInt8]) throws(Damage) {
        guard bytes.count > Checksum.size else { throw Damage("\(bytes.count) bytes are too few") }
        guard bytes[0] == ByteWriter.format else { throw Damage("format \(bytes[0]) is unknown") }
        end = bytes.count - Checksum.size
        var sum: UInt32 = 0
        for byte in bytes[end...].reversed() { sum = sum << 8 | UInt32(byte) }
        guard sum == Checksum.of(bytes, count: end) else { throw Damage("the checksum does not match") }
        self.bytes = bytes
        index = 1
    }

    /// Bytes without format and checksum: a key.
    init(bare bytes: [UInt8]) {
        self.bytes = bytes
        index = 0
        end = bytes.count
    }

    /// Throws where something is left.
    func finish() throws(Damage) {
        guard index == end else { throw Damage("\(end - index) bytes are left over") }
    }

    mutating func byte() throws(Damage) -> UInt8 {
        guard index < end else { throw Damage("it ends early") }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func unsigned() throws(Damage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // The tenth byte has room for the last of 64 bits only.
            guard shift < 63 || next <= 1 else { throw Damage("a number is too large") }
            value |= UInt64(next & 0x7F) << shift
            guard next & 0x80 != 0 else { return value }
            shift += 7
        }
    }

    mutating func signed() throws(Damage) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func int() throws(Damage) -> Int { Int(try signed()) }

    /// The length of a text or a list.
    ///
    /// An element takes a byte or more, so that damage cannot reserve memory without end.
    mutating func count() throws(Damage) -> Int {
        let count = try unsigned()
        guard count <= UInt64(end - index) else { throw Damage("it ends early") }
        return Int(count)
    }

    mutating func text() throws(Damage) -> String {
        text(ofLength: try count())
    }

    /// All that is left, as a text.
    mutating func rest() -> String { text(ofLength: end - index) }

    /// The checksum vouches for the bytes; were they not UTF-8 all the same, they would read as replacement characters.
    private mutating func text(ofLength count: Int) -> String {
        defer { index += count }
        return String(decoding: bytes[index..<index + count], as: UTF8.self)
    }

    mutating func presence() throws(Damage) -> Presence { Presence(bits: try unsigned()) }

    /// Throws where a part is there that this version does not know.
    func finish(_ presence: Presence) throws(Damage) {
        guard presence.bits == 0 else { throw Damage("it has parts that are unknown") }
    }
}
