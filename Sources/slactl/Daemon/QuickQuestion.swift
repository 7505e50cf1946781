import FoundationEssentials
import Glibc
import TimeBase

/// One question to the daemon that may fail, with nothing around it: for a shell that waits for what may be typed next.
///
/// It blocks, and never longer than `limit`.
enum QuickQuestion {
    /// How long a person at a prompt may be kept waiting.
    static let limit = Duration.milliseconds(500)
    private static let bytesMax = 1_024 * 1_024

    /// What the daemon answers with; nil if it does not, in time and with success.
    static func ask<Answer: Decodable>(_ path: String, at socket: String, as type: Answer.Type) -> Answer? {
        guard let bytes = answer(to: path, at: socket) else { return nil }
        return try? DaemonAnswer(bytes: bytes).decoded(as: type)
    }

    private static func answer(to path: String, at socket: String) -> Data? {
        let end = ContinuousClock.now + limit
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, flags, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let question = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        guard connect(descriptor, to: socket), send(question, to: descriptor) else { return nil }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < bytesMax {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (end - ContinuousClock.now) / .milliseconds(1)
            guard left > 0, unsafe poll(&wait, 1, Int32(left) + 1) > 0 else { return nil }
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return count == 0 ? body(of: bytes) : nil }
            bytes += chunk[..<count]
        }
        return nil
    }

    /// A Unix socket is connected at once, or the daemon has no time for it.
    private static func connect(_ descriptor: Int32, to path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            unsafe room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { return false }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private static func send(_ question: String, to descriptor: Int32) -> Bool {
        var question = question
        return question.withUTF8 { bytes in
            unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        }
    }

    /// What follows the head of an answer with status 200.
    private static func body(of answer: [UInt8]) -> Data? {
        guard answer.starts(with: Array("HTTP/1.1 200 ".utf8)) else { return nil }
        let blank = Array("\r\n\r\n".utf8)
        guard let end = answer.indices.first(where: { answer[$0...].starts(with: blank) }) else { return nil }
        return Data(answer[(end + blank.count)...])
    }
}
