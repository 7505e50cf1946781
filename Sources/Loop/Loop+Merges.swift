import Engine
import TimeBase

/// Which cases go into which, as far as a unit has to know (S18, S24).
extension Loop {
    /// The events of a unit that would merge a case into one that is not there, into itself, or a second time.
    ///
    /// `loaded` are the cases of the unit.
    func refusedMerges(
        _ unit: Unit,
        _ loaded: [CaseID: Case],
        in transaction: any CaseTransaction,
        now: Instant
    ) throws -> [Int: Refusal] {
        guard unit.events.contains(where: { $0.kind == .merged }) else { return [:] }
        let opened = Set(unit.events.filter(\.opens).map(\.caseID))
        var refused: [Int: Refusal] = [:]
        /// Where the cases go that the unit merges.
        var planned: [CaseID: CaseID] = [:]
        for (place, event) in unit.events.enumerated() where event.kind == .merged {
            guard let survivor = event.link?.caseID else { continue }
            if try transaction.recorded(eventID: event.id, source: event.source, of: event.caseID) != nil { continue }
            let known = try successor(of: event.caseID, loaded, in: transaction)
            let before = planned[event.caseID] ?? (known?.isMerge == true ? known?.caseID : nil)
            if before == survivor { continue }
            if let before {
                refused[place] = .mergedElsewhere(before)
                continue
            }
            let isThere =
                try opened.contains(survivor) || policies.current.source(event.source).opensUnknown
                || loaded[survivor] != nil || transaction.loadSound(survivor) != nil
            guard isThere else {
                refused[place] = .unknownSurvivor(survivor)
                continue
            }
            var end: CaseID? = survivor
            var last = survivor
            var steps = 0
            while let next = end, next != event.caseID, steps <= Successor.chainMax {
                last = next
                end = try planned[next] ?? successor(of: next, loaded, in: transaction)?.caseID
                steps += 1
            }
            if end == nil, let taker = try loaded[last] ?? transaction.loadSound(last), isExpired(taker, at: now) {
                refused[place] = .expiredSurvivor(last)
            } else if end == nil {
                planned[event.caseID] = survivor
            } else {
                refused[place] = .mergeLoop(survivor)
            }
        }
        return refused
    }

    /// The cases of a unit in the order in which they are decided: those that go into others first.
    func ordered(
        _ groups: [Unit.Group],
        of unit: Unit,
        _ refused: [Int: Refusal],
        _ loaded: [CaseID: Case],
        in transaction: any CaseTransaction
    ) throws -> [Unit.Group] {
        var goes: [CaseID: CaseID] = [:]
        for group in groups { goes[group.id] = loaded[group.id]?.successor?.caseID }
        for (place, event) in unit.events.enumerated() where event.kind == .merged && refused[place] == nil {
            goes[event.caseID] = event.link?.caseID
        }
        guard !goes.isEmpty else { return groups }
        let numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($0.element.id, $0.offset) })
        // Each goes into one at most: the next of its chain that is in the unit.
        var next: [Int?] = Array(repeating: nil, count: groups.count)
        var waitsFor = Array(repeating: 0, count: groups.count)
        for (number, group) in groups.enumerated() {
            var end = goes[group.id]
            var steps = 0
            while let id = end, numbers[id] == nil, steps <= Successor.chainMax {
                end = try successor(of: id, loaded, in: transaction)?.caseID
                steps += 1
            }
            guard let survivor = end.flatMap({ numbers[$0] }) else { continue }
            next[number] = survivor
            waitsFor[survivor] += 1
        }
        var ready = groups.indices.filter { waitsFor[$0] == 0 }
        var taken = 0
        while taken < ready.count {
            if let survivor = next[ready[taken]] {
                waitsFor[survivor] -= 1
                if waitsFor[survivor] == 0 { ready.append(survivor) }
            }
            taken += 1
        }
        // None is left out, even where cases went round in circles.
        let isReady = Set(ready)
        return (ready + groups.indices.filter { !isReady.contains($0) }).map { groups[$0] }
    }

    private func successor(
        of id: CaseID,
        _ loaded: [CaseID: Case],
        in transaction: any CaseTransaction
    ) throws -> Successor? {
        try (loaded[id] ?? transaction.loadSound(id))?.successor
    }
}

extension CaseTransaction {
    /// Nil also where what is kept of the case cannot be read: whoever decides it will meet the damage.
    func loadSound(_ id: CaseID) throws -> Case? {
        do {
            return try load(id)
        } catch is CaseDamaged {
            return nil
        }
    }
}
