/// What a TZif file says (RFC 9636, versions 1 to 4), decoded and checked.
///
/// Takes any bytes: every count is held against the bytes that are there before it is used.
struct TZif {
    /// Seconds east of UTC before the first transition.
    let initialOffset: Int
    /// Strictly ascending.
    let transitions: [OffsetChange]
    /// What people call the offset before the first transition (`LMT`), and from each transition on (`CET`).
    let names: (initial: String, changes: [String])
    /// The rule for what comes after; nil if the file has none.
    let footer: ZoneFooter?

    init(_ bytes: [UInt8]) throws(Malformed) {
        var reader = ByteReader(bytes)
        let header = try Header(&reader)
        guard header.version >= 2 else {
            (initialOffset, transitions, names) = try Self.block(header, timeSize: 4, &reader)
            footer = nil
            return
        }
        // The first block is for readers of version 1; ours is the 64-bit one behind it.
        _ = try reader.take(header.blockSize(timeSize: 4))
        let wideHeader = try Header(&reader)
        (initialOffset, transitions, names) = try Self.block(wideHeader, timeSize: 8, &reader)
        footer = try Self.footer(&reader)
    }

    private struct Header {
        static let magic = Array("TZif".utf8)

        let version: Int
        let isutCount: Int
        let isstdCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let charCount: Int

        init(_ reader: inout ByteReader) throws(Malformed) {
            guard try reader.take(4).elementsEqual(Self.magic) else { throw Malformed("it does not begin with TZif") }
            switch try reader.byte() {
            case 0: version = 1
            case UInt8(ascii: "2"): version = 2
            case UInt8(ascii: "3"): version = 3
            case UInt8(ascii: "4"): version = 4
            case let other: throw Malformed("version byte \(other) is unknown")
            }
            _ = try reader.take(15)
            isutCount = Int(try reader.number(size: 4, signed: false))
            isstdCount = Int(try reader.number(size: 4, signed: false))
            leapCount = Int(try reader.number(size: 4, signed: false))
            timeCount = Int(try reader.number(size: 4, signed: false))
            typeCount = Int(try reader.number(size: 4, signed: false))
            charCount = Int(try reader.number(size: 4, signed: false))
            // Type indexes are single bytes.
            guard (1...256).contains(typeCount) else { throw Malformed("\(typeCount) local time types") }
            guard isutCount == 0 || isutCount == typeCount, isstdCount == 0 || isstdCount == typeCount else {
                throw Malformed("the indicators do not match the \(typeCount) local time types")
            }
        }

        /// Below 2^37 whatever the file says: the counts have 32 bits.
        func blockSize(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + charCount + leapCount * (timeSize + 4) + isstdCount + isutCount
        }
    }

    private static func block(
        _ header: Header,
        timeSize: Int,
        _ reader: inout ByteReader
    ) throws(Malformed) -> (
        initialOffset: Int, transitions: [OffsetChange], names: (initial: String, changes: [String])
    ) {
        let size = header.blockSize(timeSize: timeSize)
        guard size <= reader.left else { throw Malformed("it ends in the middle of a block of \(size) bytes") }
        guard header.leapCount == 0 else {
            throw Malformed("it counts leap seconds", advice: "use the zone without the prefix right/")
        }
        var times: [Int64] = []
        times.reserveCapacity(header.timeCount)
        for _ in 0..<header.timeCount { times.append(try reader.number(size: timeSize, signed: true)) }
        let typeIndexes = try reader.take(header.timeCount)
        var offsets: [Int] = []
        var nameIndexes: [Int] = []
        for _ in 0..<header.typeCount {
            let offset = Int(try reader.number(size: 4, signed: true))
            guard ZoneRules.offsetsAllowed.contains(offset) else { throw Malformed("an offset of \(offset) seconds") }
            offsets.append(offset)
            // Whether it is summer time decides nothing here.
            _ = try reader.byte()
            nameIndexes.append(Int(try reader.byte()))
        }
        let characters = Array(try reader.take(header.charCount))
        _ = try reader.take(header.isstdCount + header.isutCount)
        let names = nameIndexes.map { index in
            String(decoding: characters.dropFirst(index).prefix { $0 != 0 }, as: UTF8.self)
        }

        var transitions: [OffsetChange] = []
        transitions.reserveCapacity(header.timeCount)
        for (time, typeIndex) in zip(times, typeIndexes) {
            guard Int(typeIndex) < offsets.count else { throw Malformed("local time type \(typeIndex) is not there") }
            if let last = transitions.last, last.at >= time { throw Malformed("its transitions are not in order") }
            transitions.append(OffsetChange(at: time, offset: offsets[Int(typeIndex)]))
        }
        return (offsets[0], transitions, (names[0], typeIndexes.map { names[Int($0)] }))
    }

    private static func footer(_ reader: inout ByteReader) throws(Malformed) -> ZoneFooter? {
        let newline = UInt8(ascii: "\n")
        guard try reader.byte() == newline else { throw Malformed("its footer does not begin with a new line") }
        var text: [UInt8] = []
        while true {
            let byte = try reader.byte()
            if byte == newline { break }
            text.append(byte)
        }
        return text.isEmpty ? nil : try ZoneFooter(text)
    }
}

/// From `at` on (seconds since 1970, UTC) local time is `offset` seconds ahead of UTC.
struct OffsetChange: Hashable {
    let at: Int64
    let offset: Int
}

/// Reads bytes from front to back; asking for more than there are is an error.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { bytes.count - position }

    /// The next byte without taking it; nil at the end.
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= left else { throw Malformed("it ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard let byte = next else { throw Malformed("it ends too early") }
        position += 1
        return byte
    }

    /// A big-endian number of at most 8 bytes.
    mutating func number(size: Int, signed: Bool) throws(Malformed) -> Int64 {
        var value: UInt64 = 0
        for byte in try take(size) { value = value << 8 | UInt64(byte) }
        let unused = 64 - size * 8
        return signed ? Int64(bitPattern: value << unused) >> unused : Int64(bitPattern: value)
    }
}
