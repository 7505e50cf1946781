import TimeBase

/// The answer to `GET /v1/cases`.
struct CasesAnswer: Decodable {
    var now: Timestamp
    var cases: [CaseAnswer]
}

/// The answer to `GET /v1/cases/{id}`.
struct CaseFileAnswer: Decodable {
    var now: Timestamp
    var `case`: CaseAnswer
    var steps: [StepAnswer]
    var ledger: [RecordAnswer]
    /// There are older records; nil from a daemon that answers with all.
    var ledgerHasOlder: Bool?
    var setAside: String?
}

/// A case as the daemon knows it now.
///
/// Words stay words: a newer daemon may know more of them.
struct CaseAnswer: Decodable {
    var `case`: String
    var status: String
    var tier: Int?
    var team: String?
    var agent: String?
    var priority: String?
    var plan: String?
    var channel: String?
    var customer: String?
    var subject: String?
    var topic: String?
    var language: String?
    var tags: [String]?
    var `private`: Bool?
    var openedAt: Timestamp
    var openedBy: String?
    var doneAt: Timestamp?
    var waitingSince: Timestamp?
    var nextWake: Timestamp?
    /// The case that takes what comes for this one.
    var successor: String?
    var deleted: Bool?
    var restsSince: Timestamp?
    var contentRemovedAt: Timestamp?
    var acknowledged: AcknowledgementAnswer?
    var snoozed: SnoozeAnswer?
    var timers: [TimerAnswer]

    /// The timer to look at first: of those that still run, the one with the earliest deadline.
    var mostUrgent: TimerAnswer? {
        timers.filter { $0.state != "ended" && $0.deadline != nil }
            .min { ($0.deadline?.instant ?? .latest) < ($1.deadline?.instant ?? .latest) }
            ?? timers.first { $0.state != "ended" }
    }
}

/// Who has taken a case, and when.
struct AcknowledgementAnswer: Decodable {
    var at: Timestamp
    var by: String?
}

/// Who lets a case rest, and until when.
struct SnoozeAnswer: Decodable {
    var since: Timestamp
    var until: Timestamp
    var by: String?
}

/// The current or last cycle of one target on a case.
struct TimerAnswer: Decodable {
    var target: String
    var cycle: Int
    var revision: Int?
    var state: String
    var verdict: String?
    var reason: String?
    var void: Bool?
    var startedAt: Timestamp
    var endedAt: Timestamp?
    var deadline: Timestamp?
    var breachedAt: Timestamp?
    var durationMs: Int64
    var elapsedMs: Int64?
    var calendar: String?
    var rule: String?
    var tier: Int?
    var policyVersion: Int?
    var acknowledged: Bool?
}

/// One step of a timer's ladder.
struct StepAnswer: Decodable {
    var target: String
    var cycle: Int
    var step: String
    var action: String
    var audience: [String]?
    var dueAt: Timestamp?
    var done: Bool
    var firedAt: Timestamp?
    /// Why it cannot come due now; nil if it can, or from a daemon that does not say.
    var rest: String?
    /// Who was told when it came due last.
    var told: [String]?
    /// Why it was passed over then.
    var skipped: String?
}

/// One decision in the ledger.
struct RecordAnswer: Decodable {
    var record: String
    var at: Timestamp
    var noticedAt: Timestamp
    var lateMs: Int64?
    var target: String?
    var cycle: Int?
    var revision: Int?
    var deadline: Timestamp?
    var durationMs: Int64?
    var calendar: String?
    var rule: String?
    var policyVersion: Int?
    var tier: Int?
    var fromTier: Int?
    var team: String?
    var manager: String?
    var to: [String]?
    /// Who is told by a more urgent record of the same moment.
    var alsoTold: [String]?
    var by: String?
    var until: Timestamp?
    var step: String?
    var reason: String?
    var priority: Int?
    var eventId: String?
    var otherCase: String?
    var digests: [String]?
}
