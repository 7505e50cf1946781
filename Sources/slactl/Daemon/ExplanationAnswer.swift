/// The answer to `GET /v1/cases/{id}/explanation`.
///
/// Words stay words: a newer daemon may know more of them.
struct ExplanationAnswer: Decodable {
    var now: Timestamp
    var `case`: String
    /// Of the page that was asked for, newest first.
    var cycles: [Cycle]
    /// Of all pages; nil from a daemon that answers with all.
    var cycleCount: Int?
    /// Then there are no cycles, and `verdicts` are all that is left.
    var contentRemovedAt: Timestamp?
    var verdicts: [RecordAnswer]?
    /// Events that count at another instant than they are dated, oldest first.
    var clamped: [RecordAnswer]?

    /// One cycle of one target: what happened to its clock, and who was told.
    struct Cycle: Decodable {
        var target: String
        var cycle: Int
        var startedAt: Timestamp
        var endedAt: Timestamp?
        var state: String
        var verdict: String?
        var reason: String?
        var void: Bool?
        var deadline: Timestamp?
        var breachedAt: Timestamp?
        var durationMs: Int64
        var calendar: String
        var carriedMs: Int64
        var parts: [Part]
        var told: [RecordAnswer]
    }

    /// Which members there are depends on `part`.
    struct Part: Decodable {
        var part: String
        var at: Timestamp?
        var from: Timestamp?
        var until: Timestamp?
        var policyVersion: Int?
        var rule: String?
        var durationMs: Int64?
        var businessDays: Int?
        var calendar: String?
        var zone: String?
        var deadline: Timestamp?
        var by: String?
        var reason: String?
        var totalMs: Int64?
        var passedOver: [PassedOver]?
        var spans: [Counted]?
    }

    struct PassedOver: Decodable {
        var rule: String
        var why: String
    }

    struct Counted: Decodable {
        var from: Timestamp
        var until: Timestamp
        var lengthMs: Int64
    }
}
