package import Engine
package import TimeBase

/// What the API asks of the daemon.
///
/// `Daemon` conforms; tests bring their own.
package protocol Desk: Sendable {
    /// Hands in events as one unit and returns after the commit that contains them, one answer each, in their order.
    func submit(_ unit: EventUnit) async throws(DeskProblem) -> [Answer]

    /// One page of cases, most urgent first.
    func cases(_ query: CaseQuery) async throws(DeskProblem) -> [CaseSummary]

    /// Ids of open cases that begin with `prefix`, in their order, at most `limit`; of very many cases not all are looked at.
    func caseIDs(prefix: String, limit: Int) async throws(DeskProblem) -> [CaseID]

    /// A case with a page of its ledger records, oldest first; nil if it is not known.
    func file(of id: CaseID, _ page: Page) async throws(DeskProblem) -> CaseFile?

    /// How the deadlines of a case came about, a page of its cycles, newest first; nil if it is not known.
    ///
    /// `target` is the only one that is asked for; nil for all.
    func explanation(of id: CaseID, target: Metric?, _ page: Page) async throws(DeskProblem) -> Explanation?

    /// A page of the ledger over all cases; nil if the case that is asked for is not known.
    func records(_ query: RecordQuery) async throws(DeskProblem) -> RecordPage?

    /// Rings when something was committed; requests that wait for records wait for it.
    var bell: CommitBell { get }

    /// What adopting a policy now would do to the open cases, with the `limit` most urgent changes; nothing comes of it.
    func preview(_ proposal: PolicyProposal, limit: Int) async throws(DeskProblem) -> PolicyPreview

    /// The words of 90 days that conditions of a policy can ask for (S27).
    func sentWords() async throws(DeskProblem) -> SentWords

    func status() async -> DeskStatus

    /// The names in the policy in force.
    func policyNames() async -> PolicyNames

    /// Reads, checks and adopts the policy file; returns after adoption.
    func reload() async throws(DeskProblem) -> ReloadReport

    /// Monotonic counters and gauges, for `/metrics`.
    func measurements() async -> [Measurement]
}

/// Events that belong together: one request, one import (S24).
package struct EventUnit: Sendable {
    package var events: [Event]
    /// Cycles whose deadline lies before it are measured and never escalate; nil enforces all (S24).
    package var enforceFrom: Instant?

    package init(events: [Event], enforceFrom: Instant? = nil) {
        self.events = events
        self.enforceFrom = enforceFrom
    }
}

/// Which cases to list.
///
/// Everything given must hold.
package struct CaseQuery: Sendable, Equatable {
    package var tier: Int?
    /// Only cases with a breached timer that nobody has stopped.
    package var isOverdue = false
    /// Only cases with a deadline at most this far ahead (or behind).
    package var dueWithin: Span?
    /// Only cases of this team, without regard to case; empty text for those of none, as in the three below.
    package var team: String?
    package var agent: String?
    package var priority: String?
    package var customer: String?
    /// Only cases with a timer that has not ended and that nobody has acknowledged.
    package var isUnacknowledged = false
    /// Only cases that somebody lets rest for a while (S36).
    package var isSnoozed = false
    package var sort = Sort.due
    /// 1 to 1,000.
    package var limit = 100
    package var offset = 0

    package static let limitMax = 1_000
    package init() {}
}

/// Which part of a long list is asked for: at most `limit`, without the `offset` newest.
package struct Page: Sendable, Equatable {
    package var limit: Int
    package var offset: Int

    /// For a list of cycles.
    package static let cyclesMax = 100_000
    /// For a list of ledger records.
    package static let recordsMax = 10_000
    /// Beyond it there is nothing: a case has at most 10,000 events.
    package static let offsetMax = 1_000_000_000

    package init(limit: Int, offset: Int = 0) {
        self.limit = limit
        self.offset = offset
    }
}

/// A row of the list of cases.
package struct CaseSummary: Sendable {
    package var state: Case
    package var nextWake: Instant?

    package init(state: Case, nextWake: Instant?) {
        self.state = state
        self.nextWake = nextWake
    }
}

/// Everything that is known of one case.
package struct CaseFile: Sendable {
    package var summary: CaseSummary
    /// Those that were asked for, oldest first.
    package var records: [LedgerRecord]
    /// There are older records than these.
    package var hasOlder: Bool
    /// The ladders of its timers, step by step.
    package var steps: [StepView]
    /// Why the loop set the case aside; nil normally.
    package var setAside: String?

    package init(
        summary: CaseSummary,
        records: [LedgerRecord],
        hasOlder: Bool = false,
        steps: [StepView],
        setAside: String? = nil
    ) {
        self.summary = summary
        self.records = records
        self.hasOlder = hasOlder
        self.steps = steps
        self.setAside = setAside
    }
}

