package import Engine
package import TimeBase

/// Remembers cases, in transactions.
///
/// Used from one thread at a time, the loop's.
package protocol CaseStore: AnyObject {
    /// Runs `body` and makes everything it saved durable at once, or nothing of it where `body` or the commit throws.
    func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result

    /// The smallest `next_wake` of all cases; nil if nothing is due without an event.
    func earliestWake() throws -> Instant?

    /// The smallest `keptSince` of all cases: whose content has waited longest to be removed; nil if none does.
    ///
    /// Cases that were set aside do not count: somebody may still want to know why.
    func earliestRest() throws -> Instant?

    /// The `noticedAt` of the last commit, for the guard against a clock that went back; nil in an empty store.
    func lastCommit() throws -> Instant?

    /// A policy version that has not reached all open cases yet; nil if there is none.
    func rollout() throws -> Rollout?

    /// What receivers were told of late, where notices are gathered (S35); in any order.
    func digestWindows() throws -> [DigestWindow]
}

/// What can be done inside one transaction.
package protocol CaseTransaction: AnyObject {
    /// Nil if the case is not known. Throws `CaseDamaged` where what is kept of it cannot be read.
    func load(_ id: CaseID) throws -> Case?

    /// The cases whose `next_wake` is at or before `now`, in order of (`next_wake`, the order they were first saved in),
    /// at most `limit`. Cases that were set aside are not among them; a damaged one is set aside here.
    func due(at now: Instant, limit: Int) throws -> [Case]

    /// The cases whose `keptSince` is at or before `instant`, in order of (`keptSince`, the order they were first saved in),
    /// at most `limit`. Cases that were set aside are not among them; a damaged one is set aside here.
    func resting(since instant: Instant, limit: Int, at now: Instant) throws -> [Case]

    /// The event with this id and source that the case keeps already, accepted or refused (S25); nil if it keeps none, or if
    /// the case is unknown.
    func recorded(eventID: String, source: String, of id: CaseID) throws -> Fact?

    /// All facts and ledger records of a case, records oldest first.
    func history(of id: CaseID) throws -> History

    /// Remembers a decision: state, facts, records, notices and `next_wake`; first it forgets what the decision erases.
    ///
    /// Where it throws, `InvariantBroken` for a fact that was saved before among others, the transaction is lost.
    ///
    /// `previous` is the case as `load` or `due` gave it, nil if it is new; `now` is the instant of the commit.
    func save(_ decision: Decision, previous: Case?, at now: Instant) throws

    /// Live cases after a place in the order of their first saves, at most `limit`, from a stretch of bounded length; a
    /// damaged one is set aside here.
    func live(after place: Int64, limit: Int, at now: Instant) throws -> LiveCases

    /// Remembers how far a rollout has come; nil when it is over.
    func keep(_ rollout: Rollout?) throws

    /// Remembers windows in the place of those of the same receivers, and forgets those of the receivers in `ended`.
    func keep(_ windows: [DigestWindow], ended: [String]) throws

    /// Takes a case out of the queue of deadlines for good, with its reason, so that it cannot stop the others.
    func setAside(_ id: CaseID, reason: String, at now: Instant) throws
}

/// Policies that were adopted earlier, each read when a case asks for it.
package protocol PolicyShelf: Sendable {
    /// A version that was adopted before the latest; nil if it cannot be read any more, or never was there.
    ///
    /// Throws if the store does not answer.
    func policy(_ version: Int) throws -> ShelvedPolicy?
}

/// A policy that was adopted earlier.
package struct ShelvedPolicy: Sendable {
    package var policy: Policy
    package var adoptedAt: Instant

    package init(policy: Policy, adoptedAt: Instant) {
        self.policy = policy
        self.adoptedAt = adoptedAt
    }
}

extension Policies {
    /// Takes versions from the shelf; one that cannot be read is given up for good.
    package mutating func take(_ versions: [Int], from shelf: any PolicyShelf) throws {
        for version in versions {
            if let found = try shelf.policy(version) {
                remember(found.policy, version: version, adoptedAt: found.adoptedAt)
            } else {
                giveUp(version)
            }
        }
    }
}

/// The wall clock.
package protocol WallClock {
    func now() -> Instant
}

/// The one alarm of the loop.
package protocol Alarm {
    /// Calls the loop back at `instant` of the wall clock, or as soon as possible after it; replaces what was armed.
    /// Nil disarms.
    func arm(_ instant: Instant?)
}
