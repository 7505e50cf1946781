import TimeBase

/// The ledger of a case, as far as a replay compares with it.
struct PastRecords {
    let cycles: KnownCycles
    private var starts: [CycleKey: LedgerRecord] = [:]
    /// Announced or measured, and not retracted since.
    private var breaches: [CycleKey: LedgerRecord] = [:]
    /// Everybody who was told of a breach, in the order in which they were told.
    private var receivers: [CycleKey: [String]] = [:]
    /// The last word on the end of each cycle: met, met_late, cancelled or ended.
    private var ends: [CycleKey: LedgerRecord] = [:]
    /// Verdicts that do not count.
    private var voids: [CycleKey: LedgerRecord] = [:]
    private let records: [LedgerRecord]
    /// What is said of other cases.
    private var links: Set<LinkKey> = []

    private struct LinkKey: Hashable {
        var kind: LedgerRecord.Kind
        var other: CaseID
        var at: Instant

        init?(_ record: LedgerRecord) {
            guard let other = record.otherCase else { return nil }
            (kind, self.other, at) = (record.kind, other, record.at)
        }
    }

    /// The version up to which the case was brought: what later ones did is not in the ledger.
    private let policyVersion: Int
    /// For how long after its announcement a breach is taken back with a notice.
    private let retractWindow: Span

    init(_ history: History, of state: Case, retractWindow: Span) {
        policyVersion = state.policyVersion
        self.retractWindow = retractWindow
        let records = history.records
        self.records = records
        let opening = history.facts.min { $0.arrival < $1.arrival }?.event.id
        cycles = KnownCycles(
            openingTier: records.first { $0.kind == .started && $0.eventID == opening }?.tier,
            openedUnder: state.openedUnder,
            successor: state.successor,
            past: Dictionary(uniqueKeysWithValues: Metric.allCases.map { ($0, PastCycle.list(records, of: $0)) })
        )
        for record in records {
            guard let key = record.cycleKey else {
                if let link = LinkKey(record) { links.insert(link) }
                continue
            }
            switch record.kind {
            case .started:
                starts[key] = record
                if record.bringsBack { ends[key] = nil }
            case .breached:
                breaches[key] = record
                receivers[key] = []
            case .retracted: breaches[key] = nil
            case .met, .metLate, .cancelled, .ended: ends[key] = record
            case .voided: voids[key] = record
            case .reinstated:
                voids[key] = nil
                // The first word of a breach that was found when it did not count (S18).
                if record.tellsOfBreach { breaches[key]?.noteAnnouncement(record) }
            case .retargeted: ends[key]?.deadline = record.deadline
            case .warned, .paused, .resumed, .deadlineSet, .clamped, .full, .moved, .escalated, .notified, .announced,
                .skipped, .acknowledged, .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split,
                .linked, .digested, .snoozeEnded:
                break
            }
            guard record.tellsOfBreach, breaches[key] != nil else { continue }
            for receiver in record.everybodyTold where !(receivers[key] ?? []).contains(receiver) {
                receivers[key, default: []].append(receiver)
            }
        }
    }

