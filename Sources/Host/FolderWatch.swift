import CSystemd
package import Dispatch
import Glibc

/// Tells when files in some folders are written, replaced, added or removed (inotify(7)).
///
/// Says that something has happened and not what: whoever is told looks at the files that matter to him.
package final class FolderWatch: @unchecked Sendable {
    // @unchecked: a Dispatch source locks itself, only its Swift protocol does not say so.
    private let source: any DispatchSourceRead
    private let descriptor: Int32

    private static let events = UInt32(
        IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF
    )

    /// Watches nothing yet; see `watch(_:)`.
    ///
    /// `onChange` is called on `queue`, once for many changes that come together.
    package init(queue: DispatchQueue, onChange: @escaping @Sendable () -> Void) throws(HostProblem) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw .cannotWatchFolder(path: nil, code: errno) }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { @Sendable in
            var isNew = false
            var events = [UInt8](repeating: 0, count: 4_096)
            // What exactly happened is in there; that it is read away is all we need.
            while unsafe events.withUnsafeMutableBytes({ unsafe read(descriptor, $0.baseAddress, $0.count) }) > 0 {
                isNew = true
            }
            if isNew { onChange() }
        }
        // Closed only here: a descriptor closed under a live source crashes libdispatch.
        source.setCancelHandler { @Sendable in _ = close(descriptor) }
        source.activate()
    }

    deinit { source.cancel() }

    /// Watches these folders from now on, beside those that it watches already; again is no harm.
    ///
    /// Says which of them cannot be watched.
    package func watch(_ folders: Set<String>) -> [HostProblem] {
        folders.sorted()
            .compactMap { folder in
                guard unsafe inotify_add_watch(descriptor, folder, Self.events) < 0 else { return nil }
                return .cannotWatchFolder(path: folder, code: errno)
            }
    }
}
