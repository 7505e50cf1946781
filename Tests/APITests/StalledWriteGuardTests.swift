import NIOCore
import NIOEmbedded
import Testing

@testable import API

@Suite("A client that does not read")
struct StalledWriteGuardTests {
    @Test("its connection is closed when an answer has waited for 30 s")
    func stalled() throws {
        let channel = EmbeddedChannel(handler: StalledWriteGuard(timeout: .seconds(30)))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("one that reads again in time keeps it")
    func recovers() throws {
        let channel = EmbeddedChannel(handler: StalledWriteGuard(timeout: .seconds(30)))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
    }
}
