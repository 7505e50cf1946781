package import Engine

/// What a history came to, counted per target and tier; a verdict that was taken back or is void is not counted (S40).
package struct Tally: Sendable {
    /// A target in the tier that held the case when the cycle started.
    package struct Key: Hashable, Comparable, Sendable {
        package var metric: Metric
        package var tier: Int

        package static func < (left: Key, right: Key) -> Bool {
            (left.metric, left.tier) < (right.metric, right.tier)
        }
    }

    /// How the cycles of one target and tier came out.
    package struct Verdicts: Hashable, Sendable {
        package var met = 0
        package var metLate = 0
        /// Missed and not stopped.
        package var breached = 0
        package var cancelled = 0
        /// No verdict yet.
        package var open = 0

        package init() {}

        /// Deadlines that passed, stopped later or not.
        package var breaches: Int { metLate + breached }

        /// Met among those that count, in percent, rounded down; nil where none counts (S40).
        package var percentMet: Int? {
            let counted = met + breaches
            return counted == 0 ? nil : met * 100 / counted
        }
    }

    /// One cycle of one case.
    package struct CycleID: Hashable, Comparable, Sendable {
        package var caseID: CaseID
        package var metric: Metric
        package var cycle: Int

        package static func < (left: CycleID, right: CycleID) -> Bool {
            (left.caseID, left.metric, left.cycle) < (right.caseID, right.metric, right.cycle)
        }
    }

    /// A move from one tier to another.
    package struct Move: Hashable, Comparable, Sendable {
        package var from: Int
        package var to: Int

        package static func < (left: Move, right: Move) -> Bool { (left.from, left.to) < (right.from, right.to) }
    }

    /// What a team had to do.
    package struct Load: Hashable, Sendable {
        /// Cases that began with it or were moved to it.
        package var cases = 0
        /// Notices to the team as a whole.
        package var notices = 0

        package init() {}
    }

    private struct Outcome {
        var tier: Int
        var isBreached = false
        var end: LedgerRecord.Kind?
        var isVoid = false
        var isSetByHand = false
    }

    package private(set) var moves: [Move: Int] = [:]
    /// Announcements, by receiver.
    package private(set) var notices: [String: Int] = [:]
    package private(set) var records: [LedgerRecord.Kind: Int] = [:]
    package private(set) var refused = 0
    private var outcomes: [CycleID: Outcome] = [:]
    private var casesOfTeam: [String: Set<CaseID>] = [:]
    private var cases: Set<CaseID> = []
    private let policy: Policy

    package init(_ policy: Policy) { self.policy = policy }

    /// Counts one thing that came of the history, in its order.
    package mutating func add(_ happening: Happening) {
        switch happening {
        case .refused: refused += 1
        case .record(let id, let record): add(record, of: id)
        }
    }

    private mutating func add(_ record: LedgerRecord, of id: CaseID) {
        records[record.kind, default: 0] += 1
        if cases.insert(id).inserted { arrive(id, inTier: record.tier) }
        if let from = record.fromTier, let to = record.tier, from != to {
            moves[Move(from: from, to: to), default: 0] += 1
            arrive(id, inTier: to)
        }
        // What is folded reaches its receivers with the digest, which is counted.
        let isTold = record.priority != nil && (record.digests.isEmpty || record.kind == .digested)
        if isTold { for receiver in record.to { notices[receiver, default: 0] += 1 } }
        guard let metric = record.metric, let cycle = record.cycle else { return }
        let key = CycleID(caseID: id, metric: metric, cycle: cycle)
        switch record.kind {
        case .started:
            if outcomes[key] == nil { outcomes[key] = Outcome(tier: record.tier ?? 0) }
            if record.bringsBack { outcomes[key]?.end = nil }
        case .breached: outcomes[key]?.isBreached = true
        case .retracted:
            outcomes[key]?.isBreached = false
            if outcomes[key]?.end == .metLate { outcomes[key]?.end = nil }
        case .met, .metLate, .cancelled: outcomes[key]?.end = record.kind
        case .voided: outcomes[key]?.isVoid = true
        case .reinstated: outcomes[key]?.isVoid = false
        case .deadlineSet: outcomes[key]?.isSetByHand = true
        case .warned, .paused, .resumed, .retargeted, .moved, .escalated, .notified, .skipped, .acknowledged, .snoozed,
            .suspended, .assigned, .prioritised, .merged, .absorbed, .split, .linked, .digested, .snoozeEnded,
            .announced, .ended:
            break
        }
    }

    private mutating func arrive(_ id: CaseID, inTier number: Int?) {
        guard let number, let team = policy.tier(number)?.team else { return }
        casesOfTeam[team, default: []].insert(id)
    }

    /// How many cases there were.
    package var caseCount: Int { cases.count }

    /// By target and tier.
    package var verdicts: [Key: Verdicts] {
        var verdicts: [Key: Verdicts] = [:]
        for (id, outcome) in outcomes where !outcome.isVoid {
            let key = Key(metric: id.metric, tier: outcome.tier)
            verdicts[key, default: Verdicts()].add(outcome.isBreached, outcome.end)
        }
        return verdicts
    }

    /// The cycles that somebody gave a deadline by hand, by target and tier; they are counted among `verdicts` too (S19).
    package var setByHand: [Key: Int] {
        var counts: [Key: Int] = [:]
        for (id, outcome) in outcomes where outcome.isSetByHand && !outcome.isVoid {
            counts[Key(metric: id.metric, tier: outcome.tier), default: 0] += 1
        }
        return counts
    }

    /// The cycles with a breach that stands, with the tier in which they started.
    package var breaches: [CycleID: Int] {
        outcomes.filter { $0.value.isBreached && !$0.value.isVoid }.mapValues(\.tier)
    }

    /// By team of the policy, also those with nothing to do.
    package var loads: [String: Load] {
        policy.teams.mapValues { team in
            var load = Load()
            load.cases = casesOfTeam[team.id]?.count ?? 0
            load.notices = notices[team.id] ?? 0
            return load
        }
    }
}

extension Tally.Verdicts {
    fileprivate mutating func add(_ isBreached: Bool, _ end: LedgerRecord.Kind?) {
        if end == .met {
            met += 1
        } else if end == .metLate {
            metLate += 1
        } else if isBreached {
            breached += 1
        } else if end == .cancelled {
            cancelled += 1
        } else {
            open += 1
        }
    }
}
