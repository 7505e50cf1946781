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
        for record in records where record.kind == .started {
            guard let metric = record.metric, let cycle = record.cycle else { continue }
            func isSame(_ timer: CaseTimer) -> Bool { timer.metric == metric && timer.cycle == cycle }
            guard !current.contains(where: isSame), !timers.contains(where: isSame) else { continue }
            var timer = seen.past.last(where: isSame) ?? CaseTimer(record, metric, cycle)
            let own = records.filter { $0.metric == metric && $0.cycle == cycle }
            // A merge moves the start and says so in a `retargeted` only: there what was seen knows better.
            let keepsStart = own.contains { $0.kind == .retargeted && $0.otherCase != nil }
            for record in own { timer.hear(record, keepsStart: keepsStart, policy.calendars[timer.calendar]) }
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

    fileprivate mutating func hear(_ record: LedgerRecord, keepsStart: Bool, _ calendar: WorkingCalendar?) {
        switch record.kind {
        case .started:
            if !keepsStart { moveStart(to: record.at, calendar) }
            if record.bringsBack { goOn() }
        case .breached:
            breachedAt = record.at
            deadline = record.deadline ?? deadline
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
            guard record.otherCase != nil else { break }
            // A breach that counts in another case has no record of its own.
            if verdict != .metLate { verdict = .breached }
            (breachedAt, deadline) = (record.deadline, record.deadline)
        case .reinstated:
            isVoid = false
            guard record.otherCase != nil else { break }
            if verdict == .breached { verdict = nil }
            breachedAt = nil
        case .warned, .paused, .moved, .escalated, .notified, .skipped, .acknowledged, .snoozed, .suspended, .assigned,
            .prioritised, .merged, .absorbed, .split, .linked:
            break
        }
        revision = max(revision, record.revision ?? 0)
    }

    /// A late event has moved the start, and with it what was used up.
    private mutating func moveStart(to start: Instant, _ calendar: WorkingCalendar?) {
        if runningSince == startedAt {
            runningSince = start
        } else if let calendar {
            elapsed += calendar.open(from: start, to: startedAt)
        }
        startedAt = start
    }

    /// What was said of its end does not hold: it has run on since.
    private mutating func goOn() {
        guard state == .ended else { return }
        state = .running
        runningSince = endedAt
        endedAt = nil
        verdict = breachedAt == nil ? nil : .breached
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
