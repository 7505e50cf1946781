import Engine
import Loop
import TimeBase

/// SplitMix64: the same seed gives the same values everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Seeded {
    mutating func oneOf<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }

    mutating func maybe<Value>(_ value: (inout Seeded) -> Value) -> Value? {
        Bool.random(using: &self) ? value(&self) : nil
    }

    mutating func instant() -> Instant {
        Instant(milliseconds: .random(in: Instant.earliest.milliseconds...Instant.latest.milliseconds, using: &self))
    }

    mutating func span() -> Span {
        Span(milliseconds: .random(in: -1_000_000_000_000...1_000_000_000_000, using: &self))
    }

    /// Now and then an extreme one.
    mutating func int() -> Int { oneOf([0, 1, -1, 300, .max, .min, .random(in: .min ... .max, using: &self)]) }

    mutating func text() -> String {
        oneOf(["", "gold", "\u{0}", "first reply", "Grüße", "🧯🚒", String(repeating: "long ", count: 60)])
    }

    mutating func texts() -> [String] { (0..<Int.random(in: 0...4, using: &self)).map { _ in text() } }

    mutating func fields() -> CaseFields {
        var fields = CaseFields()
        fields.subject = maybe { $0.text() }
        fields.topic = maybe { $0.text() }
        fields.language = maybe { $0.text() }
        fields.channel = maybe { $0.text() }
        fields.priority = maybe { $0.text() }
        fields.plan = maybe { $0.text() }
        fields.customer = maybe { $0.text() }
        fields.tier = maybe { $0.int() }
        fields.team = maybe { $0.text() }
        fields.agent = maybe { $0.text() }
        fields.tags = maybe { $0.texts() }
        fields.isPrivate = maybe { Bool.random(using: &$0) }
        return fields
    }

    mutating func timer() -> CaseTimer {
        var timer = CaseTimer(
            metric: oneOf(Metric.allCases),
            cycle: int(),
            startedAt: instant(),
            duration: span(),
            pauseIn: StatusSet(rawValue: .random(in: 0...255, using: &self)),
            policyVersion: int(),
            calendar: text(),
            rule: text(),
            tier: int(),
            plan: maybe { $0.text() }
        )
        timer.revision = int()
        timer.state = oneOf(CaseTimer.State.allCases)
        timer.verdict = maybe { $0.oneOf(Self.verdicts) }
        timer.endedAt = maybe { $0.instant() }
        timer.elapsed = span()
        timer.runningSince = maybe { $0.instant() }
        timer.deadline = maybe { $0.instant() }
        timer.breachedAt = maybe { $0.instant() }
        timer.businessDays = maybe { $0.int() }
        timer.settle = maybe { $0.span() } ?? .zero
        timer.isMeasuredOnly = .random(using: &self)
        timer.stopsAtReply = .random(using: &self)
        timer.climbsWhilePaused = .random(using: &self)
        timer.isSetByHand = .random(using: &self)
        timer.isVoid = .random(using: &self)
        timer.ladder.fired = next()
        timer.ladder.repeats = int()
        timer.ladder.rung = int()
        timer.ladder.isStopped = .random(using: &self)
        timer.ladder.nextStepAt = maybe { $0.instant() }
        timer.ladder.silentUntil = maybe { $0.instant() }
        timer.ladder.countsPeople = .random(using: &self)
        timer.ladder.told = texts()
        timer.ladderVersion = int()
        return timer
    }

    static let verdicts: [CaseTimer.Verdict] =
        [.met, .metLate, .breached] + CaseTimer.Cancellation.allCases.map { .cancelled($0) }

    mutating func state(_ id: CaseID) -> Case {
        let last = Position(at: instant(), seq: maybe { Int64($0.int()) }, arrival: int())
        var state = Case(
            id: id,
            status: oneOf(Status.allCases),
            openedAt: instant(),
            openedBy: oneOf(Opener.allCases),
            source: text(),
            fields: fields(),
            last: last
        )
        state.tierSince = instant()
        state.openedUnder = int()
        state.policyVersion = int()
        state.doneAt = maybe { $0.instant() }
        state.waitingSince = maybe { $0.instant() }
        state.enforceFrom = maybe { $0.instant() }
        state.keptFrom = maybe { $0.int() }
        state.repliedAt = maybe { $0.instant() }
        state.withheldUntil = maybe { $0.instant() }
        state.successor = maybe { $0.successor() }
        state.hasReply = .random(using: &self)
        state.isDeleted = .random(using: &self)
        state.restsSince = maybe { $0.instant() }
        state.forgottenAt = maybe { $0.instant() }
        state.handling = maybe { $0.handling() }
        state.eventsApplied = int()
        state.withdrawn = (0..<Int.random(in: 0...2, using: &self))
            .map { _ in Case.Withdrawn(metric: oneOf(Metric.allCases), cycle: int()) }
        state.timers = (0..<Int.random(in: 0...4, using: &self)).map { _ in timer() }
        return state
    }

    mutating func handling() -> Handling {
        Handling(
            acknowledgement: maybe { random in Acknowledgement(at: random.instant(), by: random.maybe { $0.text() }) },
            snooze: maybe { random in
                Snooze(since: random.instant(), until: random.instant(), by: random.maybe { $0.text() })
            },
            untold: (0..<Int.random(in: 0...2, using: &self))
                .map { _ in
                    Untold(
                        kind: oneOf([.breached, .metLate, .retracted]),
                        metric: oneOf(Metric.allCases),
                        cycle: int(),
                        revision: int(),
                        at: instant(),
                        deadline: instant(),
                        tier: int(),
                        to: texts()
                    )
                }
        )
    }

    mutating func link() -> Link {
        Link(
            CaseID(text()),
            waitingSince: maybe { $0.instant() },
            isCounted: .random(using: &self),
            number: int(),
            opens: .random(using: &self),
            wasTaken: .random(using: &self)
        )
    }

    mutating func successor() -> Successor {
        Successor(
            CaseID(text()),
            after: Position(at: instant(), seq: maybe { Int64($0.int()) }, arrival: int()),
            isMerge: .random(using: &self),
            handedOver: maybe { $0.link() }
        )
    }

    mutating func fact(of id: CaseID, eventID: String, source: String) -> Fact {
        var event = Event(id: eventID, caseID: id, at: instant(), kind: oneOf(Event.Kind.allCases), source: source)
        event.seq = maybe { Int64($0.int()) }
        event.author = oneOf(Event.Author.allCases)
        event.openedBy = oneOf(Opener.allCases)
        event.fields = fields()
        event.text = maybe { $0.text() }
        event.reason = maybe { $0.text() }
        event.until = maybe { $0.instant() }
        event.user = maybe { $0.text() }
        event.link = maybe { $0.link() }
        var fact = Fact(event: event, receivedAt: instant(), arrival: int(), isClamped: .random(using: &self))
        fact.refusedFor = maybe { $0.oneOf(StateRefusal.all) }
        fact.datedAt = maybe { $0.instant() }
        fact.event.deadline = maybe {
            DeadlineSetting(
                $0.oneOf(Metric.allCases),
                cycle: $0.maybe { $0.int() },
                to: $0.instant(),
                by: $0.maybe { $0.text() }
            )
        }
        fact.event.by = maybe { $0.text() }
        return fact
    }

    mutating func record() -> LedgerRecord {
        var record = LedgerRecord(kind: oneOf(LedgerRecord.Kind.allCases), at: instant(), noticedAt: instant())
        record.metric = maybe { $0.oneOf(Metric.allCases) }
        record.cycle = maybe { $0.int() }
        record.revision = maybe { $0.int() }
        record.deadline = maybe { $0.instant() }
        record.duration = maybe { $0.span() }
        record.calendar = maybe { $0.text() }
        record.rule = maybe { $0.text() }
        record.policyVersion = maybe { $0.int() }
        record.tier = maybe { $0.int() }
        record.fromTier = maybe { $0.int() }
        record.team = maybe { $0.text() }
        record.manager = maybe { $0.text() }
        record.to = texts()
        record.by = maybe { $0.text() }
        record.step = maybe { $0.text() }
        record.reason = maybe { $0.text() }
        record.priority = maybe { $0.int() }
        record.change = maybe { $0.fields() }
        record.eventID = maybe { $0.text() }
        record.otherCase = maybe { CaseID($0.text()) }
        record.digests = texts()
        record.alsoTold = texts()
        record.until = maybe { $0.instant() }
        return record
    }
}

