import TimeBase
import WorkingTime

/// What becomes of cases that are merged, split off or linked (S18, S25).
extension Turn {
    // MARK: The case that goes

    /// The case goes into another one: its clocks end, and whoever waits in it waits there.
    mutating func merge(_ fact: Fact) {
        guard let survivor = fact.event.link?.caseID else { return }
        let instant = fact.event.at
        let waitingSince = state.status.isLive ? state.waitingSince : nil
        let awaited = [Metric.firstReply, .nextReply].filter { state.indexOfUnended($0) != nil }
        for metric in Metric.allCases { cancel(metric, .merged, at: instant) }
        let isCounted = waitingSince != nil && awaited.contains { state.timer($0)?.verdict == .breached }
        state.status = .merged
        state.doneAt = instant
        state.waitingSince = nil
        recordLink(.merged, with: survivor, at: instant)
        handOver(fact, to: survivor, waitingSince: waitingSince, isCounted: isCounted)
    }

    /// Tells the survivor who waits, unless it was told just that before.
    private mutating func handOver(_ fact: Fact, to survivor: CaseID, waitingSince: Instant?, isCounted: Bool) {
        let before = known?.successor
        let told = before?.handedOver
        let isSamePlace = before?.position.at == fact.position.at && before?.position.seq == fact.position.seq
        let isTold =
            told != nil && isSamePlace && told?.waitingSince == waitingSince && told?.isCounted == isCounted
        let word = Link(state.id, waitingSince: waitingSince, isCounted: isCounted, number: (told?.number ?? 0) + 1)
        state.successor = Successor(
            survivor,
            after: fact.position,
            isMerge: true,
            handedOver: isTold ? told : word
        )
        guard !isTold else { return }
        var absorbed = Event(
            id: "\(state.id)/merged/\(word.number)",
            caseID: survivor,
            at: fact.event.at,
            kind: .absorbed,
            source: fact.event.source
        )
        // Before whatever the case was sent at the same instant, after the merge.
        absorbed.seq = fact.event.seq
        absorbed.link = word
        forwarded.append(absorbed)
    }

    /// Sends an event on to the case that takes it; its id says where it was sent first, so that ids of two cases do not
    /// meet.
    mutating func forward(_ event: Event, to successor: Successor, wasTaken: Bool) -> Answer {
        var sent = event
        sent.caseID = successor.caseID
        sent.id = "\(state.id)/\(event.id)"
        // Of those that were told by another case it is known already.
        if event.link == nil || event.isLinking { sent.link = Link(state.id, wasTaken: wasTaken) }
        forwarded.append(sent)
        return .forwarded(to: successor.caseID, .applied)
    }

    // MARK: The case that stays

    /// Another case has gone into this one: the customer waits since the older of both messages.
    mutating func absorb(_ event: Event) {
        guard let link = event.link else { return }
        recordLink(.absorbed, with: link.caseID, at: event.at)
        guard let since = link.waitingSince else { return }
        // A message that is younger than the end of this case reopens it, as it would have, had it come here (S25).
        if let doneAt = state.doneAt, doneAt < since, reopensForMessage(at: event.at) {
            state.waitingSince = since
            reopen(at: event.at)
            // A first reply that goes on has its own start, and its time used.
            if !state.hasReply { return }
        }
        guard state.status.isLive else { return }
        state.waitingSince = min(state.waitingSince ?? since, since)
        let isFirstAnswered = state.hasReply || state.openedBy == .staff
        if let index = state.indexOfUnended(isFirstAnswered ? .nextReply : .firstReply) {
            // A breach of that wait counts in the other case; what runs here is this one's own.
            if !link.isCounted { moveStart(index, to: since, at: event.at, from: link.caseID) }
        } else if isFirstAnswered {
            startWaiting(since, at: event.at, from: link)
        }
    }

    /// A running cycle starts at an older message; it keeps its id, and no deadline comes to lie before the merge.
    private mutating func moveStart(_ index: Int, to since: Instant, at instant: Instant, from other: CaseID) {
        decideSettling(index, before: instant)
        var timer = state.timers[index]
        guard timer.verdict == nil, since < timer.startedAt else { return }
        let calendar = calendar(of: timer)
        let isRunning = timer.state == .running
        timer.bank(at: instant, calendar)
        let before = calendar?.open(from: since, to: timer.startedAt) ?? .zero
        timer.elapsed += before
        timer.startedAt = since
        if timer.isSetByHand {
            // It keeps the deadline that somebody gave it (S19), and so what is left.
            timer.duration += before
            if isRunning { timer.runningSince = instant }
        } else if let days = timer.businessDays {
            allow(.businessDays(days), on: &timer, at: instant)
        }
        if !timer.isSetByHand, timer.state != .paused {
            // Laid out from the merge on: where nothing is left, the deadline is the merge itself.
            layOut(&timer, from: instant)
        }
        put(timer)
        var moved = entry(.retargeted, at: instant, timer)
        moved.reason = "waits in case \(other) since \(since.shortRFC3339)"
        moved.otherCase = other
        record(moved)
        if timer.state == .suspended { recordSuspension(timer, at: instant) }
    }

