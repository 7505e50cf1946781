/// One trouble as it is told: once when it begins, and once when it has ended for good.
///
/// A disk that is nearly full lets every other commit through, a journal that drops entries keeps some. So the end is told
/// only after a time without a failure, and this time doubles with each relapse. All times are in microseconds of a clock
/// that is never set.
package struct TroubleLatch: Sendable {
    /// How long nothing may fail before the end of the trouble is believed.
    package static let calmFirst: UInt64 = 5_000_000
    /// The same after many relapses.
    package static let calmMax: UInt64 = 320_000_000
    /// A failure so soon after the end is a relapse.
    package static let relapseWithin: UInt64 = 600_000_000

    /// What the end of a trouble is told with.
    package struct Ended: Equatable, Sendable {
        /// What was told when it began.
        package var text: String
        /// From its first failure to its last, in microseconds.
        package var lasted: UInt64

        package init(text: String, lasted: UInt64) {
            self.text = text
            self.lasted = lasted
        }
    }

    private struct Trouble {
        var text: String
        var since: UInt64
        var lastFailure: UInt64
    }

    private var trouble: Trouble?
    private var calm = Self.calmFirst
    private var lastEnd: UInt64?

    package init() {}

    /// There is a trouble whose end was not told.
    package var isOn: Bool { trouble != nil }

    /// When to find out whether the trouble has ended, if nothing fails until then; nil if there is none.
    package var askAt: UInt64? { trouble.map { $0.lastFailure + calm } }

    /// Something has failed; `text` says what.
    ///
    /// Returns true if that has to be told: it was well before.
    package mutating func failed(_ text: String, at now: UInt64) -> Bool {
        guard trouble == nil else {
            trouble?.lastFailure = now
            return false
        }
        let isRelapse = lastEnd.map { now < $0 + Self.relapseWithin } ?? false
        calm = isRelapse ? min(calm * 2, Self.calmMax) : Self.calmFirst
        trouble = Trouble(text: text, since: now, lastFailure: now)
        return true
    }

    /// All is known to be well.
    ///
    /// Returns what to tell; nil if there was no trouble, or if it is too early to believe that it has ended.
    package mutating func isWell(at now: UInt64) -> Ended? {
        guard let past = trouble, let askAt, now >= askAt else { return nil }
        trouble = nil
        lastEnd = now
        return Ended(text: past.text, lasted: past.lastFailure - past.since)
    }
}
