package import Engine
package import TimeBase

/// A case told as a timeline: what is said to the engine, and what it records, line by line.
///
///     Mon 09:00 opened
///     Mon 10:30 agent_reply
///     Mon 16:00 ...
///
/// A line is an instant (of the week of Monday 2026-11-23, UTC), a kind of event and words `key=value`. `...` says
/// nothing: it lets time pass. Before each line the case is woken at every instant it asked for, on the dot; a line that
/// begins with `down` instead lets the instants pass unseen, as a stopped daemon would. `at=Mon 09:58` dates an event
/// earlier than the line that hands it in: a late event. Lines joined by `&` are one unit.
package struct Scenario {
    package var policies: Policies
    package private(set) var state: Case?
    package private(set) var facts: [Fact] = []
    package private(set) var records: [LedgerRecord] = []
    package private(set) var answers: [Answer] = []
    package private(set) var nextWake: Instant?
    /// What it has told other cases, or sent on to them.
    package private(set) var forwarded: [Event] = []
    package var enforceFrom: Instant?
    private var events = 0

    package init(_ policy: Policy) { policies = Policies(version: 1, policy: policy) }

    /// Tells the whole timeline; what comes back are the new records, one a line.
    ///
    /// Of those the given kinds only; nil shows all.
    package mutating func tell(_ script: String, showing kinds: Set<LedgerRecord.Kind>? = nil) throws -> String {
        let first = records.count
        for line in script.split(separator: "\n") { try tell(line: line.split(separator: " ").map(String.init)) }
        return records[first...].filter { kinds?.contains($0.kind) ?? true }.map(Self.text).joined(separator: "\n")
    }

    private mutating func tell(line words: [String]) throws {
        var words = words
        let isDown = words.first == "down"
        if isDown { words.removeFirst() }
        let now = Self.instant(words[0], words[1])
        if !isDown { try sleep(until: now) }
        if words[2] == "..." {
            try wake(at: now)
        } else {
            let unit = words[2...].split(separator: "&").map { event(Array($0), at: now) }
            try hand(in: unit, at: now)
        }
    }

    /// Wakes the case at every instant it asks for, up to and including `now`.
    package mutating func sleep(until now: Instant) throws {
        while let wake = nextWake, wake <= now { try self.wake(at: wake) }
    }

    package mutating func wake(at now: Instant) throws {
        guard state != nil else { return }
        switch try Engine.decide(state, .wake, policies, now: now) {
        case .decided(let decision): take(decision)
        case .needsHistory: try replay([], enforceFrom: nil, at: now)
        }
    }

    /// Adopts a policy as the next version, and wakes the case under it unless it is to stay `untouched` until its next
    /// input.
    package mutating func adopt(_ policy: Policy, _ day: String, _ clock: String, untouched: Bool = false) throws {
        let now = Self.instant(day, clock)
        try sleep(until: now)
        policies.adopt(policy, version: policies.currentVersion + 1, adoptedAt: now)
        if !untouched { try wake(at: now) }
    }

    /// Hands events in as one unit; while the clock is held, they are taken and nothing is decided.
    package mutating func hand(in unit: [Event], at now: Instant, isHeld: Bool = false) throws {
        let input = Input.events(unit, enforceFrom: enforceFrom, isHeld: isHeld)
        switch try Engine.decide(state, input, policies, now: now) {
        case .decided(let decision): take(decision)
        case .needsHistory: try replay(unit, enforceFrom: enforceFrom, at: now)
        }
    }

    private mutating func replay(_ unit: [Event], enforceFrom: Instant?, at now: Instant) throws {
        guard let state else { throw InvariantBroken("history of nothing") }
        let history = History(facts: facts, records: records)
        take(try Engine.replay(state, history, unit, enforceFrom: enforceFrom, policies, now: now))
    }

    private mutating func take(_ decision: Decision) {
        // Refused as a whole: the case is as it was.
        guard decision.state != nil else {
            answers = decision.answers
            return
        }
        state = decision.state
        if decision.erases == .content { facts = facts.map(\.withoutContent) }
        for fact in decision.revised {
            let isSame = { (kept: Fact) in kept.event.id == fact.event.id && kept.event.source == fact.event.source }
            if let place = facts.firstIndex(where: isSame) { facts[place] = fact }
        }
        facts += decision.facts
        records += decision.records
        nextWake = decision.nextWake
        forwarded += decision.forwarded
        if !decision.answers.isEmpty { answers = decision.answers }
    }

    private mutating func event(_ words: [String], at now: Instant) -> Event {
        events += 1
        guard let kind = Event.Kind(word: words[0]) else { preconditionFailure("unknown kind \(words[0])") }
        var event = Event(id: "e\(events)", caseID: CaseID("4711"), at: now, kind: kind)
        var (metric, cycle, to, person): (Metric?, Int?, Instant?, String?)
        var index = 1
        while index < words.count {
            let pair = words[index].split(separator: "=", maxSplits: 1).map(String.init)
            index += 1
            switch pair[0] {
            case "at":
                event.at = Self.instant(pair[1], words[index])
                index += 1
            case "until":
                event.until = Self.instant(pair[1], words[index])
                index += 1
            case "by":
                event.openedBy = Opener(word: pair[1]) ?? .customer
                if event.kind.isAboutNotices { event.by = pair[1] }
            case "author": event.author = Event.Author(word: pair[1]) ?? .person
            case "priority": event.fields.priority = pair[1]
            case "plan": event.fields.plan = pair[1]
            case "agent": event.fields.agent = pair[1]
            case "tier": event.fields.tier = Int(pair[1])
            case "team": event.fields.team = pair[1]
            case "source": event.source = pair[1]
            case "user": event.user = pair[1]
            case "subject": event.fields.subject = pair[1]
            case "customer": event.fields.customer = pair[1]
            case "text": event.text = pair[1]
            case "private": event.fields.isPrivate = pair[1] == "true"
            case "reason": event.reason = pair[1]
            case "into", "from": event.link = Link(CaseID(pair[1]))
            case "to": to = Self.instant(pair[1], words[index]); index += 1
            case "target": metric = Metric(word: pair[1])
            case "cycle": cycle = Int(pair[1])
            case "person": person = pair[1]
            case "channel": event.fields.channel = pair[1]
            case "tags": event.fields.tags = pair[1].split(separator: ",").map(String.init)
            case "seq": event.seq = Int64(pair[1])
            default: preconditionFailure("unknown word \(words[index - 1])")
            }
        }
        if let metric, let to { event.deadline = DeadlineSetting(metric, cycle: cycle, to: to, by: person) }
        return event
    }

    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon+", "Tue+", "Wed+"]

    /// `Mon 13:00`, `Mon 13:00:00.001`; `Mon+` is the Monday after.
    package static func instant(_ day: String, _ clock: String) -> Instant {
        guard let number = days.firstIndex(of: day) else { preconditionFailure("unknown day \(day)") }
        let date = CivilDate(dayNumber: 20_780 + number)
        let seconds = clock.count == 5 ? clock + ":00" : clock
        guard let instant = try? Instant(rfc3339: "\(date)T\(seconds)Z") else {
            preconditionFailure("no clock \(clock)")
        }
        return instant
    }

    /// `Mon 13:00` for whole minutes, with seconds and milliseconds where there are some.
    package static func text(_ instant: Instant) -> String {
        let number = Int(instant.milliseconds / 86_400_000) - 20_780
        let day = days.indices.contains(number) ? days[number] : "\(CivilDate(dayNumber: number + 20_780))"
        var clock = instant.rfc3339.dropFirst(11).dropLast()
        if clock.hasSuffix(".000") { clock = clock.dropLast(4) }
        if clock.hasSuffix(":00"), clock.count == 8 { clock = clock.dropLast(3) }
        return "\(day) \(clock)"
    }

    /// `Mon 13:00 breached first_reply -> manager-1`, with `(late 5h)` where it was noticed later.
    private static func text(_ record: LedgerRecord) -> String {
        var words = [text(record.at), record.kind.word]
        if let metric = record.metric { words.append(metric.word) }
        if let cycle = record.cycle, cycle > 1 { words.append("cycle \(cycle)") }
        if let revision = record.revision, revision > 0 { words.append("revision \(revision)") }
        if let from = record.fromTier, let tier = record.tier, from != tier { words.append("tier \(from) to \(tier)") }
        if let by = record.by { words.append("by \(by)") }
        if let reason = record.reason { words.append("(\(reason))") }
        if let step = record.step { words.append("[\(step)]") }
        switch record.kind {
        case .started, .resumed, .retargeted, .deadlineSet:
            if let deadline = record.deadline { words.append("until \(text(deadline))") }
        case .warned, .breached, .met, .metLate, .cancelled, .paused, .retracted, .moved, .escalated, .notified,
            .skipped, .acknowledged, .snoozed, .suspended, .assigned, .prioritised, .merged, .absorbed, .split, .linked,
            .voided, .reinstated, .digested, .ended, .snoozeEnded, .announced, .clamped, .full:
            break

        }
        if let until = record.until { words.append("until \(text(until))") }
        if !record.to.isEmpty { words.append("-> \(record.to.joined(separator: ", "))") }
        if record.late > .zero { words.append("(late \(record.late))") }
        return words.joined(separator: " ")
    }
}
