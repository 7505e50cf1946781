package import TimeBase
import WorkingTime

extension Engine {
    /// Tells the history of a case once more, in its order, and keeps how each deadline came about.
    ///
    /// Verdicts and deadlines are those that `replay` comes to; who was told what is taken from the ledger, since that is a
    /// fact.
    ///
    /// Linear in the history, whatever part of it is asked for; only the cycles asked for are laid out. With `target` only
    /// the cycles of that one. `newest` is the page of cycles, newest first; nil for all, oldest first.
    package static func explain(
        _ state: Case,
        _ history: History,
        _ policies: Policies,
        now: Instant,
        target: Metric? = nil,
        newest page: (limit: Int, offset: Int)? = nil
    ) throws(InvariantBroken) -> Explanation {
        guard state.forgottenAt == nil else {
            let verdicts = history.records.filter { target == nil || $0.metric == target }
            return Explanation(cycles: [], forgottenAt: state.forgottenAt, verdicts: verdicts)
        }
        return try retold(state, history, policies, now: now).explanation(history, target: target, newest: page)
    }

    /// The case as its history comes to, told once more with the ids that its cycles have.
    static func retold(
        _ state: Case,
        _ history: History,
        _ policies: Policies,
        now: Instant
    ) throws(InvariantBroken) -> Turn {
        let past = PastRecords(history, of: state, retractWindow: policies.latest.policy.retractWindow)
        var cycles = past.cycles
        let nothingNew = Placing([], on: state, policies.latest, now: now)
        let timeline = timeline(history, nothingNew, policies, openedUnder: state.openedUnder, now: now)
        let first = tell(timeline, until: now, state.enforceFrom, cycles, policies, now: now)
        if let records = first.turn?.records { _ = cycles.match(records) }
        var told = tell(timeline, until: now, state.enforceFrom, cycles.fresh(), policies, now: now, explains: true)
        guard let turn = told.turn.take() else {
            throw InvariantBroken("the history of case \(state.id) has no opening")
        }
        return turn
    }
}

extension Turn {
    /// The story of each cycle, put together from the records of one telling.
    fileprivate consuming func explanation(
        _ history: History,
        target: Metric?,
        newest page: (limit: Int, offset: Int)?
    ) -> Explanation {
        var starts = CycleStarts()
        for record in records where record.kind == .started && (target == nil || record.metric == target) {
            starts.note(record)
        }
        let wanted = starts.keys(page)
        var places = Dictionary(uniqueKeysWithValues: zip(wanted, wanted.indices))
        var stories = [CycleStory?](repeating: nil, count: wanted.count)
        for record in records {
            guard let key = record.cycleKey, let place = places[key] else { continue }
            if stories[place] != nil {
                stories[place]?.take(record, policies)
            } else if record.kind == .started {
                stories[place] = CycleStory(record, key.metric, key.cycle)
            }
        }
        for choice in choices ?? [] {
            if let place = places[CycleKey(metric: choice.metric, cycle: choice.cycle)] {
                stories[place]?.choices.append(choice)
            }
        }
        var used = [Span?](repeating: nil, count: wanted.count)
        for seen in cycles ?? [] {
            let key = CycleKey(metric: seen.timer.metric, cycle: seen.timer.cycle)
            if let place = places[key] { used[place] = seen.timer.elapsed }
        }
        var told = [[LedgerRecord]](repeating: [], count: wanted.count)
        for record in history.records where record.isTold {
            if let place = record.cycleKey.flatMap({ places[$0] }) { told[place].append(record) }
        }
        places = [:]
        let explained = stories.indices.compactMap { place -> Explanation.Cycle? in
            guard let story = stories[place] else { return nil }
            let timer = state.timer(story.metric).flatMap { $0.cycle == story.cycle ? $0 : nil }
            return story.finished(timer, used: timer?.elapsed ?? used[place], told[place], policies, now: now)
        }
        var explanation = Explanation(cycles: explained, cycleCount: starts.count)
        explanation.clamped = history.records.filter { $0.kind == .clamped }.suffix(Explanation.clampedMax)
        return explanation
    }
}

/// The cycles of a telling in the order in which they were begun.
private struct CycleStarts {
    private var order: [CycleKey] = []
    private var known: Set<CycleKey> = []

    var count: Int { order.count }

    mutating func note(_ started: LedgerRecord) {
        guard let key = started.cycleKey, known.insert(key).inserted else { return }
        order.append(key)
    }

    /// The cycles of a page, newest first; without a page all, oldest first.
    func keys(_ page: (limit: Int, offset: Int)?) -> [CycleKey] {
        guard let page else { return order }
        return Array(order.reversed().dropFirst(page.offset).prefix(page.limit))
    }
}

/// One cycle on its way to an explanation.
private struct CycleStory {
    let metric: Metric
    let cycle: Int
    let startedAt: Instant
    var choices: [RuleChoice] = []
    private var parts: [(at: Instant, part: Explanation.Part)] = []
    private var duration: Span
    private var calendar: String
    private var policyVersion: Int
    private var deadline: Instant?
    private var breachedAt: Instant?
    private var endedAt: Instant?
    private var verdict: CaseTimer.Verdict?
    private var isVoid = false
    private var voidReason: String?
    /// Since when open time counts; nil while it does not.
    private var since: Instant?
    private var pausedSince: Instant?
    private var pauseCause: String?

