import Engine
import TimeBase
import WorkingTime

/// Works out the verdicts of a whole ordered history by sums over intervals: slow, plain, and no code of the engine's.
///
/// Knows no ladders, no priorities, no late events.
struct Oracle {
    let targets: [Target]
    let calendar: WorkingCalendar
    let grace: Span
    let reopenWindow: Span

    private var runs: [Run] = []
    /// The status from each instant on.
    private var statuses: [(since: Instant, status: Status)] = []

    init(targets: [Target], calendar: WorkingCalendar, grace: Span = .minutes(15), reopenWindow: Span) {
        self.targets = targets
        self.calendar = calendar
        self.grace = grace
        self.reopenWindow = reopenWindow
    }

    /// One cycle: when it ran, and whether it was stopped or cancelled.
    private struct Run {
        let target: Target
        let start: Instant
        let carried: Span
        /// It goes on where the one before ended, and grace is left at least.
        let isContinued: Bool
        let tier: Int
        var end: Instant?
        var isStopped = false
        /// It began before the case was found to be spam, or deleted.
        var isDiscarded = false
    }

    /// The endings of all cycles, as a ledger would show them at `now`.
    mutating func endings(of events: [Event], at now: Instant) -> [Ending] {
        tell(events)
        return
            runs.map { run in
                let deadline = deadline(of: run)
                let isMissed = deadline.map { deadline in run.end.map { $0 > deadline } ?? (deadline <= now) } ?? false
                var ending = Ending(metric: run.target.metric, startedAt: run.start, verdict: "-")
                if isMissed {
                    ending.breachedAt = deadline
                    ending.verdict = run.isStopped ? "met_late" : "breached"
                    ending.endedAt = run.end
                } else if run.end != nil {
                    ending.verdict = run.isStopped ? "met" : "cancelled"
                    ending.endedAt = run.end
                }
                ending.isVoid = run.isDiscarded && !["-", "cancelled"].contains(ending.verdict)
                return ending
            }
            .sorted()
    }

    /// The deadlines of the cycles that have not ended, by metric; missing while they are paused.
    func openDeadlines() -> [Metric: Instant] {
        var deadlines: [Metric: Instant] = [:]
        let isPaused = { (run: Run) in run.target.pauseIn.contains(status: statuses.last?.status ?? .new) }
        for run in runs where run.end == nil && !isPaused(run) { deadlines[run.target.metric] = deadline(of: run) }
        return deadlines
    }

    // MARK: What happened

    private mutating func tell(_ events: [Event]) {
        var status = Status.new
        var tier = 1
        var isAnswered = false
        var wasRepliedTo = false
        var doneAt: Instant?
        let updates: [Metric] = [.update, .pausableUpdate]
        let wholeCase: [Metric] = [.requesterWait, .agentWork, .resolution]
        let isOpenedByStaff = events.first?.openedBy == .staff
        for event in Self.meant(events) {
            if status == .spam, event.kind != .deleted { continue }
            let isByPerson = event.author == .person
            let isDone = status == .resolved || status == .closed
            let isLate = doneAt.map { event.at - $0 > reopenWindow } ?? false
            // Accepted while it was spam, and of no meaning to a case that was done.
            if isDone, [.pending, .onHold, .resumed].contains(event.kind) { continue }
            if status == .closed, isLate, event.kind == .customerMessage, isByPerson { continue }
            var reopens = event.kind == .reopened && isDone
            switch event.kind {
            case .opened:
                if !isOpenedByStaff { begin(.firstReply, event.at, tier) }
                for metric in wholeCase + [.tierTime] { begin(metric, event.at, tier) }
            case .customerMessage:
                reopens = isByPerson && isDone
                if isByPerson, status == .pending { status = .open }
            case .agentReply: if status == .new { status = .open }
            case .pending: if !isDone { status = .pending }
            case .onHold: if !isDone { status = .onHold }
            case .resumed: if status == .pending || status == .onHold { status = .open }
            case .resolved where !isDone, .closed where !isDone:
                status = event.kind == .resolved ? .resolved : .closed
                doneAt = event.at
                for metric in [.firstReply, .nextReply] + updates { end(metric, event.at, isStopped: false) }
                for metric in wholeCase + [.tierTime] { end(metric, event.at, isStopped: true) }
            case .closed:
                if status != .closed { doneAt = event.at }
                status = .closed
            case .noReplyNeeded:
                end(.nextReply, event.at, isStopped: false)
            case .tierChanged:
                let next = event.fields.tier ?? tier
                if next != tier { end(.tierTime, event.at, isStopped: next > tier) }
                if next != tier, !isDone { begin(.tierTime, event.at, next) }
                tier = next
            case .spam, .deleted:
                status = event.kind == .spam ? .spam : .closed
                for index in runs.indices {
                    runs[index].isDiscarded = true
                    if runs[index].end == nil { runs[index].end = event.at }
                }
                if event.kind == .deleted { return }
            case .note, .assigned, .tagsChanged, .priorityChanged, .planChanged, .resolved, .reopened, .acknowledged,
                .snoozed, .snoozeEnded, .reapplied, .notSpam, .merged, .split, .absorbed, .deadlineSet:
                break
            }
            if reopens {
                status = .open
                if !isAnswered, !isOpenedByStaff { resume(.firstReply, event.at, tier, isLate) }
                for metric in wasRepliedTo ? updates : [] { resume(metric, event.at, tier, isLate) }
                for metric in wholeCase { resume(metric, event.at, tier, isLate) }
                if runs.last(where: { $0.target.metric == .tierTime })?.tier == tier {
                    resume(.tierTime, event.at, tier, isLate)
                } else {
                    begin(.tierTime, event.at, tier)
                }
            }
            if event.kind == .customerMessage, isByPerson {
                let isNew = !runs.contains { $0.target.metric == .nextReply && $0.end == nil }
                if isAnswered || isOpenedByStaff, isNew { begin(.nextReply, event.at, tier) }
            }
            if event.kind == .agentReply, isByPerson {
                for metric in [.firstReply, .nextReply] + updates { end(metric, event.at, isStopped: true) }
                if targets.contains(where: \.stopsAtReply) { end(.tierTime, event.at, isStopped: true) }
                isAnswered = true
                if ![.resolved, .closed].contains(status) {
                    wasRepliedTo = true
                    for metric in updates { begin(metric, event.at, tier) }
                }
            }
            if statuses.last?.status != status { statuses.append((event.at, status)) }
        }
    }

