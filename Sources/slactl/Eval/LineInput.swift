import Glibc

/// Lines of a stream, as they come.
struct LineInput {
    enum Line: Equatable {
        case whole([UInt8])
        /// Longer than is read; nothing of it is kept.
        case tooLong
    }

    private let file: Int32
    private let lineBytesMax: Int
    private var buffer: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to where there is no line feed.
    private var searched = 0
    private var isTooLong = false
    private var isAtEnd = false

    private static let chunkBytes = 64 * 1_024

    init(file: Int32 = 0, lineBytesMax: Int) {
        self.file = file
        self.lineBytesMax = lineBytesMax
    }

    /// The next line without its line feed; nil at the end.
    ///
    /// `beforeWaiting` is called whenever the stream has to be asked for more, which may take for ever: somebody may
    /// wait for the answers so far before sending the next line.
    mutating func next(beforeWaiting: () -> Void) throws(Failure) -> Line? {
        while true {
            if let feed = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer {
                    start = feed + 1
                    searched = start
                    isTooLong = false
                }
                return line(until: feed)
            }
            searched = buffer.count
            if buffer.count - start > lineBytesMax {
                isTooLong = true
                start = buffer.count
            }
            guard !isAtEnd else {
                guard start < buffer.count || isTooLong else { return nil }
                defer {
                    start = buffer.count
                    isTooLong = false
                }
                return line(until: buffer.count)
            }
            beforeWaiting()
            try fill()
        }
    }

    private func line(until end: Int) -> Line {
        isTooLong || end - start > lineBytesMax ? .tooLong : .whole(Array(buffer[start..<end]))
    }

    private mutating func fill() throws(Failure) {
        buffer.removeSubrange(..<start)
        searched -= start
        start = 0
        let kept = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.chunkBytes))
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { room in
                unsafe read(file, room.baseAddress?.advanced(by: kept), Self.chunkBytes)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever shares the stream has set it not to block.
                var stream = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                unsafe poll(&stream, 1, -1)
                continue
            }
            let code = errno
            buffer.removeLast(Self.chunkBytes - max(count, 0))
            guard count >= 0 else {
                let cause = unsafe String(cString: strerror(code)).lowercased()
                throw Failure(code: .inputOutput, message: "cannot read standard input: \(cause)")
            }
            isAtEnd = count == 0
            return
        }
    }
}
