package import Engine
import TimeBase

extension CaseQuery {
    /// What comes first.
    package enum Sort: String, Sendable, CaseIterable {
        /// The earliest deadline.
        case due
        case opened
        /// Who has waited longest for a reply; cases in which nobody waits come last.
        case waiting
        case tier
        case team
        case agent
        case customer
        case `case`
    }

    /// How far into a sorted list an offset may reach: so many cases are kept in memory to find the page.
    package static let sortedOffsetMax = 10_000

    /// Whether the index of deadlines alone cannot answer it: each live case has to be looked at.
    package var needsStates: Bool {
        team != nil || agent != nil || priority != nil || customer != nil || isUnacknowledged || isSnoozed
            || sort != .due
    }

    /// Whether a case fits what the index of deadlines does not know.
    package func fits(_ state: Case) -> Bool {
        Self.fits(team, state.fields.team) && Self.fits(agent, state.fields.agent)
            && Self.fits(priority, state.fields.priority) && Self.fits(customer, state.fields.customer)
            && (!isSnoozed || state.snooze != nil)
            && (!isUnacknowledged || state.timers.contains { $0.state != .ended && !$0.ladder.isStopped })
    }

    private static func fits(_ wanted: String?, _ found: String?) -> Bool {
        guard let wanted else { return true }
        return wanted.lowercased() == (found ?? "").lowercased()
    }
}

/// The page of a list that is being found: cases are added in the order of urgency.
package struct CaseSelection: Sendable {
    private let query: CaseQuery
    private var skipped = 0
    private var found: [CaseSummary] = []

    package init(_ query: CaseQuery) { self.query = query }

    /// No further case can change the page.
    package var isComplete: Bool { query.sort == .due && found.count == query.limit }

    /// Takes a case that fits.
    package mutating func add(_ summary: CaseSummary) {
        guard query.sort != .due else {
            if skipped < query.offset { skipped += 1 } else if !isComplete { found.append(summary) }
            return
        }
        found.append(summary)
        // Twice as many as can be on the page or before it: sorted seldom, and never more in memory.
        let wanted = query.offset + query.limit
        if found.count >= 2 * wanted {
            sort()
            found.removeSubrange(wanted...)
        }
    }

    /// The page.
    package consuming func page() -> [CaseSummary] {
        guard query.sort != .due else { return found }
        sort()
        return Array(found.dropFirst(query.offset).prefix(query.limit))
    }

    /// Stable: of equals the most urgent comes first.
    private mutating func sort() {
        let keyed = found.enumerated().map { (key: key(of: $1.state), place: $0, summary: $1) }
        found = keyed.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.summary)
    }

    /// Numbers before texts; nothing comes last.
    private struct Key: Comparable {
        var number: Int64
        var text: String

        static func < (left: Key, right: Key) -> Bool { (left.number, left.text) < (right.number, right.text) }
    }

    private func key(of state: Case) -> Key {
        switch query.sort {
        case .due: Key(number: 0, text: "")
        case .opened: Key(number: state.openedAt.milliseconds, text: "")
        case .waiting: Key(number: state.waitingSince?.milliseconds ?? .max, text: "")
        case .tier: Key(number: Int64(state.tier), text: "")
        case .team: Self.key(state.fields.team)
        case .agent: Self.key(state.fields.agent)
        case .customer: Self.key(state.fields.customer)
        case .case: Self.key(state.id.rawValue)
        }
    }

    private static func key(_ text: String?) -> Key {
        guard let text, !text.isEmpty else { return Key(number: 1, text: "") }
        return Key(number: 0, text: text.lowercased())
    }
}