    /// A cycle for a customer who has waited in the other case; void where that wait has breached there already.
    private mutating func startWaiting(_ since: Instant, at instant: Instant, from link: Link) {
        guard var timer = nextCycle(of: .nextReply, since: since) else { return }
        let calendar = calendar(of: timer)
        timer.bank(at: instant, calendar)
        if timer.pauseIn.contains(status: state.status) {
            timer.state = .paused
        } else {
            layOut(&timer, from: instant)
        }
        if link.isCounted {
            let left = try? calendar?.deadline(from: instant, after: timer.left)
            timer.verdict = .breached
            timer.breachedAt = max(timer.deadline ?? left ?? instant, instant)
            timer.isVoid = true
            passBreach(&timer)
        }
        put(timer)
        var started = entry(.started, at: since, timer)
        started.otherCase = link.caseID
        record(started)
        if timer.state == .suspended { recordSuspension(timer, at: instant) }
        guard timer.isVoid else { return }
        var voided = entry(.voided, at: instant, timer)
        voided.reason = "its breach counts in case \(link.caseID)"
        voided.otherCase = link.caseID
        record(voided)
    }

    /// Nothing is told of a breach that was told in another case; what repeats after it goes on.
    private func passBreach(_ timer: inout CaseTimer) {
        timer.isMeasuredOnly = timer.breachedAt.map { !state.enforces($0) } ?? false
        for (number, step) in (ladder(of: timer)?.steps ?? []).enumerated() {
            switch step.due {
            case .percent, .before: timer.ladder.fired |= 1 << UInt64(number)
            case .after(let offset, _):
                guard offset == .zero else { continue }
                let isOver = step.every == nil || step.timesMax == 1
                if isOver { timer.ladder.fired |= 1 << UInt64(number) } else { timer.ladder.repeats = 1 }
            }
        }
    }

    // MARK: Cases that belong together

    /// A message that comes too late to reopen the case begins another one, which takes what comes from then on (S25).
    mutating func openLinked(_ fact: Fact) {
        guard let next = state.id.following else { return }
        var opening = fact.event
        opening.id = "\(state.id)/\(fact.event.id)"
        opening.caseID = next
        opening.openedBy = .customer
        opening.source = state.source
        opening.link = Link(state.id, opens: true)
        opening.fields = CaseFields()
        opening.fields.subject = state.fields.subject
        opening.fields.topic = state.fields.topic
        opening.fields.language = state.fields.language
        opening.fields.channel = state.fields.channel
        opening.fields.priority = state.fields.priority
        opening.fields.plan = state.fields.plan
        opening.fields.customer = state.fields.customer
        opening.fields.isPrivate = state.fields.isPrivate
        opening.fields.apply(fact.event.fields)
        forwarded.append(opening)
        state.successor = Successor(next, after: fact.position, isMerge: false)
        recordLink(.linked, with: next, at: fact.event.at)
    }

    mutating func recordLink(_ kind: LedgerRecord.Kind, with other: CaseID, at instant: Instant) {
        var linked = LedgerRecord(kind: kind, at: instant, noticedAt: now)
        linked.otherCase = other
        linked.tier = state.tier
        record(linked)
    }
}

extension Event {
    /// Whether it begins a case that is not known, whatever its source may do.
    package var opens: Bool { kind == .opened || kind == .split || isLinking }

    /// A message that came too late for another case and begins this one (S25).
    var isLinking: Bool { kind == .customerMessage && link?.opens == true }

    /// Whether another case has sent it on, or told it.
    package var isSentOn: Bool { link != nil && kind != .merged && kind != .split }
}

extension Event.Kind {
    /// Whether a case that has a successor leaves it to that one; the rest is about the case itself.
    var goesToSuccessor: Bool {
        switch self {
        case .customerMessage, .agentReply, .note, .assigned, .tagsChanged, .priorityChanged, .planChanged,
            .tierChanged, .pending, .onHold, .resumed, .resolved, .closed, .reopened, .noReplyNeeded, .acknowledged,
            .snoozed, .snoozeEnded, .reapplied, .absorbed, .deadlineSet:
            true
        case .opened, .merged, .split, .spam, .notSpam, .deleted: false
        }
    }
}

extension CaseID {
    /// The id of the case that a message opens after the reopen window: `T-7~2`, then `T-7~3`; nil if it would be too
    /// long.
    package var following: CaseID? {
        var (name, number) = (Substring(rawValue), 2)
        if let mark = rawValue.lastIndex(of: "~"), mark > rawValue.startIndex,
            let last = Int(rawValue[rawValue.index(after: mark)...]), last >= 2, last < .max
        {
            (name, number) = (rawValue[..<mark], last + 1)
        }
        let id = "\(name)~\(number)"
        return id.unicodeScalars.count <= Self.lengthMax ? CaseID(id) : nil
    }
}
