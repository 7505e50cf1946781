package import HTTPTypes

/// Everything the API offers.
///
/// The router is built from this list and `openapi.yaml` is held to it.
package enum Endpoint: String, CaseIterable, Sendable {
    case postEvents
    case listCases
    case showCase
    case explainCase
    case listRecords
    case completeCases
    case acknowledgeCases
    case showPolicy
    case previewPolicy
    case listWords
    case showStatus
    case checkHealth
    case checkReadiness
    case reload
    case readMetrics

    package var method: HTTPRequest.Method {
        switch self {
        case .postEvents, .acknowledgeCases, .previewPolicy, .reload: .post
        case .listCases, .showCase, .explainCase, .listRecords, .completeCases, .showPolicy, .listWords, .showStatus,
            .checkHealth, .checkReadiness,
            .readMetrics:
            .get
        }
    }

    /// In the notation of OpenAPI, which is also the router's.
    package var path: String {
        switch self {
        case .postEvents: "/v1/events"
        case .listCases: "/v1/cases"
        case .showCase: "/v1/cases/{id}"
        case .explainCase: "/v1/cases/{id}/explanation"
        case .listRecords: "/v1/records"
        case .completeCases: "/v1/case-ids"
        case .showPolicy: "/v1/policy"
        case .acknowledgeCases: "/v1/acknowledgements"
        case .previewPolicy: "/v1/policy/preview"
        case .listWords: "/v1/words"
        case .showStatus: "/v1/status"
        case .checkHealth: "/-/healthy"
        case .checkReadiness: "/-/ready"
        case .reload: "/-/reload"
        case .readMetrics: "/metrics"
        }
    }

    /// Every status it answers with, those aside that any request can meet: 405 and 500.
    package var statuses: [Int] {
        switch self {
        case .postEvents: [200, 400, 408, 413, 415, 422, 503]
        case .listCases, .acknowledgeCases: [200, 400, 422, 503]
        case .completeCases: [200, 400, 503]
        case .showCase, .explainCase, .listRecords: [200, 400, 404, 503]
        case .previewPolicy: [200, 400, 408, 413, 415, 422, 503]
        case .listWords: [200, 503]
        case .showStatus, .showPolicy: [200]
        case .checkHealth: [200]
        case .checkReadiness: [200, 503]
        case .reload: [200, 422, 503]
        case .readMetrics: [200]
        }
    }

    /// The methods that `path` knows, for 405; empty if there is no such path.
    static func methods(at path: String) -> [String] {
        let wanted = segments(of: path)
        let found = allCases.filter { endpoint in
            let known = segments(of: endpoint.path)
            return known.count == wanted.count && zip(known, wanted).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return found.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
    }

    private static func segments(of path: String) -> [Substring] { path.split(separator: "/") }
}
