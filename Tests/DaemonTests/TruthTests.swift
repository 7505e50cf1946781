import Engine
import Foundation
import Loop
import Store
import Testing
import TimeBase
import WorkingTime

/// The real log through the real store, against figures that others computed from the same source.
@Suite("Truth")
struct TruthTests {
    @Test(
        "every case of a real log gets the verdict that others computed for it",
        arguments: [(hours: 6, breaches: 378, met: 622), (hours: 12, breaches: 332, met: 668)]
    )
    func verdicts(hours: Int64, breaches: Int, met: Int) throws {
        let events = try RealLog.events()
        let truth = try RealLog.firstReplies()
        let folder = FileManager.default.temporaryDirectory.appending(path: "slawatch-truth-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(folder: folder.path(percentEncoded: false))
        let policies = Policies(version: 1, policy: .firstReply(within: .hours(hours)))
        let clock = FixedClock(instant: events.map(\.at).max() ?? .earliest)
        let loop = try Loop(store: store, policies: policies, clock: clock, alarm: NoAlarm())

        let answers = try loop.submit([Unit(events: events, enforceFrom: clock.instant)])
        #expect(answers.flatMap { $0 }.allSatisfy { $0 == .applied })

        let reader = try StoreReader(folder: folder.path(percentEncoded: false))
        var verdicts: [CaseTimer.Verdict: Int] = [:]
        for (id, seconds) in truth {
            let timer = try #require(try reader.case(id)?.timer(.firstReply), "case \(id)")
            let verdict = try #require(timer.verdict, "case \(id)")
            verdicts[verdict, default: 0] += 1
            #expect(verdict == (seconds <= hours * 3_600 ? .met : .metLate), "case \(id), replied after \(seconds) s")
            #expect(timer.endedAt.map { $0 - timer.startedAt } == .seconds(seconds), "case \(id)")
        }
        #expect(verdicts == [.met: met, .metLate: breaches])
        let counts = try reader.counts()
        #expect(counts.records[.breached] == breaches)
        #expect(counts.noticesPending == 0, "history before enforce_from is measured, never announced")
        #expect(try loop.submit([Unit(events: events)]).flatMap { $0 }.allSatisfy { $0 == .duplicate })
        try reader.close()
        try store.close()
    }
}

private struct FixedClock: WallClock {
    var instant: Instant
    func now() -> Instant { instant }
}

private struct NoAlarm: Alarm {
    func arm(_ instant: Instant?) {}
}

extension Policy {
    fileprivate static func firstReply(within duration: Span) -> Policy {
        let target = Target(metric: .firstReply, duration: duration, calendar: "always")
        let tier = Tier(number: 1, name: "Desk", description: "", team: "desk", manager: "ada", ladder: "silent")
        return Policy(
            contentHash: "0000000000000001",
            calendars: ["always": .always],
            people: ["ada": Person(id: "ada", name: "Ada")],
            teams: ["desk": Team(id: "desk", name: "Desk", members: [], manager: "ada", reportsTo: nil)],
            tiers: [tier],
            targetRules: [TargetRule(name: "all", condition: .always, targets: [target])],
            ladders: ["silent": Ladder(name: "silent", steps: [])],
            startTier: 1,
            lastResort: "ada"
        )
    }
}
