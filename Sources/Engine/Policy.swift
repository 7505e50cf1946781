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
    /// For how long after its announcement a breach that turns out wrong is taken back with a notice, in wall time (S21).
    package var retractWindow: Span
    /// How long after an acknowledgement the ladders go on, in wall time; nil for never (S36).
    package var rearmAfter: Span?
    /// How long a case may be snoozed at most, in wall time (S36).
    package var longestSnooze = Span.hours(24 * 7)
    /// Kinds of events that end a snooze early (S36).
    package var snoozeEndsOn: Set<Event.Kind> = []
    /// For how long a message reopens a closed case (S25); a reopening after it is a restart (S15).
    package var reopenWindow: Span
    /// What becomes of a customer's message on a closed case after that (S25).
    package var afterReopenWindow = AfterReopenWindow.refuse
    /// For how long the content of a case that is over is kept, in wall time (S60).
    package var keep = Span.hours(24 * 400)
    /// `pending` for one of these reasons is `on_hold` (S25).
    package var thirdPartyReasons: Set<String>
    /// syslog priority of a breach, 4 or 3.
    package var breachPriority: Int
    /// From how many notices to one receiver on they are gathered into one; nil for never (S35).
    package var digest: DigestRule?
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
        retractWindow: Span = .hours(24),
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
        self.retractWindow = retractWindow
        self.reopenWindow = reopenWindow
        self.thirdPartyReasons = thirdPartyReasons
        self.breachPriority = breachPriority
        self.sources = sources
    }

    /// Nil if the policy has no such tier.
    package func tier(_ number: Int) -> Tier? { tiers.firstIndex { $0.number == number }.map { tiers[$0] } }

    /// Whether the policy has a tier, without a copy of it.
    func hasTier(_ number: Int) -> Bool { tiers.contains { $0.number == number } }

    /// The lowest tier above `number`; nil at the top.
    package func tier(above number: Int) -> Tier? { tiers.first { $0.number > number } }
}

/// What becomes of a customer's message that comes too late to reopen its case (S25).
package enum AfterReopenWindow: String, Sendable, CaseIterable {
    case refuse
    /// It opens a linked case, which takes what comes for the closed one from then on.
    case openLinked = "open_linked"
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
