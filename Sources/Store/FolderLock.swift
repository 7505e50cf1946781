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
            switch errno {
            case ENOENT, ENOTDIR: throw .folderIsMissing(folder: folder)
            case EACCES, EPERM, EROFS: throw .folderIsNotWritable(folder: folder)
            case let code: throw .failed(verb: "lock \(path)", cause: unsafe String(cString: strerror(code)))
            }
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw .failed(verb: "lock \(path)", cause: unsafe String(cString: strerror(code)))
            }
            throw .isHeld(folder: folder)
        }
    }

    deinit { close(descriptor) }
}
