import API
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Runs `body` while the API listens on `path`, then stops it.
func withServer<Value: Sendable>(
    _ desk: StubDesk,
    at path: String,
    mode: UInt32 = 0o660,
    group socketGroup: String? = nil,
    _ body: @Sendable (String) async throws -> Value
) async throws -> Value {
    let (listening, continuation) = AsyncStream.makeStream(of: Void.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = APIServer(
        router: makeRouter(desk: desk, now: { noon }),
        socketPath: path,
        mode: mode,
        group: socketGroup,
        logger: logger,
        listening: { continuation.yield() }
    )
    let group = ServiceGroup(services: [server], logger: logger)
    return try await withThrowingTaskGroup(of: Value?.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
            return nil
        }
        // Without an element the server ended before it listened: its error comes out of the group.
        guard await listening.first(where: { true }) != nil else {
            while try await tasks.next() != nil {}
            throw CancellationError()
        }
        do {
            let value = try await body(path)
            await group.triggerGracefulShutdown()
            while try await tasks.next() != nil {}
            return value
        } catch {
            tasks.cancelAll()
            throw error
        }
    }
}

/// A path that nobody else uses, short enough for a socket.
func temporarySocketPath() -> String {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "slawatch-\(UUID().uuidString.prefix(8))"
    )
    try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory.appendingPathComponent("s").path
}

/// Sends bytes as they are and reads until the other side closes, or until `isEnough` says so.
func talk(
    _ path: String,
    _ chunks: [[UInt8]],
    isEnough: @Sendable (String) -> Bool = { _ in false }
) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(unixDomainSocketPath: path) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A refusal in mid-body ends the writing; what was answered counts.
                for chunk in chunks { try? await outbound.write(ByteBuffer(bytes: chunk)) }
            }
            var text = ""
            do {
                for try await buffer in inbound {
                    text += String(buffer: buffer)
                    if isEnough(text) { break }
                }
            } catch is IOError {
                // A reset instead of an orderly end.
            }
            group.cancelAll()
            return text
        }
    }
}

func talk(_ path: String, _ text: String) async throws -> String { try await talk(path, [Array(text.utf8)]) }
