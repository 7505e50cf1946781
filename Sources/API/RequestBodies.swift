import Hummingbird
import NIOCore

/// Reads request bodies within the limits of one request and of all together.
actor RequestBodies {
    private var bytesInFlight = 0
    private let now: @Sendable () -> NIODeadline

    /// `now` is a monotonic clock.
    init(now: @escaping @Sendable () -> NIODeadline = { .now() }) { self.now = now }

    /// The whole body.
    ///
    /// The caller owes `release` for as many bytes as it has. A body that says that it is too large is refused unread; one that turns out so, when it does.
    func collect(_ request: Request) async throws -> ByteBuffer {
        if let text = request.headers[.contentLength], let length = Int(text), length > APILimits.bodyBytesMax {
            throw Self.tooLarge
        }
        let deadline = now() + APILimits.bodyTimeout
        var body = ByteBuffer()
        do {
            for try await chunk in request.body {
                try reserve(chunk.readableBytes)
                body.writeImmutableBuffer(chunk)
                guard body.readableBytes <= APILimits.bodyBytesMax else { throw Self.tooLarge }
                guard now() < deadline else { throw Self.tooSlow }
            }
        } catch {
            release(body.readableBytes)
            throw error
        }
        return body
    }

    func release(_ count: Int) { bytesInFlight -= count }

    private func reserve(_ count: Int) throws(Problem) {
        guard bytesInFlight + count <= APILimits.bodyBytesInFlightMax else {
            var problem = Problem(.busy, doing: "read the request")
            problem.leavesBodyUnread = true
            throw problem
        }
        bytesInFlight += count
    }

    private static var tooLarge: Problem {
        refused(.contentTooLarge, "body_too_large", "the body is larger than \(APILimits.bodyBytesMax) bytes: split it")
    }

    private static var tooSlow: Problem {
        refused(.requestTimeout, "body_too_slow", "the body took longer than 60 s: send it in smaller parts")
    }

    private static func refused(_ status: HTTPResponse.Status, _ code: String, _ detail: String) -> Problem {
        var problem = Problem(status, code, detail)
        problem.leavesBodyUnread = true
        return problem
    }
}
