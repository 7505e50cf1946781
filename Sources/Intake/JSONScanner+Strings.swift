/// Strings: most are taken as they stand, those with escapes are decoded into bytes of their own.
extension JSONScanner {
    /// Reads the string whose opening quote is the next byte.
    ///
    /// Its bytes are not yet known to be UTF-8.
    package mutating func string(in text: Bytes) throws(Problem) -> Token {
        let first = position + 1
        var index = first
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                advance(to: index + 1)
                return .plain(first..<index)
            }
            guard byte != UInt8(ascii: "\\") else {
                return .decoded(try decoded(from: first, escapeAt: index, in: text))
            }
            guard byte >= 0x20 else { throw .controlCharacter(offset: index) }
            index += 1
        }
        throw .endsTooSoon
    }

    private mutating func decoded(
        from first: Int,
        escapeAt firstEscape: Int,
        in text: Bytes
    ) throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in first..<firstEscape { bytes.append(text[index]) }
        var index = firstEscape
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                advance(to: index + 1)
                return bytes
            }
            guard byte >= 0x20 else { throw .controlCharacter(offset: index) }
            if byte == UInt8(ascii: "\\") {
                index = try Self.unescape(at: index, in: text, to: &bytes)
            } else {
                bytes.append(byte)
                index += 1
            }
        }
        throw .endsTooSoon
    }

    /// Appends what the escape at `index` stands for and returns the place behind it.
    private static func unescape(at index: Int, in text: Bytes, to bytes: inout [UInt8]) throws(Problem) -> Int {
        guard index + 1 < text.count else { throw .endsTooSoon }
        switch text[index + 1] {
        case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): bytes.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): return try unescapeScalar(at: index, in: text, to: &bytes)
        default: throw .unexpected(offset: index)
        }
        return index + 2
    }

    /// `\u0041`, or the two halves of a surrogate pair; half a pair has no meaning and is refused.
    private static func unescapeScalar(
        at index: Int,
        in text: Bytes,
        to bytes: inout [UInt8]
    ) throws(Problem) -> Int {
        let unit = try hexUnit(at: index + 2, in: text)
        if let scalar = Unicode.Scalar(unit) {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return index + 6
        }
        guard unit < 0xDC00 else { throw .loneSurrogate(offset: index) }
        guard index + 7 < text.count else { throw .endsTooSoon }
        guard text[index + 6] == UInt8(ascii: "\\"), text[index + 7] == UInt8(ascii: "u") else {
            throw .loneSurrogate(offset: index)
        }
        let second = try hexUnit(at: index + 8, in: text)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        else { throw .loneSurrogate(offset: index) }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        return index + 12
    }

    private static func hexUnit(at index: Int, in text: Bytes) throws(Problem) -> UInt32 {
        guard index + 4 <= text.count else { throw .endsTooSoon }
        var unit: UInt32 = 0
        for place in index..<index + 4 {
            let byte = text[place]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw .unexpected(offset: place)
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