/// Milliseconds after the epoch.
func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

/// A live case of tier 1 with one running timer due at `dueAt`.
func plainCase(_ id: String, dueAt: Instant? = nil, tier: Int = 1) -> Case {
    var fields = CaseFields()
    fields.tier = tier
    let last = Position(at: at(0), seq: nil, arrival: 0)
    var state = Case(
        id: CaseID(id),
        status: .open,
        openedAt: at(0),
        openedBy: .customer,
        source: "api",
        fields: fields,
        last: last
    )
    var timer = CaseTimer(
        metric: .firstReply,
        cycle: 1,
        startedAt: at(0),
        duration: .hours(6),
        pauseIn: [],
        policyVersion: 1,
        calendar: "always",
        rule: "standard",
        tier: tier,
        plan: nil
    )
    timer.deadline = dueAt
    state.timers = [timer]
    return state
}

extension StateRefusal {
    /// Every one of them.
    static let all =
        [.alreadyOpen] + Status.allCases.map(StateRefusal.closed) + TimerRefusal.allCases.map(StateRefusal.timer)
}

func plainFact(_ id: String, of caseID: String, source: String = "api") -> Fact {
    let event = Event(id: id, caseID: CaseID(caseID), at: at(1), kind: .note, source: source)
    return Fact(event: event, receivedAt: at(2), arrival: 0, isClamped: false)
}

func plainRecord(_ kind: LedgerRecord.Kind, priority: Int? = nil, step: String? = nil) -> LedgerRecord {
    var record = LedgerRecord(kind: kind, at: at(5), noticedAt: at(6))
    record.priority = priority
    record.step = step
    return record
}

extension Decision {
    init(
        _ state: Case,
        wake: Instant? = nil,
        facts: [Fact] = [],
        records: [LedgerRecord] = []
    ) {
        self.init(state: state)
        nextWake = wake
        self.facts = facts
        self.records = records
    }
}

extension CaseStore {
    /// Saves in a transaction of its own, over whatever is there.
    func put(_ decision: Decision, at now: Instant = at(10)) throws {
        try transaction { transaction in
            let previous = try decision.state.flatMap { try transaction.load($0.id) }
            try transaction.save(decision, previous: previous, at: now)
        }
    }

    func dueIDs(at now: Instant, limit: Int = 100) throws -> [String] {
        try transaction { try $0.due(at: now, limit: limit).map(\.id.rawValue) }
    }

    func load(_ id: String) throws -> Case? { try transaction { try $0.load(CaseID(id)) } }

    func history(of id: String) throws -> History { try transaction { try $0.history(of: CaseID(id)) } }
}
