package import TimeBase
package import WorkingTime

/// The whole policy file, parsed: calendars, people, teams, tiers, target rules, ladders.
///
/// `Config` makes it and promises: every name in it resolves, every ladder step can be reached, every calendar has open
/// time ahead. Past that, nobody checks again.
package struct Policy: Sendable {
    /// A hash of the content, 16 hex digits: equal files have equal versions.
    package var contentHash: String
    /// By name; `always` is among them.
    package var calendars: [String: WorkingCalendar]
    package var people: [String: Person]
    package var teams: [String: Team]
    /// In ascending order of their numbers, none twice, at least one.
    package var tiers: [Tier]
    /// Tried in order, the first that matches decides; the last one matches everything.
    package var targetRules: [TargetRule]
    package var ladders: [String: Ladder]
    /// Where a case starts whose `opened` names no tier.
    package var startTier: Int
    /// Told when the reporting line ends (S31).
    package var lastResort: String
    /// What is left at least when a change makes a deadline pass (S16).
    package var changeGrace: Span
    /// How long after an acknowledgement the ladders go on, in wall time; nil for never (S36).
    package var rearmAfter: Span?
    /// For how long a message reopens a closed case (S25); a reopening after it is a restart (S15).
    package var reopenWindow: Span
    /// `pending` for one of these reasons is `on_hold` (S25).
    package var thirdPartyReasons: Set<String>
    /// syslog priority of a breach, 4 or 3.
    package var breachPriority: Int
    /// By name; what is not listed has the defaults of `Source`.
    package var sources: [String: Source]

    package init(
        contentHash: String,
        calendars: [String: WorkingCalendar],
        people: [String: Person],
        teams: [String: Team],
        tiers: [Tier],
        targetRules: [TargetRule],
        ladders: [String: Ladder],
        startTier: Int,
        lastResort: String,
        changeGrace: Span = .minutes(15),
        reopenWindow: Span = .hours(24 * 14),
        thirdPartyReasons: Set<String> = [],
        breachPriority: Int = 4,
        sources: [String: Source] = [:]
    ) {
        self.contentHash = contentHash
        self.calendars = calendars
        self.people = people
        self.teams = teams
        self.tiers = tiers
        self.targetRules = targetRules
        self.ladders = ladders
        self.startTier = startTier
        self.lastResort = lastResort
        self.changeGrace = changeGrace
        self.reopenWindow = reopenWindow
        self.thirdPartyReasons = thirdPartyReasons
        self.breachPriority = breachPriority
        self.sources = sources
    }

    /// Nil where the policy has no such tier.
    package func tier(_ number: Int) -> Tier? { tiers.firstIndex { $0.number == number }.map { tiers[$0] } }

    /// Whether the policy has a tier, without a copy of it.
    func hasTier(_ number: Int) -> Bool { tiers.contains { $0.number == number } }

    /// The lowest tier above `number`; nil at the top.
    package func tier(above number: Int) -> Tier? { tiers.first { $0.number > number } }
}

/// Somebody who can be told, assigned or asked.
package struct Person: Hashable, Sendable {
    package var id: String
    package var name: String
    package var mail: String?

    package init(id: String, name: String, mail: String? = nil) {
        self.id = id
        self.name = name
        self.mail = mail
    }
}

/// Who works a tier, who answers for them, and to whom they report.
package struct Team: Hashable, Sendable {
    package var id: String
    package var name: String
    /// In the order of the file.
    package var members: [Member]
    /// Who answers for the team.
    package var manager: String
    /// The team above in the reporting line; nil at the top.
    package var reportsTo: String?

    package init(id: String, name: String, members: [Member], manager: String, reportsTo: String?) {
        self.id = id
        self.name = name
        self.members = members
        self.manager = manager
        self.reportsTo = reportsTo
    }

    /// A person in a team; one person may be in several.
    package struct Member: Hashable, Sendable {
        package var person: String
        package var role: Role

        package init(person: String, role: Role) {
            self.person = person
            self.role = role
        }
    }

    /// What a member is in the team.
    package enum Role: String, Sendable, CaseIterable {
        case agent, lead, manager
    }
}

/// A tier of support: its team, who answers for it, and its ladder.
package struct Tier: Hashable, Sendable {
    package var number: Int
    package var name: String
    package var description: String
    package var team: String
    /// Who answers for the tier; the team's manager unless the file names another.
    package var manager: String
    package var ladder: String

    package init(number: Int, name: String, description: String, team: String, manager: String, ladder: String) {
        self.number = number
        self.name = name
        self.description = description
        self.team = team
        self.manager = manager
        self.ladder = ladder
    }
}

