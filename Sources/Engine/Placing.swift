import TimeBase

/// Gives the events of one unit their places in the history of their case (S20).
struct Placing {
    /// In the order in which they were handed in, without those that were refused.
    private(set) var facts: [Fact] = []
    /// In the order in which they are applied, each with its index in the unit: the opening first, then by position.
    private(set) var ordered: [(index: Int, fact: Fact)] = []
    /// One for each event; overwritten where the event is applied.
    private(set) var answers: [Answer] = []

    /// How far ahead of the clock a source may be (S20).
    static let futureMax = Span.minutes(2)

    static func place(
        _ events: [Event],
        in state: Case?,
        _ policy: Policy,
        now: Instant,
        isHeld: Bool
    )
        -> Placing
    {
        var placing = Placing()
        placing.answers = Array(repeating: .applied, count: events.count)
        let applied = state?.eventsApplied ?? 0
        let room = History.factsMax - applied
        let opening = state == nil ? events.firstIndex { $0.kind == .opened } : nil
        let openedAt =
            state?.openedAt
            ?? opening.map { clamped(events[$0], policy, now: now, openedAt: nil, isHeld: isHeld).event.at }
        for (index, event) in events.enumerated() {
            guard index < room else {
                placing.answers[index] = .refused(.tooManyEvents(limit: History.factsMax))
                continue
            }
            var fact = clamped(event, policy, now: now, openedAt: index == opening ? nil : openedAt, isHeld: isHeld)
            fact.arrival = applied + index
            placing.facts.append(fact)
            placing.ordered.append((index, fact))
        }
        if placing.ordered.count > 1 {
            placing.ordered.sort { left, right in
                if left.index == opening || right.index == opening {
                    return left.index == opening && right.index != opening
                }
                return left.fact.position < right.fact.position
            }
        }
        return placing
    }

    private static func clamped(
        _ event: Event,
        _ policy: Policy,
        now: Instant,
        openedAt: Instant?,
        isHeld: Bool
    )
        -> Fact
    {
        var fact = Fact(event: event, receivedAt: now, arrival: 0, isClamped: false)
        if !policy.source(event.source).trustsAt { fact.event.at = now }
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
