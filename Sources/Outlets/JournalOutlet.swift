/// Brings notices into the journal, each exactly once, and remembers which arrived.
///
/// Synchronous, and at times waits: it runs on a queue of its own and nowhere else. `JournalDelivery` decides, this
/// performs.
package final class JournalOutlet {
    private let port: any JournalPort
    private let source: any NoticeSource
    private let clock: any OutletClock
    private let storeID: String
    private var delivery: JournalDelivery
    private var failure: String?

    /// When to come back where the journal or the store failed, in microseconds.
    private static let retryAfter: UInt64 = 1_000_000

    package init(port: any JournalPort, source: any NoticeSource, clock: any OutletClock, storeID: String) {
        self.port = port
        self.source = source
        self.clock = clock
        self.storeID = storeID
        delivery = JournalDelivery(runID: String(UInt64.random(in: .min ... .max), radix: 16))
    }

    /// Notices taken from the source that are not confirmed yet.
    package var waiting: Int { delivery.waiting }

    /// What is wrong, in a sentence that says what to do; nil when all is well.
    package var degraded: String? {
        if let failure { return failure }
        if !port.canReadBack {
            return "journal entries cannot be read back, so none is known to be kept: "
                + "add the service's user to group systemd-journal"
        }
        if delivery.isJournalSilent {
            return "the journal does not answer, \(waiting) notices wait: see systemctl status systemd-journald"
        }
        if delivery.isLosing {
            return "the journal drops entries, \(waiting) notices are sent again: see LogRateLimitBurst= of the unit"
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
            try port.send(.barrier(noticeID: id, priority: priority, storeID: storeID))
            delivery.barrierSent(id: id, at: clock.microseconds())
        case .lookForBarrier(let ids):
            delivery.barrierFound(try !port.lookUp(noticeIDs: ids).isEmpty)
        case .lookUp(let ids):
            delivery.lookedUp(try port.lookUp(noticeIDs: ids), at: clock.microseconds())
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
            try port.send(notice.entry)
            count += 1
        }
    }
}
