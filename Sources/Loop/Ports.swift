package import Engine
package import TimeBase

/// Remembers cases, in transactions. Used from one thread at a time, the loop's.
package protocol CaseStore: AnyObject {
    /// Runs `body` and makes everything it saved durable at once, or nothing of it where `body` or the commit throws.
    func transaction<Result>(_ body: (any CaseTransaction) throws -> Result) throws -> Result

    /// The smallest `next_wake` of all cases; nil where nothing is due without an event.
    func earliestWake() throws -> Instant?

    /// The `noticedAt` of the last commit, for the guard against a clock that went back; nil in an empty store.
    func lastCommit() throws -> Instant?
}

/// What can be done inside one transaction.
package protocol CaseTransaction: AnyObject {
    /// Nil where the case is not known. Throws `CaseDamaged` where what is kept of it cannot be read.
    func load(_ id: CaseID) throws -> Case?

    /// The cases whose `next_wake` is at or before `now`, in order of (`next_wake`, the order they were first saved in),
    /// at most `limit`. Cases that were set aside are not among them; a damaged one is set aside here.
    func due(at now: Instant, limit: Int) throws -> [Case]

    /// Whether an event with this id and source was accepted for the case before. False for an unknown case.
    func isRecorded(eventID: String, source: String, of id: CaseID) throws -> Bool

    /// All facts and ledger records of a case, records oldest first.
    func history(of id: CaseID) throws -> History

    /// Remembers a decision: state, facts, records, notices and `next_wake`. `now` is the instant of the commit.
    ///
    /// Where it throws, `InvariantBroken` for a fact that was saved before among others, the transaction is lost.
    ///
    /// - Parameter previous: The case as `load` or `due` gave it, nil where it is new.
    func save(_ decision: Decision, previous: Case?, at now: Instant) throws

    /// Takes a case out of the queue of deadlines for good, with its reason, so that it cannot stop the others.
    func setAside(_ id: CaseID, reason: String, at now: Instant) throws
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
