import AsyncHTTPClient
import Glibc
import NIOCore
import TimeBase

/// Why the daemon could not be asked at all, in one sentence that says what to do.
enum DaemonTrouble {
    /// `doubt` says what may have become of the request if no answer comes; nil if it only asked.
    static func failure(from error: any Error, socket: String, doubt: String? = nil) -> Failure {
        if let error = error as? DaemonClient.NoAnswer { return frozen(socket, error.waited, doubt) }
        if let error = error as? IOError { return failure(errno: error.errnoCode, socket: socket) }
        if let error = error as? HTTPClientError {
            if error == .connectTimeout { return crowded(socket) }
            if error == .remoteConnectionClosed { return broken(socket, "it closed the connection") }
        }
        return unreachable(socket, "\(error)")
    }

    /// By what connect(2), or a later read or write, said.
    static func failure(errno code: Int32, socket: String) -> Failure {
        switch code {
        case EACCES, EPERM: denied(socket)
        case ECONNREFUSED: unreachable(socket, "connection refused")
        case ENOENT: unreachable(socket, "no such socket")
        case ECONNRESET, EPIPE: broken(socket, "the connection broke")
        // The kernel's queue of the socket is full: somebody listens there, and accepts nothing.
        case EAGAIN, ETIMEDOUT: crowded(socket)
        default: unreachable(socket, unsafe String(cString: strerror(code)).lowercased())
        }
    }

    /// It runs and says nothing: to start it would change nothing.
    private static func frozen(_ socket: String, _ waited: Span, _ doubt: String?) -> Failure {
        Failure(
            code: .unavailable,
            message: "cannot wait for slawatchd at \(socket) any longer: no answer within \(waited.rounded); "
                + "it is busy or hangs, look at: systemctl status slawatchd, or wait longer with --timeout",
            lines: doubt.map { [$0] } ?? []
        )
    }

    private static func crowded(_ socket: String) -> Failure {
        Failure(
            code: .unavailable,
            message: "cannot reach slawatchd at \(socket): it takes no connection; it is busy or hangs, "
                + "look at: systemctl status slawatchd"
        )
    }

    private static func broken(_ socket: String, _ cause: String) -> Failure {
        Failure(
            code: .unavailable,
            message: "cannot finish the request to slawatchd at \(socket): \(cause), "
                + "look at: journalctl -u slawatchd"
        )
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

    /// The name of the group that owns the socket; nil if it cannot be seen, since its folder is closed to us.
    private static func group(of socket: String) -> String? {
        var about = stat()
        guard unsafe stat(socket, &about) == 0, let entry = unsafe getgrgid(about.st_gid) else { return nil }
        let name = unsafe String(cString: entry.pointee.gr_name)
        // A socket that belongs to root's group is no invitation to join that group.
        return name == "root" ? nil : name
    }
}
