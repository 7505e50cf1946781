/// How much memory and disk the store may take.
///
/// The defaults serve a million open cases.
package struct StoreLimits: Sendable {
    /// Page cache of the writer: holds what one slice of a burst changes.
    package var writerCacheKiB = 8_192
    /// Page cache of each reader and of the checkpointer.
    package var readerCacheKiB = 512
    /// A checkpoint is begun, on its own connection, after this many pages: 32 MiB.
    ///
    /// Fewer make a burst share the disk with more checkpoints, each of which copies the same hot pages again; more make
    /// the start after a crash read a longer log.
    package var checkpointPages = 8_192
    /// The writer checkpoints by itself, and waits for it, after this many: a burst that outruns the disk must not fill
    /// it with log.
    ///
    /// 96 MiB.
    package var logPagesMax = 24_576
    /// The database stops growing at this many pages; nil leaves it to the disk.
    package var pagesMax: Int?

    /// In bytes.
    package static let pageSize = 4_096

    package init() {}
}
