import Glibc
import NIOCore
import NIOPosix

/// Who is at the other end of a connection.
enum Peer {
    /// The user id of the process that connected, as the kernel noted it then (unix(7), SO_PEERCRED); nil if the connection
    /// is not a Unix socket.
    ///
    /// Only on the event loop of the channel, and only while the channel is open.
    static func userIDNow(of channel: any Channel) -> UInt32? {
        channel.eventLoop.preconditionInEventLoop()
        // On its event loop a channel answers before it returns.
        let answer = NIOLoopBoundBox<UInt32?>(nil, eventLoop: channel.eventLoop)
        credentials(of: channel)?.whenSuccess { answer.value = $0.known }
        return answer.value
    }

    /// The user that the service runs as.
    static var serviceUserID: UInt32 { geteuid() }

    private static func credentials(of channel: any Channel) -> EventLoopFuture<Credentials>? {
        (channel as? any SocketOptionProvider)?
            .unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    }

    /// `struct ucred` of unix(7), which Glibc shows only with _GNU_SOURCE.
    private struct Credentials {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0

        /// Nil if the kernel says that there is no process at the other end.
        var known: UInt32? { user == .max ? nil : user }
    }
}

/// Names of user ids. Asks the system once for each: with a directory service behind it, that can take long.
package actor UserNames {
    private var known: [UInt32: String] = [:]

    /// More users than this on one socket: their names are asked for again each time.
    private static let knownMax = 1_024

    package init() {}

    /// The login name, or the number where there is none.
    package func name(of user: UInt32) async -> String {
        if let name = known[user] { return name }
        // On a thread that may block, never on the cooperative pool.
        let found = try? await NIOThreadPool.singleton.runIfActive { Self.lookUp(user) }
        guard let name = found ?? nil else { return "\(user)" }
        if known.count < Self.knownMax { known[user] = name }
        return name
    }

    private static func lookUp(_ user: UInt32) -> String? {
        var entry = unsafe passwd()
        var result: UnsafeMutablePointer<passwd>?
        // Larger than any entry of passwd(5) in practice; a longer one shows as the number.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let start = buffer.baseAddress,
                unsafe getpwuid_r(user, &entry, start, buffer.count, &result) == 0, unsafe result != nil,
                let name = unsafe entry.pw_name
            else { return nil }
            return unsafe String(validatingCString: name)
        }
    }
}
