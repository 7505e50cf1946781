import TimeBase

/// Gives the events of one unit their places in the history of their case (S20).
struct Placing {
    /// In the order in which they are applied, the opening first.
    private(set) var facts: [Fact] = []
    /// One for each event; overwritten where the event is applied.
    var answers: [Answer]
    /// The index in the unit of each fact; empty if the facts are in the order of the unit, as a single one always is.
    private var order: [Int] = []

    /// How far ahead of the clock a source may be (S20).
    static let futureMax = Span.minutes(2)

    /// `applied` is how many events the case has, `openedAt` nil if it is not open yet.
    init(
        _ events: [Event],
        after applied: Int,
        openedAt: Instant?,
        _ latest: PolicyVersion,
        now: Instant,
        isHeld: Bool
    ) {
        answers = Array(repeating: .applied, count: events.count)
        let room = max(History.factsMax - applied, 0)
        let opening = openedAt == nil ? Self.opening(of: events) : nil
        var openedAt = openedAt
        if let opening {
            openedAt = Self.fact(events[opening], latest, now: now, openedAt: nil, isHeld: isHeld).event.at
        }
        facts.reserveCapacity(min(events.count, room))
        for index in events.indices.prefix(room) {
            let earliest = index == opening ? nil : openedAt
            facts.append(Self.fact(events[index], latest, now: now, openedAt: earliest, isHeld: isHeld))
            facts[index].arrival = applied + index
        }
        for index in events.indices.dropFirst(room) {
            answers[index] = .refused(.tooManyEvents(limit: History.factsMax))
        }
        if facts.count > 1 { sort(opening: opening, from: applied) }
    }

    /// An opening in so many words before what only begins a case; nil if nothing does.
    private static func opening(of events: [Event]) -> Int? {
        events.firstIndex { $0.kind == .opened } ?? events.firstIndex(where: \.opens)
    }

    /// Of events on a case that is known, while the clock is believed.
    init(_ events: [Event], on state: Case, _ latest: PolicyVersion, now: Instant) {
        self.init(events, after: state.eventsApplied, openedAt: state.openedAt, latest, now: now, isHeld: false)
    }

    /// The index in the unit of the fact at a place of `facts`.
    func index(at place: Int) -> Int { order.isEmpty ? place : order[place] }

    /// The facts as they are told: what the unit itself takes back of `spam` is a note (S18).
    func told(_ latest: Policy) -> [Fact] {
        let end = facts.firstIndex { $0.event.kind.isForGood } ?? facts.endIndex
        guard let pardon = facts[..<end].lastIndex(where: { $0.isPardon(latest) }) else { return facts }
        return facts[..<pardon].map(\.pardoned) + facts[pardon...]
    }

    /// The answers as the sender gets them: the time at which a clamped event counts is named (S26).
    var named: [Answer] {
        // Almost never.
        guard facts.contains(where: \.isClamped) else { return answers }
        var named = answers
        for place in facts.indices where facts[place].isClamped && answers[index(at: place)] == .applied {
            named[index(at: place)] = .clamped(to: facts[place].event.at)
        }
        return named
    }

    /// The facts to be kept, in their order: those that are applied, and those that the state of the case refuses (S25).
    var kept: [Fact] {
        // Almost always all of them are applied, and then nothing is copied.
        if facts.indices.allSatisfy({ answers[index(at: $0)] == .applied }) { return facts }
        return facts.indices.compactMap { place in
            switch answers[index(at: place)] {
            case .applied: return facts[place]
            case .clamped, .duplicate, .forwarded: return nil
            case .refused(let refusal):
                guard let reason = refusal.ofState else { return nil }
                var fact = facts[place]
                fact.refusedFor = reason
                return fact
            }
        }
    }

    /// Sorts by place and numbers the arrivals anew in that order: so the opening is number 0 whatever came before it in
    /// the unit, and equal places keep the order of the unit.
    private mutating func sort(opening: Int?, from applied: Int) {
        order = facts.indices.sorted { left, right in
            if left == opening || right == opening { return right != opening }
            return facts[left].position < facts[right].position
        }
        facts = order.map { facts[$0] }
        for place in facts.indices { facts[place].arrival = applied + place }
    }

    private static func fact(
        _ event: consuming Event,
        _ latest: PolicyVersion,
        now: Instant,
        openedAt: Instant?,
        isHeld: Bool
    ) -> Fact {
        // What another case sends on was placed there, when it came in.
        let isSentOn = event.isSentOn
        let trustsAt = isSentOn || latest.policy.source(event.source).trustsAt
        // What people do by hand counts from the instant it was received (S19, S36). During a hold nobody knows that instant:
        // it counts as it is dated, as everything does then.
        let isByHand = event.kind.isAboutNotices || event.kind == .deadlineSet
        let isReceived = isByHand && !isSentOn && !isHeld
        var fact = Fact(event: event, receivedAt: now, arrival: 0, isClamped: false)
        if !trustsAt || isReceived { fact.event.at = now }
        if !isHeld, fact.event.at > now + futureMax { fact.clamp(to: now) }
        if let openedAt, fact.event.at < openedAt { fact.clamp(to: openedAt) }
        return fact
    }
}

extension Fact {
    /// Lets it count at another instant than it is dated (S20).
    mutating func clamp(to instant: Instant) {
        datedAt = datedAt ?? event.at
        event.at = instant
        isClamped = true
    }

    /// Whether it says that the case is no spam, and will be taken.
    func isPardon(_ latest: Policy) -> Bool {
        event.kind == .notSpam && (event.fields.tier.map(latest.hasTier) ?? true)
    }

    /// The same as a note, where it is `spam`: all that is left of one that was taken back.
    var pardoned: Fact {
        guard event.kind == .spam else { return self }
        var note = self
        note.event.kind = .note
        return note
    }
}
