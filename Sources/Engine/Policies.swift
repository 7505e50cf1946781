package import TimeBase
import WorkingTime

/// One adopted version of the policy, kept once and shared: a policy is large, and a decision must not copy it.
final class PolicyVersion: Sendable {
    let number: Int
    let policy: Policy
    /// From when on it rules.
    let adoptedAt: Instant
    /// What its target rules ask of a case: a change of another field chooses no other rule (S16).
    let asked: AskedFields
    /// In ascending order.
    let tierNumbers: [Int]
    /// In the order of `tierNumbers`.
    private let ladders: [Ladder?]
    /// In the order of `tierNumbers`.
    private let reportingLines: [[String]]
    /// The people above the top tier, nearest first, without a last resort who is the last of them.
    let lineAboveTiers: [String]
    /// In any order, and none if they are too many to be compared one by one.
    private let calendars: [(name: String, calendar: WorkingCalendar)]

    /// Up to so many names, comparing is quicker than hashing.
    private static let comparedMax = 16

    init(_ number: Int, _ policy: Policy, adoptedAt: Instant) {
        self.number = number
        self.policy = policy
        self.adoptedAt = adoptedAt
        asked = policy.targetRules.reduce(into: []) { $0.formUnion($1.condition.asked) }
        tierNumbers = policy.tiers.map(\.number)
        ladders = policy.tiers.map { policy.ladders[$0.ladder] }
        reportingLines = tierNumbers.map { policy.reportingLine(ofTier: $0) }
        var line = reportingLines.last ?? []
        if line.last == policy.lastResort { line.removeLast() }
        lineAboveTiers = line
        calendars = policy.calendars.count <= Self.comparedMax ? policy.calendars.map { ($0.key, $0.value) } : []
    }

    /// The ladder of a tier.
    ///
    /// Every change of a timer asks for it, so its name is looked up once for each version.
    func ladder(ofTier number: Int) -> Ladder? {
        tierNumbers.firstIndex(of: number).flatMap { ladders[$0] }
    }

    /// The people above a tier, nearest first; nil if the policy has no such tier.
    func reportingLine(ofTier number: Int) -> [String]? {
        tierNumbers.firstIndex(of: number).map { reportingLines[$0] }
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
    /// Versions that were adopted earlier and are not here yet: few cases ask for them.
    private var shelved: Set<Int> = []

    /// `adoptedAt` matters only to cases that were opened under another version.
    package init(version: Int, policy: Policy, adoptedAt: Instant = .earliest) {
        latest = PolicyVersion(version, policy, adoptedAt: adoptedAt)
        kept = [version: latest]
    }

    package var currentVersion: Int { latest.number }
    package var current: Policy { latest.policy }
    /// The current one's, without a copy of the rest.
    package var digest: DigestRule? { latest.policy.digest }
    /// For how long the content of a case that is over is kept, as the current version says, without a copy of it.
    package var keep: Span { latest.policy.keep }

    /// Adds a version adopted before the current one.
    package mutating func remember(_ policy: Policy, version: Int, adoptedAt: Instant) {
        kept[version] = PolicyVersion(version, policy, adoptedAt: adoptedAt)
        shelved.remove(version)
    }

    /// Names earlier versions that somebody else keeps; `missing` tells when one of them is needed.
    package mutating func shelve(_ versions: some Sequence<Int>) {
        shelved.formUnion(versions)
        shelved.remove(latest.number)
    }

    /// Says that a shelved version cannot be read any more: its cycles go on under the current one.
    package mutating func giveUp(_ version: Int) { shelved.remove(version) }

    /// The shelved versions that a decision about `state` without its history asks for, in order.
    ///
    /// Costs nothing if no version is shelved, and one comparison for each timer if the case follows the latest.
    package func missing(for state: Case) -> [Int] {
        guard !shelved.isEmpty else { return [] }
        var missing: Set<Int> = []
        for index in state.timers.indices {
            for version in [state.timers[index].policyVersion, state.timers[index].ladderVersion]
            where version != latest.number && shelved.contains(version) {
                missing.insert(version)
            }
        }
        if state.policyVersion != latest.number {
            missing.formUnion(shelved.filter { $0 >= state.policyVersion })
        }
        return missing.sorted()
    }

    /// The shelved versions that the history of `state` asks for, in order: all since the case became known.
    package func missing(forHistoryOf state: Case) -> [Int] {
        guard !shelved.isEmpty, state.openedUnder != latest.number else { return [] }
        return shelved.filter { $0 >= state.openedUnder }.sorted()
    }

    /// Makes a version rule from `adoptedAt` on; earlier ones are kept.
    package mutating func adopt(_ policy: Policy, version: Int, adoptedAt: Instant) {
        latest = PolicyVersion(version, policy, adoptedAt: adoptedAt)
        kept[version] = latest
    }

    /// The same with a policy that would rule from `instant` on, as the next version: for a look ahead (S16).
    package func proposing(_ policy: Policy, adoptedAt instant: Instant) -> Policies {
        var proposed = self
        proposed.adopt(policy, version: currentVersion + 1, adoptedAt: instant)
        return proposed
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
