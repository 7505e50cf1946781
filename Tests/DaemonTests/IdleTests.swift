import Foundation
import Testing

/// What a service costs that has nothing to do.
@Suite("An idle daemon", .timeLimit(.minutes(5)))
struct IdleTests {
    private let policy = """
        version: 1
        people:
          ada: { name: Ada Lovelace }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada }
        tiers:
          1: { name: Desk, description: All there is, team: desk, ladder: none }
        ladders:
          none: [{ at: breach, notify: [manager] }]
        targets:
          - { name: all, calendar: always, first_reply: 6h }
        start_tier: 1
        last_resort: ada
        """

    /// Wake-ups of each thread since it started, by its number.
    private func wakes(of process: Int32) throws -> [String: Int] {
        let folder = "/proc/\(process)/task"
        var wakes: [String: Int] = [:]
        for thread in try FileManager.default.contentsOfDirectory(atPath: folder) {
            // A thread may end in between.
            guard let status = try? String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8) else {
                continue
            }
            let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
            wakes[thread] = line.flatMap { $0.split(separator: "\t").last }.flatMap { Int($0) }
        }
        return wakes
    }

    @Test("no thread wakes while nothing is due and no watchdog asks, also after events, a reload and a request")
    func sleeps() throws {
        let daemon = try RunningDaemon(policy: policy)
        try daemon.start()
        #expect(try daemon.slactl("event", "opened", "4711").code == 0)
        #expect(try daemon.slactl("reload").code == 0)
        #expect(try daemon.slactl("explain", "4711").code == 0)
        let process = try #require(daemon.processID)
        // Threads that Dispatch started for all this end by themselves after five seconds.
        var quiet = try wakes(of: process)
        var isAsleep = false
        for _ in 0..<10 where !isAsleep {
            usleep(4_000_000)
            let now = try wakes(of: process)
            isAsleep = now == quiet
            quiet = now
        }
        #expect(isAsleep, "a thread woke in each of ten spans of four seconds: \(quiet)")
        #expect(quiet.count >= 5, "\(quiet)")
        #expect(daemon.stop() == 0)
    }
}
