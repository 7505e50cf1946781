package import Engine
package import TimeBase

/// The body of the loop: takes events and due cases, lets the engine decide, commits, arms the alarm.
///
/// Synchronous and owned by one thread at a time; whoever hosts it (the daemon's queue, a simulation) calls it. `now` is
/// read once for each call and passed down.
package final class Loop {
    /// Cases decided in one transaction when many are due: keeps a slice below 50 ms, so that pings and requests get
    /// through.
    package static let sliceMax = 250

    /// Cases whose content is removed in one transaction: each may take some hundred rows with it.
    package static let forgetMax = 100
    /// How long the removal of content may wait for that of others, so that a sleeping process is woken once for many.
    ///
    /// What the case may still take does not depend on it.
    package static let forgetSlack = Span.hours(1)

    private let store: any CaseStore
    /// Nil if every version is in `policies`.
    private let shelf: (any PolicyShelf)?
    private let clock: any WallClock
    private let alarm: any Alarm
    package private(set) var policies: Policies
    package private(set) var guardian: ClockGuard
    /// Cases that left the watch, until somebody takes them.
    var asideInSubmit: [(id: CaseID, reason: String)] = []
    /// What a call that failed had committed before.
    private var unreported: WakeReport?
    /// Whether events are taken without deciding anything, during this call.
    private(set) var isHeld = false
    /// The policy version that has not reached all open cases yet.
    package private(set) var rollout: Rollout?
    /// The same, as the transaction at work will leave it.
    private var rolling: Rollout?
    /// What each receiver was told of late; empty unless the policy gathers notices (S35).
    private var digests: Digests
    /// The same, as the transaction at work will leave it.
    var folding = Digests()

    /// `shelf` has the versions that `policies` names as shelved.
    package init(
        store: any CaseStore,
        policies: Policies,
        shelf: (any PolicyShelf)? = nil,
        clock: any WallClock,
        alarm: any Alarm
    ) throws {
        self.store = store
        self.shelf = shelf
        self.policies = policies
        self.clock = clock
        self.alarm = alarm
        guardian = ClockGuard(lastCommit: try store.lastCommit())
        rollout = try store.rollout()
        digests = Digests(try store.digestWindows())
    }

    /// Lets a version rule from `adoptedAt` on.
    ///
    /// The store has it already, and the rollout with it; call `wake` until nothing more is left of that.
    package func adopt(_ policy: Policy, version: Int, adoptedAt: Instant) throws {
        // Read first: where that fails, nothing is adopted here, and the next reload adopts it.
        rollout = try store.rollout()
        policies.adopt(policy, version: version, adoptedAt: adoptedAt)
    }

    /// Decides one slice of what is due and arms the alarm for the rest.
    ///
    /// Why the alarm rang is never trusted: what is due is asked of the store (ARCHITECTURE, The clock).
    ///
    /// Returns how much was done; call again at once while it says `hasMore`.
    package func wake() throws -> WakeReport {
        let now = clock.now()
        var report = WakeReport(now: now)
        guard !guardian.isHolding(at: now) else {
            alarm.arm(guardian.nextLook(after: now))
            return report
        }
        isHeld = false
        let digested = try commit(now: now) { transaction, broken in
            report = WakeReport(now: now)
            report.setAside = broken.map { ($0.id, $0.reason) }
            let due = try transaction.due(at: now, limit: Self.sliceMax)
            try look(at: due, in: transaction, without: broken, now: now, &report)
            report.hasMoreDue = due.count == Self.sliceMax
            report.hasMore = report.hasMoreDue
        }
        report.notices += digested
        do {
            if !report.hasMore { try rollOut(now: now, &report) }
            if !report.hasMore { try forget(now: now, &report) }
            guardian.committed(at: now)
            try rearm(now: now)
        } catch {
            report.setAside += unreported?.setAside ?? []
            unreported = report
            throw error
        }
        return report
    }

    /// What the last call had committed before it failed: it has to be told all the same.
    ///
    /// Nil if that is nothing, or if no call has failed since the last time that this was asked.
    package func takeUnreported() -> WakeReport? {
        defer { unreported = nil }
        return unreported
    }

    /// Brings one slice of the open cases up to the latest version; deadlines go first.
    private func rollOut(now: Instant, _ report: inout WakeReport) throws {
        guard let place = rollout?.place else { return }
        // Counts only what is committed: another attempt begins with what was noted before.
        var attempt = report
        let noted = report
        try commit(now: now) { transaction, broken in
            var report = noted
            report.setAside += broken.map { ($0.id, $0.reason) }
            let found = try transaction.live(after: place, limit: Self.sliceMax, at: now)
            let behind = found.cases.filter { $0.policyVersion < policies.currentVersion }
            try look(at: behind, in: transaction, without: broken, now: now, &report)
            report.hasMore = found.next != nil
            if let next = found.next {
                rolling?.place = next
            } else {
                report.rolledOut = rolling
                rolling = nil
            }
            attempt = report
        }
        report = attempt
    }

    /// When content has to be removed next; nil if none waits for it.
    private func nextForgetting() throws -> Instant? {
        try store.earliestRest().map { $0 + policies.keep + Self.forgetSlack }
    }

    /// Removes the content of one slice of the cases that have rested for long enough (S60).
    private func forget(now: Instant, _ report: inout WakeReport) throws {
        guard let due = try nextForgetting(), due <= now else { return }
        var attempt = report
        let noted = report
        try commit(now: now) { transaction, broken in
            var report = noted
            report.setAside += broken.map { ($0.id, $0.reason) }
            let found = try transaction.resting(since: now - policies.keep, limit: Self.forgetMax, at: now)
            for state in found {
                try save(Engine.forget(state, now: now), of: state.id, previous: state, in: transaction, now: now)
            }
            report.forgotten = found.count
            report.hasMore = found.count == Self.forgetMax
            attempt = report
        }
        report = attempt
    }

    /// Hands in events of any number of units, all in one transaction: the commit that contains them has happened when
    /// this returns.
    ///
    /// Returns the answers, unit by unit, in the order of the events.
    package func submit(_ units: [Unit]) throws -> [[Answer]] {
        let now = clock.now()
        isHeld = guardian.isHolding(at: now)
        var answers: [[Answer]] = []
        answers.reserveCapacity(units.count)
        try commit(now: now) { transaction, broken in
            answers.removeAll(keepingCapacity: true)
            asideInSubmit = broken.map { ($0.id, $0.reason) }
            for unit in units { answers.append(try apply(unit, in: transaction, without: broken, now: now)) }
        }
        guardian.committed(at: now)
        do {
            try rearm(now: now)
        } catch {
            var report = WakeReport(now: now)
            report.setAside = takeSetAside()
            unreported = report
            throw error
        }
        return answers
    }

    /// The cases that the last `submit` has set aside, with the reason: somebody has to be told.
    package func takeSetAside() -> [(id: CaseID, reason: String)] {
        defer { asideInSubmit = [] }
        return asideInSubmit
    }

    /// The wall clock was set, or the machine slept: whether it can be believed is decided anew.
    package func clockJumped(by jump: Span) throws {
        let now = clock.now()
        guardian.jumped(by: jump, at: now)
        try rearm(now: now)
    }

    /// What is known of the clock's synchronisation; ends a hold early.
    package func clockIsSynchronised() { guardian.isSynchronised = true }

    /// Arms the alarm for what is due next: after a start, or when a wake failed.
    package func rearm() throws { try rearm(now: clock.now()) }

    /// When something is due in a case, a digest is to be told, or content is to be removed.
    private func nextLook() throws -> Instant? {
        [try store.earliestWake(), digests.nextEnd, try nextForgetting()].compactMap(\.self).min()
    }

    private func rearm(now: Instant) throws {
        if guardian.isHolding(at: now) {
            alarm.arm(guardian.nextLook(after: now))
        } else {
            // Open cases that a policy has not reached are due now, whatever was committed last.
            alarm.arm(rollout != nil ? now : try nextLook().map { max($0, now) })
        }
    }

    /// Reads the policy versions that a decision asks for and that nobody has asked for before.
    func take(_ missing: [Int]) throws {
        guard !missing.isEmpty, let shelf else { return }
        try policies.take(missing, from: shelf)
    }

    // MARK: One transaction

    /// A case whose decision the store refused: the whole transaction is lost with it.
    struct Unsavable: Error {
        var id: CaseID
        var reason: String
    }

    /// Cases that may break one transaction before it is given up: more is no bad case but a bad store.
    private static let unsavableMax = 16

    /// Runs `body` in a transaction; a case that the store refuses is set aside in one of its own, and the rest is done
    /// again without it.
    ///
    /// Returns how many digests were told with it.
    @discardableResult
    private func commit(now: Instant, _ body: (any CaseTransaction, [Unsavable]) throws -> Void) throws -> Int {
        var broken: [Unsavable] = []
        // A policy that gathers nothing pays nothing.
        let isGathering = !digests.isEmpty && !guardian.isHolding(at: now)
        while true {
            do {
                rolling = rollout
                folding = digests
                let digested = try store.transaction { transaction in
                    let digested = isGathering ? try tellDigests(in: transaction, at: now) : 0
                    try body(transaction, broken)
                    if rolling != rollout { try transaction.keep(rolling) }
                    try keepDigests(in: transaction)
                    return digested
                }
                rollout = rolling
                digests = folding
                return digested
            } catch let unsavable as Unsavable where broken.count < Self.unsavableMax {
                do {
                    try takeOut(unsavable, now: now)
                } catch {
                    keepUnreported(broken, now: now)
                    throw error
                }
                broken.append(unsavable)
            } catch {
                keepUnreported(broken, now: now)
                throw error
            }
        }
    }

    private func takeOut(_ unsavable: Unsavable, now: Instant) throws {
        try store.transaction { transaction in
            // A case that was to be opened is not there to be set aside; its events are refused.
            guard try transaction.load(unsavable.id) != nil else { return }
            try transaction.setAside(unsavable.id, reason: unsavable.reason, at: now)
        }
    }

    /// Cases that were set aside in transactions of their own, before the one that failed.
    private func keepUnreported(_ broken: [Unsavable], now: Instant) {
        guard !broken.isEmpty else { return }
        var report = WakeReport(now: now)
        report.setAside = broken.map { ($0.id, $0.reason) }
        unreported = report
    }

    func save(
        _ decision: Decision,
        of id: CaseID,
        previous: Case?,
        in transaction: any CaseTransaction,
        now: Instant
    ) throws {
        do {
            if let rule = policies.digest {
                try transaction.save(folded(decision, by: rule, at: now), previous: previous, at: now)
            } else {
                try transaction.save(decision, previous: previous, at: now)
            }
            rolling?.count(decision, previous: previous)
        } catch let broken as InvariantBroken {
            throw Unsavable(id: id, reason: broken.description)
        }
    }
}
