import TimeBase

/// What an event does to a case, at its own instant.
extension Turn {
    /// The first event: the case begins, and with it the clocks that run from the start.
    mutating func open(_ fact: Fact) {
        let event = fact.event
        eventID = event.id
        defer { eventID = nil }
        state.eventsApplied = fact.arrival + 1
        noteClamping(of: fact)
        switch event.openedBy {
        case .customer, .system:
            state.waitingSince = event.at
            start(.firstReply, at: event.at)
        case .staff: break
        }
        for metric in Metric.wholeCase { start(metric, at: event.at) }
        start(.tierTime, at: event.at)
        // A source that opens unknown cases begins with any kind of event (S23): its own meaning still counts.
        if event.kind != .opened { _ = apply(fact, isOpening: true) }
        if event.isLinking, let link = event.link { recordLink(.linked, with: link.caseID, at: event.at) }
    }

    /// Applies an event that sorts after everything applied before.
    ///
    /// What was placed before (`isKnown`) is not refused for a tier that the policy has lost since; what was accepted then
    /// is not refused at all.
    mutating func apply(_ fact: Fact, isKnown: Bool = false, isOpening: Bool = false) -> Answer {
        let transition = effectiveTransition(fact)
        let isAccepted = (isKnown && fact.refusedFor == nil) || fact.event.link?.wasTaken == true
        if transition == .forward, let successor = state.successor {
            return forward(fact.event, to: successor, wasTaken: isAccepted)
        }
        if !isKnown, !isAccepted {
            if state.isDeleted { return .refused(.deleted) }
            if let tier = fact.event.fields.tier, !policies.latest.policy.hasTier(tier) {
                return .refused(.unknownTier(tier))
            }
        }
        if !isKnown, !isAccepted, let refusal = refusal(ofSnooze: fact.event) { return .refused(refusal) }
        if let setting = fact.event.deadline, !isKnown, setting.to <= fact.event.at {
            return .refused(.deadlinePassed(setting.to))
        }
        // Refused or not, it stays in the history: told in another order it may have an effect (S25). What sorts before it
        // has to ask the history again.
        keepPlace(of: fact)
        guard transition != .refuse, transition != .forward else {
            if isAccepted { return .applied }
            return .refused(fact.event.kind == .opened ? .alreadyOpen : .closed(state.status))
        }
        guard transition != .shelve else { return .applied }
        if let setting = fact.event.deadline, let why = refusal(of: setting, at: fact.event.at) {
            return isAccepted ? .applied : .refused(.timer(why))
        }
        eventID = fact.event.id
        eventReason = fact.event.reason
        defer {
            eventID = nil
            eventReason = nil
        }
        observe(until: fact.event.at, inclusive: false)
        if !isOpening { noteClamping(of: fact) }
        let before = state.status
        defer { noteStatus(before: before, at: fact.event.at) }
        // What begins a linked case says nothing of this one.
        if transition != .link { takeFields(of: fact) }
        switch transition {
        case .keep, .shelve, .refuse, .forward: break
        case .to(let status): state.status = status
        case .reopen: reopen(at: fact.event.at)
        case .finish(let status): finish(status, at: fact.event.at)
        case .spam: becomeSpam(at: fact.event.at)
        case .delete: delete(at: fact.event.at)
        case .merge: merge(fact)
        case .link: openLinked(fact)
        }
        if transition != .link {
            endSnoozeIfAsked(fact.event)
            heed(fact)
        }
        adjustPauses(at: fact.event.at)
        return .applied
    }

    private mutating func keepPlace(of fact: Fact) {
        state.last = max(state.last, fact.position)
        state.eventsApplied = max(state.eventsApplied, fact.arrival + 1)
        if fact.arrival + 1 == History.factsMax { noteFull(at: fact) }
    }

    /// Says at what instant the event counts if not at its own (S26).
    private mutating func noteClamping(of fact: Fact) {
        guard fact.isClamped, let datedAt = fact.datedAt else { return }
        var clamped = LedgerRecord(kind: .clamped, at: fact.event.at, noticedAt: now)
        clamped.tier = state.tier
        let why = datedAt < fact.event.at ? "before the case was opened" : "ahead of the clock"
        clamped.reason = "\(fact.event.kind.word) was dated \(datedAt.shortRFC3339), \(why)"
        record(clamped)
    }

    /// Tells somebody that from now on nothing is measured in this case: the next event is refused.
    private mutating func noteFull(at fact: Fact) {
        eventID = fact.event.id
        defer { eventID = nil }
        var full = LedgerRecord(kind: .full, at: fact.event.at, noticedAt: now)
        full.tier = state.tier
        full.team = state.fields.team
        full.manager = policies.latest.policy.manager(ofTier: state.tier)
        full.to = [full.manager ?? policies.latest.policy.lastResort]
        full.priority = 4
        full.reason = "it has \(History.factsMax) events, which is the limit: further ones are refused"
        record(full)
    }

    /// The table's answer, with what the table cannot know: the author, the reason and the time.
    private func effectiveTransition(_ fact: Fact) -> Transition {
        if state.isDeleted { return .refuse }
        if state.successor != nil, fact.event.kind.goesToSuccessor { return .forward }
        // Out-of-office mail starts nothing and reopens nothing (S10).
        if fact.event.kind == .customerMessage, fact.event.author != .person {
            return Transition.of(state.status, .note)
        }
        let isThirdParty =
            fact.event.kind == .pending
            && fact.event.reason.map(ruling.policy.thirdPartyReasons.contains) ?? false
        let transition = Transition.of(state.status, isThirdParty ? .onHold : fact.event.kind)
        if fact.event.kind == .customerMessage, state.status == .closed, !isWithinReopenWindow(fact.event.at) {
            switch ruling.policy.afterReopenWindow {
            case .refuse: return .refuse
            case .openLinked: return state.id.following == nil ? .refuse : .link
            }
        }
        return transition
    }

