import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import API

@Suite("Request bodies")
struct RequestBodiesTests {
    private func request(_ chunks: [ByteBuffer]) -> Request {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        for chunk in chunks { continuation.yield(chunk) }
        continuation.finish()
        return Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v1/events"),
            body: RequestBody(asyncSequence: stream)
        )
    }

    private let mebibyte = ByteBuffer(repeating: 0x20, count: 1_048_576)

    @Test("one body may have 8 MiB and not a byte more")
    func one() async throws {
        let bodies = RequestBodies()
        let eight = Array(repeating: mebibyte, count: 8)
        #expect(try await bodies.collect(request(eight)).readableBytes == APILimits.bodyBytesMax)
        let problem = await #expect(throws: Problem.self) {
            try await bodies.collect(request(eight + [ByteBuffer(string: "x")]))
        }
        #expect(problem?.code == "body_too_large")
        #expect(problem?.leavesBodyUnread == true)
    }

    @Test("all together may have 32 MiB; what is done with, and what was refused, counts no more")
    func all() async throws {
        let bodies = RequestBodies()
        let eight = Array(repeating: mebibyte, count: 8)
        for _ in 0..<4 { _ = try await bodies.collect(request(eight)) }
        for _ in 0..<3 {
            let problem = await #expect(throws: Problem.self) { try await bodies.collect(request([mebibyte])) }
            #expect(problem?.code == "busy")
        }
        await bodies.release(APILimits.bodyBytesMax)
        await #expect(throws: Problem.self) { try await bodies.collect(request(eight + [mebibyte])) }
        #expect(try await bodies.collect(request(eight)).readableBytes == APILimits.bodyBytesMax)
    }

    @Test("a body that takes longer than 60 s is refused")
    func slow() async throws {
        let ticks = Ticks()
        let bodies = RequestBodies(now: { ticks.next() })
        let problem = await #expect(throws: Problem.self) {
            try await bodies.collect(request(Array(repeating: ByteBuffer(string: "{"), count: 8)))
        }
        #expect(problem?.status == .requestTimeout)
        #expect(problem?.code == "body_too_slow")
    }
}

/// A clock that is 10 s later each time it is read.
private final class Ticks: Sendable {
    private let seconds = Mutex<Int64>(0)

    func next() -> NIODeadline {
        seconds.withLock {
            $0 += 10
            return .uptimeNanoseconds(UInt64($0) * 1_000_000_000)
        }
    }
}
