private import Synchronization

/// The place where the threads that share a calendar find its newest table.
///
/// Readers take no lock and count no references, which would cost as much as the answer. That is safe because a table
/// only goes with this: each one owns the narrower one that it replaced, and this owns the newest.
@safe
struct NewestTable: ~Copyable, Sendable {
    private let newest: Atomic<Unmanaged<OpenTable>>

    init(_ table: OpenTable) { unsafe newest = Atomic(Unmanaged.passRetained(table)) }

    deinit { unsafe newest.load(ordering: .acquiring).release() }

    /// The newest table, to hold.
    var table: OpenTable { unsafe newest.load(ordering: .acquiring).takeUnretainedValue() }

    /// What the newest table answers.
    @inline(__always)
    func ask<Answer>(_ question: (OpenTable) -> Answer) -> Answer {
        unsafe newest.load(ordering: .acquiring)._withUnsafeGuaranteedRef { question($0) }
    }

    /// Puts `wider` in the place of the table that it owns; false if that is not the newest any more.
    func replace(with wider: OpenTable) -> Bool {
        guard let narrower = wider.narrower else { preconditionFailure("a table that replaces none") }
        let replaced = unsafe Unmanaged.passUnretained(narrower)
        let owned = unsafe Unmanaged.passRetained(wider)
        let isReplaced =
            unsafe newest.compareExchange(
                expected: replaced,
                desired: owned,
                ordering: .acquiringAndReleasing
            )
            .exchanged
        // The one that nobody needs: from now on the new table owns the old one, or there is no new one.
        if isReplaced { unsafe replaced.release() } else { unsafe owned.release() }
        return isReplaced
    }
}
