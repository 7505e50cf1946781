/// Writes the compact form in which cases, facts and ledger records are stored.
///
/// Small integers take one byte, texts carry their length, a checksum ends the whole. One writer serves many values, one
/// after the other, without allocating anew.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    /// The first byte of every stored value.
    ///
    /// Raise it when the layout changes, and keep reading the older ones.
    static let format: UInt8 = 1

    /// Begins a new value.
    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(Self.format)
    }

    /// Ends the value with the checksum of all before.
    mutating func end() {
        var sum = Checksum.of(bytes, count: bytes.count)
        for _ in 0..<Checksum.size {
            bytes.append(UInt8(truncatingIfNeeded: sum))
            sum >>= 8
        }
    }

    /// Begins bytes without format and checksum: a key.
    mutating func beginBare() { bytes.removeAll(keepingCapacity: true) }

    /// A text without its length, for the end of a key.
    mutating func bare(_ value: String) { bytes.append(contentsOf: value.utf8) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// LEB128: seven bits a byte, lowest first, the high bit says that more follow.
    mutating func unsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Zigzag: small numbers stay small on both sides of zero.
    mutating func signed(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func int(_ value: Int) { signed(Int64(value)) }

    mutating func text(_ value: String) {
        unsigned(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }
}

/// Which of the optional parts that follow are there: one bit each, in their order.
struct Presence {
    private(set) var bits: UInt64
    private var next: UInt64 = 1

    /// Nothing noted yet.
    init() { bits = 0 }

    /// To be asked, as it was read.
    init(bits: UInt64) { self.bits = bits }

    /// Notes whether the next part is there.
    mutating func note(_ isThere: Bool) {
        if isThere { bits |= next }
        next <<= 1
    }

    /// Whether the next part is there.
    ///
    /// Takes its bit away, so that what is left at the end is unknown to this version.
    mutating func take() -> Bool {
        defer { next <<= 1 }
        guard bits & next != 0 else { return false }
        bits &= ~next
        return true
    }
}

/// Tells a flipped bit or a torn page; SQLite has no checksum of its own.
enum Checksum {
    /// In bytes.
    static let size = 4

    /// Multiplies and folds eight bytes at a time: 250 bytes take some 50 ns.
    static func of(_ bytes: [UInt8], count: Int) -> UInt32 {
        var sum: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(count)
        unsafe bytes.withUnsafeBytes { raw in
            precondition(count <= raw.count, "checksum of \(count) of \(raw.count) bytes")
            var index = 0
            while index + 8 <= count {
                sum = fold(sum, unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian)
                index += 8
            }
            var rest: UInt64 = 0
            while index < count {
                rest = rest << 8 | UInt64(unsafe raw[index])
                index += 1
            }
            sum = fold(sum, rest)
        }
        return UInt32(truncatingIfNeeded: sum)
    }

    private static func fold(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let product = (sum ^ word) &* 0xD6E8_FEB8_6659_FD93
        return product ^ (product >> 32)
    }
}
