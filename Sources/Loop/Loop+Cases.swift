import Engine
import TimeBase

/// One transaction, case by case.
extension Loop {
    // MARK: Looks

    /// Looks at cases that are due, and brings what they send others there in the same transaction.
    func look(
        at cases: [Case],
        in transaction: any CaseTransaction,
        without broken: [Unsavable],
        now: Instant,
        _ report: inout WakeReport
    ) throws {
        var outgoing = Outgoing(now: now)
        outgoing.report = report
        asideInSubmit = []
        // Merges that were kept during a hold come first: what they hand over belongs to the others' histories.
        for state in cases where state.isLeaving {
            try look(at: state, in: transaction, now: now, &outgoing)
        }
        try deliver(&outgoing, in: transaction, without: broken, now: now)
        for state in cases where !state.isLeaving && !outgoing.decided.contains(state.id) {
            try look(at: state, in: transaction, now: now, &outgoing)
        }
        try deliver(&outgoing, in: transaction, without: broken, now: now)
        outgoing.report.setAside += takeSetAside()
        report = outgoing.report
    }

    private func look(
        at state: Case,
        in transaction: any CaseTransaction,
        now: Instant,
        _ outgoing: inout Outgoing
    ) throws {
        do {
            try take(policies.missing(for: state))
            let decision =
                switch try Engine.decide(state, .wake, policies, now: now) {
                case .decided(let decision): decision
                // Events were taken during a hold that has ended, or sort after the adoption of a policy.
                case .needsHistory: try replay(state, [], in: transaction, now: now)
                }
            try save(decision, of: state.id, previous: state, in: transaction, now: now)
            outgoing.count(decision, of: state.id)
            for event in decision.forwarded { outgoing.send(Sent(event: event, place: nil, hops: 1)) }
        } catch let broken as InvariantBroken {
            try transaction.setAside(state.id, reason: broken.description, at: now)
            outgoing.report.setAside.append((state.id, broken.description))
        } catch let damaged as CaseDamaged {
            try transaction.setAside(damaged.id, reason: damaged.reason, at: now)
            outgoing.report.setAside.append((damaged.id, damaged.reason))
        }
    }

    // MARK: Units

    /// Applies a unit as one whole (S24): cases that go into others first, so that a survivor is decided once, with all
    /// that comes to it.
    func apply(
        _ unit: Unit,
        in transaction: any CaseTransaction,
        without broken: [Unsavable],
        now: Instant
    ) throws -> [Answer] {
        var outgoing = Outgoing(now: now)
        outgoing.answers = Array(repeating: Answer.duplicate, count: unit.events.count)
        outgoing.enforceFrom = unit.enforceFrom
        var groups = unit.groups
        var loaded: [CaseID: Case] = [:]
        var refused: [Int: Refusal] = [:]
        // A single event has nobody to wait for, unless it is a merge.
        if groups.count > 1 || unit.events.contains(where: { $0.kind == .merged }) {
            for group in groups {
                guard let state = try transaction.loadSound(group.id) else { continue }
                loaded[group.id] = state
            }
            refused = try refusedMerges(unit, loaded, in: transaction, now: now)
            for (place, refusal) in refused { outgoing.answers[place] = .refused(refusal) }
            groups = try ordered(groups, of: unit, refused, loaded, in: transaction)
        }
        var pending = Set(groups.count > 1 ? groups.map(\.id) : [])
        for group in groups {
            pending.remove(group.id)
            var all: [Sent] = []
            all.reserveCapacity(group.places.count)
            for place in group.places where refused.isEmpty || refused[place] == nil {
                all.append(Sent(event: unit.events[place], place: place))
            }
            if !outgoing.waiting.isEmpty { all += outgoing.take(for: group.id) }
            let state = loaded.removeValue(forKey: group.id)
            try decide(group.id, state, all, &outgoing, in: transaction, without: broken, now: now)
            try deliver(&outgoing, except: pending, in: transaction, without: broken, now: now)
        }
        return outgoing.answers
    }

    /// Brings what cases send others there, until nothing is left; what is for the cases `except` waits for them.
    private func deliver(
        _ outgoing: inout Outgoing,
        except pending: Set<CaseID> = [],
        in transaction: any CaseTransaction,
        without broken: [Unsavable],
        now: Instant
    ) throws {
        while let id = outgoing.waiting.first(where: { !pending.contains($0.event.caseID) })?.event.caseID {
            let all = outgoing.take(for: id)
            let lost = all.filter { $0.hops > Successor.chainMax }
            for sent in lost { outgoing.answer(sent, .refused(.mergeLoop(id))) }
            guard lost.count < all.count else { continue }
            let sound = all.filter { $0.hops <= Successor.chainMax }
            try decide(id, nil, sound, &outgoing, in: transaction, without: broken, now: now)
        }
    }

    /// Decides what events mean for one case; `loaded` is the case where it has been loaded already.
    private func decide(
        _ id: CaseID,
        _ loaded: Case?,
        _ all: [Sent],
        _ outgoing: inout Outgoing,
        in transaction: any CaseTransaction,
        without broken: [Unsavable],
        now: Instant
    ) throws {
        guard !all.isEmpty else { return }
        if let unsavable = broken.first(where: { $0.id == id }) {
            for sent in all { outgoing.answer(sent, .refused(.setAside(unsavable.reason))) }
            return
        }
        do {
            let state = try loaded ?? transaction.load(id)
            // What is gone cannot be told from what is new: an expired case takes neither.
            let isKept = state.map { !isExpired($0, at: now) } ?? false
            let fresh = try fresh(all, of: id, isKnown: isKept, &outgoing, in: transaction)
            guard !fresh.events.isEmpty else { return }
            try decide(id, state, fresh, &outgoing, in: transaction, now: now)
        } catch let damaged as CaseDamaged {
            let refusal = try setAside(damaged.id, damaged.reason, in: transaction, now: now)
            for sent in all { outgoing.answer(sent, refusal) }
        }
    }

