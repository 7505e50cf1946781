package import TimeBase

/// Late events: the history is told again in its right order (S21).
extension Engine {
    /// Decides like `decide`, for events that sort before something that was applied or done.
    ///
    /// Folds all facts in their order, with what the engine did meanwhile at the instants it was committed, and keeps from
    /// the ledger what was announced. Verdicts, deadlines and breach dates come out as if the events had arrived in order;
    /// a difference to the ledger becomes a new record, a breach that is none any more a retraction.
    package static func replay(
        _ state: Case,
        _ history: History,
        _ events: [Event],
        enforceFrom: Instant? = nil,
        _ policies: Policies,
        now: Instant
    ) throws(InvariantBroken) -> Decision {
        let enforceFrom = enforceFrom.map { max($0, state.enforceFrom ?? $0) } ?? state.enforceFrom
        var placed = Placing(events, on: state, policies.latest, now: now)
        let past = PastRecords(history, of: state, retractWindow: policies.latest.policy.retractWindow)
        let timeline = timeline(history, placed, policies, openedUnder: state.openedUnder, now: now)
        var cycles = past.cycles
        var told = tell(timeline, until: now, enforceFrom, cycles, policies, now: now)
        if let records = told.turn?.records, cycles.match(records) {
            told = tell(timeline, until: now, enforceFrom, cycles.fresh(), policies, now: now)
        }
        guard var turn = told.turn.take() else {
            throw InvariantBroken("the history of case \(state.id) has no opening")
        }
        let revived = told.revived
        for (index, answer) in told.answers { placed.answers[index] = answer }
        let facts = placed.kept
        turn.state.eventsApplied = max(state.eventsApplied, (facts.last?.arrival ?? -1) + 1)
        turn.state.restsSince = state.restsSince
        // Those that were kept during a hold are new to the ledger as well.
        let kept = state.keptFrom.map { first in history.facts.filter { $0.arrival >= first } } ?? []
        let occasion = Occasion(facts + kept + revived, from: state, to: turn.state, now: now)
        let retracted = past.retractions(turn.records, occasion)
        turn.records = past.difference(to: turn.records, turn.withheldEnds, occasion)
        turn.keepProgress(of: state, cycles, retracted)
        turn.keepHandling(of: state, retracted)
        turn.settle()
        return try turn.decision(placed.named, facts, revised: revived)
    }

    enum Entry {
        /// `index` is the place in the unit of a new event.
        case fact(Fact, index: Int?)
        case act(CaseFields, Instant)
        case adoption(PolicyVersion)

        /// Nil if it is no event.
        var fact: Fact? {
            switch self {
            case .fact(let fact, index: _): fact
            case .act, .adoption: nil
            }
        }

        /// Whether it is an event that was accepted before.
        var isKnown: Bool {
            switch self {
            case .fact(_, let index): index == nil
            case .act, .adoption: false
            }
        }

        /// The same, where it is `spam` a note.
        var pardoned: Entry {
            switch self {
            case .fact(let fact, let index): .fact(fact.pardoned, index: index)
            case .act, .adoption: self
            }
        }
    }

    /// Everything that happened to the case, in order: the opening, what is known, what is new, the engine's own acts, and
    /// the versions of the policy that were adopted meanwhile (S16).
    ///
    /// Spam that was taken back since is told as a note, as if it had never been (S18).
    static func timeline(
        _ history: History,
        _ placed: Placing,
        _ policies: Policies,
        openedUnder: Int,
        now: Instant
    ) -> [Entry] {
        var entries: [(position: Position, entry: Entry)] = []
        let opening = history.facts.map(\.arrival).min()
        let lastWords = lastWords(history.facts + placed.facts)
        for var fact in history.facts {
            if let link = fact.event.link, link.number > 0, let last = lastWords[link.caseID], last != link {
                // Only what a merged case has said last counts; what opened this one opens it all the same.
                guard fact.arrival == opening else { continue }
                fact.event.link = Link(link.caseID)
            }
            // Taken by a clock that was ahead: what it dated later than now was not then.
            if fact.receivedAt > now, fact.event.at > now {
                fact.clamp(to: now)
                // Nor does a snooze reach as far as that clock would have let it (S36).
                let span = fact.event.until.map { $0 - now } ?? .zero
                if fact.event.kind == .snoozed, span > policies.latest.policy.longestSnooze { fact.event.kind = .note }
            }
            // The opening comes first, whatever its `seq` says.
            let position =
                fact.arrival == opening ? Position(at: .earliest, seq: .min, arrival: 0) : fact.position
            entries.append((position, .fact(fact, index: nil)))
        }
        for (place, fact) in placed.facts.enumerated() {
            if let link = fact.event.link, link.number > 0, lastWords[link.caseID] != link { continue }
            entries.append((fact.position, .fact(fact, index: placed.index(at: place))))
        }
        var acts = Position.ofAct(at: .earliest)
        for record in history.records {
            guard let change = record.change else { continue }
            acts.at = record.noticedAt
            acts.arrival += 1
            entries.append((acts, .act(change, record.noticedAt)))
        }
        for version in policies.versions(after: openedUnder) {
            entries.append((.ofAct(at: version.adoptedAt), .adoption(version)))
        }
        let ordered = entries.sorted { $0.position < $1.position }.map(\.entry)
        guard let pardon = pardon(in: ordered, policies.latest.policy) else { return ordered }
        return ordered[..<pardon].map(\.pardoned) + ordered[pardon...]
    }

