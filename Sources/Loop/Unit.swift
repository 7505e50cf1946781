package import Engine
package import TimeBase

/// Events that belong together: one request, one import (S24).
package struct Unit: Sendable {
    package var events: [Event]
    /// Cycles whose deadline lies before it are measured and never escalate; nil enforces all (S24).
    package var enforceFrom: Instant?

    package init(events: [Event], enforceFrom: Instant? = nil) {
        self.events = events
        self.enforceFrom = enforceFrom
    }
}

extension Unit {
    /// The events of one case, by their places in the unit.
    struct Group {
        var id: CaseID
        var places: [Int]
    }

    /// Case by case, in the order in which the cases first appear.
    var groups: [Group] {
        if events.count == 1 { return [Group(id: events[0].caseID, places: [0])] }
        var numbers: [CaseID: Int] = [:]
        var groups: [Group] = []
        for (place, event) in events.enumerated() {
            if let number = numbers[event.caseID] {
                groups[number].places.append(place)
            } else {
                numbers[event.caseID] = groups.count
                groups.append(Group(id: event.caseID, places: [place]))
            }
        }
        return groups
    }

    /// The same events in parts of at most `limit`, without parting the events of a case, nor cases that the unit merges;
    /// where those are more than `limit`, they are a part of their own.
    ///
    /// Nothing due in a case is decided before its last line (S24), and the loop gets through in between.
    ///
    /// Returns each part with the indices its events had.
    package func parts(limit: Int) -> [(unit: Unit, indices: [Int])] {
        guard events.count > limit else { return [(self, Array(events.indices))] }
        var parts: [(unit: Unit, indices: [Int])] = []
        var indices: [Int] = []
        func close() {
            guard !indices.isEmpty else { return }
            parts.append((Unit(events: indices.map { events[$0] }, enforceFrom: enforceFrom), indices))
            indices = []
        }
        for places in inseparable {
            if indices.count + places.count > limit { close() }
            indices += places
        }
        close()
        return parts
    }

    /// The places of the events that must stay together: those of one case, and of cases that go into each other.
    private var inseparable: [[Int]] {
        let groups = groups
        let merges = events.filter { $0.kind == .merged }
        guard !merges.isEmpty else { return groups.map(\.places) }
        var roots = Array(groups.indices)
        func root(_ number: Int) -> Int {
            var number = number
            while roots[number] != number {
                roots[number] = roots[roots[number]]
                number = roots[number]
            }
            return number
        }
        let numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($0.element.id, $0.offset) })
        for merge in merges {
            guard let loser = numbers[merge.caseID], let survivor = merge.link.flatMap({ numbers[$0.caseID] }) else {
                continue
            }
            let (left, right) = (root(loser), root(survivor))
            roots[max(left, right)] = min(left, right)
        }
        var places: [[Int]] = Array(repeating: [], count: groups.count)
        for (number, group) in groups.enumerated() { places[root(number)] += group.places }
        return places.filter { !$0.isEmpty }
    }
}
