import TimeBase
import WorkingTime

/// One turn of the engine on one case: the case as it changes, and what there is to remember of it.
///
/// There is one, and it is large: what cannot be copied is never copied by mistake.
struct Turn: ~Copyable {
    var state: Case
    let policies: Policies
    let now: Instant
    var records: [LedgerRecord] = []
    /// The event being applied; nil while time alone is at work.
    var eventID: String?
    /// Why it came, as its source says.
    var eventReason: String?
    /// The tier was changed by a ladder in this turn: at most once for each wake (S31).
    var hasMoved = false
    /// The snooze that has ended in this turn, from its first instant to its end, exclusive; nil if none has.
    var endedSnooze: (since: Instant, until: Instant)?
    /// Cycles whose times of steps have to be worked out anew, as bits of `Metric.rawValue`.
    var stale: UInt8 = 0
    /// Cycles that were stopped late while their breach settles: the ledger does not say so yet (S22).
    var withheldEnds: Set<CycleKey> = []
    /// Whom the breaches that this turn has found are told, at most one of each metric: that of its present cycle.
    var breachesFound: [(key: CycleKey, to: [String])] = []
    /// What the ledger says of the cycles of this case; nil if the turn is no replay.
    var known: KnownCycles?
    /// Events of other cases that follow from this turn (S18, S25).
    var forwarded: [Event] = []
    /// The case was deleted in this telling: the store has to forget what its facts say.
    var erases = false
    /// The statuses that the case has left, and when; nil if it was not told from its opening on.
    var pastStatuses: [PastStatus]?
    /// Since when it has the present one; of no meaning without `pastStatuses`.
    var statusSince = Instant.earliest
    /// Something depends on earlier statuses, and this turn does not know them: the history has to be told.
    var lacksHistory = false
    /// How target rules were chosen; nil if nobody asks.
    var choices: [RuleChoice]?
    /// Every cycle that was begun, those that newer ones have replaced as they were then; nil if nobody asks.
    var cycles: [Cycle]?

    init(_ state: Case, _ policies: Policies, now: Instant) {
        self.state = state
        self.policies = policies
        self.now = now
    }

    /// A case that begins with `fact`.
    init(
        opening fact: Fact,
        under version: PolicyVersion,
        tier: Int,
        enforceFrom: Instant?,
        _ policies: Policies,
        now: Instant,
        known: KnownCycles?
    ) {
        let event = fact.event
        state = Case(
            id: event.caseID,
            status: .new,
            openedAt: event.at,
            openedBy: event.openedBy,
            source: event.source,
            fields: event.fields,
            last: fact.position
        )
        state.fields.tier = tier
        state.fields.team = event.fields.team ?? version.policy.tier(tier)?.team
        if state.fields.agent == "" { state.fields.agent = nil }
        state.enforceFrom = enforceFrom
        state.openedUnder = version.number
        state.policyVersion = version.number
        self.policies = policies
        self.now = now
        self.known = known
        pastStatuses = []
        statusSince = event.at
    }

    /// What there is to remember, checked against our own rules.
    consuming func decision(
        _ answers: consuming [Answer] = [],
        _ facts: consuming [Fact] = [],
        revised: consuming [Fact] = []
    ) throws(InvariantBroken) -> Decision {
        settleReceivers()
        let nextWake = state.nextWake
        try checkInvariants(nextWake)
        if state.status.isLive {
            state.restsSince = nil
        } else if state.restsSince == nil || facts.contains(where: { $0.refusedFor == nil }) || !revised.isEmpty {
            // What it refuses is kept no longer than the rest.
            state.restsSince = now
        }
        // Almost never, and then the facts are few.
        if state.isDeleted { facts = facts.map(\.withoutContent) }
        var decision = Decision(
            state: state,
            facts: facts,
            records: records,
            answers: answers,
            nextWake: nextWake,
            forwarded: forwarded,
            erases: erases ? .content : nil
        )
        if !revised.isEmpty { decision.revised = state.isDeleted ? revised.map(\.withoutContent) : revised }
        return decision
    }

    mutating func record(_ record: consuming LedgerRecord) {
        record.eventID = eventID
        records.append(record)
    }

    /// A record about a cycle, with what every such record says.
    func entry(_ kind: LedgerRecord.Kind, at: Instant, _ timer: CaseTimer) -> LedgerRecord {
        var record = LedgerRecord(kind: kind, at: at, noticedAt: now)
        record.metric = timer.metric
        record.cycle = timer.cycle
        record.revision = timer.revision
        record.deadline = timer.breachedAt ?? timer.deadline
        record.duration = timer.duration
        record.calendar = timer.calendar
        record.rule = timer.rule
        record.policyVersion = timer.policyVersion
        record.tier = timer.tier
        return record
    }

    /// The version that rules the case at this point of its history.
    var ruling: PolicyVersion { policies.version(state.policyVersion) }

    func calendar(of timer: CaseTimer) -> WorkingCalendar? {
        policies.version(timer.policyVersion).calendar(timer.calendar)
    }
}

extension Case {
    /// When something is due without an event: a deadline that has settled or a step of a ladder.
    var nextWake: Instant? {
        var earliest = [withheldUntil, snooze?.until].compactMap(\.self).min()
        // By index: a loop over the timers would copy each of them.
        for index in timers.indices {
            if timers[index].state == .running, timers[index].verdict == nil, let deadline = timers[index].deadline {
                let announcement = deadline + timers[index].settle
                earliest = min(earliest ?? announcement, announcement)
            }
            guard timers[index].climbs, let step = timers[index].ladder.nextStepAt else { continue }
            earliest = min(earliest ?? step, step)
        }
        return earliest
    }
}
