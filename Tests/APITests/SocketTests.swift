import API
import Engine
import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

private func isHealthy(_ path: String) async throws -> Bool {
    let answer = try await talk(path, "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\nok\n")
}

@Suite("The Unix socket", .timeLimit(.minutes(5)))
final class SocketTests {
    /// In a directory of this test's own.
    private let path = temporarySocketPath()

    deinit { try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent()) }

    @Test("an event handed in carries the user at the other end")
    func peerUser() async throws {
        let desk = StubDesk()
        let body = #"{"case":"1","event":"note"}"#
        let answer = try await withServer(desk, at: path) { path in
            try await talk(
                path,
                "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(await desk.units.first?.events.first?.user == NSUserName())
    }

    @Test("the socket's mode is the one asked for, and the file is gone after the end", arguments: [0o660, 0o600])
    func mode(mode: Int) async throws {
        let path = path
        try await withServer(StubDesk(), at: path, mode: UInt32(mode)) { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("the socket of a dead daemon is replaced")
    func stale() async throws {
        let path = path
        try leaveDeadSocket(at: path)
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(try await withServer(StubDesk(), at: path, isHealthy))
    }

    @Test("a socket in use is left alone, and the error says what to do")
    func inUse() async throws {
        try await withServer(StubDesk(), at: path) { (path: String) async throws -> Void in
            let error = await #expect(throws: SocketProblem.self) {
                try await withServer(StubDesk(), at: path) { _ in Issue.record("two daemons on one socket") }
            }
            #expect(error == .inUse(path: path))
            #expect(
                error.map(String.init(describing:))
                    == "cannot listen on \(path): another daemon answers there, stop it first (systemctl stop slawatchd)"
            )
            #expect(try await isHealthy(path))
        }
    }

    @Test("a file that is no socket is left alone")
    func notASocket() async throws {
        let path = path
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        await #expect(throws: SocketProblem.notASocket(path: path)) {
            try await withServer(StubDesk(), at: path) { _ in }
        }
        #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
    }

    @Test("a group that does not exist is named, and nobody is let in")
    func noSuchGroup() async throws {
        let path = path
        await #expect(throws: SocketProblem.noSuchGroup(path: path, group: "no-such-group")) {
            try await withServer(StubDesk(), at: path, group: "no-such-group") { _ in Issue.record("it listens") }
        }
    }

    @Test("10,000 events go through in one request, and each has its answer")
    func many() async throws {
        let desk = StubDesk()
        let body = (1...10_000).map { #"{"case":"c\#($0)","event":"opened","at":"2026-11-21T12:00:00Z"}"# + "\n" }
            .joined()
        let answer = try await withServer(desk, at: path) { path in
            let head =
                "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            return try await talk(path, head + body)
        }
        #expect(
            answer.contains(
                #"{"applied":10000,"duplicate":0,"refused":0,"clamped":0,"ignored":[],"results":[{"line":1,"case":"c1","#
            )
        )
        #expect(answer.hasSuffix(#""result":"applied"}]}"#))
        #expect(await desk.units.map(\.events.count) == [10_000])
    }

    @Test("200 connections that say nothing keep nobody waiting, and the ones of them that are closed are the oldest")
    func silent() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let open = try await withServer(StubDesk(), at: path) { path in
            var silent: [any Channel] = []
            for _ in 0..<200 {
                silent.append(try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get())
            }
            let clock = ContinuousClock()
            let start = clock.now
            for _ in 0..<10 { #expect(try await isHealthy(path)) }
            #expect(clock.now - start < .seconds(20), "far below the minute that a silent client may take")
            // A request has been answered, so all that were opened before it were looked at: only the closing is under way.
            for channel in silent.prefix(120) { try await channel.closeFuture.get() }
            let open = silent.map(\.isActive)
            for channel in silent { try? await channel.close() }
            return open
        }
        #expect(open.prefix(120).allSatisfy { !$0 })
        // Ten requests took the place of one each, or fewer where the one before had left already.
        #expect((54...64).contains(open.count { $0 }), "\(open.count { $0 }) are open")
    }

    @Test("a path that is too long, and a directory that is missing, are named")
    func wrongPaths() async throws {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        await #expect(throws: SocketProblem.pathTooLong(path: long)) {
            try await withServer(StubDesk(), at: long) { _ in }
        }
        let missing = path + "no/s"
        let error = await #expect(throws: SocketProblem.self) { try await withServer(StubDesk(), at: missing) { _ in } }
        #expect(
            error.map(String.init(describing:))
                == "cannot listen on \(missing): no such file or directory, create its directory"
        )
    }

    @Test("a body that outgrows 8 MiB on the way is refused, and the next client is served")
    func tooLarge() async throws {
        try await withServer(StubDesk(), at: path) { path in
            let head = "POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            let piece = Array("100000\r\n".utf8) + [UInt8](repeating: 0x20, count: 1_048_576) + Array("\r\n".utf8)
            let answer = try await talk(path, [Array(head.utf8)] + Array(repeating: piece, count: 9)) {
                $0.contains("body_too_large")
            }
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(try await isHealthy(path))
        }
    }

    @Test("rubbish is answered or dropped, and the next client is served", arguments: 0..<20 as Range<UInt64>)
    func rubbish(seed: UInt64) async throws {
        var random = SeededNumbers(state: seed)
        let bytes = (0..<4_096).map { _ in UInt8.random(in: 0...255, using: &random) }
        try await withServer(StubDesk(), at: path) { path in
            _ = try await talk(path, [bytes + Array("\r\n\r\n".utf8)])
            _ = try await talk(path, [Array("POST /v1/events HTTP/1.1\r\nContent-Length: -1\r\n\r\n".utf8) + bytes])
            _ = try await talk(path, [Array("GET /\(String(repeating: "x", count: 100_000)) HTTP/1.1\r\n\r\n".utf8)])
            #expect(try await isHealthy(path))
        }
    }

    @Test("a client in the middle of its request does not hold up the stop")
    func stop() async throws {
        let path = path
        let (listening, isListening) = AsyncStream.makeStream(of: Void.self)
        let (answered, isAnswered) = AsyncStream.makeStream(of: Void.self)
        async let answer: String = {
            _ = await listening.first { true }
            let requests =
                "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
                + "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
            return try await talk(path, [Array(requests.utf8)]) { text in
                if text.hasSuffix("ok\n") { isAnswered.yield() }
                return false
            }
        }()
        let clock = ContinuousClock()
        let asked = try await withServer(StubDesk(), at: path) { _ in
            isListening.yield()
            _ = await answered.first { true }
            return clock.now
        }
        let stopped = clock.now
        #expect(try await answer.contains("200 OK"))
        #expect(stopped - asked < .seconds(40), "below the minute that a silent client may take")
    }

    @Test("bytes that are no event are refused line by line over the socket")
    func binaryBody() async throws {
        let desk = StubDesk()
        let body = [0, 0xFF, 0x0A] + Array(#"{"case":"1","event":"note"}"#.utf8)
        let answer = try await withServer(desk, at: path) { path in
            let head =
                "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
            return try await talk(path, [Array(head.utf8) + body])
        }
        #expect(answer.contains(#"{"applied":1,"duplicate":0,"refused":1,"#))
        #expect(await desk.units.count == 1)
    }
}

/// Numbers that are the same in every run.
private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

/// Binds a socket and closes it, as a killed daemon leaves it.
///
/// It never listens: a process that another test starts at this moment inherits the descriptor, and would keep a
/// listening one alive.
private func leaveDeadSocket(at path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    try #require(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(result == 0)
}
