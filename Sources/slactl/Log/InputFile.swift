import Config
import Glibc

/// Reads a whole file, or standard input where the name is `-`.
enum InputFile {
    /// A year of a large desk is some 100 MB; what is larger comes in parts.
    static let bytesMax = 2 * 1_024 * 1_024 * 1_024

    /// What people call it in a sentence.
    static func title(of name: String) -> String { name == "-" ? "standard input" : name }

    static func bytes(of name: String) throws(Failure) -> [UInt8] {
        guard name != "-" else { return try readAll(0, name) }
        let file = unsafe open(name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(name, errno) }
        defer { close(file) }
        return try readAll(file, name)
    }

    /// A file of holidays that a policy names.
    static func feed(at path: String) throws(FeedUnreadable) -> [UInt8] {
        // Not blocking: a pipe in place of a file must not stop us.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FeedUnreadable(cause(errno)) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 * 1_024)
        // One piece more than allowed, so that it is refused as too large.
        while bytes.count <= ConfigFile.feedBytesMax {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FeedUnreadable(cause(errno)) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func readAll(_ file: Int32, _ name: String) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 * 1_024)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { room in
                unsafe read(file, room.baseAddress, room.count)
            }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(name, errno)
            }
            guard bytes.count + count <= bytesMax else {
                throw Failure(
                    code: .inputOutput,
                    message: "cannot read \(title(of: name)): more than \(bytesMax.grouped) bytes, split the file"
                )
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Why a file cannot be read, by the code of the system.
    static func failure(_ name: String, _ code: Int32) -> Failure {
        Failure(code: .inputOutput, message: "cannot read \(title(of: name)): \(cause(code))")
    }

    /// The system's words for a code.
    static func cause(_ code: Int32) -> String { unsafe String(cString: strerror(code)).lowercased() }
}
