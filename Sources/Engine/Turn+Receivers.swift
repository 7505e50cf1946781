import TimeBase

/// Who hears of what one wake has decided, and by which record (S32, S36, S37).
extension Turn {
    /// Settles the receivers of everything that was decided, once and at the end: only then it is known what there is.
    mutating func settleReceivers() {
        // Almost always there is nothing to tell.
        if records.contains(where: { $0.isAddressed }) {
            if isSnoozed { withhold() }
            tellOnce()
            noteTold()
        }
        if let taken = state.acknowledgement, !state.isCovered(by: taken, at: now) { state.acknowledgement = nil }
    }

    /// While the case is snoozed nobody is told: what there is to tell waits for the end (S36).
    private mutating func withhold() {
        for index in records.indices where records[index].isAddressed {
            let record = records[index]
            let kind: LedgerRecord.Kind? =
                switch record.kind {
                case .breached, .reinstated: .breached
                case .metLate: .metLate
                case .retracted: .retracted
                case .started, .warned, .met, .cancelled, .paused, .resumed, .retargeted, .moved, .escalated,
                    .notified, .skipped, .acknowledged, .suspended, .assigned, .prioritised, .snoozed, .merged,
                    .absorbed, .split, .linked, .voided, .digested, .snoozeEnded, .announced, .ended, .deadlineSet,
                    .clamped,
                    .full:
                    nil
                }
            if let kind, let metric = record.metric, let cycle = record.cycle {
                state.untold.append(
                    Untold(
                        kind: kind,
                        metric: metric,
                        cycle: cycle,
                        revision: record.revision ?? 0,
                        at: record.at,
                        deadline: record.deadline ?? record.at,
                        tier: record.tier ?? state.tier,
                        to: record.to
                    )
                )
            }
            records[index].to = []
            records[index].until = state.snooze?.until
        }
    }

    /// A receiver stands only in the most urgent record, then in that of the earliest deadline, then by the target's name.
    private mutating func tellOnce() {
        var places = records.indices.filter { records[$0].isAddressed }
        guard places.count > 1 else { return }
        places.sort { left, right in
            let (one, other) = (records[left], records[right])
            return (one.priority ?? 7, one.deadline ?? .latest, one.metric?.word ?? "", left)
                < (other.priority ?? 7, other.deadline ?? .latest, other.metric?.word ?? "", right)
        }
        var told: Set<String> = []
        for place in places {
            let receivers = records[place].to
            records[place].to = receivers.filter { !told.contains($0) }
            records[place].alsoTold += receivers.filter { told.contains($0) }
            told.formUnion(receivers)
        }
    }

    /// Keeps with each missed cycle who was told of it: they are told of its end too (S32).
    private mutating func noteTold() {
        for record in records where record.tellsOfBreach {
            guard let metric = record.metric, let index = state.index(of: metric),
                state.timers[index].cycle == record.cycle, state.timers[index].breachedAt != nil
            else { continue }
            for receiver in record.everybodyTold where !state.timers[index].ladder.told.contains(receiver) {
                state.timers[index].ladder.told.append(receiver)
            }
        }
    }

    /// Everybody who was told of the breach of a timer or of a step after it, as far as this turn knows (S32).
    func told(ofBreach index: Int) -> [String] {
        let key = CycleKey(metric: state.timers[index].metric, cycle: state.timers[index].cycle)
        var told = state.timers[index].ladder.told
        let found = breachesFound.first { $0.key == key }
        for receiver in found?.to ?? [] where !told.contains(receiver) { told.append(receiver) }
        // An earlier version kept no names, or nobody was told yet.
        return told.isEmpty ? receivers(ofBreachInTier: state.timers[index].tier) : told
    }

    /// Who is told of a breach: who answers for the tier that missed, or the last resort if the policy has lost the tier.
    func receivers(ofBreachInTier tier: Int) -> [String] {
        [policies.latest.policy.manager(ofTier: tier) ?? policies.latest.policy.lastResort]
    }
}

extension LedgerRecord {
    /// Whether somebody is to be told of it.
    fileprivate var isAddressed: Bool { priority != nil && !to.isEmpty }

    /// Whether whoever is told of it knows of a breach: of the breach itself, or of a step after it.
    var tellsOfBreach: Bool {
        switch kind {
        case .breached, .escalated, .notified, .announced, .reinstated: priority != nil
        // By a ladder; a person's move tells nobody.
        case .moved: priority != nil && step != nil
        case .started, .warned, .met, .metLate, .cancelled, .paused, .resumed, .retargeted, .retracted, .skipped,
            .acknowledged, .suspended, .assigned, .prioritised, .snoozed, .merged, .absorbed, .split, .linked,
            .voided, .digested, .snoozeEnded, .ended, .deadlineSet, .clamped, .full:
            false
        }
    }
}

extension Case {
    /// Whether a timer that has not ended is held by an acknowledgement.
    fileprivate func isCovered(by taken: Acknowledgement, at now: Instant) -> Bool {
        timers.indices.contains { index in
            guard timers[index].state != .ended, timers[index].startedAt <= taken.at else { return false }
            return timers[index].ladder.isStopped || (timers[index].ladder.silentUntil.map { $0 > now } ?? false)
        }
    }
}
