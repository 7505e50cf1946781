package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import NIOPosix
import ServiceLifecycle

/// The API on a Unix socket, as a service: runs until it is told to stop or cannot listen.
package struct APIServer: Service {
    private let responder: RouterResponder<APIContext>
    private let file: SocketFile
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let listening: @Sendable () async -> Void

    /// - Parameters:
    ///   - router: From `makeRouter`.
    ///   - socketPath: At most 107 bytes, in a directory that exists.
    ///   - mode: Of the socket's file; set after binding, so that the umask does not matter.
    ///   - group: Who may connect, by name; nil leaves the group of the process.
    ///   - eventLoopGroup: Whose threads read and write.
    ///   - logger: For what goes wrong in the server itself.
    ///   - listening: Called once, when clients can connect: the time to send READY. Requests are answered when it has
    ///     returned.
    package init(
        router: Router<APIContext>,
        socketPath: String,
        mode: UInt32 = 0o660,
        group: String? = nil,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger,
        listening: @escaping @Sendable () async -> Void
    ) {
        responder = router.buildResponder()
        file = SocketFile(path: socketPath, mode: mode, group: group)
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.listening = listening
    }

    /// Throws `SocketProblem` where it cannot listen.
    package func run() async throws {
        try await file.checkFree(eventLoopGroup: eventLoopGroup)
        let opening = Opening()
        // Not an `Application`: that one wakes every second to keep the text of its date header.
        let connections = Connections()
        let server = try HTTPServerBuilder.http1(configuration: Self.httpConfiguration(connections))
            .buildServer(
                configuration: ServerConfiguration(address: .unixDomainSocket(path: file.path)),
                eventLoopGroup: eventLoopGroup,
                logger: logger,
                responder: { [responder, logger] request, writer, channel in
                    let source = ApplicationRequestContextSource(channel: channel, logger: logger)
                    let context = APIContext(source: source, connections: connections)
                    defer { connections.note(channel, isAnswering: false) }
                    // What has a body is read first, which is up to the client; see `APIContext.answering`.
                    if request.headers[.contentLength] == nil, request.headers[.transferEncoding] == nil {
                        connections.note(channel, isAnswering: true)
                    }
                    let response = try await responder.respond(to: request, context: context)
                    connections.note(channel, isAnswering: true)
                    try await writer.write(response: response.head, body: response.body)
                },
                onServerRunning: { channel in
                    do throws(SocketProblem) {
                        await opening.succeed(try file.open())
                        await listening()
                    } catch {
                        await opening.fail(error)
                        channel.close(promise: nil)
                    }
                }
            )
        do {
            try await Self.run(server)
        } catch let error as IOError {
            throw file.failed("listen on", error.errnoCode)
        }
        // A server whose channel was closed ends without a word.
        if let problem = await opening.problem { throw problem }
        if let identity = await opening.identity { file.remove(identity) }
    }

    /// Told to stop, lets requests end for a moment; a client that sends nothing more must not hold up the daemon.
    private static func run(_ server: any Service) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: APILimits.stopTimeout)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func httpConfiguration(_ connections: Connections) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionSeat(connections), StalledWriteGuard(timeout: APILimits.stalledTimeout),
            ],
            idleTimeout: APILimits.idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: APILimits.headerBytesMax,
                maxHeaderListSize: APILimits.headerBytesMax,
                maxHeaderFieldCount: APILimits.headerFieldsMax
            )
        )
    }
}

/// How opening the socket to its group went: the server's callback cannot throw.
private actor Opening {
    private(set) var identity: SocketFile.Identity?
    private(set) var problem: SocketProblem?

    func succeed(_ identity: SocketFile.Identity) { self.identity = identity }
    func fail(_ problem: SocketProblem) { self.problem = problem }
}