    /// The events without the spam that is taken back later.
    private static func meant(_ events: [Event]) -> [Event] {
        let end = events.firstIndex { $0.kind == .deleted } ?? events.endIndex
        let pardon = events[..<end].lastIndex { $0.kind == .notSpam } ?? events.startIndex
        return events[..<pardon].filter { $0.kind != .spam } + events[pardon...]
    }

    private mutating func resume(_ metric: Metric, _ at: Instant, _ tier: Int, _ isLate: Bool) {
        let mode = targets.first { $0.metric == metric }?.reopen
        if isLate || mode == .restart {
            begin(metric, at, tier)
        } else if mode == .continue {
            begin(metric, at, tier, isContinued: true)
        }
    }

    private mutating func begin(_ metric: Metric, _ at: Instant, _ tier: Int, isContinued: Bool = false) {
        guard let target = targets.first(where: { $0.metric == metric }) else { return }
        let before = isContinued ? runs.last { $0.target.metric == metric } : nil
        let carried = before.map { used($0, until: $0.end ?? at) } ?? .zero
        runs.append(Run(target: target, start: at, carried: carried, isContinued: isContinued, tier: tier))
    }

    private mutating func end(_ metric: Metric, _ at: Instant, isStopped: Bool) {
        guard let index = runs.lastIndex(where: { $0.target.metric == metric && $0.end == nil }) else { return }
        runs[index].end = at
        runs[index].isStopped = isStopped
    }

    // MARK: Sums

    /// The stretches after the start of a cycle in which it is not paused, as the statuses alone say.
    private func stretches(_ run: Run) -> [(from: Instant, to: Instant)] {
        var stretches: [(from: Instant, to: Instant)] = []
        for (index, entry) in statuses.enumerated() where !run.target.pauseIn.contains(status: entry.status) {
            let next = index + 1 < statuses.count ? statuses[index + 1].since : Instant.latest
            let from = max(entry.since, run.start)
            if from < next { stretches.append((from, next)) }
        }
        return stretches
    }

    private func used(_ run: Run, until: Instant) -> Span {
        stretches(run)
            .reduce(run.carried) { sum, stretch in
                stretch.from < until ? sum + open(stretch.from, min(stretch.to, until)) : sum
            }
    }

    private func open(_ from: Instant, _ to: Instant) -> Span { calendar.open(from: from, to: to) }

    /// The first instant, not paused, at which the duration is used up; nil where a pause came before and goes on.
    private func deadline(of run: Run) -> Instant? {
        let duration = max(run.target.duration ?? .zero, run.isContinued ? run.carried + grace : .zero)
        var sum = run.carried
        for stretch in stretches(run) {
            let instant = earliest(from: stretch.from, with: duration - sum)
            if instant < stretch.to { return instant }
            // The rest is closed time or more than there is.
            if stretch.to < .latest { sum += open(stretch.from, stretch.to) }
        }
        return nil
    }

    /// By halving, on `open` alone.
    private func earliest(from start: Instant, with span: Span) -> Instant {
        guard span > .zero else { return start }
        var low = start.milliseconds
        var high = (start + .hours(24 * 60)).milliseconds
        while high - low > 1 {
            let middle = (low + high) / 2
            if open(start, Instant(milliseconds: middle)) >= span { high = middle } else { low = middle }
        }
        return Instant(milliseconds: high)
    }
}
