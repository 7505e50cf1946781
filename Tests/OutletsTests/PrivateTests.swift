import Engine
import Outlets
import Support
import Testing
import TimeBase

@Suite("Private cases")
struct PrivateTests {
    /// Everything that can be written into a case says this somewhere.
    private static let secret = "overcharged"

    /// A case that is warned of, breached, escalated, snoozed, spam, reinstated and retracted.
    private static let script = """
        Mon 08:00 opened private=true subject=overcharged text=overcharged customer=overcharged
        Mon 12:00 note text=overcharged reason=overcharged
        Mon 13:30 snoozed until=Mon 13:40 reason=overcharged user=amy
        Mon 14:10 customer_message text=overcharged
        Mon 16:10 pending reason=overcharged
        Mon 17:00 resumed
        Mon 17:05 spam reason=overcharged
        Mon 17:10 not_spam reason=overcharged
        Mon 18:10 agent_reply at=Mon 13:59 text=overcharged
        Mon 19:00 customer_message text=overcharged
        Tue 08:00 agent_reply text=overcharged
        Tue 09:00 resolved reason=overcharged
        """

    @Test("S60: nothing of what was written in a private case enters a notice or the journal")
    func secret() throws {
        let policy = Policy.sample([
            Target(metric: .firstReply, duration: .hours(6), calendar: "always"),
            Target(metric: .nextReply, duration: .hours(2), calendar: "always"),
        ])
        var scenario = Scenario(policy)
        _ = try scenario.tell(Self.script)
        #expect(scenario.state?.fields.isPrivate == true)
        let wording = Wording(policy: policy, storeID: "s1")
        let announced = scenario.records.filter { $0.priority != nil }
        let kinds = Set(announced.map(\.kind))
        #expect(kinds.isSuperset(of: [.warned, .breached, .escalated, .retracted, .metLate]))
        for record in announced {
            #expect(!"\(record)".contains(Self.secret), "\(record)")
            let entry = wording.entry(record, of: CaseID("4711"), noticeID: "n1")
            for field in entry.journalFields { #expect(!field.value.contains(Self.secret), "\(field)") }
        }
    }

    @Test("S60: the ledger keeps of a case what people said about the notices, and nothing that was written in it")
    func ledger() throws {
        var scenario = Scenario(.sample([Target(metric: .firstReply, duration: .hours(6), calendar: "always")]))
        _ = try scenario.tell(Self.script)
        for record in scenario.records where "\(record)".contains(Self.secret) { #expect(record.kind == .snoozed) }
    }
}
