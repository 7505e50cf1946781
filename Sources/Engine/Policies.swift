package import TimeBase
import WorkingTime

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
