package import TimeBase

/// More than so many notices to one receiver in a while become one digest (S35).
package struct DigestRule: Hashable, Sendable {
    /// So many are told one by one; at least 1.
    package var moreThan: Int
    /// For how long notices are counted and gathered from a first one on, in wall time.
    package var within: Span

    package init(moreThan: Int, within: Span) {
        self.moreThan = moreThan
        self.within = within
    }
}

/// What one receiver, a person or a team, was told from a first notice on.
package struct DigestWindow: Hashable, Sendable {
    package var receiver: String
    package var startedAt: Instant
    /// When the digest is told; what comes from then on begins the next window.
    package var endsAt: Instant
    /// All notices to the receiver, folded or not.
    package var notices = 0
    /// How many were folded, of each kind; a kind without any is missing.
    package var folded: [LedgerRecord.Kind: Int] = [:]
    /// The cases of what was folded, in ascending order, at most `casesMax`.
    package var cases: [CaseID] = []
    /// The most urgent of what was folded, most urgent first, one for each case, at most `urgentMax`.
    package var urgent: [Urgent] = []

    /// Above this it is only said that there are so many or more.
    package static let casesMax = 1_000
    package static let urgentMax = 5

    package init(receiver: String, startedAt: Instant, endsAt: Instant) {
        self.receiver = receiver
        self.startedAt = startedAt
        self.endsAt = endsAt
    }

    /// A notice that a digest names.
    package struct Urgent: Hashable, Comparable, Sendable {
        /// syslog priority: the smaller, the more urgent.
        package var priority: Int
        /// When it became true.
        package var at: Instant
        package var caseID: CaseID

        package init(priority: Int, at: Instant, caseID: CaseID) {
            self.priority = priority
            self.at = at
            self.caseID = caseID
        }

        package static func < (left: Urgent, right: Urgent) -> Bool {
            (left.priority, left.at, left.caseID) < (right.priority, right.at, right.caseID)
        }
    }

    /// Names the digest before it is there, so that what is folded into it can say so; unique in a store.
    package var id: String { "\(receiver)-\(startedAt.milliseconds)" }

    /// A clock that went back behind its start ends a window too: nobody waits for a time that may be far away.
    func isOver(at now: Instant) -> Bool { now >= endsAt || now < startedAt }

    var foldedCount: Int { folded.values.reduce(0, +) }

    /// Takes in a notice that the receiver is not told of by itself.
    mutating func fold(_ record: LedgerRecord, of id: CaseID) {
        folded[record.kind, default: 0] += 1
        let place = cases.firstIndex { $0 >= id } ?? cases.endIndex
        if place == cases.endIndex || cases[place] != id, cases.count < Self.casesMax { cases.insert(id, at: place) }
        let found = Urgent(priority: record.priority ?? 6, at: record.at, caseID: id)
        if let known = urgent.firstIndex(where: { $0.caseID == id }) {
            urgent[known] = min(urgent[known], found)
        } else {
            urgent.append(found)
        }
        urgent = Array(urgent.sorted().prefix(Self.urgentMax))
    }

    /// What is told when the window is over.
    package func record(at now: Instant) -> LedgerRecord {
        var record = LedgerRecord(kind: .digested, at: min(endsAt, now), noticedAt: now)
        record.to = [receiver]
        record.digests = [id]
        record.priority = urgent.first?.priority
        record.reason = summary
        return record
    }

    /// `37 notices in 31 cases since 2026-11-23T13:00:00Z: 20 breached, 17 escalated; most urgent 4711, 4712`.
    private var summary: String {
        let kinds = folded.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\($0.value) \($0.key.word)" }
        let count = foldedCount
        let many = cases.count == Self.casesMax ? " or more" : ""
        return "\(count) \(count == 1 ? "notice" : "notices") in \(cases.count)\(many) "
            + "\(cases.count == 1 ? "case" : "cases") since \(startedAt.shortRFC3339): \(kinds.joined(separator: ", ")); "
            + "most urgent \(urgent.map(\.caseID.rawValue).joined(separator: ", "))"
    }
}

extension Case {
    /// Remembers a record about more than this case with it; nothing else changes.
    package func noting(_ record: LedgerRecord) -> Decision {
        Decision(
            state: self,
            facts: [],
            records: [record],
            answers: [],
            nextWake: keptFrom == nil ? nextWake : .earliest
        )
    }
}
