package import TimeBase

/// The windows of all receivers: which notices are told by themselves, and which a digest tells of (S35).
///
/// Window arithmetic and nothing else: the loop hands in what a commit announces, and remembers what changed.
package struct Digests: Sendable {
    private var windows: [String: DigestWindow]
    /// Receivers whose window is not as the store has it.
    private var changed: Set<String> = []

    /// Receivers whose notices are counted at a time; one more is told everything by itself.
    package static let windowsMax = 10_000

    package init(_ windows: [DigestWindow] = []) {
        self.windows = Dictionary(windows.map { ($0.receiver, $0) }) { $1 }
    }

    package var isEmpty: Bool { windows.isEmpty }

    /// When a digest is to be told next; nil if nothing was folded.
    package var nextEnd: Instant? { windows.values.lazy.filter { !$0.folded.isEmpty }.map(\.endsAt).min() }

    /// Counts what is announced of one case; those whose receivers have all had their share are folded.
    ///
    /// What goes to somebody else too is told, and no digest tells of it again. Call `takeOver` before, at the same
    /// instant.
    package mutating func fold(
        _ records: inout [LedgerRecord],
        of id: CaseID,
        by rule: DigestRule,
        at now: Instant
    ) {
        for index in records.indices where records[index].priority != nil && !records[index].to.isEmpty {
            var isFolded = true
            for receiver in records[index].to {
                let count = count(receiver, by: rule, at: now)
                isFolded = isFolded && count > rule.moreThan
            }
            guard isFolded else { continue }
            for receiver in records[index].to {
                guard let window = windows[receiver] else { continue }
                records[index].digests.append(window.id)
                windows[receiver]?.fold(records[index], of: id)
            }
        }
    }

    /// One more notice to a receiver; returns how many it has had in its window, 0 where nobody counts.
    private mutating func count(_ receiver: String, by rule: DigestRule, at now: Instant) -> Int {
        if windows[receiver] == nil {
            guard windows.count < Self.windowsMax else { return 0 }
            windows[receiver] = DigestWindow(receiver: receiver, startedAt: now, endsAt: now + rule.within)
        }
        changed.insert(receiver)
        windows[receiver]?.notices += 1
        return windows[receiver]?.notices ?? 0
    }

    /// Ends the windows that are over; returns those that have a digest to tell, in the order of their ends.
    package mutating func takeOver(at now: Instant) -> [DigestWindow] {
        let over = windows.values.filter { $0.isOver(at: now) }
            .sorted { ($0.endsAt, $0.receiver) < ($1.endsAt, $1.receiver) }
        for window in over {
            windows[window.receiver] = nil
            changed.insert(window.receiver)
        }
        return over.filter { !$0.folded.isEmpty }
    }

    /// What the store has to remember and what it has to forget since the last call, in the order of the receivers.
    package mutating func takeChanges() -> (windows: [DigestWindow], ended: [String]) {
        defer { changed = [] }
        let receivers = changed.sorted()
        return (receivers.compactMap { windows[$0] }, receivers.filter { windows[$0] == nil })
    }
}
