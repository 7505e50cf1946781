import CZlib

/// Reads gzip files, RFC 1952, also several members one after the other as `cat a.gz b.gz` makes them.
enum Gzip {
    enum Damage: Error, Equatable {
        case truncated
        case corrupt(afterBytes: Int)
        /// More than `limit` bytes come out: a mistake, or a bomb.
        case tooLarge(limit: Int)
    }

    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// All that was compressed.
    ///
    /// Zero bytes after the last member, the padding of tapes, are passed over.
    static func unpacked(_ packed: [UInt8], bytesMax: Int) throws(Damage) -> [UInt8] {
        var output: [UInt8] = []
        var offset = 0
        while offset < packed.count {
            if offset > 0, packed[offset...].allSatisfy({ $0 == 0 }) { break }
            guard isGzip(Array(packed[offset..<min(offset + 2, packed.count)])) else {
                throw .corrupt(afterBytes: offset)
            }
            offset += try appendMember(packed, from: offset, to: &output, bytesMax: bytesMax)
        }
        return output
    }

    /// Unpacks one member and returns how many packed bytes it has.
    private static func appendMember(
        _ packed: [UInt8],
        from offset: Int,
        to output: inout [UInt8],
        bytesMax: Int
    ) throws(Damage) -> Int {
        var stream = unsafe z_stream()
        let gzipOnly: Int32 = 15 + 16
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        let begun = unsafe inflateInit2_(&stream, gzipOnly, ZLIB_VERSION, size)
        precondition(begun == Z_OK, "zlib cannot begin: \(begun)")
        defer { unsafe inflateEnd(&stream) }
        var consumed = 0
        var chunk = [UInt8](repeating: 0, count: 256 * 1_024)
        while true {
            // zlib counts in 32 bits: hand over at most this much at a time.
            let part = min(packed.count - offset - consumed, 1 << 30)
            var made = 0
            let status = unsafe packed.withUnsafeBufferPointer { input in
                unsafe chunk.withUnsafeMutableBufferPointer { room in
                    // zlib does not write through next_in; its type merely lacks the const.
                    unsafe stream.next_in = UnsafeMutablePointer(
                        mutating: input.baseAddress.map { unsafe $0 + offset + consumed }
                    )
                    unsafe stream.avail_in = UInt32(part)
                    unsafe stream.next_out = room.baseAddress
                    unsafe stream.avail_out = UInt32(room.count)
                    let status = unsafe inflate(&stream, Z_NO_FLUSH)
                    made = unsafe room.count - Int(stream.avail_out)
                    consumed += unsafe part - Int(stream.avail_in)
                    return status
                }
            }
            guard output.count + made <= bytesMax else { throw .tooLarge(limit: bytesMax) }
            output.append(contentsOf: chunk[..<made])
            switch status {
            case Z_STREAM_END: return consumed
            case Z_OK: if made == 0, offset + consumed == packed.count { throw .truncated }
            case Z_BUF_ERROR: throw .truncated
            default: throw .corrupt(afterBytes: offset + consumed)
            }
        }
    }
}
