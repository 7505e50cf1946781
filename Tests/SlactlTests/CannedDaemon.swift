import Foundation
import Glibc

/// A stand-in for the daemon: a Unix socket on which every request gets the next of the prepared answers.
final class CannedDaemon: Sendable {
    let socket: String
    private let folder: TemporaryFolder
    private let listener: Int32
    private let log: URL

    /// Begins to listen and to answer.
    ///
    /// - Parameter answers: Whole HTTP answers; the last one is given again and again. An empty text hangs up.
    /// - Throws: What the system says where there can be no socket.
    init(_ answers: [String]) throws {
        folder = try TemporaryFolder()
        socket = folder.url.appendingPathComponent("s").path
        log = folder.url.appendingPathComponent("log")
        listener = try Self.listen(on: socket)
        try Data().write(to: log)
        let listener = listener
        let log = log
        Thread.detachNewThread {
            var rest = answers[...]
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                // One request for each connection keeps this short; "Connection: close" tells the client.
                Self.record(Self.request(from: client), in: log)
                let answer = rest.count > 1 ? rest.removeFirst() : rest.first ?? ""
                // Stays open: the end of the test program closes it.
                if answer == Self.silence { continue }
                var text = answer
                text.withUTF8 { bytes in
                    _ = unsafe send(client, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                }
                // A program that another test starts right now may have inherited it: closing alone would not hang up.
                shutdown(client, Int32(SHUT_RDWR))
                close(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// What was asked so far: head and body of each request.
    var received: String {
        get throws { String(decoding: try Data(contentsOf: log), as: UTF8.self) }
    }

    /// In place of an answer: says nothing, as a process that is stopped.
    static let silence = "silence"

    static func answer(_ status: String, _ body: String, type: String = "application/json") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    private static func listen(on path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            precondition(path.utf8.count < room.count, "the temporary folder's path is too long for a socket: \(path)")
            unsafe room.copyBytes(from: path.utf8)
        }
        let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard listener >= 0, bound == 0, Glibc.listen(listener, 16) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        return listener
    }

    /// Reads the head and as much body as it announces.
    private static func request(from client: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !isWhole(bytes) {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(client, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let announced = text[..<end.lowerBound].components(separatedBy: "\r\n")
            .first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        return text[end.upperBound...].utf8.count >= announced ?? 0
    }

    private static func record(_ request: String, in log: URL) {
        guard let file = try? FileHandle(forWritingTo: log) else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data(request.utf8))
        try? file.close()
    }
}
