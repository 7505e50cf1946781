import NIOConcurrencyHelpers
package import NIOCore
import NIOPosix

/// Rings when something was committed, for requests that wait for it.
///
/// Who waits takes a mark before it looks at the store, and waits for a ring since that mark: a commit between the look and
/// the wait is not missed. While much is committed it is heard ten times a second at most, so that those who wait do not
/// read the store for every commit. While nobody waits a ring is one lock and one addition.
package final class CommitBell: Sendable {
    /// A moment in the life of the bell.
    package struct Mark: Sendable {
        fileprivate let rings: UInt64
    }

    /// The right to wait; `leave` gives it back.
    struct Seat: Sendable {
        fileprivate let number: UInt64
        fileprivate let timer: Scheduled<Void>
    }

    /// How many requests may wait at the same time: what is held is never closed for another connection.
    package static let seatsMax = 32
    /// Of one user.
    package static let seatsOfOneUserMax = 16
    /// The shortest time between two rings that are heard.
    private static let gap = TimeAmount.milliseconds(100)

    private struct Waiter {
        var user: UInt32?
        var continuation: CheckedContinuation<Void, Never>?
        /// The time is up, or nobody is there any more to be answered.
        var isOver = false
    }

    private struct State {
        var rings: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var last: UInt64 = 0
        /// When a ring was last heard; nil if none was.
        var heardAt: NIODeadline?
        /// A ring will be heard at the end of the gap.
        var isPending = false
        var isClosed = false

        /// Those who wait now; they are to be resumed outside the lock.
        mutating func hear(at now: NIODeadline) -> [CheckedContinuation<Void, Never>] {
            heardAt = now
            isPending = false
            return takeAll()
        }

        mutating func takeAll() -> [CheckedContinuation<Void, Never>] {
            var waiting: [CheckedContinuation<Void, Never>] = []
            for number in waiters.keys.sorted() {
                if let continuation = waiters[number]?.continuation { waiting.append(continuation) }
                waiters[number]?.continuation = nil
            }
            return waiting
        }
    }

    private let state = NIOLockedValueBox(State())
    private let timers: any EventLoop

    /// `timers` wakes those whose time is up.
    package init(timers: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()) { self.timers = timers }

    /// The present moment, from any thread.
    package var mark: Mark { Mark(rings: state.withLockedValue { $0.rings }) }

    /// Something was committed; from any thread, never waits.
    package func ring() {
        let waiting = state.withLockedValue { state -> [CheckedContinuation<Void, Never>] in
            state.rings &+= 1
            guard state.waiters.values.contains(where: { $0.continuation != nil }) else { return [] }
            return hearSoon(&state)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The service stops: from now on nobody waits.
    package func close() {
        let waiting = state.withLockedValue { state in
            state.isClosed = true
            return state.takeAll()
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Those to be resumed now; none if the gap since the last time is not over, and then they are at its end.
    private func hearSoon(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        let now = NIODeadline.now()
        guard let gapEnd = state.heardAt.map({ $0 + Self.gap }), now < gapEnd else { return state.hear(at: now) }
        guard !state.isPending else { return [] }
        state.isPending = true
        timers.scheduleTask(deadline: gapEnd) { [self] in
            let waiting = self.state.withLockedValue { $0.hear(at: .now()) }
            for continuation in waiting { continuation.resume() }
        }
        return []
    }

    // MARK: Waiting

    /// The right to wait for `limit` in all; nil if too many wait, or too many of this user.
    func takeSeat(for user: UInt32?, atMost limit: TimeAmount) -> Seat? {
        let number = state.withLockedValue { state -> UInt64? in
            let ofUser = state.waiters.values.count { $0.user == user }
            guard state.waiters.count < Self.seatsMax, ofUser < Self.seatsOfOneUserMax else { return nil }
            state.last += 1
            state.waiters[state.last] = Waiter(user: user)
            return state.last
        }
        guard let number else { return nil }
        return Seat(number: number, timer: timers.scheduleTask(in: limit) { [self] in end(number) })
    }

    func leave(_ seat: Seat) {
        seat.timer.cancel()
        state.withLockedValue { $0.waiters[seat.number] = nil }
    }

    /// Ends the wait of a seat for good: its client has gone.
    func end(_ seat: Seat) { end(seat.number) }

    private func end(_ number: UInt64) {
        state.withLockedValue { state in
            state.waiters[number]?.isOver = true
            defer { state.waiters[number]?.continuation = nil }
            return state.waiters[number]?.continuation
        }?
        .resume()
    }

    /// Returns true when it has rung since `mark`; false when the time of the seat is up, its client has gone, the task was
    /// cancelled or the bell was closed.
    func wait(_ seat: Seat, since mark: Mark) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLockedValue { state -> [CheckedContinuation<Void, Never>] in
                    guard !state.isClosed, state.waiters[seat.number]?.isOver == false else { return [continuation] }
                    state.waiters[seat.number]?.continuation = continuation
                    return state.rings == mark.rings ? [] : hearSoon(&state)
                }
                for continuation in ready { continuation.resume() }
            }
        } onCancel: {
            end(seat.number)
        }
        return state.withLockedValue { !$0.isClosed && $0.waiters[seat.number]?.isOver == false }
    }
}
