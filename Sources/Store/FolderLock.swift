import Glibc

/// Keeps a second daemon away from a state directory, for as long as it lives.
///
/// SQLite's own locks would let two writers take turns; each would be right about the file and wrong about the alarm.
final class FolderLock {
    private let descriptor: CInt

    /// Takes the lock at `folder/lock`, or says at once who is in the way.
    ///
    /// The kernel frees it when the process ends.
    init(folder: String) throws(StoreProblem) {
        let path = "\(folder)/lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Self.problem(errno, opening: path, in: folder)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw Self.failed(code, path) }
            throw .isHeld(folder: folder)
        }
    }

    /// The folder is asked, since the code alone would mislead: some file systems answer "no such file" where a folder
    /// that is there takes no files, /proc for one.
    private static func problem(_ code: CInt, opening path: String, in folder: String) -> StoreProblem {
        var about = stat()
        if unsafe stat(folder, &about) == 0 {
            guard about.st_mode & S_IFMT == S_IFDIR else { return .folderIsNoFolder(folder: folder) }
        } else if errno == ENOENT {
            return .folderIsMissing(folder: folder)
        } else if errno == ENOTDIR {
            return .folderIsNoFolder(folder: folder)
        }
        switch code {
        case EACCES, EPERM, EROFS, ENOENT: return .folderIsNotWritable(folder: folder)
        default: return failed(code, path)
        }
    }

    private static func failed(_ code: CInt, _ path: String) -> StoreProblem {
        .failed(verb: "lock \(path)", cause: unsafe String(cString: strerror(code)).lowercased())
    }

    deinit { close(descriptor) }
}
