import TimeBase

/// Spam and deletion: the timers end, and what they came to does not count (S18).
extension Turn {
    mutating func becomeSpam(at instant: Instant) {
        discard(as: .spam, .spam, at: instant)
    }

    /// For good: what the customer wrote and who they are is forgotten with it (S60).
    mutating func delete(at instant: Instant) {
        discard(as: .closed, .deleted, at: instant)
        state.isDeleted = true
        state.fields.forgetContent()
        state.handling = nil
        erases = true
    }

    private mutating func discard(as status: Status, _ reason: CaseTimer.Cancellation, at instant: Instant) {
        for metric in Metric.allCases { cancel(metric, reason, at: instant) }
        voidVerdicts(reason, at: instant)
        state.status = status
        state.doneAt = instant
        state.waitingSince = nil
    }

    /// Takes every verdict of the case out of the count, those of earlier cycles too.
    ///
    /// They are known from the records: this turn has told the case from its opening.
    private mutating func voidVerdicts(_ reason: CaseTimer.Cancellation, at instant: Instant) {
        for index in state.timers.indices {
            switch state.timers[index].verdict {
            case .met, .metLate, .breached: state.timers[index].isVoid = true
            case .cancelled, nil: break
            }
        }
        var verdicts: [LedgerRecord] = []
        var places: [CycleKey: Int] = [:]
        var void: Set<CycleKey> = []
        for record in records {
            guard let key = record.cycleKey else { continue }
            if record.kind == .voided { void.insert(key) }
            guard [.met, .metLate, .breached].contains(record.kind) else { continue }
            if let place = places[key] {
                verdicts[place] = record
            } else {
                places[key] = verdicts.count
                verdicts.append(record)
            }
        }
        for verdict in verdicts where verdict.cycleKey.map({ !void.contains($0) }) ?? false {
            var voided = LedgerRecord(kind: .voided, at: instant, noticedAt: now)
            voided.metric = verdict.metric
            voided.cycle = verdict.cycle
            voided.revision = verdict.revision
            voided.deadline = verdict.deadline
            voided.tier = verdict.tier
            voided.reason = reason.word
            record(voided)
        }
    }
}
