import NIOCore
import TimeBase

/// What the daemon would make of a policy.
enum PolicyDiff {
    /// A million open cases take about ten seconds; a slow disk more.
    private static let patience = TimeAmount.minutes(10)

    /// Sends the policy with its files of holidays: the daemon may not read where people keep theirs.
    static func ask(_ policy: ProposedPolicy, limit: Int, _ daemon: DaemonClient) async throws -> DaemonAnswer {
        try await daemon.post(
            "/v1/policy/preview",
            [("limit", "\(limit)")],
            body: Array(JSONText.of(policy).utf8),
            type: "application/json",
            patience: .long(patience)
        )
    }
}

/// The body of `POST /v1/policy/preview`.
struct ProposedPolicy: Encodable {
    /// What its mistakes begin with.
    let name: String
    let policy: String
    /// By their paths as the policy writes them.
    let files: [String: String]

    /// All of them have been read as a policy and as iCalendar, and so are UTF-8.
    init(name: String, bytes: [UInt8], files: [String: [UInt8]]) {
        self.name = name
        policy = String(decoding: bytes, as: UTF8.self)
        self.files = files.mapValues { String(decoding: $0, as: UTF8.self) }
    }
}

/// The answer to `POST /v1/policy/preview`.
///
/// Words stay words: a newer daemon may know more of them.
struct PolicyDiffAnswer: Decodable {
    var now: Timestamp
    var policyHash: String
    var new: Bool
    var versionInForce: Int
    var cases: Int
    var affected: Int
    var failed: Int
    var effects: Effects
    var notices: Int
    var changes: [Change]
    /// What open cases use and the policy does not have; nil from a daemon that does not say.
    var losses: [Loss]?
    var holding: String?

    struct Loss: Decodable {
        /// `tier`, `team` or `person`.
        var kind: String
        var name: String
        /// How many open cases use it.
        var cases: Int
    }

    /// How many targets there are of each effect.
    struct Effects: Decodable {
        var breached = 0
        var putOff = 0
        var sooner = 0
        var later = 0
        var spared = 0
        var started = 0
        var cancelled = 0
        var paused = 0
        var resumed = 0
        var suspended = 0
        var lessLeft = 0
        var moreLeft = 0

        /// Deadlines that would be others.
        var moved: Int { breached + putOff + sooner + later + spared }
        /// Rows that there are of all effects.
        var total: Int {
            moved + started + cancelled + paused + resumed + suspended + lessLeft + moreLeft
        }
    }

    struct Change: Decodable {
        var `case`: String
        var target: String
        var tier: Int
        var effect: String
        var underGrace: Bool
        var deadlineBefore: Timestamp?
        var deadlineAfter: Timestamp?
        var leftBeforeMs: Int64?
        var leftAfterMs: Int64?
        var rule: String
        var told: [String]
    }
}
