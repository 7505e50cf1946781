/// Brings notices into the journal, each exactly once, and remembers which arrived.
///
/// Synchronous, and at times waits: it runs on a queue of its own and nowhere else. `JournalDelivery` decides, this
/// performs.
package final class JournalOutlet {
    private let port: any JournalPort
    private let source: any NoticeSource
    private let clock: any OutletClock
    /// Puts decisions into words; replaced if the policy gets new names.
    package var wording: Wording
    private var delivery: JournalDelivery
    private var failure: String?

    /// When to come back if the journal or the store failed, in microseconds.
    private static let retryAfter: UInt64 = 1_000_000

    package init(port: any JournalPort, source: any NoticeSource, clock: any OutletClock, wording: Wording) {
        self.port = port
        self.source = source
        self.clock = clock
        self.wording = wording
        delivery = JournalDelivery(runID: String(UInt64.random(in: .min ... .max), radix: 16))
    }

    /// Notices taken from the source that are not confirmed yet.
    package var waiting: Int { delivery.waiting }

    /// Takes everything that is pending from the source once more, with the next `drain`.
    package func startOver() { delivery.startOver() }

    /// How many notices wait in all: more than those that were taken from the source.
    private var pending: Int { (try? source.pendingCount()) ?? waiting }

    /// What is wrong, in a sentence that says what to do; nil when all is well.
    package var degraded: String? {
        if let failure { return failure }
        if !port.canReadBack {
            return "journal entries cannot be read back, so none is known to be kept: "
                + "add the service's user to group systemd-journal"
        }
        if delivery.isJournalSilent {
            return "the journal does not answer, \(pending) notices wait: see systemctl status systemd-journald"
        }
        if delivery.isLosing {
            return "the journal drops entries, \(pending) notices are sent again: see LogRateLimitBurst= of the unit"
        }
        return nil
    }

    /// Delivers what is pending and returns when nothing is left to do for now.
    ///
    /// The first call after the start looks up what an earlier run left behind before it sends any of it.
    ///
    /// - Parameter isStopping: Asked between two steps; true ends the call early and loses nothing.
    /// - Returns: When to be called again at the latest, in microseconds; nil: when there are new notices.
    package func drain(isStopping: () -> Bool = { false }) -> UInt64? {
        delivery.noteNews()
        delivery.canReadBack = port.canReadBack
        while !isStopping() {
            let step = delivery.next(at: clock.microseconds())
            if case .rest(let duration) = step {
                failure = nil
                return duration
            }
            do {
                try perform(step)
            } catch {
                failure = "\(error)"
                return Self.retryAfter
            }
        }
        return Self.retryAfter
    }

    private func perform(_ step: JournalDelivery.Step) throws {
        switch step {
        case .fetch(let position, let limit):
            delivery.fetched(try source.pending(after: position, limit: limit), limit: limit)
        case .send(let notices):
            try send(notices)
        case .look(let ids):
            delivery.found(try port.readBack(noticeIDs: ids), at: clock.microseconds())
        case .sendBarrier(let id, let priority):
            try port.send(.barrier(noticeID: id, priority: priority, storeID: wording.storeID))
            delivery.barrierSent(id: id, priority: priority, at: clock.microseconds())
        case .lookForBarrier(let ids):
            delivery.barrierFound(try port.readBack(noticeIDs: ids))
        case .lookUp(let notices):
            delivery.lookedUp(try port.lookUp(notices.map(entry)), at: clock.microseconds())
        case .confirm(let ids):
            try source.confirm(ids)
            delivery.confirmed()
        case .pause(let microseconds):
            clock.pause(microseconds: microseconds)
            delivery.paused()
        case .rest:
            preconditionFailure("rest is not performed, it ends the drain")
        }
    }

    private func send(_ notices: [PendingNotice]) throws {
        var count = 0
        // Also where one fails: those before it are on their way and must not be sent twice.
        defer { delivery.sent(count: count, at: clock.microseconds()) }
        for notice in notices {
            try port.send(entry(notice))
            count += 1
        }
    }

    /// The entry as it is to be written now.
    private func entry(_ notice: PendingNotice) -> JournalEntry {
        switch notice.content {
        case .record(let record, let id):
            return wording.entry(record, of: id, noticeID: notice.id, writtenAt: clock.wallTime())
        case .entry(var entry):
            entry.noticeID = notice.id
            return entry
        }
    }
}
