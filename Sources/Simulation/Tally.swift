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

        /// Met among those that count, in percent, rounded down; nil if none counts (S40).
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

    /// One cycle of a case whose id is known.
    private struct CycleKey: Hashable {
        var metric: Metric
        var cycle: Int
    }

    /// A case that may still change.
    private struct OpenCase {
        var outcomes: [CycleKey: Outcome] = [:]
        /// The teams that it came to, each once.
        var teams: [String] = []
    }

    package private(set) var moves: [Move: Int] = [:]
    /// Announcements, by receiver.
    package private(set) var notices: [String: Int] = [:]
    package private(set) var records: [LedgerRecord.Kind: Int] = [:]
    package private(set) var refused = 0
    /// How many cases there were.
    package private(set) var caseCount = 0
    private var open: [CaseID: OpenCase] = [:]
    private var casesOfTeam: [String: Int] = [:]
    /// Of cases that were let go.
    private var settledVerdicts: [Key: Verdicts] = [:]
    private var settledBreaches: [CycleID: Int] = [:]
    private var settledByHand: [Key: Int] = [:]
    private let policy: Policy
    private let keepsBreaches: Bool

    /// Of nothing; `keepsBreaches` says whether `breaches` is going to be asked, which has every single one.
    package init(_ policy: Policy, keepsBreaches: Bool = true) {
        self.policy = policy
        self.keepsBreaches = keepsBreaches
    }

    /// Counts one thing that came of the history, in its order.
    package mutating func add(_ happening: Happening) {
        switch happening {
        case .refused: refused += 1
        case .record(let id, let record): add(record, of: id)
        }
    }

    private mutating func add(_ record: LedgerRecord, of id: CaseID) {
        records[record.kind, default: 0] += 1
        if open[id] == nil {
            open[id] = OpenCase()
            caseCount += 1
            arrive(id, inTier: record.tier)
        }
        if let from = record.fromTier, let to = record.tier, from != to {
            moves[Move(from: from, to: to), default: 0] += 1
            arrive(id, inTier: to)
        }
        // What is folded reaches its receivers with the digest, which is counted.
        let isTold = record.priority != nil && (record.digests.isEmpty || record.kind == .digested)
        if isTold { for receiver in record.to { notices[receiver, default: 0] += 1 } }
        guard let metric = record.metric, let cycle = record.cycle else { return }
        let key = CycleKey(metric: metric, cycle: cycle)
        switch record.kind {
        case .started:
            let known = open[id]?.outcomes[key]
            var outcome = known ?? Outcome(tier: record.tier ?? 0)
            if record.bringsBack { outcome.end = nil }
            open[id]?.outcomes[key] = outcome
        case .breached: open[id]?.outcomes[key]?.isBreached = true
        case .retracted:
            open[id]?.outcomes[key]?.isBreached = false
            if open[id]?.outcomes[key]?.end == .metLate { open[id]?.outcomes[key]?.end = nil }
        case .met, .metLate, .cancelled: open[id]?.outcomes[key]?.end = record.kind
        case .voided: open[id]?.outcomes[key]?.isVoid = true
        case .reinstated: open[id]?.outcomes[key]?.isVoid = false
        case .deadlineSet: open[id]?.outcomes[key]?.isSetByHand = true
        case .warned, .paused, .resumed, .retargeted, .clamped, .full, .moved, .escalated, .notified, .skipped,
            .acknowledged, .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split, .linked,
            .digested, .snoozeEnded,
            .announced, .ended:
            break
        }
    }

    private mutating func arrive(_ id: CaseID, inTier number: Int?) {
        guard let number, let team = policy.tier(number)?.team else { return }
        guard open[id]?.teams.contains(team) == false else { return }
        open[id]?.teams.append(team)
        casesOfTeam[team, default: 0] += 1
    }

    /// Counts a case for good: nothing more comes of it.
    package mutating func settle(_ id: CaseID) {
        guard let settled = open.removeValue(forKey: id) else { return }
        var breached: [(CycleID, Int)] = []
        Self.count(settled, of: id, &settledVerdicts) { breached.append(($0, $1)) }
        Self.countByHand(settled, &settledByHand)
        if keepsBreaches { for (cycle, tier) in breached { settledBreaches[cycle] = tier } }
    }

    private static func countByHand(_ counted: OpenCase, _ counts: inout [Key: Int]) {
        for (cycle, outcome) in counted.outcomes where outcome.isSetByHand && !outcome.isVoid {
            counts[Key(metric: cycle.metric, tier: outcome.tier), default: 0] += 1
        }
    }

    private static func count(
        _ counted: OpenCase,
        of id: CaseID,
        _ verdicts: inout [Key: Verdicts],
        _ breach: (CycleID, Int) -> Void
    ) {
        for (cycle, outcome) in counted.outcomes where !outcome.isVoid {
            let key = Key(metric: cycle.metric, tier: outcome.tier)
            verdicts[key, default: Verdicts()].add(outcome.isBreached, outcome.end)
            if outcome.isBreached {
                breach(CycleID(caseID: id, metric: cycle.metric, cycle: cycle.cycle), outcome.tier)
            }
        }
    }

    /// By target and tier.
    package var verdicts: [Key: Verdicts] {
        var verdicts = settledVerdicts
        for (id, counted) in open { Self.count(counted, of: id, &verdicts) { _, _ in } }
        return verdicts
    }

    /// The cycles that somebody gave a deadline by hand, by target and tier; they are counted among `verdicts` too (S19).
    package var setByHand: [Key: Int] {
        var counts = settledByHand
        for counted in open.values { Self.countByHand(counted, &counts) }
        return counts
    }

    /// The cycles with a breach that stands, with the tier in which they started.
    package var breaches: [CycleID: Int] {
        precondition(keepsBreaches, "a tally that keeps no breaches was asked for them")
        var breaches = settledBreaches
        var verdicts: [Key: Verdicts] = [:]
        for (id, counted) in open { Self.count(counted, of: id, &verdicts) { breaches[$0] = $1 } }
        return breaches
    }

    /// By team of the policy, also those with nothing to do.
    package var loads: [String: Load] {
        policy.teams.mapValues { team in
            var load = Load()
            load.cases = casesOfTeam[team.id] ?? 0
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
