import CSystemd

/// How the C library keeps the memory that is not in use.
package enum ProcessMemory {
    /// Has it give memory back after a large request, and keep one pool for all threads.
    ///
    /// By default each thread keeps what its largest request took, and the daemon grows with every burst it has seen
    /// (mallopt(3)). To be called before the first thread is there.
    package static func returnEarly() {
        _ = mallopt(M_ARENA_MAX, 1)
        // Also keeps the size above which a block is mapped by itself from rising with what was freed.
        _ = mallopt(M_TRIM_THRESHOLD, trimThreshold)
    }

    /// In bytes; glibc's own default, which it only keeps to where it is told.
    private static let trimThreshold: Int32 = 128 * 1_024
}
