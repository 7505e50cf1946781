import Foundation
import Testing

/// The built slactl beside the built daemon: what it shows while things happen.
@Suite("slactl log --follow", .serialized, .timeLimit(.minutes(5)))
struct LogFollowTests {
    private static let policy = """
        version: 1
        people:
          ada: { name: Ada Lovelace }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada }
        tiers:
          1: { name: Desk, description: All there is, team: desk, ladder: default }
        targets:
          - { name: all, calendar: always, first_reply: 6h }
        ladders:
          default:
            - { at: breach, do: escalate, notify: [manager] }
        start_tier: 1
        last_resort: ada
        """

    /// The cases of lines such as `2026-12-01T05:00:00Z  started       C1  first_reply, ...`.
    private func cases(_ lines: [String]) -> [String] {
        lines.map { $0.split(separator: " ").dropFirst(2).first.map(String.init) ?? "" }
    }

    @Test("each record is shown once, through a kill, a stop and a start; it says once that the daemon is away")
    func restart() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        try daemon.slactl("event", "opened", "before")
        let log = try daemon.follower("log", "--follow", "--utc", "--kind", "started")
        daemon.wait { log.lines.count == 1 }
        var opened = ["before"]
        for round in 1...4 {
            for number in 1...5 {
                opened.append("C\(round)-\(number)")
                #expect(try daemon.slactl("event", "opened", "C\(round)-\(number)").code == 0)
                #expect(try daemon.slactl("event", "customer_message", "C\(round)-\(number)").code == 0)
            }
            // Half of what was written may not have been shown yet.
            if round.isMultiple(of: 2) { daemon.kill() } else { #expect(daemon.stop() == 0) }
            daemon.wait { log.error.split(separator: "\n").count { $0.hasSuffix("; waiting for it") } == round }
            try daemon.start()
        }
        try daemon.slactl("event", "opened", "after")
        opened.append("after")
        daemon.wait { log.lines.count >= opened.count }
        #expect(cases(log.lines) == opened)
        #expect(log.error.split(separator: "\n").count { $0 == "slactl: slawatchd answers again" } == 4)
        #expect(log.end() == SIGINT)
    }

    @Test("followers do not hold up the stop of the service, and go on waiting for it")
    func stop() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        let logs = try (0..<3).map { _ in try daemon.follower("log", "-f") }
        // Each has asked once for the newest and now waits.
        usleep(500_000)
        let start = ContinuousClock.now
        #expect(daemon.stop() == 0)
        #expect(ContinuousClock.now - start < .seconds(15), "held requests end with the service, not after their 25 s")
        for log in logs { #expect(log.isRunning) }
    }

    @Test("more followers than the daemon holds requests see every record too, and none complains")
    func many() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        let logs = try (0..<18).map { _ in try daemon.follower("log", "-f", "-n", "0", "--kind", "started") }
        // A follower that has not asked yet would begin behind these: each sees the last one, and what it began with before.
        var count = 0
        daemon.wait {
            count += 1
            _ = try? daemon.slactl("event", "opened", "early\(count)")
            return logs.allSatisfy { !$0.lines.isEmpty }
        }
        for number in 1...20 { #expect(try daemon.slactl("event", "opened", "C\(number)").code == 0) }
        daemon.wait { logs.allSatisfy { $0.lines.last?.contains("  C20  ") == true } }
        for log in logs {
            let own = log.lines.compactMap { $0.firstMatch(of: /\s(C[0-9]+)\s/).map { String($0.1) } }
            #expect(own == (1...20).map { "C\($0)" })
            #expect(log.error.isEmpty, "\(log.error)")
        }
    }

    @Test("a store that was replaced by a backup is told, and the log goes on from its end")
    func backup() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        try daemon.slactl("event", "opened", "C1")
        #expect(daemon.stop() == 0)
        let backup = daemon.folder.appending(path: "backup")
        try FileManager.default.copyItem(at: daemon.state, to: backup)
        try daemon.start()
        let log = try daemon.follower("log", "--follow", "--kind", "started")
        try daemon.slactl("event", "opened", "C2")
        daemon.wait { cases(log.lines.map { $0.replacing(/^\S+ \S+ \S+/, with: "t") }) == ["C1", "C2"] }
        #expect(daemon.stop() == 0)
        try FileManager.default.removeItem(at: daemon.state)
        try FileManager.default.copyItem(at: backup, to: daemon.state)
        try daemon.start()
        daemon.wait { log.error.contains("replaced by another one or by a backup; going on from its end") }
        try daemon.slactl("event", "opened", "C3")
        daemon.wait { log.lines.count == 3 }
        #expect(log.lines.last?.contains("  C3  ") == true)
    }

    @Test("a log whose reader has gone ends, also if nothing is written any more")
    func pipe() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        try daemon.slactl("event", "opened", "C1")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        let socket = daemon.folder.appending(path: "s").path(percentEncoded: false)
        let slactl = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "slactl").path(percentEncoded: false)
        let script = #""$0" log -f --socket "$1" 2>"$2" | head -n 1 >/dev/null; exit "${PIPESTATUS[0]}""#
        let complaints = daemon.folder.appending(path: "pipe.err")
        shell.arguments = ["-c", script, slactl, socket, complaints.path(percentEncoded: false)]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 128 + SIGPIPE)
        #expect(try String(contentsOf: complaints, encoding: .utf8).isEmpty)
    }
}
