import FoundationEssentials
import Glibc
import Intake

/// A file of events, or standard input, read as a stream: the one reader of `simulate`, `import` and `replay`.
///
/// Packed with gzip or not; JSON Lines, objects spread over lines, arrays. Only one piece of it is in memory.
final class EventFile {
    let name: String
    private let file: Int32
    /// Where the events begin; nil if the file can be read only once.
    private let start: off_t?

    /// How much is read at a time.
    private static let chunkBytes = 256 * 1_024

    /// Opens the file.
    ///
    /// With `isReadAgain` standard input from a pipe is kept in an unlinked file meanwhile.
    init(_ name: String, isReadAgain: Bool = false) throws(Failure) {
        self.name = name
        let given: Int32 = name == "-" ? dup(0) : unsafe open(name, O_RDONLY | O_CLOEXEC)
        guard given >= 0 else { throw InputFile.failure(name, errno) }
        let offset = lseek(given, 0, SEEK_CUR)
        if offset >= 0 || !isReadAgain {
            file = given
            start = offset >= 0 ? offset : nil
        } else {
            defer { close(given) }
            file = try Self.copy(of: given, name)
            start = 0
        }
    }

    deinit { close(file) }

    /// Reads all of it, from its beginning.
    ///
    /// - Parameter each: Called for each event and each refusal in the order of the file, with the text of the event.
    /// - Throws: `Failure` if it cannot be read or is no text, and what `each` throws.
    func read(_ each: (LogLine, Bytes) throws -> Void) throws {
        if let start, lseek(file, start, SEEK_SET) < 0 { throw InputFile.failure(name, errno) }
        var reader = LogFileReader()
        var chunk = try nextChunk()
        guard InputFormat(head: chunk) == .gzip else {
            try refuse(InputFormat(head: chunk))
            while !chunk.isEmpty {
                try reader.read(chunk, isLast: false, each)
                chunk = try nextChunk()
            }
            return try reader.read([], isLast: true, each)
        }
        let stream = GzipStream(bytesMax: InputFile.bytesMax)
        var unpacked: [UInt8] = []
        var isHead = true
        func handOn(isLast: Bool) throws {
            guard isLast || unpacked.count >= Self.chunkBytes else { return }
            if isHead { try refuse(InputFormat(head: unpacked)) }
            isHead = false
            try reader.read(unpacked, isLast: isLast, each)
            unpacked.removeAll(keepingCapacity: true)
        }
        while !chunk.isEmpty {
            var offset = 0
            while try unpack(stream, chunk, &offset, &unpacked) { try handOn(isLast: false) }
            try handOn(isLast: false)
            chunk = try nextChunk()
        }
        do throws(Gzip.Damage) { try stream.finish() } catch { throw failure(error) }
        try handOn(isLast: true)
    }

    private func unpack(
        _ stream: GzipStream,
        _ chunk: [UInt8],
        _ offset: inout Int,
        _ unpacked: inout [UInt8]
    ) throws(Failure) -> Bool {
        do throws(Gzip.Damage) {
            return try stream.unpack(chunk, &offset, to: &unpacked)
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ damage: Gzip.Damage) -> Failure {
        let cause =
            switch damage {
            case .truncated: "the gzip data end too early, fetch the file again"
            case .corrupt(let offset): "the gzip data are damaged after byte \(offset), fetch the file again"
            case .tooLarge(let limit): "more than \(limit.grouped) bytes unpacked, split the file"
            }
        return Failure(code: .inputOutput, message: "cannot read \(InputFile.title(of: name)): \(cause)")
    }

    private func refuse(_ format: InputFormat?) throws(Failure) {
        guard let format else { return }
        throw Failure(
            code: .inputRefused,
            message: "cannot read \(InputFile.title(of: name)): \(format.cause)"
        )
    }

    /// As much as there is, at most a chunk; empty at the end.
    private func nextChunk() throws(Failure) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        var filled = 0
        while filled < chunk.count {
            let count = unsafe chunk.withUnsafeMutableBytes { room in
                unsafe Glibc.read(file, room.baseAddress?.advanced(by: filled), room.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InputFile.failure(name, errno) }
            if count == 0 { break }
            filled += count
        }
        chunk.removeLast(chunk.count - filled)
        return chunk
    }

    /// A file without a name that has all of a stream.
    private static func copy(of stream: Int32, _ name: String) throws(Failure) -> Int32 {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        func failure(_ code: Int32) -> Failure {
            Failure(
                code: .inputOutput,
                message: "cannot keep \(InputFile.title(of: name)) in \(folder): \(InputFile.cause(code)); "
                    + "name another folder in TMPDIR"
            )
        }
        var path = Array("\(folder)/slactl-XXXXXX".utf8CString)
        let copy = unsafe path.withUnsafeMutableBufferPointer { path -> Int32 in
            guard let path = path.baseAddress else { return -1 }
            let copy = unsafe mkstemp(path)
            if copy >= 0 { unsafe unlink(path) }
            return copy
        }
        guard copy >= 0 else { throw failure(errno) }
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(stream, $0.baseAddress, $0.count) }
            if count == 0 { return copy }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(copy)
                throw InputFile.failure(name, code)
            }
            var done = 0
            while done < count {
                let written = unsafe chunk.withUnsafeBytes { bytes in
                    unsafe write(copy, bytes.baseAddress?.advanced(by: done), count - done)
                }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else {
                    let code = errno
                    close(copy)
                    throw failure(code)
                }
                done += written
            }
        }
    }
}
