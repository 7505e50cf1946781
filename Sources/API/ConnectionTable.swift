/// Which connections there are, and which of them makes room for a new one.
///
/// One client that opens many and says nothing must not keep the others out: the connection that has been silent longest is
/// closed first, one user has at most half of all, and a few are kept for root and for the service's own user. A
/// connection whose request is being answered is never closed for another.
package struct ConnectionTable: Sendable {
    /// How many connections there may be.
    package struct Limits: Sendable {
        /// Of all users together.
        package var all: Int
        /// Of one user.
        package var ofOneUser: Int
        /// Those that only root and the service's own user get.
        package var kept: Int

        package init(all: Int, ofOneUser: Int, kept: Int) {
            precondition(kept < all && ofOneUser > 0 && ofOneUser <= all, "\(all), \(ofOneUser), \(kept)")
            self.all = all
            self.ofOneUser = ofOneUser
            self.kept = kept
        }
    }

    /// What becomes of a new connection.
    package enum Admission: Sendable, Equatable {
        case admitted
        /// It takes the place of this one, which is to be closed.
        case replacing(Int)
        /// It is to be closed: a request is being answered on every connection that might make room.
        case refused
    }

    private struct Seat {
        var user: UInt32?
        /// Rises with whatever a client does: the smallest has been silent longest.
        var heard: UInt64
        var isAnswering = false
    }

    private let limits: Limits
    /// The users for whom a few connections are kept.
    private let own: Set<UInt32>
    private var seats: [Int: Seat] = [:]
    private var turn: UInt64 = 0

    /// `own` are the numbers of the users for whom a few connections are kept.
    package init(limits: Limits, own: Set<UInt32>) {
        self.limits = limits
        self.own = own
    }

    /// How many connections there are.
    package var count: Int { seats.count }

    /// Takes in a new connection; `user` is nil if it is not known who has opened it.
    package mutating func admit(_ id: Int, user: UInt32?) -> Admission {
        let admission = place(for: user)
        switch admission {
        case .refused: return .refused
        case .replacing(let other): seats[other] = nil
        case .admitted: break
        }
        let turn = nextTurn()
        seats[id] = Seat(user: user, heard: turn)
        return admission
    }

    private func place(for user: UInt32?) -> Admission {
        if seats.values.count(where: { $0.user == user }) >= limits.ofOneUser {
            return room { $0.user == user }
        }
        let isOwn = user.map(own.contains) ?? false
        let others = seats.values.count { !isKept(for: $0.user) }
        if !isOwn, others >= limits.all - limits.kept { return room { !isKept(for: $0.user) } }
        return seats.count < limits.all ? .admitted : room { _ in true }
    }

    private func isKept(for user: UInt32?) -> Bool { user.map(own.contains) ?? false }

    /// Of those that `isMeant` holds for, the one that has been silent longest makes room.
    private func room(_ isMeant: (Seat) -> Bool) -> Admission {
        let silent = seats.filter { isMeant($0.value) && !$0.value.isAnswering }
        return silent.min { $0.value.heard < $1.value.heard }.map { .replacing($0.key) } ?? .refused
    }

    /// Its client has sent something.
    package mutating func heard(_ id: Int) {
        let turn = nextTurn()
        seats[id]?.heard = turn
    }

    /// A request has come as a whole, and its client waits for the answer; or has got it.
    package mutating func note(_ id: Int, isAnswering: Bool) {
        let turn = nextTurn()
        seats[id]?.isAnswering = isAnswering
        seats[id]?.heard = turn
    }

    /// It was closed, by whomever.
    package mutating func left(_ id: Int) { seats[id] = nil }

    private mutating func nextTurn() -> UInt64 {
        turn += 1
        return turn
    }
}
