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
        let stream = GzipStream(bytesMax: bytesMax)
        var output: [UInt8] = []
        var offset = 0
        while try stream.unpack(packed, &offset, to: &output) {}
        try stream.finish()
        return output
    }
}

/// Unpacks gzip piece by piece: of a file of any length, only one piece is in memory.
@safe final class GzipStream {
    /// zlib remembers this address: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var room = [UInt8](repeating: 0, count: 256 * 1_024)
    private let bytesMax: Int
    private var state = State.between
    private var takenCount = 0
    private var madeCount = 0
    private var memberStart = 0

    private enum State {
        case between, member, padding
    }

    /// - Parameter bytesMax: More than so many unpacked bytes are refused while they are unpacked.
    init(bytesMax: Int) {
        self.bytesMax = bytesMax
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let gzipOnly: Int32 = 15 + 16
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        let begun = unsafe inflateInit2_(stream, gzipOnly, ZLIB_VERSION, size)
        precondition(begun == Z_OK, "zlib cannot begin: \(begun)")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Unpacks a part of `packed` from `offset` on, which moves with what was taken.
    ///
    /// Returns false if nothing more can come out of it.
    func unpack(_ packed: [UInt8], _ offset: inout Int, to output: inout [UInt8]) throws(Gzip.Damage) -> Bool {
        switch state {
        case .between:
            guard offset < packed.count else { return false }
            if packed[offset] == 0, takenCount > 0 {
                state = .padding
                return true
            }
            guard packed[offset] == 0x1F else { throw .corrupt(afterBytes: takenCount) }
            unsafe inflateReset(stream)
            memberStart = takenCount
            state = .member
            return true
        case .padding:
            guard packed[offset...].allSatisfy({ $0 == 0 }) else { throw .corrupt(afterBytes: takenCount) }
            offset = packed.count
            return false
        case .member: return try inflateMember(packed, &offset, to: &output)
        }
    }

    private func inflateMember(
        _ packed: [UInt8],
        _ offset: inout Int,
        to output: inout [UInt8]
    ) throws(Gzip.Damage) -> Bool {
        // zlib counts in 32 bits: hand over at most this much at a time.
        let part = min(packed.count - offset, 1 << 30)
        var made = 0
        var taken = 0
        let status = unsafe packed.withUnsafeBufferPointer { input in
            unsafe room.withUnsafeMutableBufferPointer { room in
                // zlib does not write through next_in; its type merely lacks the const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress.map { unsafe $0 + offset }
                )
                unsafe stream.pointee.avail_in = UInt32(part)
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room.count)
                let status = unsafe inflate(stream, Z_NO_FLUSH)
                made = unsafe room.count - Int(stream.pointee.avail_out)
                taken = unsafe part - Int(stream.pointee.avail_in)
                return status
            }
        }
        offset += taken
        takenCount += taken
        madeCount += made
        guard madeCount <= bytesMax else { throw .tooLarge(limit: bytesMax) }
        output.append(contentsOf: room[..<made])
        switch status {
        case Z_STREAM_END:
            state = .between
            return true
        // No progress: it needs more bytes.
        case Z_BUF_ERROR: return false
        case Z_OK: return made == room.count || offset < packed.count
        default: throw .corrupt(afterBytes: unsafe stream.pointee.total_in <= 2 ? memberStart : takenCount)
        }
    }

    /// Says that nothing comes any more.
    func finish() throws(Gzip.Damage) {
        if state == .member { throw .truncated }
    }
}
