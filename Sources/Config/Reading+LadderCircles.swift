import Engine

/// Ladders that hand a case round: each on its own is sound, and together they lead nowhere (S31).
extension Reading {
    /// Refuses a move down to a tier whose ladder brings the case back up.
    ///
    /// Only the time in a tier starts anew with each move, and with it a ladder; so a circle needs `tier_time` all the way.
    func checkCircles(_ ladders: [PlacedLadder], tiers: [Tier], rules: [TargetRule]) {
        let timed = tiers.filter { tier in
            rules.contains { rule in
                rule.condition.canMatch(tier: tier.number) && rule.targets.contains { $0.metric == .tierTime }
            }
        }
        let roads = roads(ladders, timed, tiers)
        for ladder in ladders {
            for step in ladder.steps {
                guard case .move(let below) = step.step.action else { continue }
                let user = timed.first { tier in
                    tier.ladder == ladder.ladder.name && below < tier.number
                        && leads(roads, from: below, to: tier.number)
                }
                guard let user else { continue }
                error(
                    .movesInCircle,
                    step.place,
                    "\(step.path) moves cases of tier \(user.number) to tier \(below), whose ladder brings them back: "
                        + "one that waits goes round for ever",
                    hint: "notify tier \(below) instead, or let its ladder lead elsewhere"
                )
            }
        }
    }

    /// Where the ladder of each tier takes its cases, among tiers whose time is measured.
    private func roads(_ ladders: [PlacedLadder], _ timed: [Tier], _ tiers: [Tier]) -> [Int: Set<Int>] {
        var roads: [Int: Set<Int>] = [:]
        let known = Set(timed.map(\.number))
        for tier in timed {
            for step in ladders.first(where: { $0.ladder.name == tier.ladder })?.ladder.steps ?? [] {
                switch step.action {
                case .move(let number): roads[tier.number, default: []].insert(number)
                case .escalate:
                    guard let above = tiers.first(where: { $0.number > tier.number }) else { continue }
                    roads[tier.number, default: []].insert(above.number)
                case .notify, .assign, .raisePriority: continue
                }
            }
            roads[tier.number]?.formIntersection(known)
        }
        return roads
    }

    private func leads(_ roads: [Int: Set<Int>], from start: Int, to end: Int) -> Bool {
        var seen: Set<Int> = []
        var next = [start]
        while let tier = next.popLast() {
            if tier == end { return true }
            if seen.insert(tier).inserted { next += roads[tier] ?? [] }
        }
        return false
    }
}
