import Engine
import TimeBase
import WorkingTime

/// The cycles of a case that newer ones have replaced.
///
/// A case holds the current cycle of each target only; earlier ones are what was last seen of them, brought up to date by
/// what the ledger says of them since.
enum PastTimer {
    static func list(
        _ records: [LedgerRecord],
        _ seen: SeenCycles,
        current: [CaseTimer],
        _ policy: Policy
    ) -> [CaseTimer] {
        var timers: [CaseTimer] = []
        // By its first record, which is its start unless that was not kept (S60).
        for record in records {
            guard let metric = record.metric, let cycle = record.cycle else { continue }
            func isSame(_ timer: CaseTimer) -> Bool { timer.metric == metric && timer.cycle == cycle }
            guard !current.contains(where: isSame), !timers.contains(where: isSame) else { continue }
            var timer = seen.past.last(where: isSame) ?? CaseTimer(record, metric, cycle)
            for record in records where record.metric == metric && record.cycle == cycle {
                timer.hear(record, policy.calendars[timer.calendar])
            }
            if timer.state != .ended { timer.endUnsaid(bySuccessorIn: records, policy.calendars[timer.calendar]) }
            timers.append(timer)
        }
        return timers
    }
}

extension CaseTimer {
    /// A cycle of which nothing was seen but its records: it began and ended at one instant.
    fileprivate init(_ started: LedgerRecord, _ metric: Metric, _ cycle: Int) {
        self.init(
            metric: metric,
            cycle: cycle,
            startedAt: started.at,
            duration: started.duration ?? .zero,
            pauseIn: [],
            policyVersion: started.policyVersion ?? 1,
            calendar: started.calendar ?? WorkingCalendar.always.name,
            rule: started.rule ?? "",
            tier: started.tier ?? 0,
            plan: nil
        )
        deadline = started.deadline
    }

    fileprivate mutating func hear(_ record: LedgerRecord, _ calendar: WorkingCalendar?) {
        switch record.kind {
        case .started: startedAt = record.at
        case .breached:
            breachedAt = record.at
            if verdict == nil || verdict == .met { verdict = .breached }
        case .retracted:
            breachedAt = nil
            if verdict == .breached || verdict == .metLate { verdict = nil }
        case .met: end(record, as: .met, calendar)
        case .metLate: end(record, as: .metLate, calendar)
        case .cancelled:
            let reason = Cancellation.allCases.first { $0.word == record.reason }
            // A breach that was never stopped stays one, whatever ended the timer.
            end(record, as: reason.map(Verdict.cancelled) ?? (breachedAt == nil ? nil : .breached), calendar)
        case .retargeted:
            duration = record.duration ?? duration
            deadline = record.deadline
        case .resumed: deadline = record.deadline
        case .voided:
            isVoid = true
            // A void breach has no record of its own.
            if verdict == nil { (verdict, breachedAt) = (.breached, record.deadline) }
        case .reinstated: isVoid = false
        case .warned, .paused, .moved, .escalated, .notified, .skipped, .acknowledged, .snoozed, .suspended, .assigned,
            .prioritised, .merged, .absorbed, .split, .linked:
            break
        }
        revision = max(revision, record.revision ?? 0)
    }

    /// A breach that a cancellation ended without a word (S9): it was over when the next cycle began, at the latest.
    fileprivate mutating func endUnsaid(bySuccessorIn records: [LedgerRecord], _ calendar: WorkingCalendar?) {
        let successor = records.first { $0.kind == .started && $0.metric == metric && ($0.cycle ?? 0) > cycle }
        let end = successor?.at ?? startedAt
        if let calendar, let since = runningSince { elapsed += calendar.open(from: since, to: end) }
        runningSince = nil
        endedAt = end
        state = .ended
    }

    private mutating func end(_ record: LedgerRecord, as verdict: Verdict?, _ calendar: WorkingCalendar?) {
        if let calendar {
            if let since = runningSince {
                elapsed += calendar.open(from: since, to: record.at)
            } else if let endedAt, endedAt != record.at {
                // A late event has moved the end.
                elapsed += calendar.open(from: endedAt, to: record.at)
            }
        }
        runningSince = nil
        endedAt = record.at
        state = .ended
        self.verdict = verdict ?? self.verdict
        deadline = record.deadline ?? deadline
    }
}
