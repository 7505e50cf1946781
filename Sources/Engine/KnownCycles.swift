import TimeBase

/// One cycle of one target of a case.
struct CycleKey: Hashable {
    var metric: Metric
    var cycle: Int
}

/// What a cycle is given as it starts.
struct CycleIdentity {
    var cycle: Int
    var revision = 0
}

/// The cycles of a case that the ledger knows, so that a replay gives each the id and the revision that it has (S21).
struct KnownCycles {
    /// The tier in which the case was opened.
    let openingTier: Int?
    /// The version of the policy that ruled when the case became known.
    let openedUnder: Int
    /// Where the case sent what came for it, and what it had handed over by then; nil if it had no successor.
    let successor: Successor?
    private let past: [Metric: [PastCycle]]
    /// The same, by their ids.
    private let byKey: [CycleKey: PastCycle]
    private let highestPast: [Metric: Int]
    /// The ids of a metric's cycles in the order in which the replay starts them; empty if they are counted.
    private var ids: [Metric: [Int]] = [:]
    private var highestID: [Metric: Int] = [:]
    private var started: [Metric: Int] = [:]

    init(openingTier: Int?, openedUnder: Int, successor: Successor?, past: [Metric: [PastCycle]]) {
        self.openingTier = openingTier
        self.openedUnder = openedUnder
        self.successor = successor
        self.past = past
        byKey = Dictionary(
            past.values.joined().map { (CycleKey(metric: $0.metric, cycle: $0.cycle), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        highestPast = past.compactMapValues { $0.map(\.cycle).max() }
    }

    /// The same cycles, before a replay has started any.
    func fresh() -> KnownCycles {
        var fresh = self
        fresh.started = [:]
        return fresh
    }

    func next(_ metric: Metric) -> CycleIdentity {
        let order = started[metric] ?? 0
        let ids = ids[metric] ?? []
        let cycle = order < ids.count ? ids[order] : max(order, highestID[metric] ?? 0) + 1
        return CycleIdentity(cycle: cycle, revision: byKey[CycleKey(metric: metric, cycle: cycle)]?.revision ?? 0)
    }

    /// Whether a breach of the cycle was announced and stands: an import that comes later does not silence it (S24).
    func isAnnounced(_ metric: Metric, _ cycle: Int) -> Bool {
        byKey[CycleKey(metric: metric, cycle: cycle)]?.isAnnounced ?? false
    }

    mutating func use(_ metric: Metric) { started[metric, default: 0] += 1 }

    func highest(_ metric: Metric) -> Int { highestPast[metric] ?? 0 }

    /// Finds out which cycle of a first telling is which of the ledger's, and keeps their ids.
    ///
    /// A late event may part a cycle, move its start or put one before it; it keeps its id all the same (S11). Returns
    /// whether the ids differ from those of the first telling, which counted.
    mutating func match(_ told: [LedgerRecord]) -> Bool {
        var differs = false
        for metric in Metric.allCases {
            let cycles = PastCycle.list(told, of: metric)
            let matched = Self.match(cycles, with: past[metric] ?? [])
            ids[metric] = matched
            highestID[metric] = matched.max()
            if matched != cycles.map(\.cycle) { differs = true }
        }
        return differs
    }

    private static func match(_ told: [PastCycle], with past: [PastCycle]) -> [Int] {
        var ids = [Int?](repeating: nil, count: told.count)
        var isTaken = [Bool](repeating: false, count: past.count)
        // Gives each cycle that has no id yet that of the first free one with the same key.
        func match(by key: (PastCycle) -> Bounds) {
            var places: [Bounds: [Int]] = [:]
            for place in past.indices.reversed() where !isTaken[place] {
                places[key(past[place]), default: []].append(place)
            }
            for order in told.indices where ids[order] == nil {
                guard let place = places[key(told[order])]?.popLast() else { continue }
                isTaken[place] = true
                ids[order] = past[place].cycle
            }
        }
        match { Bounds(start: $0.startedAt, end: $0.endedAt) }
        match { Bounds(start: $0.startedAt, end: nil) }
        match { Bounds(start: nil, end: $0.endedAt) }
        var free = past.indices.filter { !isTaken[$0] }
        for order in told.indices where ids[order] == nil {
            guard let found = free.firstIndex(where: { told[order].overlaps(past[$0]) }) else { continue }
            ids[order] = past[free.remove(at: found)].cycle
        }
        var highest = past.map(\.cycle).max() ?? 0
        return ids.map { id in
            if let id { return id }
            highest += 1
            return highest
        }
    }

    /// By what a cycle is found again: its start, its end, or both.
    private struct Bounds: Hashable {
        var start: Instant?
        var end: Instant?
    }
}

/// A cycle as the records of a ledger tell of it.
struct PastCycle {
    let metric: Metric
    let cycle: Int
    /// As the last record says: a late event may have moved it.
    var startedAt: Instant
    var endedAt: Instant?
    /// How often a breach of it was taken back.
    var revision = 0
    /// A breach of it was announced, not only measured, and was not taken back.
    var isAnnounced = false

    /// The cycles of a metric in the order in which they were first recorded.
    static func list(_ records: [LedgerRecord], of metric: Metric) -> [PastCycle] {
        var cycles: [PastCycle] = []
        var places: [Int: Int] = [:]
        for record in records where record.metric == metric {
            guard let number = record.cycle else { continue }
            let index = places[number]
            switch record.kind {
            case .started:
                if let index {
                    cycles[index].startedAt = record.at
                    // It runs after all.
                    if record.bringsBack { cycles[index].endedAt = nil }
                } else {
                    places[number] = cycles.count
                    cycles.append(PastCycle(record, metric, number))
                }
            case .met, .metLate, .cancelled, .ended: if let index { cycles[index].endedAt = record.at }
            case .breached: if let index { cycles[index].isAnnounced = record.priority != nil }
            case .retracted:
                if let index {
                    cycles[index].revision += 1
                    cycles[index].isAnnounced = false
                }
            case .warned, .paused, .resumed, .retargeted, .deadlineSet, .clamped, .full, .moved, .escalated, .notified,
                .skipped,
                .acknowledged, .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split, .linked,
                .voided, .reinstated, .digested, .snoozeEnded, .announced:
                break
            }
        }
        return cycles
    }

    private init(_ started: LedgerRecord, _ metric: Metric, _ cycle: Int) {
        self.metric = metric
        self.cycle = cycle
        startedAt = started.at
    }

    fileprivate func overlaps(_ other: PastCycle) -> Bool {
        startedAt < other.endedAt ?? .latest && other.startedAt < endedAt ?? .latest
    }
}
