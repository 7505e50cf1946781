import TimeBase

/// What people do about the notices of a case: they take it, let it rest, or end the rest early (S36).
extension Turn {
    // MARK: What an event says

    /// Stops the ladders of the timers that have not ended until their cycles end, or for a while if the policy says so.
    ///
    /// A cycle that starts later has its own ladder.
    mutating func acknowledge(_ event: Event) {
        let rearmedAt = ruling.policy.rearmAfter.map { event.at + $0 }
        for index in state.timers.indices where state.timers[index].state != .ended {
            state.timers[index].ladder.isStopped = rearmedAt == nil
            if let rearmedAt { state.timers[index].ladder.silentUntil = rearmedAt }
            markStale(state.timers[index].metric)
        }
        state.acknowledgement = Acknowledgement(at: event.at, by: event.doer)
        record(deed(.acknowledged, event))
    }

    /// Why a snooze is refused; nil if it is not, and for every other kind of event.
    func refusal(ofSnooze event: Event) -> Refusal? {
        guard event.kind == .snoozed, let until = event.until else { return nil }
        if until <= event.at { return .snoozeIsOver(until: until) }
        let longest = policies.latest.policy.longestSnooze
        return until - event.at > longest ? .snoozeIsTooLong(longest: longest) : nil
    }

    /// Why an event is refused whose own times rule it out: a snooze that is over or too long (S36), a deadline by hand that
    /// is not ahead (S19); nil if it is not.
    func refusal(ofTimesOf event: Event) -> Refusal? {
        if let setting = event.deadline, setting.to <= event.at { return .deadlinePassed(setting.to) }
        return refusal(ofSnooze: event)
    }

    /// Lets the whole case rest, in place of the snooze before.
    mutating func snooze(_ event: Event) {
        // One that another case has sent on may be over by now.
        guard let until = event.until, until > event.at else { return }
        let before = state.snooze.flatMap { event.at < $0.until ? $0 : nil }
        state.snooze = Snooze(since: before?.since ?? event.at, until: until, by: event.doer)
        stale = .max
        var snoozed = deed(.snoozed, event)
        snoozed.until = until
        record(snoozed)
    }

    /// Ends a snooze early; nothing happens if there is none.
    mutating func endSnooze(_ event: Event) {
        guard let snooze = state.snooze, event.at < snooze.until else { return }
        var ended = deed(.snoozeEnded, event)
        if event.kind != .snoozeEnded {
            ended.by = nil
            ended.reason = event.kind.word
        }
        record(ended)
        wakeUp(snooze, at: event.at)
    }

    /// Ends the snooze if the event is of a kind that does (`snooze_ends_on`).
    mutating func endSnoozeIfAsked(_ event: Event) {
        guard state.snooze != nil, ruling.policy.snoozeEndsOn.contains(event.kind) else { return }
        // What a program writes begins and ends nothing (S10).
        let isMessage = event.kind == .customerMessage || event.kind == .agentReply
        guard !isMessage || event.author == .person else { return }
        endSnooze(event)
    }

    /// What a person did about the notices.
    private func deed(_ kind: LedgerRecord.Kind, _ event: Event) -> LedgerRecord {
        var deed = LedgerRecord(kind: kind, at: event.at, noticedAt: now)
        deed.by = event.doer
        // What is written in a private case enters no notice (S60).
        deed.reason = state.fields.isPrivate == true ? nil : event.reason
        deed.tier = state.tier
        deed.priority = 6
        return deed
    }

    // MARK: What time does

    /// Whether nobody is told of the case for now.
    var isSnoozed: Bool { state.snooze.map { now < $0.until } ?? false }

    /// Ends a snooze whose time is over, and tells what nobody was told of meanwhile.
    mutating func endSnoozeInTime() {
        if let snooze = state.snooze, snooze.until <= now {
            var ended = LedgerRecord(kind: .snoozeEnded, at: snooze.until, noticedAt: now)
            ended.tier = state.tier
            ended.priority = 6
            record(ended)
            wakeUp(snooze, at: snooze.until)
        }
        announceUntold()
    }

    private mutating func wakeUp(_ snooze: Snooze, at instant: Instant) {
        state.snooze = nil
        endedSnooze = (snooze.since, instant)
        stale = .max
    }

    /// Why a step that came due earlier does not fire any more (S33, S36).
    func lapse(_ instant: Instant) -> String {
        guard let endedSnooze, endedSnooze.since <= instant, instant < endedSnooze.until else { return "catch_up" }
        return "snoozed"
    }

    private mutating func announceUntold() {
        guard state.snooze == nil, state.status != .spam else { return }
        let untold = state.untold
        guard !untold.isEmpty else { return }
        state.untold = []
        var order: [BreachKey] = []
        var decisions: [BreachKey: [Untold]] = [:]
        for decision in untold {
            if decisions[decision.breachKey] == nil { order.append(decision.breachKey) }
            decisions[decision.breachKey, default: []].append(decision)
        }
        for key in order { announce(decisions[key] ?? []) }
    }

    /// Tells of one breach: that it happened, that it was met late meanwhile, or that it is taken back.
    private mutating func announce(_ decisions: [Untold]) {
        let breach = decisions.first { $0.kind == .breached }
        let end = decisions.last { $0.kind == .metLate }
        let isRetracted = decisions.contains { $0.kind == .retracted }
        // Nobody has heard of it, and nobody has to.
        if breach != nil, isRetracted { return }
        guard let decision = breach ?? end ?? decisions.last else { return }
        var announced = LedgerRecord(kind: .announced, at: decision.at, noticedAt: now)
        let index = state.index(of: decision.metric)
        if let index, state.timers[index].cycle == decision.cycle {
            announced = entry(.announced, at: decision.at, state.timers[index])
        }
        announced.metric = decision.metric
        announced.cycle = decision.cycle
        announced.revision = decision.revision
        announced.deadline = decision.deadline
        announced.tier = decision.tier
        announced.team = policies.latest.policy.tier(decision.tier)?.team
        announced.manager = policies.latest.policy.manager(ofTier: decision.tier)
        announced.priority = breach == nil ? 5 : policies.latest.policy.breachPriority
        announced.reason =
            switch (breach, end) {
            case (.some, .some): "snoozed, \(LedgerRecord.Kind.metLate.word)"
            case (.some, nil): "snoozed"
            case (nil, _): (isRetracted ? LedgerRecord.Kind.retracted : .metLate).word
            }
        for receiver in decisions.flatMap(\.to) where !announced.to.contains(receiver) { announced.to.append(receiver) }
        record(announced)
    }
}

/// One breach, of which people are told once: a revision of a cycle (S32).
struct BreachKey: Hashable {
    var cycle: CycleKey
    var revision: Int
}

extension Untold {
    var breachKey: BreachKey { BreachKey(cycle: CycleKey(metric: metric, cycle: cycle), revision: revision) }
}

extension LedgerRecord {
    /// Nil for a record that is about the case and not about a cycle.
    var breachKey: BreachKey? { cycleKey.map { BreachKey(cycle: $0, revision: revision ?? 0) } }
}

extension Event {
    /// Who did it: the person that the source names, else the local user who handed it in.
    fileprivate var doer: String? { by ?? user }
}