/// One entry of the ordered list that gives a case its targets.
package struct TargetRule: Sendable {
    package var name: String
    package var condition: Condition
    /// At most one of each metric.
    ///
    /// A metric that is missing here is not measured for the case.
    package var targets: [Target]

    package init(name: String, condition: Condition, targets: [Target]) {
        self.name = name
        self.condition = condition
        self.targets = targets
    }
}

/// Metric, duration and calendar: `first_reply` within 6 h of `office`.
package struct Target: Hashable, Sendable {
    package var metric: Metric
    package var allowance: Allowance
    package var calendar: String
    package var pauseIn: StatusSet
    /// For how long after the deadline, in wall time, a breach is not announced, so that events in flight arrive (S22).
    package var settle: Span
    /// What a reopened case does to it (S15); `next_reply` always starts afresh.
    package var reopen: Reopen
    /// `until: reply`: a qualifying reply stops it too; for `tier_time` only.
    package var stopsAtReply: Bool

    /// `pauseIn` is the metric's own where it is nil; an empty one never pauses, and neither do business days (S8).
    package init(
        metric: Metric,
        allowance: Allowance,
        calendar: String,
        pauseIn: StatusSet? = nil,
        settle: Span = .zero,
        reopen: Reopen = .continue,
        stopsAtReply: Bool = false
    ) {
        self.metric = metric
        self.allowance = allowance
        self.calendar = calendar
        self.pauseIn =
            switch allowance {
            case .openTime: pauseIn ?? metric.pausesByDefault
            case .businessDays: []
            }
        self.settle = settle
        self.reopen = reopen
        self.stopsAtReply = stopsAtReply
    }

    /// A target of so much open time.
    package init(
        metric: Metric,
        duration: Span,
        calendar: String,
        pauseIn: StatusSet? = nil,
        settle: Span = .zero,
        reopen: Reopen = .continue,
        stopsAtReply: Bool = false
    ) {
        self.init(
            metric: metric,
            allowance: .openTime(duration),
            calendar: calendar,
            pauseIn: pauseIn,
            settle: settle,
            reopen: reopen,
            stopsAtReply: stopsAtReply
        )
    }

    /// The open time it allows; nil where that depends on when it starts.
    package var duration: Span? {
        switch allowance {
        case .openTime(let span): span
        case .businessDays: nil
        }
    }

    /// How long a target may take.
    package enum Allowance: Hashable, Sendable {
        case openTime(Span)
        /// Until the closing of the n-th open date after the date of the start, at least 1; it never pauses (S8).
        case businessDays(Int)

        /// As the policy writes it.
        package var text: String {
            switch self {
            case .openTime(let span): span.description
            case .businessDays(let days): days == 1 ? "1 business day" : "\(days) business days"
            }
        }
    }

    /// What a reopened case does to a target (S15).
    package enum Reopen: String, Sendable, CaseIterable {
        /// A new cycle carries the elapsed time over.
        case `continue`
        /// A new cycle begins from zero.
        case restart
        /// No new cycle.
        case ignore
    }
}

/// What a rule asks of a case.
package indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case tier([Int])
    case priority([String])
    case plan([String])
    case channel([String])
    case source([String])
    case customer([String])
    /// At least one of these tags.
    case tags([String])

    /// Matches every case.
    package static let always = Condition.all([])
}

/// The ordered steps of a timer.
package struct Ladder: Hashable, Sendable {
    package var name: String
    /// In the order in which they come due, at most 64; only the last may repeat.
    package var steps: [Step]

    package static let stepsMax = 64

    package init(name: String, steps: [Step]) {
        self.name = name
        self.steps = steps
    }
}

