import API
import Engine
import Testing
import TimeBase

@Suite("The page of a list of cases")
struct CaseSelectionTests {
    private func summary(_ id: String, _ change: (inout Case) -> Void = { _ in }) -> CaseSummary {
        var state = Case(
            id: CaseID(id),
            status: .open,
            openedAt: noon,
            openedBy: .customer,
            source: "api",
            fields: CaseFields(),
            last: Position(at: noon, seq: nil, arrival: 0)
        )
        change(&state)
        return CaseSummary(state: state, nextWake: nil)
    }

    private func page(_ summaries: [CaseSummary], _ change: (inout CaseQuery) -> Void) -> [String] {
        var query = CaseQuery()
        change(&query)
        var selection = CaseSelection(query)
        for summary in summaries where query.fits(summary.state) { selection.add(summary) }
        return selection.page().map(\.state.id.rawValue)
    }

    @Test("words are compared without regard to case, and an empty word asks for cases that have none")
    func fits() {
        let cases = [
            summary("a") { $0.fields.team = "Desk" }, summary("b") { $0.fields.team = "core" },
            summary("c") { $0.fields.agent = "" }, summary("d") { $0.fields.agent = "Tom" },
            summary("e") { $0.fields.customer = "ACME" }, summary("f") { $0.fields.priority = "High" },
        ]
        #expect(page(cases) { $0.team = "desk" } == ["a"])
        #expect(page(cases) { $0.agent = "TOM" } == ["d"])
        #expect(page(cases) { $0.agent = "" } == ["a", "b", "c", "e", "f"])
        #expect(page(cases) { $0.customer = "acme" } == ["e"])
        #expect(page(cases) { $0.priority = "high" } == ["f"])
        #expect(
            page(cases) {
                $0.priority = "high"; $0.team = "desk"
            } == []
        )
    }

    @Test("a case is not taken while one of its timers runs without an acknowledgement")
    func unacknowledged() {
        func timer(_ metric: Metric, isTaken: Bool, isEnded: Bool = false) -> CaseTimer {
            var timer = CaseTimer(
                metric: metric,
                cycle: 1,
                startedAt: noon,
                duration: .hours(6),
                pauseIn: [],
                policyVersion: 1,
                calendar: "always",
                rule: "all",
                tier: 1,
                plan: nil
            )
            timer.ladder.isStopped = isTaken
            if isEnded { timer.state = .ended }
            return timer
        }
        let cases = [
            summary("taken") { $0.timers = [timer(.firstReply, isTaken: true)] },
            summary("half") { $0.timers = [timer(.firstReply, isTaken: true), timer(.resolution, isTaken: false)] },
            summary("ended") {
                $0.timers = [timer(.firstReply, isTaken: false, isEnded: true), timer(.resolution, isTaken: true)]
            },
            summary("none"),
        ]
        #expect(page(cases) { $0.isUnacknowledged = true } == ["half"])
    }

    @Test("snoozed cases are found, whoever snoozed them (S36)")
    func snoozed() {
        let cases = [
            summary("awake"),
            summary("resting") {
                $0.handling = Handling(snooze: Snooze(since: noon, until: noon + .hours(1), by: nil))
            },
            summary("taken") {
                $0.handling = Handling(acknowledgement: Acknowledgement(at: noon, by: "anna"))
            },
        ]
        #expect(page(cases) { $0.isSnoozed = true } == ["resting"])
    }

    @Test("what is sorted by something else keeps the order of urgency among equals, on every page")
    func sorted() {
        let teams = ["b", nil, "A", "b", "", "a"]
        let cases = teams.enumerated().map { number, team in summary("\(number)") { $0.fields.team = team } }
        #expect(page(cases) { $0.sort = .team } == ["2", "5", "0", "3", "1", "4"])
        for offset in 0..<6 {
            let one = page(cases) { query in
                query.sort = .team
                query.offset = offset
                query.limit = 1
            }
            #expect(one == [["2", "5", "0", "3", "1", "4"][offset]])
        }
        let waiting = [
            summary("x"), summary("y") { $0.waitingSince = noon }, summary("z") { $0.waitingSince = noon - .hours(1) },
        ]
        #expect(page(waiting) { $0.sort = .waiting } == ["z", "y", "x"])
    }

    @Test("the most urgent are found without looking at the rest")
    func complete() {
        var query = CaseQuery()
        query.offset = 1
        query.limit = 2
        var selection = CaseSelection(query)
        for id in ["a", "b", "c"] {
            #expect(!selection.isComplete)
            selection.add(summary(id))
        }
        #expect(selection.isComplete)
        #expect(selection.page().map(\.state.id.rawValue) == ["b", "c"])
    }
}
