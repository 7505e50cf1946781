/// Decides what the journal outlet does next, so that every notice is in the journal exactly once.
///
/// Pure: it is asked for a step, told what came of it, and told the time. A return of the sending call proves nothing,
/// so each entry is read back. One that is not found within `patience` is not yet lost: behind a stalled journald it
/// waits in the socket, and sending it again would make two. Therefore a *barrier* entry is sent first; when that can be
/// read, everything sent before it was read too, and what is then missing is sent again. The same is done at start for
/// what an earlier run left unconfirmed.
struct JournalDelivery {
    /// How many notices are fetched and sent in one go.
    static let chunk = 500
    /// How many may be sent and not yet found: two chunks, so that journald has work while one is read back.
    static let windowMax = 1_000
    // All in microseconds.
    static let patience: UInt64 = 1_000_000
    /// An entry can be read about 0.3 ms after it was sent.
    static let pollFirst: UInt64 = 300
    static let pollMax: UInt64 = 20_000
    /// How long an arrival may wait for others to be confirmed with it, in one transaction.
    static let confirmWait: UInt64 = 50_000
    /// A check is of no interest to people.
    static let barrierPriorityFirst = 7
    /// Silent rounds after which the next barrier is one level more urgent.
    static let roundsPerPriority = 2
    static let restFirst: UInt64 = 1_000_000
    static let restMax: UInt64 = 60_000_000

    /// What to do; the answer to each is a call of the function named like it.
    enum Step: Equatable {
        /// `fetched`
        case fetch(after: Int64, limit: Int)
        /// `sent`
        case send([PendingNotice])
        /// `found`
        case look(Set<String>)
        /// `barrierSent`
        case sendBarrier(id: String, priority: Int)
        /// `barrierFound`
        case lookForBarrier(Set<String>)
        /// `lookedUp`
        case lookUp([PendingNotice])
        /// `confirmed`
        case confirm([String])
        /// `paused`
        case pause(UInt64)
        /// Leave the queue; come back after so long, or nil: when there are new notices.
        case rest(UInt64?)
    }

    private enum Phase {
        /// Sending, and reading back what was sent.
        case flowing
        /// Something is doubtful; a barrier has to be sent.
        case wantsBarrier
        /// A barrier was sent then; it, or one sent before it, has to be found.
        case awaitsBarrier(sentAt: UInt64)
        /// The barrier was read: what the journal has of the doubtful is now known for certain.
        case looksUp
    }

    private struct Flight {
        var notice: PendingNotice
        var sentAt: UInt64
    }

    /// False: an entry that was handed over counts as arrived, there is no way to know better.
    var canReadBack = true

    private let runID: String
    private var phase = Phase.flowing
    private var cursor = Int64.min
    private var mayHaveMore = true
    /// Until the first fetch that is not full: those notices may have been sent by an earlier run.
    private var isRecovering = true
    private var isBarrierNeededToRecover = true
    private var barriersSent = 0
    /// Those that stand for what is doubtful now, with their priorities: any of them will do, a barrier can be lost too.
    private var barriers: [String: Int] = [:]
    /// Of the next barrier.
    private var barrierPriority = Self.barrierPriorityFirst
    private var silentRounds = 0
    private var toSend: [PendingNotice] = []
    /// In the order in which they were sent.
    private var inFlight: [Flight] = []
    private var inFlightIDs: Set<String> = []
    private var doubtful: [PendingNotice] = []
    private var arrived: [String] = []
    private var firstArrivedAt: UInt64?
    private var poll = Self.pollFirst
    private var isPauseDue = false
    /// Rounds in a row in which something was sent again and nothing arrived.
    private var fruitlessRounds = 0
    private var heldUntil: UInt64?

    /// - Parameter runID: Differs from run to run, so that a barrier of an earlier one is not taken for ours.
    init(runID: String) { self.runID = runID }

    /// Notices that were taken from the source and are not confirmed.
    var waiting: Int { toSend.count + inFlight.count + doubtful.count + arrived.count }

    /// Whether journald does not read what it is sent.
    var isJournalSilent: Bool { silentRounds > 0 }

    /// Whether entries vanish although journald reads.
    var isLosing: Bool { fruitlessRounds >= 2 }

    /// All pending notices are fetched again, also those before the last one that was fetched.
    ///
    /// Does nothing while some are on their way.
    mutating func startOver() {
        guard waiting == 0 else { return }
        cursor = .min
        mayHaveMore = true
    }

    /// There are new notices, or there may be.
    mutating func noteNews() { mayHaveMore = true }