    /// What the ledger does not say yet, given what the ordered history says.
    ///
    /// First what is taken back, then the new words, those on a retracted breach's cycle under the next revision.
    ///
    /// `withheld` have an end that is not to be told yet.
    func difference(
        to told: [LedgerRecord],
        _ withheld: Set<CycleKey>,
        _ occasion: Occasion
    ) -> [LedgerRecord] {
        let retracted = retractions(told, occasion)
        let raised = Set(retracted.compactMap(\.cycleKey))
        let restored = restored(told, withheld)
        let void = Set(told.filter { $0.kind == .voided }.compactMap(\.cycleKey))
        let said = occasion.countsFrom == nil ? [] : Set(records.map(Saying.init))
        var difference = retracted + reinstated(told, void, occasion)
        for var record in told {
            let isUnsaid = occasion.countsFrom.map { $0 <= record.at && !said.contains(Saying(record)) } ?? false
            let isCausedNow =
                isUnsaid
                || record.eventID.map(occasion.newEvents.contains)
                    ?? (record.policyVersion ?? 0 > policyVersion)
            guard let key = record.cycleKey else {
                // A late event may be what makes an earlier one open a linked case.
                let isNews = LinkKey(record).map { !links.contains($0) } ?? false
                if isCausedNow || isNews { difference.append(record) }
                continue
            }
            switch record.kind {
            case .breached: if breaches[key]?.at == record.at { continue }
            case .met, .metLate, .cancelled, .ended:
                let isKnown = ends[key]?.kind == record.kind && ends[key]?.at == record.at
                if isKnown, !raised.contains(key), !restored.contains(key) {
                    if ends[key]?.deadline == record.deadline { continue }
                    // The same verdict at another deadline: one verdict still, and nothing that anybody has to be told.
                    record.kind = .retargeted
                    record.reason = "a late event moves the deadline of a cycle that had ended"
                    record.silence()
                }
            case .started:
                if restored.contains(key) {
                    record.reason = occasion.pardon == nil ? LedgerRecord.broughtBack : LedgerRecord.notSpam
                } else if starts[key]?.at == record.at {
                    continue
                }
            case .voided: if voids[key]?.at == record.at, voids[key]?.deadline == record.deadline { continue }
            case .warned, .paused, .resumed, .retargeted, .deadlineSet, .clamped, .full, .retracted, .moved, .escalated,
                .notified,
                .skipped,
                .acknowledged, .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split, .linked,
                .reinstated, .digested, .snoozeEnded, .announced:
                guard isCausedNow else { continue }
            }
            if raised.contains(key) { record.revision = (record.revision ?? 0) + 1 }
            // Whoever was told of the breach is told of its end (S32).
            let isOfKnownBreach = record.kind == .metLate && !raised.contains(key) && breaches[key] != nil
            if isOfKnownBreach, !record.to.isEmpty, let told = receivers[key], !told.isEmpty { record.to = told }
            // What does not count is nobody's business.
            if void.contains(key) { record.silence() }
            difference.append(record)
        }
        return difference + unstopped(told, withheld, now: occasion.now) + vanished(told, now: occasion.now)
    }

    /// The cycles whose verdict counts after all, as a late event or somebody says.
    private func reinstated(_ told: [LedgerRecord], _ void: Set<CycleKey>, _ occasion: Occasion) -> [LedgerRecord] {
        let present = Set(told.filter { $0.kind == .started }.compactMap(\.cycleKey))
        return voids.filter { !void.contains($0.key) && present.contains($0.key) }
            .sorted { ($0.key.metric, $0.key.cycle) < ($1.key.metric, $1.key.cycle) }
            .map { key, old in
                var reinstated = old
                reinstated.forgetTelling()
                reinstated.kind = .reinstated
                // A breach that was found when it did not count: now is the time to say so.
                let breach = told.first { $0.kind == .breached && $0.cycleKey == key }
                if let breach, let known = breaches[key], known.at == breach.at, known.priority == nil {
                    reinstated.to = breach.to
                    reinstated.priority = breach.priority
                }
                reinstated.at = occasion.pardon?.at ?? occasion.now
                reinstated.noticedAt = occasion.now
                reinstated.eventID = occasion.pardon?.id
                reinstated.reason = occasion.pardon == nil ? LedgerRecord.broughtBack : LedgerRecord.notSpam
                return reinstated
            }
    }

    /// A record of the ledger, as far as it tells that an event has had its effect.
    private struct Saying: Hashable {
        let kind: LedgerRecord.Kind
        let at: Instant
        let metric: Metric?
        let cycle: Int?
        let eventID: String?

        init(_ record: LedgerRecord) {
            kind = record.kind
            at = record.at
            metric = record.metric
            cycle = record.cycle
            eventID = record.eventID
        }
    }

    /// Cycles that the ledger has as met and that were never stopped: the case had been closed before.
    ///
    /// Their breach stands; where it does, a cancellation only says that the timer has ended.
    private func unstopped(_ told: [LedgerRecord], _ withheld: Set<CycleKey>, now: Instant) -> [LedgerRecord] {
        var missed: Set<CycleKey> = []
        var ended = withheld
        for record in told {
            guard let key = record.cycleKey else { continue }
            switch record.kind {
            case .breached, .voided: missed.insert(key)
            case .met, .metLate, .cancelled, .ended: ended.insert(key)
            case .started, .warned, .paused, .resumed, .retargeted, .deadlineSet, .clamped, .full, .retracted, .moved,
                .escalated,
                .notified,
                .skipped, .acknowledged, .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split,
                .linked, .reinstated, .digested, .snoozeEnded, .announced:
                break
            }
        }
        return
            ends.filter {
                missed.contains($0.key) && !ended.contains($0.key) && [.met, .metLate].contains($0.value.kind)
            }
            .sorted { ($0.key.metric, $0.key.cycle) < ($1.key.metric, $1.key.cycle) }
            .map {
                withdrawn($0.value, at: $0.value.at, reason: "a late event shows that it was not stopped", now: now)
            }
    }

