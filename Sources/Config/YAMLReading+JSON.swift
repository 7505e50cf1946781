/// What is JSON and not YAML.
///
/// All other JSON is read as the YAML that it is, so that the same mistakes are reported in the same words.
extension YAMLReading {
    /// The text with the two quirks of JSON put into YAML's terms; any other text as it is.
    ///
    /// JSON writes a character beyond U+FFFF as two escapes, `\uD83D\uDE00`, and YAML as one, `\U0001F600`. JSON takes
    /// tabs before the first brace.
    static func withoutJSONQuirks(_ text: String) -> String {
        let indent = text.utf8.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard let first = text.utf8.dropFirst(indent.count).first, first == UInt8(ascii: "{") else { return text }
        var bytes = Array(text.utf8)
        for index in bytes.indices.prefix(indent.count) where bytes[index] == 0x09 { bytes[index] = 0x20 }
        if let joined = joiningSurrogates(of: bytes) { bytes = joined }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil if there are none.
    private static func joiningSurrogates(of bytes: [UInt8]) -> [UInt8]? {
        var joined: [UInt8] = []
        var copied = 0
        var index = 0
        while index + 1 < bytes.count {
            // An escaped backslash begins no other escape.
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            guard let high = unit(at: index, in: bytes), 0xD800..<0xDC00 ~= high,
                let low = unit(at: index + 6, in: bytes), 0xDC00..<0xE000 ~= low
            else {
                index += 2
                continue
            }
            let digits = String(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), radix: 16)
            joined +=
                bytes[copied..<index] + "\\U".utf8 + String(repeating: "0", count: 8 - digits.count).utf8 + digits.utf8
            index += 12
            copied = index
        }
        return copied == 0 ? nil : joined + bytes[copied...]
    }

    /// The number of the escape `\u1234` at `index`; nil if there is none.
    private static func unit(at index: Int, in bytes: [UInt8]) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let digits = bytes[index + 2..<index + 6]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
