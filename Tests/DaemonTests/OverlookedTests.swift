import Foundation
import Testing

/// Notices of which nobody tells the outlet.
@Suite("A daemon that overlooks its notices", .timeLimit(.minutes(5)))
struct OverlookedTests {
    private let policy = """
        version: 1
        people:
          ada: { name: Ada Lovelace }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada }
        tiers:
          1: { name: Desk, description: All there is, team: desk, ladder: none }
        ladders:
          none: [{ at: breach + 24h, notify: [manager] }]
        targets:
          - { name: all, calendar: always, first_reply: 1s }
        start_tier: 1
        last_resort: ada
        """

    @Test("what no commit is told of is found by the check, said to be a fault of priority 3, written and counted")
    func found() throws {
        let daemon = try RunningDaemon(policy: policy)
        daemon.environment["SLAWATCH_TEST_HOOKS"] = "deaf"
        // Standard error is taken for a stream of the journal: then each line has its priority.
        let file = daemon.folder.appending(path: "said").path(percentEncoded: false)
        try Data().write(to: daemon.folder.appending(path: "said"))
        let about = try FileManager.default.attributesOfItem(atPath: file)
        let device = try #require(about[.systemNumber] as? Int)
        let inode = try #require(about[.systemFileNumber] as? Int)
        daemon.environment["JOURNAL_STREAM"] = "\(device):\(inode)"
        try daemon.start()
        #expect(try daemon.slactl("event", "opened", "4711").code == 0)
        daemon.wait { daemon.said.contains("Breached: case 4711") }
        let lines = daemon.said.split(separator: "\n").filter { $0.contains("Fault") || $0.contains("Breached") }
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.first?.hasPrefix("<3>Fault: 1 notice waited for more than 30 seconds") == true, "\(lines)")
        #expect(lines.last?.contains("Breached: case 4711") == true, "\(lines)")
        #expect(try daemon.get("/metrics").contains("\nslawatch_notices_overlooked_total 1\n"))
        #expect(daemon.stop() == 0)
    }
}