    /// The place of the last word that the case is no spam; what comes after a deletion or a merge says nothing any more.
    private static func pardon(in entries: [Entry], _ latest: Policy) -> Int? {
        let end = entries.firstIndex { $0.fact?.event.kind.isForGood ?? false } ?? entries.endIndex
        return entries[..<end]
            .lastIndex { entry in
                // What was accepted once is not refused for a tier that the policy has lost since.
                entry.isKnown ? entry.fact?.event.kind == .notSpam : entry.fact?.isPardon(latest) ?? false
            }
    }

    /// What each case that was merged into this one has said last of what it hands over (S18).
    private static func lastWords(_ facts: [Fact]) -> [CaseID: Link] {
        var last: [CaseID: Link] = [:]
        for fact in facts {
            guard let link = fact.event.link, link.number > last[link.caseID]?.number ?? 0 else { continue }
            last[link.caseID] = link
        }
        return last
    }

    /// What telling a timeline comes to; no turn where nothing opens the case.
    struct Telling: ~Copyable {
        var turn: Turn?
        var answers: [(index: Int, answer: Answer)]
        /// Facts that were kept as refused and have an effect in this telling (S25).
        var revived: [Fact] = []
    }

    /// `explains` keeps how target rules were chosen.
    static func tell(
        _ timeline: [Entry],
        until: Instant,
        _ enforceFrom: Instant?,
        _ cycles: KnownCycles,
        _ policies: Policies,
        now: Instant,
        explains: Bool = false
    ) -> Telling {
        var turn: Turn?
        var answers: [(index: Int, answer: Answer)] = []
        var revived: [Fact] = []
        for entry in timeline {
            switch entry {
            case .fact(let fact, let index):
                let answer = advance(
                    &turn,
                    by: fact,
                    enforceFrom: enforceFrom,
                    policies,
                    now: now,
                    known: cycles,
                    isKnown: index == nil,
                    explains: explains
                )
                if let index {
                    answers.append((index, answer))
                } else if fact.refusedFor != nil, !answer.isRefused {
                    var fact = fact
                    fact.refusedFor = nil
                    revived.append(fact)
                }
            case .act(let change, let instant):
                turn?.observe(until: instant, inclusive: true)
                turn?.applyAct(change, at: instant)
            case .adoption(let version): turn?.adopt(version)
            }
        }
        turn?.observe(until: now, inclusive: true)
        return Telling(turn: turn, answers: answers, revived: revived)
    }
}

extension Turn {
    /// Takes over what was done on the ladders before: a step that has fired does not fire again, unless the deadline has
    /// moved away from it (S32).
    fileprivate mutating func keepProgress(of before: Case, _ cycles: KnownCycles, _ retracted: [LedgerRecord]) {
        for index in state.timers.indices {
            var timer = state.timers[index]
            timer.cyclesStarted = max(timer.cyclesStarted, cycles.highest(timer.metric))
            let isRetracted = retracted.contains { $0.metric == timer.metric && $0.cycle == timer.cycle }
            if isRetracted { timer.revision += 1 }
            if let old = before.timer(timer.metric), old.cycle == timer.cycle {
                timer.ladder.fired = old.ladder.fired
                // What fired has fired, whatever becomes of the breach (S37).
                timer.ladder.rung = old.ladder.rung
                timer.ladder.countsPeople = old.ladder.countsPeople
                if isRetracted, timer.breachedAt == nil {
                    forgetStepsAfterBreach(&timer)
                } else {
                    timer.ladder.repeats = old.ladder.repeats
                    timer.ladder.isStopped = timer.ladder.isStopped || old.ladder.isStopped
                }
                // A breach that is taken back was told; the next revision was not (S32).
                timer.ladder.told = isRetracted ? [] : old.ladder.told
                if timer.deadline != old.deadline { allowAgain(&timer, after: now) }
            }
            put(timer)
        }
        state.withdrawn = Metric.allCases.filter { cycles.highest($0) > 0 && state.index(of: $0) == nil }
            .map { Case.Withdrawn(metric: $0, cycle: cycles.highest($0)) }
    }

    /// Takes over what nobody has been told yet, and lets a snooze rest in peace that had ended before (S36).
    fileprivate mutating func keepHandling(of before: Case, _ retracted: [LedgerRecord]) {
        guard !state.isDeleted else {
            state.handling = nil
            return
        }
        // Of a breach that nobody has heard of and that is taken back there is nothing to tell, its end neither.
        let takenBack = Set(retracted.compactMap(\.breachKey))
        let unheard = Set(before.untold.lazy.filter { $0.kind == .breached }.map(\.breachKey))
        let over = takenBack.intersection(unheard)
        state.untold = over.isEmpty ? before.untold : before.untold.filter { !over.contains($0.breachKey) }
        if let snooze = state.snooze, snooze.until <= now, snooze != before.snooze { state.snooze = nil }
    }

    /// The steps after the old deadline may come due once more after a new one.
    private func forgetStepsAfterBreach(_ timer: inout CaseTimer) {
        for (number, step) in (ladder(of: timer)?.steps ?? []).enumerated() where !step.due.isWarning {
            timer.ladder.fired &= ~(1 << UInt64(number))
        }
    }
}
