package import Hummingbird
import Logging
import NIOCore

/// What a request knows besides itself: the connection it came on.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Who has connected; nil if there is no server around the router, as in tests.
    let userID: UInt32?
    /// Nil if there is no server around the router, as in tests.
    private let connections: Connections?

    package init(source: ApplicationRequestContextSource) { self.init(source: source, connections: nil) }

    init(source: ApplicationRequestContextSource, connections: Connections?) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        userID = connections?.user(of: source.channel)
        self.connections = connections
    }

    /// The request has come as a whole: from here on its client only waits, and keeps its connection while `body` works.
    func answering<Answer>(_ body: () async throws -> Answer) async rethrows -> Answer {
        connections?.note(channel, isAnswering: true)
        defer { connections?.note(channel, isAnswering: false) }
        return try await body()
    }

    /// Calls `hangUp` once if the client goes away while `body` waits; `hangUp` must not wait.
    func watching<Answer>(
        _ hangUp: @escaping @Sendable () -> Void,
        _ body: () async throws -> Answer
    ) async rethrows -> Answer {
        connections?.watch(channel, hangUp)
        defer { connections?.unwatch(channel) }
        return try await body()
    }

    /// Closes the connection when the client has had time to read the answer.
    func closeSoon() {
        let channel = channel
        channel.eventLoop.scheduleTask(in: APILimits.lingerTimeout) { channel.close(promise: nil) }
    }
}
