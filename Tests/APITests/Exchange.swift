import API
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// An answer of the router, read.
struct Exchange {
    var status: Int
    var headers: HTTPFields
    var body: String

    /// The body as a JSON object; fails the test where it is none.
    func json() throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    /// The `code` of a problem document, checked for its form.
    func problemCode() throws -> String {
        #expect(headers[.contentType] == "application/problem+json")
        let json = try json()
        #expect(json["status"] as? Int == status)
        #expect((json["title"] as? String)?.isEmpty == false)
        #expect((json["detail"] as? String)?.isEmpty == false)
        return try #require(json["code"] as? String)
    }
}

/// Sends one request through the router, without a socket, and holds its status to what the endpoint declares.
func send(
    _ method: HTTPRequest.Method,
    _ uri: String,
    headers: HTTPFields = [:],
    body: String? = nil,
    to desk: StubDesk = StubDesk()
) async throws -> Exchange {
    let application = Application(router: makeRouter(desk: desk, now: { noon }))
    let exchange = try await application.test(.router) { client in
        try await client.execute(uri: uri, method: method, headers: headers, body: body.map(ByteBuffer.init(string:))) {
            Exchange(status: $0.status.code, headers: $0.headers, body: String(buffer: $0.body))
        }
    }
    let path = uri.prefix { $0 != "?" }.split(separator: "/")
    let endpoint = Endpoint.allCases.first { endpoint in
        let known = endpoint.path.split(separator: "/")
        return endpoint.method == method && known.count == path.count
            && zip(known, path).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
    if let endpoint { #expect(endpoint.statuses.contains(exchange.status), "\(endpoint) answers \(exchange.status)") }
    return exchange
}
