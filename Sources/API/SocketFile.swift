// Both, since `struct stat` belongs to whichever of the two reads <sys/stat.h> first in a compiler run.
import CNIOLinux
import Glibc
import NIOCore
import NIOPosix

/// Why the API cannot listen.
package enum SocketProblem: Error, Equatable, CustomStringConvertible {
    /// Somebody accepts connections there.
    case inUse(path: String)
    /// A file of another kind stands there; it is left alone.
    case notASocket(path: String)
    case pathTooLong(path: String)
    case noSuchGroup(path: String, group: String)
    case failed(path: String, doing: String, cause: String)

    package var description: String {
        switch self {
        case .inUse(let path):
            "cannot listen on \(path): another daemon answers there, stop it first (systemctl stop slawatchd)"
        case .notASocket(let path): "cannot listen on \(path): a file that is not a socket is there, move it away"
        case .pathTooLong(let path):
            "cannot listen on \(path): the path has \(path.utf8.count) bytes, the kernel allows \(SocketFile.pathBytesMax)"
        case .noSuchGroup(let path, let group):
            "cannot give \(path) to group \(group): there is no such group, create it or name another"
        case .failed(let path, let what, let cause): "cannot \(what) \(path): \(cause)"
        }
    }
}

/// The file of the Unix socket: checked before binding, opened to its group after, removed at the end.
struct SocketFile: Sendable {
    let path: String
    let mode: mode_t
    /// By name; nil leaves the group of the process.
    let group: String?

    /// `sun_path` of unix(7), less its closing NUL.
    static let pathBytesMax = 107

    /// Makes sure that nobody listens there and that only a dead socket would be removed by binding.
    ///
    /// Two daemons that start in the same instant are kept apart by the lock on the state directory, not by this.
    func checkFree(eventLoopGroup: any EventLoopGroup) async throws(SocketProblem) {
        guard path.utf8.count <= Self.pathBytesMax, !path.utf8.contains(0) else { throw .pathTooLong(path: path) }
        guard let entry = Self.entry(at: path) else {
            guard errno == ENOENT else { throw failed("look at") }
            return
        }
        guard entry.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        do {
            let channel = try await ClientBootstrap(group: eventLoopGroup).connect(unixDomainSocketPath: path).get()
            try? await channel.close()
        } catch let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == ENOENT {
            return
        } catch let error as IOError where error.errnoCode == EAGAIN {
            throw .inUse(path: path)
        } catch let error as IOError {
            throw failed("connect to", error.errnoCode)
        } catch {
            throw .failed(path: path, doing: "connect to", cause: "\(error)")
        }
        throw .inUse(path: path)
    }

    /// Lets the group in, whatever the umask was, and says which file it is.
    func open() throws(SocketProblem) -> Identity {
        if let group {
            guard let id = Self.groupID(named: group) else { throw .noSuchGroup(path: path, group: group) }
            guard unsafe chown(path, uid_t.max, id) == 0 else { throw failed("give to group \(group) the socket") }
        }
        guard unsafe chmod(path, mode) == 0 else { throw failed("set the mode of") }
        guard let entry = Self.entry(at: path) else { throw failed("look at") }
        return Identity(device: entry.st_dev, number: entry.st_ino)
    }

    /// Removes the file, unless it is meanwhile another's.
    func remove(_ identity: Identity) {
        guard let entry = Self.entry(at: path) else { return }
        guard Identity(device: entry.st_dev, number: entry.st_ino) == identity else { return }
        _ = unsafe unlink(path)
    }

    struct Identity: Equatable, Sendable {
        var device: dev_t
        var number: ino_t
    }

    /// The problem behind an error number, with the next step where it is known.
    func failed(_ what: String, _ number: CInt = errno) -> SocketProblem {
        let cause = unsafe String(cString: strerror(number)).lowercased()
        let hint =
            switch number {
            case ENOENT: ", create its directory"
            case EACCES, EPERM: ", let the user of the daemon write there"
            default: ""
            }
        return .failed(path: path, doing: what, cause: cause + hint)
    }

    private static func entry(at path: String) -> stat? {
        var entry = stat()
        return unsafe lstat(path, &entry) == 0 ? entry : nil
    }

    private static func groupID(named name: String) -> gid_t? {
        var entry = unsafe Glibc.group()
        var result: UnsafeMutablePointer<Glibc.group>?
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { buffer in
            guard let start = buffer.baseAddress,
                unsafe getgrnam_r(name, &entry, start, buffer.count, &result) == 0, unsafe result != nil
            else { return nil }
            return unsafe entry.gr_gid
        }
    }
}
