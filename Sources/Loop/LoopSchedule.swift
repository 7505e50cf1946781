package import TimeBase

/// Decides what the keeper of the loop does next: look at what is due, commit events that wait, tell what was committed, rest.
///
/// Pure: it is asked for a step, told what came of it, and told the time, in microseconds of a clock that is never set. It
/// keeps two promises, whatever comes next: what was committed is told within `untoldMax` or at the end of the step that
/// runs then, and nobody rests while there is work that no alarm and no queued turn will come back to.
///
/// Work is done in turns. A turn takes one slice of what is due, then one group of events: a late announcement is worse than
/// a late answer. Then it lets others have the queue.
package struct LoopSchedule: Sendable {
    /// How long a burst may keep its commits to itself, in microseconds.
    ///
    /// Reading and confirming notices would take the disk and the processor from the slices that are still to come.
    package static let untoldMax: UInt64 = 500_000
    /// When to try again after the store failed, in microseconds.
    package static let retryAfter: UInt64 = 1_000_000

    /// What to do; the answer to each is a call of the function named beside it.
    package enum Step: Equatable, Sendable {
        /// The clock was set: the loop has to know before it decides anything. `failed`, or nothing.
        case hear(Span)
        /// One slice of what is due. `looked` or `failed`.
        case look
        /// One group of the events that wait. `committed` or `failed`.
        case commit
        /// A trial commit: whether the store works again. `proved` or `failed`.
        case prove
        /// Tell the others that something was committed. It cannot fail, so nothing is answered.
        case tell
        /// End the turn, and begin the next one behind whatever else waits for the queue.
        case goOn
        /// End the turn. The alarm as the loop armed it, events and a clock that is set begin the next one; where there is a
        /// number, the alarm has to ring after so many microseconds at the latest.
        case rest(UInt64?)
    }

    /// Whether something is due is asked in the next turn, whatever the alarm was armed for.
    private var mustLook = false
    /// The last slice was full: the next one is looked for before what was committed is told.
    private var isBurst = false
    /// How far the clock was set since the loop was last told.
    private var jump = Span.zero
    /// Since when a commit has not been told; nil if all were.
    private var untoldSince: UInt64?
    /// When a look that failed is tried again; nil if the last one succeeded.
    private var retryAt: UInt64?
    private var store = TroubleLatch()
    /// The next turn has been queued.
    private var isQueued = false
    private var isStopped = false
    /// What this turn has done.
    private var hasLooked = false
    private var hasCommitted = false
    private var hasProved = false

    package init() {}

    // MARK: What happens

    /// The alarm, the start, or a new policy: something may be due.
    ///
    /// Returns true if a turn has to begin now; otherwise one is queued already.
    package mutating func rang() -> Bool {
        mustLook = true
        return !isQueued && !isStopped
    }

    /// The clock was set by `span`, which is negative if it was set back.
    ///
    /// Returns true if a turn has to begin now.
    package mutating func jumped(by span: Span) -> Bool {
        jump = jump + span
        return rang()
    }

    /// Events wait.
    ///
    /// Returns true if a turn has to be queued. Behind whatever else is queued: what comes before it shares the commit.
    package mutating func arrived() -> Bool {
        guard !isQueued, !isStopped else { return false }
        isQueued = true
        return true
    }

    /// From now on nothing is looked at and nothing committed; what was committed is still told.
    package mutating func stop() { isStopped = true }

    // MARK: What to do

    /// A turn begins.
    package mutating func begin() {
        isQueued = false
        hasLooked = false
        hasCommitted = false
        hasProved = false
    }

    /// The next step of this turn.
    ///
    /// `isDue`: the instant that the alarm was armed for has passed. `isWaiting`: events wait.
    package mutating func next(at now: UInt64, isDue: Bool, isWaiting: Bool) -> Step {
        if let untoldSince, isStopped || now >= untoldSince + Self.untoldMax { return tell() }
        if isStopped { return .rest(nil) }
        // Events that wait must not be decided by a clock that cannot be believed, so this comes before them.
        if jump != .zero {
            defer { jump = .zero }
            return .hear(jump)
        }
        if !hasLooked, mustLook || (isDue && isLookAllowed(at: now)) {
            hasLooked = true
            mustLook = false
            return .look
        }
        if !hasCommitted, isWaiting {
            hasCommitted = true
            return .commit
        }
        if !hasProved, let askAt = store.askAt, now >= askAt {
            hasProved = true
            return .prove
        }
        // Only if the next turn is certain to look, and then to come by here again, may this wait.
        if untoldSince != nil, !(isBurst && mustLook) { return tell() }
        // An alarm that was armed for an instant that has passed may have been armed in this turn, and not have rung yet.
        guard !mustLook, !isWaiting, !(isDue && isLookAllowed(at: now)) else {
            isQueued = true
            return .goOn
        }
        let again = [retryAt, store.askAt].compactMap(\.self).min()
        return .rest(again.map { $0 > now ? $0 - now : 0 })
    }

    private mutating func tell() -> Step {
        untoldSince = nil
        return .tell
    }

    private func isLookAllowed(at now: UInt64) -> Bool { retryAt.map { now >= $0 } ?? true }

    // MARK: What came of it

    /// A look is over.
    ///
    /// - Parameters:
    ///   - hasWritten: Something was committed.
    ///   - hasMoreDue: The slice was full.
    ///   - hasMore: There is more to do, due or not.
    ///   - now: When it was over, in microseconds of a clock that is never set.
    package mutating func looked(hasWritten: Bool, hasMoreDue: Bool, hasMore: Bool, at now: UInt64) {
        retryAt = nil
        isBurst = hasMoreDue
        if hasMoreDue || hasMore { mustLook = true }
        if hasWritten { noteCommit(at: now) }
    }

    /// A group of events is committed.
    package mutating func committed(at now: UInt64) { noteCommit(at: now) }

    /// The trial commit succeeded.
    ///
    /// Returns what to tell of the trouble that has ended.
    package mutating func proved(at now: UInt64) -> TroubleLatch.Ended? { store.isWell(at: now) }

    /// The store failed in the last step; `text` says how.
    ///
    /// Returns true if that has to be told: it worked before.
    package mutating func failed(_ text: String, at now: UInt64) -> Bool {
        retryAt = now + Self.retryAfter
        isBurst = false
        // A step may have committed something before it failed.
        noteCommit(at: now)
        return store.failed(text, at: now)
    }

    private mutating func noteCommit(at now: UInt64) { untoldSince = untoldSince ?? now }
}
