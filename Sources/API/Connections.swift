import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The connections of the API: closes one where a new one needs its place (see `ConnectionTable`).
final class Connections: Sendable {
    private let state: NIOLockedValueBox<State>

    private struct State {
        var table: ConnectionTable
        var channels: [Int: any Channel] = [:]
        var watched: [Int: HangUp] = [:]
        var last = 0
        /// Who connected, also of channels that are closed: a request that came before still says who sent it.
        var users: [ObjectIdentifier: User] = [:]

        /// Room for closed channels; beyond it those that are gone are forgotten.
        static let usersMax = 1_024

        func number(of channel: any Channel) -> Int? { channels.first { $0.value === channel }?.key }
    }

    private struct User {
        weak var channel: (any Channel)?
        let id: UInt32
    }

    /// Who wants to know that a client has gone.
    private struct HangUp: Sendable {
        let tell: @Sendable () -> Void
    }

    init(limits: ConnectionTable.Limits = APILimits.connections) {
        state = NIOLockedValueBox(State(table: ConnectionTable(limits: limits, own: [0, Peer.serviceUserID])))
    }

    /// Takes in a new connection and returns its number; nil if it was refused, and is being closed.
    func admit(_ channel: any Channel, user: UInt32?) -> Int? {
        let (number, closing) = state.withLockedValue { state -> (Int?, (any Channel)?) in
            state.last += 1
            if let user {
                if state.users.count >= State.usersMax { state.users = state.users.filter { $0.value.channel != nil } }
                state.users[ObjectIdentifier(channel)] = User(channel: channel, id: user)
            }
            switch state.table.admit(state.last, user: user) {
            case .refused: return (nil, channel)
            case .admitted:
                state.channels[state.last] = channel
                return (state.last, nil)
            case .replacing(let other):
                state.channels[state.last] = channel
                return (state.last, state.channels.removeValue(forKey: other))
            }
        }
        closing?.close(promise: nil)
        return number
    }

    /// The user id of the process that connected, as the kernel noted it then; nil if it is not known.
    func user(of channel: any Channel) -> UInt32? {
        state.withLockedValue { state in
            guard let user = state.users[ObjectIdentifier(channel)], user.channel === channel else { return nil }
            return user.id
        }
    }

    func heard(_ number: Int) { state.withLockedValue { $0.table.heard(number) } }

    func left(_ number: Int) {
        state.withLockedValue { state in
            state.table.left(number)
            state.channels[number] = nil
            return state.watched.removeValue(forKey: number)
        }?
        .tell()
    }

    /// Calls `hangUp` when the connection is closed, at once if it is already; one watcher for each connection.
    func watch(_ channel: any Channel, _ hangUp: @escaping @Sendable () -> Void) {
        let isThere = state.withLockedValue { state in
            guard let number = state.number(of: channel) else { return false }
            state.watched[number] = HangUp(tell: hangUp)
            return true
        }
        if !isThere { hangUp() }
    }

    func unwatch(_ channel: any Channel) {
        state.withLockedValue { state in
            if let number = state.number(of: channel) { state.watched[number] = nil }
        }
    }

    /// A request has come as a whole and its client waits for the answer, so the connection is not closed for another one;
    /// or the client has its answer.
    func note(_ channel: any Channel, isAnswering: Bool) {
        state.withLockedValue { state in
            guard let number = state.number(of: channel) else { return }
            state.table.note(number, isAnswering: isAnswering)
        }
    }
}

/// Registers its connection with the others, from its first moment to its last.
final class ConnectionSeat: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let connections: Connections
    private var number: Int?

    init(_ connections: Connections) { self.connections = connections }

    func channelActive(context: ChannelHandlerContext) {
        number = connections.admit(context.channel, user: Peer.userIDNow(of: context.channel))
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let number { connections.heard(number) }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let number { connections.left(number) }
        number = nil
        context.fireChannelInactive()
    }
}
