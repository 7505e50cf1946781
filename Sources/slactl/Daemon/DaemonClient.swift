import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import TimeBase

/// One conversation with the daemon: HTTP over its Unix socket.
struct DaemonClient {
    /// The path of the socket.
    let socket: String
    /// How long the daemon may leave a question unanswered.
    let timeout: Span
    private let http: HTTPClient

    static let timeoutDefault = Span.seconds(5)
    static let timeoutAllowed = Span(milliseconds: 1)...Span.hours(1)
    /// How long a request with many events, a reload or a long history may take while the daemon says that it lives.
    static let patienceMax = TimeAmount.seconds(60)
    /// A page of cases or a long ledger; beyond it something is wrong.
    static let answerBytesMax = 64 * 1_024 * 1_024

    /// How long an answer may take.
    enum Patience {
        /// `timeout`: the answer is a matter of milliseconds.
        case brief
        /// So long, while the daemon answers within `timeout` that it lives.
        case long(TimeAmount = DaemonClient.patienceMax)
        /// So long, which the daemon was asked to wait before it says that there is nothing, and `timeout` more.
        case held(Span)
    }

    /// Runs `body` with a client as the options of a command ask for it.
    static func with<Answer>(
        _ connection: ConnectionOptions,
        _ body: (DaemonClient) async throws -> Answer
    ) async throws -> Answer {
        try await with(socket: connection.socket, timeout: connection.timeout, body)
    }

    /// Runs `body` with a client and closes the connection afterwards.
    static func with<Answer>(
        socket: String,
        timeout: Span = Self.timeoutDefault,
        _ body: (DaemonClient) async throws -> Answer
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration()
        // A daemon that is down should be told at once, not after ten seconds of hope.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than the daemon's own limit, so that a replay with a long gap never writes to a closing connection.
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .milliseconds(timeout.milliseconds)
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(DaemonClient(socket: socket, timeout: timeout, http: http))
        }
    }

    func get(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        patience: Patience = .brief
    ) async throws -> DaemonAnswer {
        try await send(request(.GET, path, query), patience)
    }

    /// Sends JSON Lines, or what `type` says, or nothing.
    func post(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        type: String = "application/x-ndjson",
        patience: Patience = .long()
    ) async throws -> DaemonAnswer {
        var request = request(.POST, path, query)
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await send(request, patience)
    }

    private func request(
        _ method: HTTPMethod,
        _ path: String,
        _ query: [(name: String, value: String)]
    ) -> HTTPClientRequest {
        let question =
            query.isEmpty ? "" : "?" + query.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
        var request = HTTPClientRequest(url: "http+unix://\(Self.escaped(socket))\(path)\(question)")
        request.method = method
        request.headers.add(name: "User-Agent", value: "slactl/\(Version.text)")
        request.headers.add(name: "Accept", value: "application/json, application/problem+json, text/plain")
        return request
    }

    private func send(_ request: HTTPClientRequest, _ patience: Patience) async throws -> DaemonAnswer {
        let status: HTTPResponseStatus
        let isProblem: Bool
        let bytes: ByteBuffer
        do {
            (status, isProblem, bytes) = try await response(to: request, patience)
        } catch {
            throw DaemonTrouble.failure(from: error, socket: socket, doubt: Self.doubt(request))
        }
        let answer = Data(bytes.readableBytesView)
        // One event that was refused answers 422 with the same body as one that was applied.
        guard status.code < 300 || (status.code == 422 && !isProblem) else {
            throw Problem.failure(status: Int(status.code), reason: status.reasonPhrase, body: answer)
        }
        return DaemonAnswer(bytes: answer)
    }

    /// What may have become of a request that got no answer; nil if it only asked.
    private static func doubt(_ request: HTTPClientRequest) -> String? {
        guard request.method != .GET, let path = request.url.split(separator: "?").first else { return nil }
        if path.hasSuffix("/v1/policy/preview") { return nil }
        if path.hasSuffix("/-/reload") { return "the policy may have been adopted: slactl status shows its version" }
        // An import says so itself.
        if request.url.contains("results=refused") { return nil }
        return "what was sent may have been stored: look before it is sent again"
    }

    /// Status, whether the body is something else than the JSON that was asked for, and the whole body.
    private typealias Exchange = (status: HTTPResponseStatus, isProblem: Bool, body: ByteBuffer)

    /// Sends a request and waits for the answer as long as `patience` says.
    private func response(
        to request: HTTPClientRequest,
        _ patience: Patience
    ) async throws -> Exchange {
        let brief = TimeAmount.milliseconds(timeout.milliseconds)
        switch patience {
        case .brief: return try await exchange(request, within: brief)
        case .held(let wait):
            return try await exchange(request, within: brief + .milliseconds(wait.milliseconds))
        case .long(let limit):
            return try await withThrowingTaskGroup(of: Exchange?.self) { group in
                group.addTask { try await exchange(request, within: max(limit, brief)) }
                group.addTask {
                    try await watchLife()
                    return nil
                }
                defer { group.cancelAll() }
                // Watching ends only with an error.
                guard let first = try await group.next(), let answer = first else { throw CancellationError() }
                return answer
            }
        }
    }

    /// Asks again and again whether the daemon lives; throws `NoAnswer` if it has not answered within `timeout`.
    private func watchLife() async throws {
        // Half of the time passes before the question and almost half with it, so that a frozen daemon is known in time.
        let half = timeout.milliseconds / 2
        while true {
            try await Task.sleep(for: .milliseconds(half))
            do {
                _ = try await exchange(request(.GET, "/-/healthy", []), within: .milliseconds(half * 9 / 10))
            } catch is NoAnswer {
                throw NoAnswer(waited: timeout)
            } catch let error as CancellationError {
                throw error
            } catch {
                // What else is wrong, the request itself meets and tells.
            }
        }
    }

    /// The daemon did not answer in time.
    struct NoAnswer: Error {
        let waited: Span
    }

    private func exchange(
        _ request: HTTPClientRequest,
        within limit: TimeAmount
    ) async throws -> Exchange {
        try await withThrowingTaskGroup(of: Exchange.self) { group in
            group.addTask {
                // The race below has the say; this one only must not end before it.
                let response = try await http.execute(request, timeout: limit + .seconds(60))
                let isProblem = response.headers.first(name: "Content-Type") != "application/json"
                return (response.status, isProblem, try await response.body.collect(upTo: Self.answerBytesMax))
            }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(limit.nanoseconds))
                throw NoAnswer(waited: Span(milliseconds: limit.nanoseconds / 1_000_000))
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    /// Percent-encodes everything but the unreserved characters of RFC 3986: fits a host, a path segment and a query.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { escaped, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped.append("%")
                escaped.append(digits[Int(byte >> 4)])
                escaped.append(digits[Int(byte & 15)])
            }
        }
    }
}

/// What the daemon answered with success.
struct DaemonAnswer {
    let bytes: Data

    /// As it came, with a line feed at the end.
    var text: String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    func decoded<Answer: Decodable>(as type: Answer.Type = Answer.self) throws(Failure) -> Answer {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: bytes)
        } catch {
            throw Failure(
                code: .unavailable,
                message: "cannot understand the daemon's answer: \(Self.cause(of: error)); "
                    + "slactl is \(Version.text), compare it with slactl version"
            )
        }
    }

    private static func cause(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "at the top" : "at \(path)"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(key.stringValue) is missing \(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(context.debugDescription) \(place(context))"
        @unknown default: "\(error)"
        }
    }
}