    mutating func next(at now: UInt64) -> Step {
        if !canReadBack { stopLooking(at: now) }
        if isConfirmDue(at: now) { return .confirm(arrived) }
        if !toSend.isEmpty {
            guard let heldUntil, heldUntil > now else { return .send(toSend) }
            return arrived.isEmpty ? .rest(heldUntil - now) : .confirm(arrived)
        }
        switch phase {
        case .flowing:
            if mayHaveMore, inFlight.count + Self.chunk <= Self.windowMax {
                return .fetch(after: cursor, limit: Self.chunk)
            }
            guard let oldest = inFlight.first else { return .rest(nil) }
            guard now < oldest.sentAt + Self.patience else {
                doubtful = inFlight.map(\.notice)
                clearFlights()
                phase = .wantsBarrier
                return barrier()
            }
            return isPauseDue ? .pause(poll) : .look(inFlightIDs)
        case .wantsBarrier:
            return barrier()
        case .awaitsBarrier(let sentAt):
            guard now < sentAt + Self.patience else {
                guard arrived.isEmpty else { return .confirm(arrived) }
                phase = .wantsBarrier
                silentRounds += 1
                // A journald that keeps only what is more urgent (MaxLevelStore=) never shows a barrier of priority 7.
                // Never more urgent than the notices that it stands for: those have to be kept, or nothing helps.
                if silentRounds.isMultiple(of: Self.roundsPerPriority) {
                    barrierPriority = max(barrierPriority - 1, min(urgency, barrierPriority))
                }
                return .rest(Self.restLength(round: silentRounds))
            }
            return isPauseDue ? .pause(poll) : .lookForBarrier(Set(barriers.keys))
        case .looksUp:
            return .lookUp(doubtful)
        }
    }

    // MARK: What came of the step

    mutating func fetched(_ notices: [PendingNotice], limit: Int) {
        mayHaveMore = notices.count >= limit
        if let last = notices.last { cursor = last.position }
        guard isRecovering, canReadBack, !notices.isEmpty else {
            toSend = notices
            isRecovering = isRecovering && mayHaveMore
            return
        }
        doubtful = notices
        phase = isBarrierNeededToRecover ? .wantsBarrier : .looksUp
    }

    /// The first `count` of what was to be sent were handed over.
    mutating func sent(count: Int, at now: UInt64) {
        for notice in toSend.prefix(count) {
            inFlight.append(Flight(notice: notice, sentAt: now))
            inFlightIDs.insert(notice.id)
        }
        toSend.removeFirst(count)
        heldUntil = nil
        pauseNext(Self.pollFirst)
    }

    mutating func found(_ ids: Set<String>, at now: UInt64) {
        guard !ids.isEmpty else { return pauseNext(min(poll * 2, Self.pollMax)) }
        inFlight.removeAll { ids.contains($0.notice.id) }
        inFlightIDs.subtract(ids)
        arrive(ids, at: now)
        fruitlessRounds = 0
        pauseNext(Self.pollFirst)
    }

    mutating func barrierSent(id: String, priority: Int, at now: UInt64) {
        phase = .awaitsBarrier(sentAt: now)
        barriers[id] = priority
        pauseNext(Self.pollFirst)
    }

    mutating func barrierFound(_ ids: Set<String>) {
        guard let quietest = ids.compactMap({ barriers[$0] }).max() else {
            return pauseNext(min(poll * 2, Self.pollMax))
        }
        // What was kept this time will be kept next time.
        barrierPriority = quietest
        silentRounds = 0
        barriers = [:]
        phase = .looksUp
    }

    mutating func lookedUp(_ ids: Set<String>, at now: UInt64) {
        arrive(ids, at: now)
        toSend = doubtful.filter { !ids.contains($0.id) }
        doubtful = []
        phase = .flowing
        if isRecovering {
            // These were perhaps never sent: no sign of a journal that loses entries.
            isBarrierNeededToRecover = false
            isRecovering = mayHaveMore
            return
        }
        guard !toSend.isEmpty else { return }
        fruitlessRounds += 1
        guard isLosing else { return }
        heldUntil = now + Self.restLength(round: fruitlessRounds - 1)
    }

    mutating func confirmed() {
        arrived = []
        firstArrivedAt = nil
    }

    mutating func paused() { isPauseDue = false }

    // MARK: Small moves

    private func isConfirmDue(at now: UInt64) -> Bool {
        guard let firstArrivedAt else { return false }
        let isAllThere = toSend.isEmpty && inFlight.isEmpty && doubtful.isEmpty
        return isAllThere || arrived.count >= Self.chunk || now >= firstArrivedAt + Self.confirmWait
    }

    private mutating func barrier() -> Step {
        barriersSent += 1
        return .sendBarrier(id: "barrier-\(runID)-\(barriersSent)", priority: barrierPriority)
    }

    /// Priority of the most urgent doubtful notice.
    private var urgency: Int { doubtful.map(\.priority).min() ?? Self.barrierPriorityFirst }

    private mutating func arrive(_ ids: some Collection<String>, at now: UInt64) {
        guard !ids.isEmpty else { return }
        arrived += ids
        firstArrivedAt = firstArrivedAt ?? now
    }

    private mutating func stopLooking(at now: UInt64) {
        arrive(inFlight.map(\.notice.id), at: now)
        clearFlights()
        toSend = doubtful + toSend
        doubtful = []
        phase = .flowing
        heldUntil = nil
        silentRounds = 0
        barriers = [:]
        fruitlessRounds = 0
    }

    /// Twice as long each time, from the first round, number 1.
    private static func restLength(round: Int) -> UInt64 {
        min(restFirst << UInt64(min(round - 1, 6)), restMax)
    }

    private mutating func clearFlights() {
        inFlight = []
        inFlightIDs = []
    }

    private mutating func pauseNext(_ microseconds: UInt64) {
        poll = microseconds
        isPauseDue = true
    }
}
