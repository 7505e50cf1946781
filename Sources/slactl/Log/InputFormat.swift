/// What a file of events is packed or written in, by its first bytes.
enum InputFormat: Equatable {
    case gzip, zstd, xz, bzip2, lz4, zip, utf16, utf32

    /// How many bytes have to be known.
    static let headBytes = 8

    /// Nil for text in UTF-8, as far as the first bytes say.
    init?(head: some Collection<UInt8>) {
        let head = Array(head.prefix(Self.headBytes))
        let magics: [(InputFormat, [UInt8])] = [
            (.gzip, [0x1F, 0x8B]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
            (.bzip2, [0x42, 0x5A, 0x68]), (.lz4, [0x04, 0x22, 0x4D, 0x18]), (.zip, [0x50, 0x4B, 0x03, 0x04]),
            (.utf32, [0xFF, 0xFE, 0x00, 0x00]), (.utf32, [0x00, 0x00, 0xFE, 0xFF]),
            (.utf16, [0xFF, 0xFE]), (.utf16, [0xFE, 0xFF]),
        ]
        if let found = magics.first(where: { head.starts(with: $0.1) }) {
            self = found.0
            return
        }
        // Without a byte order mark: what begins JSON, beside a zero.
        let openers = Array("{[ \t\r\n".utf8)
        guard head.count >= 2 else { return nil }
        if openers.contains(head[0]), head[1] == 0 {
            self = head.count >= 4 && head[2] == 0 && head[3] == 0 ? .utf32 : .utf16
        } else if head[0] == 0, openers.contains(head[1]) {
            self = .utf16
        } else if head.count >= 4, head[..<3].allSatisfy({ $0 == 0 }), openers.contains(head[3]) {
            self = .utf32
        } else {
            return nil
        }
    }

    /// Why it cannot be read, and what to do.
    var cause: String {
        switch self {
        case .gzip: "it is gzip inside gzip, unpack it once: gunzip"
        case .zstd: "it is packed with zstd, unpack it first: zstd -dc"
        case .xz: "it is packed with xz, unpack it first: xz -dc"
        case .bzip2: "it is packed with bzip2, unpack it first: bzip2 -dc"
        case .lz4: "it is packed with lz4, unpack it first: lz4 -dc"
        case .zip: "it is a zip archive, unpack it first: unzip -p"
        case .utf16: "it is UTF-16, convert it first: iconv -f UTF-16 -t UTF-8"
        case .utf32: "it is UTF-32, convert it first: iconv -f UTF-32 -t UTF-8"
        }
    }
}
