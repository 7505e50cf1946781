import TimeBase

/// Gives the events of one unit their places in the history of their case (S20).
struct Placing {
    /// In the order in which they are applied, the opening first, each with its index in the unit.
    private(set) var facts: [(index: Int, fact: Fact)] = []
    /// One for each event; overwritten where the event is applied.
    private(set) var answers: [Answer]

    /// How far ahead of the clock a source may be (S20).
    static let futureMax = Span.minutes(2)

    init(_ events: [Event], in state: Case?, _ latest: PolicyVersion, now: Instant, isHeld: Bool) {
        answers = Array(repeating: .applied, count: events.count)
        let applied = state?.eventsApplied ?? 0
        let room = max(History.factsMax - applied, 0)
        let opening = state == nil ? events.firstIndex { $0.kind == .opened } : nil
        var openedAt = state?.openedAt
        if let opening {
            openedAt = Self.fact(events[opening], latest, now: now, openedAt: nil, isHeld: isHeld).event.at
        }
        for index in events.indices.prefix(room) {
            let earliest = index == opening ? nil : openedAt
            facts.append((index, Self.fact(events[index], latest, now: now, openedAt: earliest, isHeld: isHeld)))
            facts[index].fact.arrival = applied + index
        }
        for index in events.indices.dropFirst(room) {
            answers[index] = .refused(.tooManyEvents(limit: History.factsMax))
        }
        if facts.count > 1 { sort(opening: opening, from: applied) }
    }

    /// Sorts by place and numbers the arrivals anew in that order: so the opening is number 0 whatever came before it in
    /// the unit, and equal places keep the order of the unit.
    private mutating func sort(opening: Int?, from applied: Int) {
        facts.sort { left, right in
            if left.index == opening || right.index == opening { return right.index != opening }
            return left.fact.position < right.fact.position
        }
        for order in facts.indices { facts[order].fact.arrival = applied + order }
    }

    private static func fact(
        _ event: Event,
        _ latest: PolicyVersion,
        now: Instant,
        openedAt: Instant?,
        isHeld: Bool
    ) -> Fact {
        var fact = Fact(event: event, receivedAt: now, arrival: 0, isClamped: false)
        if !latest.policy.source(event.source).trustsAt { fact.event.at = now }
        if !isHeld, fact.event.at > now + futureMax {
            fact.event.at = now
            fact.isClamped = true
        }
        if let openedAt, fact.event.at < openedAt {
            fact.event.at = openedAt
            fact.isClamped = true
        }
        return fact
    }
}
