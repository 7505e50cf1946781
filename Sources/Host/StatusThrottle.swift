/// Decides when a status line is sent: only when changed, at most once in `gap`, the last one always.
struct StatusThrottle {
    /// In microseconds.
    static let gap: UInt64 = 1_000_000

    enum Advice: Equatable {
        case nothing
        /// Call `take` now.
        case sendNow
        /// Call `take` after so many microseconds.
        case sendAfter(UInt64)
    }

    private var lastSent: String?
    private var lastSentAt: UInt64?
    /// Offered and not taken yet; while there is one, a `take` is on its way.
    private var waiting: String?

    mutating func offer(_ line: String, at now: UInt64) -> Advice {
        guard waiting == nil else {
            waiting = line
            return .nothing
        }
        guard line != lastSent else { return .nothing }
        waiting = line
        guard let lastSentAt, now < lastSentAt + Self.gap else { return .sendNow }
        return .sendAfter(lastSentAt + Self.gap - now)
    }

    /// The line to send; nil if what was offered has changed back meanwhile.
    mutating func take(at now: UInt64) -> String? {
        guard let line = waiting else { return nil }
        waiting = nil
        guard line != lastSent else { return nil }
        noteSent(line, at: now)
        return line
    }

    /// A line went out with another message; one that was waiting is older than it.
    mutating func noteSent(_ line: String, at now: UInt64) {
        if waiting != nil { waiting = line }
        lastSent = line
        lastSentAt = now
    }
}
