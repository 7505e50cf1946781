import CSystemd
import Glibc

/// Hands entries to journald by its native protocol, sd_journal_sendv(3).
///
/// Blocks without limit while journald does not read: to be used from a queue of its own. No error does not mean that
/// the entry was kept, nor that there is a journald at all; only reading it back proves that.
package struct JournalWriter: Sendable {
    /// `NAME=value` with more bytes is shown as `null` by `journalctl -o json`.
    static let fieldBytesMax = 4_095
    static let nameBytesMax = 64

    private let identifier: String

    /// - Parameter identifier: `SYSLOG_IDENTIFIER`, what stands before the colon in `journalctl`.
    package init(identifier: String) { self.identifier = identifier }

    /// Whether there is a journald to write to.
    package static var isJournalPresent: Bool { unsafe access("/run/systemd/journal/socket", F_OK) == 0 }

    /// Sends one entry.
    ///
    /// Names may repeat; values may hold anything, and are cut to what `journalctl` shows.
    package func send(_ fields: [(name: String, value: String)]) throws(HostProblem) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        var lengths: [Int] = []
        lengths.reserveCapacity(fields.count + 1)
        for field in [("SYSLOG_IDENTIFIER", identifier)] + fields {
            let before = bytes.count
            try Self.append(name: field.0, value: field.1, to: &bytes)
            lengths.append(bytes.count - before)
        }
        let result = unsafe bytes.withUnsafeMutableBytes { buffer -> Int32 in
            guard var start = buffer.baseAddress else { return 0 }
            var vectors: [iovec] = unsafe []
            unsafe vectors.reserveCapacity(lengths.count)
            for length in lengths {
                unsafe vectors.append(iovec(iov_base: start, iov_len: length))
                unsafe start += length
            }
            return unsafe sd_journal_sendv(vectors, Int32(lengths.count))
        }
        guard result >= 0 else { throw .cannotWriteJournal(code: -result) }
    }

    /// `NAME=value`, the value cut before a character that would go beyond the limit and then ending in `…`.
    static func append(name: String, value: String, to bytes: inout [UInt8]) throws(HostProblem) {
        guard isValid(name: name) else { throw .badFieldName(name) }
        bytes += name.utf8
        bytes.append(UInt8(ascii: "="))
        let limit = fieldBytesMax - name.utf8.count - 1
        let value = value.utf8
        guard value.count > limit else {
            bytes += value
            return
        }
        let ellipsis = "…".utf8
        var end = value.index(value.startIndex, offsetBy: limit - ellipsis.count)
        // Not inside a character: bytes 10xxxxxx continue one.
        while end > value.startIndex, value[end] & 0xC0 == 0x80 { end = value.index(before: end) }
        bytes += value[..<end]
        bytes += ellipsis
    }

    /// journald drops fields with other names, and those beginning with `_`, without a word.
    static func isValid(name: String) -> Bool {
        let name = name.utf8
        guard let first = name.first, name.count <= nameBytesMax, isLetter(first) else { return false }
        return name.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
}
