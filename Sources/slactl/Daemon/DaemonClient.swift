import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1

/// One conversation with the daemon: HTTP over its Unix socket.
struct DaemonClient {
    /// The path of the socket.
    let socket: String
    private let http: HTTPClient

    /// How long an answer may take.
    ///
    /// A commit takes milliseconds; a request waits for the loop, and the loop for a hold.
    static let patience = TimeAmount.seconds(60)
    /// A page of cases or a long ledger; beyond it something is wrong.
    static let answerBytesMax = 64 * 1_024 * 1_024

    /// Runs `body` with a client and closes the connection afterwards.
    static func with<Answer>(
        socket: String,
        _ body: (DaemonClient) async throws -> Answer
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration()
        // A daemon that is down should be told at once, not after ten seconds of hope.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than the daemon's own limit, so that a replay with a long gap never writes to a closing connection.
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(DaemonClient(socket: socket, http: http))
        }
    }

    func get(_ path: String, _ query: [(name: String, value: String)] = []) async throws -> DaemonAnswer {
        try await send(.GET, path, query, body: nil, type: "", patience: Self.patience)
    }

    /// Sends JSON Lines, or what `type` says, or nothing.
    func post(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        type: String = "application/x-ndjson",
        patience: TimeAmount = Self.patience
    ) async throws -> DaemonAnswer {
        try await send(.POST, path, query, body: body, type: type, patience: patience)
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        _ query: [(name: String, value: String)],
        body: [UInt8]?,
        type: String,
        patience: TimeAmount
    ) async throws -> DaemonAnswer {
        let question =
            query.isEmpty ? "" : "?" + query.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
        var request = HTTPClientRequest(url: "http+unix://\(Self.escaped(socket))\(path)\(question)")
        request.method = method
        request.headers.add(name: "User-Agent", value: "slactl/\(Version.text)")
        request.headers.add(name: "Accept", value: "application/json, application/problem+json, text/plain")
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let status: HTTPResponseStatus
        let isProblem: Bool
        let bytes: ByteBuffer
        do {
            let response = try await http.execute(request, timeout: patience)
            status = response.status
            isProblem = response.headers.first(name: "Content-Type") != "application/json"
            bytes = try await response.body.collect(upTo: Self.answerBytesMax)
        } catch {
            throw DaemonTrouble.failure(from: error, socket: socket, patience: patience)
        }
        let answer = Data(bytes.readableBytesView)
        // One event that was refused answers 422 with the same body as one that was applied.
        guard status.code < 300 || (status.code == 422 && !isProblem) else {
            throw Problem.failure(status: Int(status.code), reason: status.reasonPhrase, body: answer)
        }
        return DaemonAnswer(bytes: answer)
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