    /// Cycles that the ledger has as ended or withdrawn, and that run, or are required, after all.
    private func restored(_ told: [LedgerRecord], _ withheld: Set<CycleKey>) -> Set<CycleKey> {
        var decided = withheld
        var ended = withheld
        var notRequired: Set<CycleKey> = []
        for record in told {
            guard let key = record.cycleKey else { continue }
            if [.breached, .voided, .met, .metLate, .cancelled].contains(record.kind) { decided.insert(key) }
            if [.met, .metLate, .cancelled, .ended].contains(record.kind) { ended.insert(key) }
            if record.reason == Self.notRequired { notRequired.insert(key) }
        }
        return Set(
            ends.filter { key, end in
                !decided.contains(key) || (end.reason == Self.notRequired && !notRequired.contains(key))
                    || ((end.kind == .ended || end.reason == CaseTimer.Cancellation.spam.word) && !ended.contains(key))
            }
            .keys
        )
    }

    /// The cycles whose breach is taken back by what is told.
    func retractions(_ told: [LedgerRecord], _ occasion: Occasion) -> [LedgerRecord] {
        var found: [CycleKey: LedgerRecord] = [:]
        for record in told where record.kind == .breached { record.cycleKey.map { found[$0] = record } }
        return
            breaches.sorted { ($0.value.at, $0.key.metric, $0.key.cycle) < ($1.value.at, $1.key.metric, $1.key.cycle) }
            .compactMap { key, old in
                guard found[key]?.at != old.at else { return nil }
                var retracted = old
                retracted.kind = .retracted
                retracted.noticedAt = occasion.now
                retracted.eventID = nil
                retracted.reason = occasion.reason(ofRetracting: old, isMissedAgain: found[key] != nil)
                // It counts in a case that was merged into this one.
                let void = told.first { $0.kind == .voided && $0.cycleKey == key && $0.otherCase != nil }
                if let void { retracted.reason = void.reason }
                let told = receivers[key] ?? []
                let isAnnounced = old.priority != nil || !told.isEmpty
                retracted.forgetTelling()
                retracted.to = told
                retracted.priority = isAnnounced && !occasion.wasDeleted ? 5 : nil
                if retracted.priority != nil, occasion.now - old.noticedAt > retractWindow {
                    // Nobody is told any more: only the ledger says so.
                    retracted.priority = nil
                    retracted.to = []
                    retracted.reason? += ", after the retract_window of \(retractWindow): nobody is told"
                }
                return retracted
            }
    }

    /// Cycles that the ordered history does not have any more: a late event took the target from the case.
    private func vanished(_ told: [LedgerRecord], now: Instant) -> [LedgerRecord] {
        let present = Set(told.filter { $0.kind == .started }.compactMap(\.cycleKey))
        return starts.filter { !present.contains($0.key) && ends[$0.key]?.reason != Self.notRequired }
            .sorted { ($0.key.metric, $0.key.cycle) < ($1.key.metric, $1.key.cycle) }
            .map { withdrawn($0.value, at: ends[$0.key]?.at ?? now, reason: Self.notRequired, now: now) }
    }

    private func withdrawn(_ old: LedgerRecord, at instant: Instant, reason: String, now: Instant) -> LedgerRecord {
        var cancelled = old
        cancelled.kind = .cancelled
        cancelled.at = instant
        cancelled.noticedAt = now
        cancelled.eventID = nil
        cancelled.forgetTelling()
        cancelled.reason = reason
        return cancelled
    }

    private static let notRequired = CaseTimer.Cancellation.noLongerRequired.word
}

extension LedgerRecord {
    /// Nil for a record that is about the case and not about a cycle.
    var cycleKey: CycleKey? {
        guard let metric, let cycle else { return nil }
        return CycleKey(metric: metric, cycle: cycle)
    }

    /// On a `started` of a cycle that the ledger has as ended: what it said of the end does not hold any more.
    package var bringsBack: Bool { reason == Self.broughtBack || reason == Self.notSpam }
    fileprivate static let broughtBack = "a late event brings it back"
    fileprivate static let notSpam = "not spam after all"

    /// Kept, and told to nobody.
    fileprivate mutating func silence() {
        to = []
        priority = nil
    }

    /// Of a copy that says something new of its cycle: whom the old record was told, how and when belongs to that one.
    fileprivate mutating func forgetTelling() {
        silence()
        alsoTold = []
        digests = []
        until = nil
    }

    /// A breach that nobody was to be told of is announced by another record.
    fileprivate mutating func noteAnnouncement(_ record: LedgerRecord) {
        priority = record.priority
        noticedAt = record.noticedAt
    }
}