/// When, to whom, what: one step of a ladder.
package struct Step: Hashable, Sendable {
    package var due: Due
    /// As the policy writes it, for the ledger and the journal.
    package var text: String
    package var action: Action
    package var audience: [Audience]
    /// Comes due again every so much open time (wall time where `due` says so); nil fires once.
    package var every: Span?
    /// How often in all, the first included; nil for ever.
    package var timesMax: Int?

    package init(
        due: Due,
        text: String,
        action: Action,
        audience: [Audience],
        every: Span? = nil,
        timesMax: Int? = nil
    ) {
        self.due = due
        self.text = text
        self.action = action
        self.audience = audience
        self.every = every
        self.timesMax = timesMax
    }

    /// When a step fires, measured against its own timer.
    package enum Due: Hashable, Sendable {
        /// When this share of the duration is used up, 1 to 99: a warning.
        case percent(Int)
        /// When this much open time is left: a warning.
        case before(Span)
        /// This long after the deadline, in open time unless `wall`; zero is the breach itself.
        case after(Span, wall: Bool)

        package var isWarning: Bool {
            switch self {
            case .percent, .before: true
            case .after: false
            }
        }
    }

    /// What a step does besides telling its audience.
    package enum Action: Hashable, Sendable {
        case notify
        /// One tier up while there is one, then the next person up the reporting line, at last the last resort (S31).
        case escalate
        case move(tier: Int)
        case assign(person: String)
        case raisePriority(to: String)
    }

    /// Whom a step tells, resolved when it fires.
    package enum Audience: Hashable, Sendable {
        /// The agent who has the case; without one, its team.
        case assignee
        case team
        case tier(Int)
        case person(String)
        /// Who answers for the tier that missed.
        case manager
        case managerOfManager
        /// Who answers for the tier that has the case after this step's move.
        case newManager
    }
}

/// How far a system that sends events is trusted.
package struct Source: Hashable, Sendable {
    /// False: its `at` is ignored and the time received is used (S20).
    package var trustsAt: Bool
    /// True: an event of an unknown case opens it (S23).
    package var opensUnknown: Bool

    package init(trustsAt: Bool = true, opensUnknown: Bool = false) {
        self.trustsAt = trustsAt
        self.opensUnknown = opensUnknown
    }
}

/// One adopted version of the policy, kept once and shared: a policy is large, and a decision must not copy it.
final class PolicyVersion: Sendable {
    let number: Int
    let policy: Policy
    /// From when on it rules.
    let adoptedAt: Instant
    /// In the order of `policy.tiers`.
    private let ladders: [Ladder?]
    /// In any order, and none where they are too many to be compared one by one.
    private let calendars: [(name: String, calendar: WorkingCalendar)]

    /// Up to so many names, comparing is quicker than hashing.
    private static let comparedMax = 16

    init(_ number: Int, _ policy: Policy, adoptedAt: Instant) {
        self.number = number
        self.policy = policy
        self.adoptedAt = adoptedAt
        ladders = policy.tiers.map { policy.ladders[$0.ladder] }
        calendars = policy.calendars.count <= Self.comparedMax ? policy.calendars.map { ($0.key, $0.value) } : []
    }

    /// The ladder of a tier; every change of a timer asks for it, so its name was looked up once and for all.
    func ladder(ofTier number: Int) -> Ladder? {
        policy.tiers.firstIndex { $0.number == number }.flatMap { ladders[$0] }
    }

    func calendar(_ name: String) -> WorkingCalendar? {
        // By index: a loop over the pairs would copy each of them.
        for index in calendars.indices where calendars[index].name == name { return calendars[index].calendar }
        return policy.calendars[name]
    }
}

/// Every version of the policy that was adopted: running cycles follow the latest as of its adoption (S16), and keep the
/// ladder of the one they started under (S31).
package struct Policies: Sendable {
    private var kept: [Int: PolicyVersion]
    /// The version new cycles start under.
    private(set) var latest: PolicyVersion

    /// `adoptedAt` matters only to cases that were opened under another version.
    package init(version: Int, policy: Policy, adoptedAt: Instant = .earliest) {
        latest = PolicyVersion(version, policy, adoptedAt: adoptedAt)
        kept = [version: latest]
    }

    /// By version number.
    package var versions: [Int: Policy] { kept.mapValues(\.policy) }
    package var currentVersion: Int { latest.number }
    package var current: Policy { latest.policy }

    /// Adds a version adopted before the current one.
    package mutating func remember(_ policy: Policy, version: Int, adoptedAt: Instant) {
        kept[version] = PolicyVersion(version, policy, adoptedAt: adoptedAt)
    }

    /// Makes a version rule from `adoptedAt` on; earlier ones are kept.
    package mutating func adopt(_ policy: Policy, version: Int, adoptedAt: Instant) {
        latest = PolicyVersion(version, policy, adoptedAt: adoptedAt)
        kept[version] = latest
    }

    /// The policy a cycle was started under; the current one where that version is no longer kept.
    package func pinned(_ version: Int) -> Policy { self.version(version).policy }

    /// The versions adopted after one of them, in order.
    func versions(after number: Int) -> [PolicyVersion] {
        // Almost always there are none.
        guard number < latest.number else { return [] }
        return kept.values.filter { $0.number > number }.sorted { $0.number < $1.number }
    }

    /// The same, without a copy.
    func version(_ number: Int) -> PolicyVersion { number == latest.number ? latest : kept[number] ?? latest }
}
