package import Hummingbird
import Logging
import NIOCore

/// What a request knows besides itself: the connection it came on.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Closes the connection when the client has had time to read the answer.
    func closeSoon() {
        let channel = channel
        channel.eventLoop.scheduleTask(in: APILimits.lingerTimeout) { channel.close(promise: nil) }
    }
}
