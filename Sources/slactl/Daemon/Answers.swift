import TimeBase

/// An RFC 3339 time in an answer.
struct Timestamp: Decodable, Equatable {
    let instant: Instant

    init(_ instant: Instant) { self.instant = instant }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = try? Instant(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not an RFC 3339 time")
        }
        self.instant = instant
    }
}

/// The answer to `POST /v1/events`.
struct EventsAnswer: Decodable, Equatable {
    var applied: Int
    /// Of those, how many count at another instant than they are dated; nil from a daemon that does not say.
    var clamped: Int?
    var duplicate: Int
    var refused: Int
    /// Keys that the daemon does not know, in any line of the request.
    var ignored: [String]?
    var results: [Result]?

    struct Result: Decodable, Equatable {
        /// The line of the request, from 1.
        var line: Int
        var `case`: String?
        var id: String?
        /// `applied`, `duplicate` or `refused`.
        var result: String
        var code: String?
        var reason: String?
        /// The case that took it, where that is another one.
        var takenBy: String?
        /// When it counts, if that is another instant than it is dated.
        var countsAt: Timestamp?
    }
}

/// The answer to `GET /v1/status`.
struct StatusAnswer: Decodable {
    var line: String
    var version: String
    var startedAt: Timestamp
    var now: Timestamp
    var open: Int
    var breached: Int
    var setAside: Int
    var full: Int?
    var nextWake: Timestamp?
    var nextCase: String?
    var policy: Policy
    var noticesPending: Int
    var degraded: [String]?
    var holding: String?
    var rollout: Rollout?
    /// Nil from a daemon that does not say.
    var unknownNames: UnknownNames?

    /// Agents and teams of open cases that the policy does not know.
    struct UnknownNames: Decodable {
        var count: Int
        /// The most frequent first.
        var most: [Name]

        struct Name: Decodable {
            var kind: String
            var name: String
            var cases: Int
        }
    }

    /// Nothing is wrong, and its clock is believed.
    var isWell: Bool { (degraded ?? []).isEmpty && holding == nil }

    /// How far a policy version has come among the open cases.
    struct Rollout: Decodable {
        var casesDone: Int
        var cases: Int
    }

    struct Policy: Decodable {
        var version: Int
        var hash: String
        var adoptedAt: Timestamp
    }
}

/// The answer to `POST /-/reload`.
struct ReloadAnswer: Decodable {
    var policyVersion: Int
    var policyHash: String
    var new: Bool
    var warnings: [String]?
}
