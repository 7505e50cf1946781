import Engine
import Loop
import Support
import Testing
import TimeBase

@Suite("Spam and deletion in the loop")
struct DeletionTests {
    private func texted(_ kind: Event.Kind, _ id: String, _ stage: Stage) -> Event {
        var event = stage.event(kind, id, of: "A")
        event.text = "please"
        event.fields.subject = "overcharged"
        event.fields.customer = "c1"
        return event
    }

    @Test("S60: a deletion erases what is kept of the case; the same event again is a duplicate, any other is refused")
    func erased() throws {
        let stage = try Stage()
        let opened = texted(.opened, "open", stage)
        _ = try stage.loop.submit([Unit(events: [opened])])
        stage.clock.set("Mon", "09:00")
        let deleted = texted(.deleted, "end", stage)
        #expect(try stage.loop.submit([Unit(events: [deleted])]) == [[.applied]])
        let id = CaseID("A")
        #expect(stage.store.kept.facts[id]?.allSatisfy { $0 == $0.withoutContent } == true)
        #expect(stage.store.kept.facts[id]?.count == 2)
        #expect(stage.store.kept.cases[id]?.fields.customer == nil)
        #expect(stage.alarm.armed == nil)
        stage.clock.set("Mon", "10:00")
        let again = Unit(events: [opened, deleted, texted(.note, "note", stage)])
        #expect(try stage.loop.submit([again]) == [[.duplicate, .duplicate, .refused(.deleted)]])
        let refusal = Refusal.deleted
        #expect(refusal.code == "deleted")
        #expect(refusal.message(for: id) == "case A was deleted: open a new case")
    }

    @Test("S18: spam disarms the alarm, no spam arms it again")
    func spam() throws {
        let stage = try Stage()
        try stage.open(["A"])
        let due = stage.alarm.armed
        #expect(due != nil)
        stage.clock.set("Mon", "08:00")
        _ = try stage.loop.submit([Unit(events: [stage.event(.spam, "s", of: "A")])])
        #expect(stage.alarm.armed == nil)
        stage.clock.set("Mon", "09:00")
        _ = try stage.loop.submit([Unit(events: [stage.event(.notSpam, "n", of: "A")])])
        #expect(stage.alarm.armed == due)
    }
}
