package import TimeBase

/// Late events: the history is told again in its right order (S21).
extension Engine {
    /// For how long after its announcement a breach that turns out wrong is taken back with a notice.
    static let retractWindow = Span.hours(24)

    /// Decides like `decide`, for events that sort before something that was applied or done.
    ///
    /// Folds all facts in their order, with what the engine did meanwhile at the instants it was committed, and keeps from
    /// the ledger what was announced. Verdicts, deadlines and breach dates come out as if the events had arrived in order;
    /// a difference to the ledger becomes a new record, a breach that is none any more a retraction.
    package static func replay(
        _ state: Case,
        _ history: History,
        _ events: [Event],
        _ policies: Policies,
        now: Instant,
        isHeld: Bool = false
    ) throws(InvariantBroken) -> Decision {
        let placed = Placing.place(events, in: state, policies.current, now: now, isHeld: isHeld)
        var decision = Decision(state: state)
        decision.answers = placed.answers
        let ledger = PastRecords(history.records)
        var folded: Turn?
        for entry in timeline(history, placed) {
            switch entry {
            case .fact(let fact, let index):
                let answer = advance(
                    &folded,
                    by: fact,
                    enforceFrom: state.enforceFrom,
                    policies,
                    now: now,
                    pins: ledger.policyVersions
                )
                guard let index else { continue }
                decision.answers[index] = answer
                if answer == .applied { decision.facts.append(fact) }
            case .act(let change, let instant):
                folded?.observe(until: instant, inclusive: true)
                folded?.applyAct(change, at: instant)
            }
        }
        guard var turn = folded else { throw InvariantBroken("the history of case \(state.id) has no opening") }
        if !isHeld { turn.observe(until: now, inclusive: true) }
        turn.state.eventsApplied = max(turn.state.eventsApplied, state.eventsApplied + decision.facts.count)
        turn.replaceRecords(
            ledger.difference(to: turn.records, causedBy: Set(decision.facts.map(\.event.id)), in: turn.state, now: now)
        )
        turn.keepLadders(of: state)
        isHeld ? turn.refreshStepTimes() : turn.settle()
        let settled = try turn.decision(isHeld: isHeld)
        decision.state = settled.state
        decision.records = settled.records
        decision.nextWake = settled.nextWake
        return decision
    }

    private enum Entry {
        /// `index` is the place in the unit of a new event.
        case fact(Fact, index: Int?)
        case act(CaseFields, Instant)
    }

    private static func timeline(_ history: History, _ placed: Placing) -> [Entry] {
        var entries: [(position: Position, entry: Entry)] = []
        for fact in history.facts {
            // The opening comes first, whatever its `seq` says.
            let position = fact.arrival == 0 ? Position(at: .earliest, seq: .min, arrival: 0) : fact.position
            entries.append((position, .fact(fact, index: nil)))
        }
        for (index, fact) in placed.ordered { entries.append((fact.position, .fact(fact, index: index))) }
        for (number, record) in history.records.enumerated() {
            guard let change = record.change else { continue }
            entries.append(
                (Position(at: record.noticedAt, seq: nil, arrival: .max / 2 + number), .act(change, record.noticedAt))
            )
        }
        return entries.sorted { $0.position < $1.position }.map(\.entry)
    }
}

extension Turn {
    /// Takes over what was done on the ladders before: a step that has fired does not fire again (S32).
    mutating func keepLadders(of before: Case) {
        for index in state.timers.indices {
            var timer = state.timers[index]
            guard let old = before.timer(timer.metric), old.cycle == timer.cycle else {
                markStale(timer.metric)
                continue
            }
            let isRetracted = old.breachedAt != nil && old.breachedAt != timer.breachedAt
            timer.revision = old.revision + (isRetracted ? 1 : 0)
            timer.ladder.fired = old.ladder.fired
            if isRetracted {
                // The steps after the old deadline may come due once more after a new one.
                for (number, step) in (ladder(of: timer)?.steps ?? []).enumerated() where !step.due.isWarning {
                    timer.ladder.fired &= ~(1 << UInt64(number))
                }
            } else {
                timer.ladder.repeats = old.ladder.repeats
                timer.ladder.rung = old.ladder.rung
                timer.ladder.isStopped = timer.ladder.isStopped || old.ladder.isStopped
            }
            put(timer)
        }
    }
}

/// The ledger of a case, as far as a replay compares with it.
struct PastRecords {
    /// The policy version each cycle was started under.
    private(set) var policyVersions: [CycleKey: Int] = [:]
    private var starts: [CycleKey: Instant] = [:]
    /// Announced or measured, and not retracted since.
    private var breaches: [CycleKey: LedgerRecord] = [:]
    /// The last word on each cycle: met, met_late or cancelled.
    private var ends: [CycleKey: LedgerRecord] = [:]

    init(_ records: [LedgerRecord]) {
        for record in records {
            guard let metric = record.metric, let cycle = record.cycle else { continue }
            let key = CycleKey(metric: metric, cycle: cycle)
            switch record.kind {
            case .started:
                policyVersions[key] = record.policyVersion
                starts[key] = record.at
            case .breached: breaches[key] = record
            case .retracted: breaches[key] = nil
            case .met, .metLate, .cancelled: ends[key] = record
            case .warned, .paused, .resumed, .retargeted, .moved, .escalated, .notified, .skipped, .acknowledged,
                .suspended,
                .assigned, .prioritised:
                break
            }
        }
    }

    /// What the ledger does not say yet, given what the ordered history says.
    func difference(
        to told: [LedgerRecord],
        causedBy newEvents: Set<String>,
        in state: Case,
        now: Instant
    ) -> [LedgerRecord] {
        var found: [CycleKey: LedgerRecord] = [:]
        for record in told where record.kind == .breached {
            guard let metric = record.metric, let cycle = record.cycle else { continue }
            found[CycleKey(metric: metric, cycle: cycle)] = record
        }
        var difference = retractions(found, now: now)
        for var record in told {
            guard let metric = record.metric, let cycle = record.cycle else {
                if record.eventID.map(newEvents.contains) ?? false { difference.append(record) }
                continue
            }
            let key = CycleKey(metric: metric, cycle: cycle)
            switch record.kind {
            case .breached:
                guard breaches[key]?.at != record.at else { continue }
                if let old = breaches[key] { record.revision = (old.revision ?? 0) + 1 }
            case .met, .metLate, .cancelled:
                if let old = ends[key], old.kind == record.kind, old.at == record.at { continue }
            case .started:
                if starts[key] == record.at { continue }
                if starts[key] != nil { record.kind = .retargeted }
            case .warned, .paused, .resumed, .retargeted, .retracted, .moved, .escalated, .notified, .skipped,
                .acknowledged,
                .suspended, .assigned, .prioritised:
                guard record.eventID.map(newEvents.contains) ?? false else { continue }
            }
            difference.append(record)
        }
        return difference
    }

    private func retractions(_ found: [CycleKey: LedgerRecord], now: Instant) -> [LedgerRecord] {
        breaches.sorted { ($0.value.at, $0.key.metric) < ($1.value.at, $1.key.metric) }
            .compactMap { key, old in
                guard found[key]?.at != old.at else { return nil }
                var retracted = old
                retracted.kind = .retracted
                retracted.noticedAt = now
                retracted.reason = "a late event shows that the deadline was kept"
                let isFresh = now - old.noticedAt <= Engine.retractWindow
                retracted.priority = old.priority != nil && isFresh ? 5 : nil
                return retracted
            }
    }
}