    init(_ started: LedgerRecord, _ metric: Metric, _ cycle: Int) {
        self.metric = metric
        self.cycle = cycle
        startedAt = started.at
        duration = started.duration ?? .zero
        calendar = started.calendar ?? ""
        policyVersion = started.policyVersion ?? 0
        deadline = started.deadline
        // Without a deadline it began paused or suspended (S9).
        since = started.deadline == nil ? nil : started.at
        pausedSince = started.deadline == nil ? started.at : nil
    }

    mutating func take(_ record: LedgerRecord, _ policies: Policies) {
        switch record.kind {
        case .started: break
        case .paused:
            count(until: record.at, policies)
            pausedSince = record.at
            pauseCause = record.reason
        case .resumed:
            endPause(at: record.at)
            since = record.deadline == nil ? nil : record.at
            deadline = record.deadline
        case .retargeted:
            count(until: record.at, policies)
            parts.append((record.at, .retargeted(record)))
            duration = record.duration ?? duration
            calendar = record.calendar ?? calendar
            policyVersion = record.policyVersion ?? policyVersion
            deadline = record.deadline
            since = record.deadline == nil ? nil : record.at
            if since != nil { endPause(at: record.at) }
        case .deadlineSet:
            count(until: record.at, policies)
            parts.append((record.at, .deadlineSet(record)))
            duration = record.duration ?? duration
            if pausedSince == nil {
                deadline = record.deadline
                since = record.at
            }
        case .suspended:
            since = nil
            parts.append((record.at, .suspended(from: record.at)))
        case .breached:
            breachedAt = record.at
            verdict = .breached
        case .voided:
            isVoid = true
            voidReason = record.reason
            // Born void: what has breached in a merged case has no record of its breach here.
            if verdict == nil { (verdict, breachedAt) = (.breached, record.deadline) }
        case .met, .metLate, .cancelled, .ended:
            count(until: record.at, policies)
            endPause(at: record.at)
            endedAt = record.at
            deadline = record.deadline ?? deadline
            if record.kind == .met { verdict = .met }
            if record.kind == .metLate { verdict = .metLate }
            if record.kind == .cancelled {
                verdict = record.reason.flatMap { word in
                    CaseTimer.Cancellation.allCases.first { $0.word == word }.map(CaseTimer.Verdict.cancelled)
                }
            }
        case .warned, .retracted, .clamped, .full, .moved, .escalated, .notified, .skipped, .acknowledged, .snoozed,
            .assigned, .prioritised, .merged, .absorbed, .split, .linked, .reinstated, .digested, .snoozeEnded,
            .announced:
            break
        }
    }

    /// Ends the stretch that runs; what lies beyond a missed deadline explains nothing any more.
    private mutating func count(until end: Instant, _ policies: Policies) {
        guard let from = since else { return }
        since = nil
        let until = min(end, breachedAt ?? end)
        guard until > from, let calendar = policies.version(policyVersion).calendar(calendar) else { return }
        let spans = calendar.stretches(from: from, to: until)
        let counted = Explanation.Counted(
            from: from,
            until: until,
            calendar: self.calendar,
            zone: calendar.zoneName,
            spans: spans,
            total: spans.reduce(.zero) { $0 + ($1.end - $1.start) }
        )
        parts.append((from, .counted(counted)))
    }

    private mutating func endPause(at end: Instant?) {
        guard let from = pausedSince else { return }
        pausedSince = nil
        parts.append((from, .paused(from: from, until: end, cause: pauseCause)))
        pauseCause = nil
    }

    /// `timer` is nil if a later cycle has begun; `used` is the open time that was used up when its clock last stood still.
    func finished(
        _ timer: CaseTimer?,
        used: Span?,
        _ told: [LedgerRecord],
        _ policies: Policies,
        now: Instant
    ) -> Explanation.Cycle {
        var counted = self
        if let deadline { counted.count(until: max(deadline, startedAt), policies) }
        counted.endPause(at: timer?.endedAt)
        let stretches = counted.parts.compactMap { part -> Span? in
            guard case .counted(let counted) = part.part else { return nil }
            return counted.total
        }
        let laidOut = stretches.reduce(.zero, +)
        let isRunning = timer.map { $0.state == .running } ?? false
        // A deadline that is laid out uses up the whole duration: what is missing was carried over.
        let whole = isRunning || breachedAt != nil ? timer?.duration ?? duration : used ?? laidOut
        let carried = max(whole - laidOut, .zero)
        let ordered = (choices.map { ($0.at, Explanation.Part.chosen($0)) } + counted.parts)
            .enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
        return Explanation.Cycle(
            metric: metric,
            cycle: cycle,
            startedAt: startedAt,
            carried: carried,
            parts: ordered.map(\.element.1),
            duration: timer?.duration ?? duration,
            calendar: timer?.calendar ?? calendar,
            // While it is paused it has none (S9).
            deadline: timer.map(\.deadline) ?? deadline,
            breachedAt: breachedAt,
            endedAt: timer?.endedAt ?? endedAt,
            state: timer?.state ?? .ended,
            verdict: timer?.verdict ?? verdict,
            isVoid: timer?.isVoid ?? isVoid,
            voidReason: timer?.isVoid ?? isVoid ? voidReason : nil,
            told: told
        )
    }
}

extension LedgerRecord {
    /// Whether people were told, or would have been: a breach taken back too late for a notice belongs to the story (S21).
    fileprivate var isTold: Bool { priority != nil || kind == .retracted }
}
