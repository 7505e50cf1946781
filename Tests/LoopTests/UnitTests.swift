import Engine
import Loop
import Testing
import TimeBase

@Suite("Parts of a unit")
struct UnitTests {
    private func unit(_ cases: [String]) -> Unit {
        Unit(
            events: cases.enumerated()
                .map { Event(id: "\($0)", caseID: CaseID($1), at: Instant(milliseconds: 0), kind: .note) },
            enforceFrom: Instant(milliseconds: 7)
        )
    }

    @Test("no case is parted, each index comes once, and enforce_from stays (S24)", arguments: 1...7)
    func parts(limit: Int) {
        let whole = unit(["A", "B", "A", "C", "A", "B", "D"])
        let parts = whole.parts(limit: limit)
        #expect(parts.flatMap(\.indices).sorted() == Array(0..<7))
        var seen: Set<CaseID> = []
        for part in parts {
            let cases = Set(part.unit.events.map(\.caseID))
            #expect(seen.isDisjoint(with: cases))
            #expect(part.unit.events.count <= limit || cases.count == 1)
            #expect(part.unit.events == part.indices.map { whole.events[$0] })
            #expect(part.unit.enforceFrom == whole.enforceFrom)
            seen.formUnion(cases)
        }
    }

    @Test("a case with more events than the limit is a part of its own")
    func large() {
        let parts = unit(["A", "B", "B", "B", "C"]).parts(limit: 2)
        #expect(parts.map(\.indices) == [[0], [1, 2, 3], [4]])
    }

    @Test("the events of a case keep their order, so that equal places stay as they came (S20)")
    func order() {
        let parts = unit(["A", "B", "A", "B"]).parts(limit: 2)
        #expect(parts.map(\.indices) == [[0, 2], [1, 3]])
    }
}
