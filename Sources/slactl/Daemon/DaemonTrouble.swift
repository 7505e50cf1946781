import AsyncHTTPClient
import Glibc
import NIOCore

/// Why the daemon could not be asked at all, in one sentence that says what to do.
enum DaemonTrouble {
    static func failure(
        from error: any Error,
        socket: String,
        patience: TimeAmount = DaemonClient.patience
    ) -> Failure {
        if let error = error as? IOError { return failure(errno: error.errnoCode, socket: socket) }
        if let error = error as? HTTPClientError {
            if error == .connectTimeout || error == .readTimeout || error == .deadlineExceeded {
                return Failure(
                    code: .unavailable,
                    message: "cannot wait for slawatchd at \(socket) any longer: no answer within "
                        + "\(patience.nanoseconds / 1_000_000_000) s, look at: systemctl status slawatchd"
                )
            }
            if error == .remoteConnectionClosed {
                return Failure(
                    code: .unavailable,
                    message: "cannot finish the request to slawatchd at \(socket): it closed the connection, "
                        + "look at: journalctl -u slawatchd"
                )
            }
        }
        return unreachable(socket, "\(error)")
    }

    /// By what connect(2), or a later read or write, said.
    static func failure(errno code: Int32, socket: String) -> Failure {
        switch code {
        case EACCES, EPERM: denied(socket)
        case ECONNREFUSED: unreachable(socket, "connection refused")
        case ENOENT: unreachable(socket, "no such socket")
        case ECONNRESET, EPIPE: unreachable(socket, "the connection broke")
        default: unreachable(socket, unsafe String(cString: strerror(code)).lowercased())
        }
    }

    private static func unreachable(_ socket: String, _ cause: String) -> Failure {
        Failure(
            code: .unavailable,
            message: "cannot reach slawatchd at \(socket): \(cause); start it with: systemctl start slawatchd"
        )
    }

    private static func denied(_ socket: String) -> Failure {
        let group = group(of: socket) ?? "slawatchd"
        return Failure(
            code: .unavailable,
            message: "cannot reach slawatchd at \(socket): permission denied; join the group \(group) with: "
                + "sudo usermod -aG \(group) $USER, then log in again"
        )
    }

    /// The name of the group that owns the socket; nil where it cannot be seen, since its folder is closed to us.
    private static func group(of socket: String) -> String? {
        var about = stat()
        guard unsafe stat(socket, &about) == 0, let entry = unsafe getgrgid(about.st_gid) else { return nil }
        let name = unsafe String(cString: entry.pointee.gr_name)
        // A socket that belongs to root's group is no invitation to join that group.
        return name == "root" ? nil : name
    }
}