/// Agents and teams of open cases that are not in the policy, such as logins of a help desk.
package struct UnknownNames: Sendable, Equatable {
    /// How many names there are.
    package var count = 0
    /// The most frequent first, at most `mostMax`.
    package var most: [Name] = []

    package static let mostMax = 5

    package init() {}

    /// One of them.
    package struct Name: Sendable, Equatable {
        /// `agent` or `team`.
        package var kind: String
        package var name: String
        /// How many open cases have it.
        package var cases: Int

        package init(kind: String, name: String, cases: Int) {
            self.kind = kind
            self.name = name
            self.cases = cases
        }
    }
}

/// The daemon as `slactl status` and `/-/ready` show it.
package struct DeskStatus: Sendable {
    /// The line that `systemctl status` shows.
    package var line: String
    package var version: String
    package var startedAt: Instant
    package var now: Instant
    package var openCases: Int
    package var breachedCases: Int
    package var setAsideCases: Int
    /// Cases that have reached the events that a case can have: what comes after them is refused.
    package var fullCases = 0
    /// Agents and teams of open cases that the policy does not know: nobody can tell them anything.
    package var unknownNames = UnknownNames()
    package var nextWake: Instant?
    package var nextCase: CaseID?
    package var policyVersion: Int
    package var policyHash: String
    package var policyAdoptedAt: Instant
    /// Notices that no outlet has confirmed yet.
    package var noticesPending: Int
    /// Sentences that say what is wrong; empty when all is well.
    package var degraded: [String]
    /// Why nothing is being decided right now (a clock that cannot be believed); nil normally.
    package var holding: String?
    /// A policy version on its way to the open cases; nil normally.
    package var rollout: (done: Int, total: Int)?

    package init(
        line: String,
        version: String,
        startedAt: Instant,
        now: Instant,
        openCases: Int,
        breachedCases: Int,
        setAsideCases: Int,
        nextWake: Instant?,
        nextCase: CaseID?,
        policyVersion: Int,
        policyHash: String,
        policyAdoptedAt: Instant,
        noticesPending: Int,
        degraded: [String],
        holding: String?
    ) {
        self.line = line
        self.version = version
        self.startedAt = startedAt
        self.now = now
        self.openCases = openCases
        self.breachedCases = breachedCases
        self.setAsideCases = setAsideCases
        self.nextWake = nextWake
        self.nextCase = nextCase
        self.policyVersion = policyVersion
        self.policyHash = policyHash
        self.policyAdoptedAt = policyAdoptedAt
        self.noticesPending = noticesPending
        self.degraded = degraded
        self.holding = holding
    }
}

/// The policy in force and the names in it that a person may type.
package struct PolicyNames: Sendable, Equatable {
    package var version: Int
    package var hash: String
    package var adoptedAt: Instant
    /// In alphabetical order; `always` is among them.
    package var calendars: [String] = []
    /// What some rule measures, in the order of `Metric`.
    package var targets: [Metric] = []
    /// In alphabetical order.
    package var teams: [String] = []
    /// In ascending order.
    package var tiers: [Int] = []

    package init(version: Int, hash: String, adoptedAt: Instant) {
        self.version = version
        self.hash = hash
        self.adoptedAt = adoptedAt
    }
}

/// What a reload did.
package struct ReloadReport: Sendable {
    package var policyVersion: Int
    package var policyHash: String
    /// False if the file says what was adopted already.
    package var isNew: Bool
    /// Warnings of the configuration, one line each.
    package var warnings: [String]

    package init(policyVersion: Int, policyHash: String, isNew: Bool, warnings: [String]) {
        self.policyVersion = policyVersion
        self.policyHash = policyHash
        self.isNew = isNew
        self.warnings = warnings
    }
}

/// Why the desk could not do what it was asked.
package enum DeskProblem: Error, Sendable {
    /// The policy file has mistakes; each line names file, line and column.
    case invalidPolicy(lines: [String])
    /// The store did not answer or refused.
    ///
    /// What it kept of a large request before that answers `duplicate` when it is sent again.
    case storeFailed(String)
    /// Too many requests wait for the loop.
    case busy
    /// The daemon is stopping.
    case stopping
}

/// One sample for `/metrics`.
package struct Measurement: Sendable, Equatable {
    /// Snake case with unit and, for counters, `_total`: `slawatch_events_total`.
    package var name: String
    package var help: String
    package var isCounter: Bool
    package var labels: [(name: String, value: String)]
    package var value: Double

    package init(
        _ name: String,
        help: String,
        isCounter: Bool,
        labels: [(name: String, value: String)] = [],
        value: Double
    ) {
        self.name = name
        self.help = help
        self.isCounter = isCounter
        self.labels = labels
        self.value = value
    }

    package static func == (left: Measurement, right: Measurement) -> Bool {
        left.name == right.name && left.help == right.help && left.isCounter == right.isCounter
            && left.value == right.value && left.labels.elementsEqual(right.labels, by: { $0 == $1 })
    }
}