    private func decide(
        _ id: CaseID,
        _ state: Case?,
        _ news: Fresh,
        _ outgoing: inout Outgoing,
        in transaction: any CaseTransaction,
        now: Instant
    ) throws {
        let fresh = news.events
        let events = fresh.map(\.event)
        do {
            if let state { try take(policies.missing(for: state)) }
            let decision =
                switch try Engine.decide(
                    state,
                    .events(events, enforceFrom: outgoing.enforceFrom, isHeld: isHeld),
                    policies,
                    now: now
                ) {
                case .decided(let decision): decision
                case .needsHistory: try replay(state, events, outgoing.enforceFrom, in: transaction, now: now)
                }
            if decision.state != nil {
                try save(decision, of: id, previous: state, in: transaction, now: now)
                outgoing.count(decision, of: id)
            }
            for (sent, answer) in zip(fresh, decision.answers) { outgoing.answer(sent, answer) }
            for (sent, first) in news.repeats {
                outgoing.answer(sent, decision.answers[first].isRefused ? decision.answers[first] : .duplicate)
            }
            send(decision.forwarded, causedBy: fresh, of: id, &outgoing)
        } catch let broken as InvariantBroken {
            let refusal =
                state == nil
                ? Answer.refused(.setAside(broken.description))
                : try setAside(id, broken.description, in: transaction, now: now)
            for sent in fresh + news.repeats.map(\.sent) { outgoing.answer(sent, refusal) }
        }
    }

    /// What one unit, or one case, hands in that a case does not keep already.
    private struct Fresh {
        var events: [Sent] = []
        /// The same once more: each with the place in `events` of the first that says it.
        var repeats: [(sent: Sent, first: Int)] = []
    }

    /// Those that the case does not keep already; those that it keeps are answered, as refused if they were and still have no
    /// effect (S25).
    private func fresh(
        _ all: [Sent],
        of id: CaseID,
        isKnown: Bool,
        _ outgoing: inout Outgoing,
        in transaction: any CaseTransaction
    ) throws -> Fresh {
        var fresh = Fresh()
        var places: [EventKey: Int] = [:]
        for sent in all {
            let (eventID, source) = (sent.event.id, sent.event.source)
            if isKnown, let recorded = try transaction.recorded(eventID: eventID, source: source, of: id) {
                outgoing.answer(sent, recorded.refusedFor.map { .refused($0.refusal) } ?? .duplicate)
                continue
            }
            let key = EventKey(id: eventID, source: source)
            if all.count > 1, let first = places[key] {
                fresh.repeats.append((sent, first))
                continue
            }
            if all.count > 1 { places[key] = fresh.events.count }
            fresh.events.append(sent)
        }
        return fresh
    }

    /// Sends on what a case does not take itself; whoever handed it in gets the answer of the case that takes it.
    private func send(_ forwarded: [Event], causedBy fresh: [Sent], of id: CaseID, _ outgoing: inout Outgoing) {
        guard !forwarded.isEmpty else { return }
        var causes: [EventKey: Sent] = [:]
        for sent in fresh { causes[EventKey(id: "\(id)/\(sent.event.id)", source: sent.event.source)] = sent }
        for event in forwarded {
            // What begins a linked case bears the source of the closed one; and what a merge hands over answers nobody.
            let isOwnWord = event.kind == .absorbed && event.link?.caseID == id
            let cause =
                isOwnWord
                ? nil
                : causes[EventKey(id: event.id, source: event.source)]
                    ?? (event.link?.opens == true
                        ? fresh.first { "\(id)/\($0.event.id)" == event.id } : nil)
            outgoing.send(Sent(event: event, place: cause?.place, hops: (cause?.hops ?? 0) + 1))
        }
    }

    func isExpired(_ state: Case, at now: Instant) -> Bool {
        Engine.isExpired(state, policies, now: now, isHeld: isHeld)
    }

    /// One bad case never stops the others: it leaves the queue of deadlines, with its reason.
    private func setAside(
        _ id: CaseID,
        _ reason: String,
        in transaction: any CaseTransaction,
        now: Instant
    ) throws -> Answer {
        try transaction.setAside(id, reason: reason, at: now)
        asideInSubmit.append((id, reason))
        return .refused(.setAside(reason))
    }

    private func replay(
        _ state: Case?,
        _ events: [Event],
        _ enforceFrom: Instant? = nil,
        in transaction: any CaseTransaction,
        now: Instant
    ) throws -> Decision {
        guard let state else { throw InvariantBroken("a case that does not exist asked for its history") }
        try take(policies.missing(forHistoryOf: state))
        let history = try transaction.history(of: state.id)
        return try Engine.replay(state, history, events, enforceFrom: enforceFrom, policies, now: now)
    }

    private struct EventKey: Hashable {
        var id: String
        var source: String
    }
}

extension Case {
    /// A merge was taken during a hold and has not been told yet.
    fileprivate var isLeaving: Bool { keptFrom != nil && successor?.isMerge == true }
}
