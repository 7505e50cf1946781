import Foundation
import Testing
import TimeBase

@testable import slactl

@Suite("slactl explain")
struct ExplainTests {
    @Test("a deadline is told span by span, in the calendar's time")
    func text() throws {
        let json = """
            {"now":"2026-11-24T12:00:00.000Z","case":"4711","cycles":[{"target":"first_reply","cycle":1,
             "started_at":"2026-11-20T14:00:00.000Z","state":"running","verdict":"breached",
             "deadline":"2026-11-23T12:00:00.000Z","breached_at":"2026-11-23T12:00:00.000Z","duration_ms":21600000,
             "calendar":"office","carried_ms":0,"parts":[
              {"part":"chosen","at":"2026-11-20T14:00:00.000Z","policy_version":3,"rule":"front line",
               "duration_ms":21600000,"calendar":"office",
               "passed_over":[{"rule":"vip","why":"the plan is basic, the rule wants plan gold"}]},
              {"part":"counted","from":"2026-11-20T14:00:00.000Z","until":"2026-11-23T12:00:00.000Z",
               "calendar":"office","zone":"Europe/Berlin","total_ms":21600000,"spans":[
                {"from":"2026-11-20T14:00:00.000Z","until":"2026-11-20T16:00:00.000Z","length_ms":7200000},
                {"from":"2026-11-23T08:00:00.000Z","until":"2026-11-23T12:00:00.000Z","length_ms":14400000}]}],
             "told":[{"record":"breached","at":"2026-11-23T12:00:00.000Z","noticed_at":"2026-11-23T12:00:00.000Z",
               "late_ms":0,"target":"first_reply","cycle":1,"deadline":"2026-11-23T12:00:00.000Z","tier":1,
               "to":["mia"]}]}]}
            """
        let answer = try DaemonAnswer(bytes: Data(json.utf8)).decoded(as: ExplanationAnswer.self)
        #expect(
            ExplainCommand.text(of: answer, Paint(isOn: false)) == """
                first_reply: breached, within 6h of office, times in Europe/Berlin
                started   Fri 2026-11-20 15:00 +01:00
                rule      "front line"                     within 6h, of office, policy version 3
                          not "vip"                        the plan is basic, the rule wants plan gold
                counted   Fri 2026-11-20 15:00-17:00   2h
                counted   Mon 2026-11-23 09:00-13:00   4h  6h so far
                deadline  Mon 2026-11-23 13:00 +01:00      2026-11-23T12:00:00Z
                breached  Mon 2026-11-23 13:00 +01:00      first_reply, not stopped in time, missed by tier 1, told mia

                """
        )
    }

    @Test("a breach taken back too late for a notice is told as that, and so is what a digest told of (S21, S35)")
    func annotations() throws {
        func sentence(_ members: String) throws -> String {
            let json = """
                {"at":"2026-11-23T12:00:00.000Z","noticed_at":"2026-11-23T12:00:00.000Z","late_ms":0,\(members)}
                """
            return RecordSentence(try DaemonAnswer(bytes: Data(json.utf8)).decoded(as: RecordAnswer.self)).text
        }
        let retracted = """
            "record":"retracted","target":"first_reply","deadline":"2026-11-23T12:00:00.000Z","to":[],
            "reason":"a late event shows that the deadline was kept, after the retract_window of 24h: nobody is told"
            """
        #expect(
            try sentence(retracted)
                == "first_reply, the breach of 2026-11-23T12:00:00Z did not happen (a late event shows that the deadline "
                + "was kept, after the retract_window of 24h: nobody is told)"
        )
        let folded = #""record":"notified","target":"first_reply","step":"breach","to":["ada"],"digests":["ada-1"]"#
        #expect(try sentence(folded) == "first_reply, step breach, told ada in a digest")
        let digest = #""record":"digested","to":["ada"],"digests":["ada-1"],"reason":"5 notices in 5 cases""#
        #expect(try sentence(digest) == "told ada (5 notices in 5 cases)")
    }

    @Test("S60: of a case whose content was removed it says so, and shows the verdicts")
    func removed() throws {
        let json = """
            {"now":"2026-11-24T12:00:00.000Z","case":"4711","cycles":[],"content_removed_at":"2026-11-20T14:00:00.000Z",
             "verdicts":[{"record":"breached","at":"2025-10-01T12:00:00.000Z","noticed_at":"2025-10-01T12:00:00.000Z",
               "late_ms":0,"target":"first_reply","cycle":1,"deadline":"2025-10-01T12:00:00.000Z","to":["mia"]}]}
            """
        let answer = try DaemonAnswer(bytes: Data(json.utf8)).decoded(as: ExplanationAnswer.self)
        #expect(
            ExplainCommand.text(of: answer, Paint(isOn: false)) == """
                the content of case 4711 was removed on 2026-11-20T14:00:00Z: only its verdicts are left
                2025-10-01T12:00:00Z  breached  first_reply, not stopped in time, told mia

                """
        )
    }

    @Test("business days, a rule that does not ask, time of a merged case, and why a verdict does not count (S8, S18)")
    func words() throws {
        let json = """
            {"now":"2026-11-24T12:00:00.000Z","case":"4711","cycles":[{"target":"first_reply","cycle":1,
             "started_at":"2026-11-20T14:00:00.000Z","ended_at":"2026-11-23T12:00:00.000Z","state":"ended",
             "verdict":"breached","reason":"spam","void":true,"duration_ms":21600000,
             "calendar":"office","carried_ms":3600000,"parts":[
              {"part":"chosen","at":"2026-11-20T14:00:00.000Z","policy_version":3,"rule":"front line",
               "business_days":3,"calendar":"office","passed_over":[]},
              {"part":"chosen","at":"2026-11-20T15:00:00.000Z","policy_version":3,"rule":"urgent","passed_over":[]}],
             "told":[]}]}
            """
        let answer = try DaemonAnswer(bytes: Data(json.utf8)).decoded(as: ExplanationAnswer.self)
        #expect(
            ExplainCommand.text(of: answer, Paint(isOn: false)) == """
                first_reply: breached (does not count: spam), within 6h of office, times in UTC
                started  Fri 2026-11-20 14:00 +00:00
                carried  from a case merged into it   1h
                rule     "front line"                     within 3 business days, of office, policy version 3
                rule     "urgent"                         asks for no first_reply, policy version 3
                ended    Mon 2026-11-23 12:00 +00:00      breached (does not count: spam)

                """
        )
    }

    @Test("a case on which nothing was measured says so")
    func nothing() throws {
        let answer = ExplanationAnswer(now: Timestamp(.earliest), case: "4711", cycles: [])
        #expect(
            ExplainCommand.text(of: answer, Paint(isOn: false))
                == "no target was ever measured on case 4711\n"
        )
        #expect(
            ExplainCommand.text(of: answer, target: "update", Paint(isOn: false))
                == "update was never measured on case 4711\n"
        )
    }
}