    private func isWithinReopenWindow(_ instant: Instant) -> Bool {
        state.doneAt.map { instant - $0 <= ruling.policy.reopenWindow } ?? true
    }

    private mutating func takeFields(of fact: Fact) {
        guard !fact.event.fields.isEmpty else { return }
        let before = state.fields
        let tierBefore = state.tier
        state.fields.apply(fact.event.fields)
        if state.tier != tierBefore {
            let tier = state.tier
            state.fields.tier = tierBefore
            move(to: tier, at: fact.event.at, team: fact.event.fields.team, agent: fact.event.fields.agent)
        }
        retarget(ifAskedAfter: before, at: fact.event.at)
    }

    /// A person moves the case: up ends the time in the tier as met, down cancels it (table of targets).
    private mutating func move(to tier: Int, at instant: Instant, team: String?, agent: String?) {
        let from = state.tier
        if tier > from {
            stop(.tierTime, at: instant)
        } else {
            cancel(.tierTime, .movedDown, at: instant)
        }
        enter(tier, at: instant, team: team, agent: agent)
        var moved = LedgerRecord(kind: .moved, at: instant, noticedAt: now)
        moved.fromTier = from
        moved.tier = tier
        moved.team = state.fields.team
        record(moved)
        if state.status.isLive { start(.tierTime, at: instant) }
    }

    /// Puts the case into a tier: its team has it, and nobody of it yet.
    mutating func enter(_ tier: Int, at instant: Instant, team: String? = nil, agent: String? = nil) {
        state.tierSince = instant
        state.fields.tier = tier
        state.fields.team = team ?? ruling.policy.tier(tier)?.team ?? state.fields.team
        state.fields.agent = agent == "" ? nil : agent
    }

    /// Whether a message of the customer would reopen the case (S25).
    func reopensForMessage(at instant: Instant) -> Bool {
        switch state.status {
        case .resolved: true
        case .closed: !state.isDeleted && isWithinReopenWindow(instant)
        case .new, .open, .pending, .onHold, .spam, .merged: false
        }
    }

    mutating func reopen(at instant: Instant) {
        let isLate = !isWithinReopenWindow(instant)
        state.status = .open
        state.doneAt = nil
        if !state.hasReply, state.openedBy != .staff {
            if state.waitingSince == nil { state.waitingSince = instant }
            restart(.firstReply, at: instant, isLate: isLate)
        }
        if state.repliedAt != nil {
            for metric in Metric.updates { restart(metric, at: instant, isLate: isLate) }
        }
        for metric in Metric.wholeCase { restart(metric, at: instant, isLate: isLate) }
        // The time in a tier that the case left while it was resolved is not the time in this one (S17).
        if state.timer(.tierTime)?.tier == state.tier {
            restart(.tierTime, at: instant, isLate: isLate)
        } else {
            start(.tierTime, at: instant)
        }
    }

    private mutating func finish(_ status: Status, at instant: Instant) {
        let wasLive = state.status.isLive
        state.status = status
        state.doneAt = instant
        guard wasLive else { return }
        state.waitingSince = nil
        cancel(.firstReply, .closedUnanswered, at: instant)
        cancel(.nextReply, .resolved, at: instant)
        for metric in Metric.updates { cancel(metric, .resolved, at: instant) }
        for metric in Metric.wholeCase { stop(metric, at: instant) }
        stop(.tierTime, at: instant)
    }

    /// A qualifying reply (S10): the customer waits for no answer any more, but from now on for the next update.
    private mutating func reply(at instant: Instant) {
        state.hasReply = true
        state.waitingSince = nil
        stop(.firstReply, at: instant)
        stop(.nextReply, at: instant)
        for metric in Metric.updates { stop(metric, at: instant) }
        if let index = state.indexOfUnended(.tierTime), state.timers[index].stopsAtReply {
            stop(.tierTime, at: instant)
        }
        // A last word after the end promises no further one.
        guard state.status.isLive else { return }
        state.repliedAt = instant
        for metric in Metric.updates { start(metric, at: instant) }
    }

    /// What the kind itself means, beyond the status.
    private mutating func heed(_ fact: Fact) {
        switch fact.event.kind {
        case .agentReply:
            guard fact.event.author == .person else { return }
            reply(at: fact.event.at)
        case .customerMessage:
            guard fact.event.author == .person else { return }
            if state.waitingSince == nil { state.waitingSince = fact.event.at }
            let isFirstAnswered = state.hasReply || state.openedBy == .staff
            if isFirstAnswered, state.indexOfUnended(.nextReply) == nil {
                start(.nextReply, at: fact.event.at)
            }
        case .noReplyNeeded:
            state.waitingSince = nil
            cancel(.nextReply, .noReplyNeeded, at: fact.event.at)
        case .acknowledged: acknowledge(fact.event)
        case .snoozed: snooze(fact.event)
        case .snoozeEnded: endSnooze(fact.event)
        case .reapplied:
            if state.status.isLive { retarget(at: fact.event.at, isReapplied: true) }
        case .deadlineSet: if let setting = fact.event.deadline { setDeadline(setting, by: fact.event) }
        case .split: if let link = fact.event.link { recordLink(.split, with: link.caseID, at: fact.event.at) }
        case .absorbed: absorb(fact.event)
        case .merged, .opened, .note, .assigned, .tagsChanged, .priorityChanged, .planChanged, .tierChanged, .pending,
            .onHold,
            .resumed, .resolved, .closed, .reopened, .spam, .notSpam, .deleted:
            break
        }
    }
}
