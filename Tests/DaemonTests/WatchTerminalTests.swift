import Foundation
import Testing

/// The built slactl on a real pseudo-terminal, beside the built daemon.
@Suite(
    "slactl watch on a terminal",
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs python3")
)
struct WatchTerminalTests {
    private static let policy = """
        version: 1
        people:
          ada: { name: Ada Lovelace }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada }
        tiers:
          1: { name: Desk, description: All there is, team: desk, ladder: default }
        targets:
          - { name: urgent, when: { priority: high }, calendar: always, first_reply: 1h }
          - { name: all, calendar: always, first_reply: 6h }
        ladders:
          default:
            - { at: breach, do: escalate, notify: [manager] }
        start_tier: 1
        last_resort: ada
        """

    /// What a person at a terminal saw.
    private struct Seen: Decodable {
        let status: Int32
        let isRestored: Bool
        let rest: String
        let screens: [String]
        let error: String
    }

    private static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    private static var slactl: String { binaries.appending(path: "slactl").path(percentEncoded: false) }
    /// The second screen is left, the cursor is back, and lines are wrapped again.
    private static let restored = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    /// A daemon with three cases, the most urgent last.
    private func daemon() throws -> RunningDaemon {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        for (id, priority) in [("C1", "low"), ("C2", "low"), ("U1", "high")] {
            #expect(try daemon.slactl("event", "opened", id, "--priority", priority).code == 0)
        }
        return daemon
    }

    private func play(
        _ daemon: RunningDaemon,
        _ words: [String],
        _ steps: [[Any]],
        rows: Int = 10,
        columns: Int = 100,
        environment: [String: String] = [:]
    ) throws -> Seen {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "terminal.py")
        let json = String(decoding: try JSONSerialization.data(withJSONObject: steps), as: UTF8.self)
        process.arguments =
            [script.path(percentEncoded: false), "\(rows)", "\(columns)", json, Self.slactl] + words
        let socket = daemon.folder.appending(path: "s").path(percentEncoded: false)
        process.environment = ["SLAWATCH_SOCKET": socket, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let (output, complaints) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(String(decoding: complaint, as: UTF8.self))")
        return try JSONDecoder().decode(Seen.self, from: answer)
    }

    @Test("the most urgent case is first, time ticks, keys select, show and take, and q gives the terminal back")
    func keys() throws {
        let daemon = try daemon()
        let seen = try play(
            daemon,
            ["watch", "--reason", "on it"],
            [
                ["wait", "3 cases, 0 late"], ["wait", #"U1 +in 59:[0-9]0"#], ["wait", #"U1 +in 59:[0-9]9"#],
                ["send", "j\u{1B}[Ba"], ["wait", "acknowledged C2"], ["wait", "C2 .* by "],
                ["send", "k\r"], ["wait", #"(?s)Case C1\n.*Timers"#], ["send", "q"], ["wait", "CASE +DUE"],
                ["run", [Self.slactl, "event", "opened", "N1"]], ["wait", "4 cases"],
                ["send", "q"],
            ],
            rows: 24
        )
        #expect(seen.status == 0)
        #expect(seen.isRestored)
        #expect(seen.rest == Self.restored)
        #expect(seen.error.isEmpty)
        let rows = seen.screens[0].split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(rows[2...].prefix(3) == ["U1", "C1", "C2"])
        #expect(try daemon.slactl("cases", "--unacked").output.contains("C2") == false)
        #expect(try daemon.slactl("show", "C2").output.contains("(on it)"))
    }

    @Test("a window of another size is drawn anew, and no frame is larger than it")
    func resize() throws {
        let daemon = try daemon()
        let seen = try play(
            daemon,
            ["watch"],
            [
                ["wait", "arrows: select"], ["resize", [5, 30]], ["wait", #"(?m)^.*arrows: select   a: ac…$"#],
                ["resize", [20, 120]], ["wait", "Enter: show"], ["send", "q"],
            ]
        )
        #expect(seen.status == 0)
        let small = seen.screens[1].split(separator: "\n", omittingEmptySubsequences: false)
        #expect(small.count == 5)
        #expect(small.allSatisfy { $0.count <= 30 })
        #expect(seen.screens[2].split(separator: "\n", omittingEmptySubsequences: false).count == 20)
    }

    @Test(
        "a signal ends it, and the terminal is as before",
        arguments: [("SIGTERM", SIGTERM), ("SIGHUP", SIGHUP), ("SIGQUIT", SIGQUIT), ("SIGINT", SIGINT)]
    )
    func signals(name: String, number: Int32) throws {
        let daemon = try daemon()
        let seen = try play(daemon, ["watch"], [["wait", "3 cases"], ["signal", name]])
        #expect(seen.status == 128 + number)
        #expect(seen.isRestored)
        #expect(seen.rest == Self.restored)
    }

    @Test("Ctrl-C ends the list without keys, which takes none; it is redrawn in place when something changes")
    func casesInPlace() throws {
        let daemon = try daemon()
        let seen = try play(
            daemon,
            ["cases", "--watch", "--every", "30s"],
            [
                ["wait", "3 cases"], ["send", "aq"], ["run", [Self.slactl, "event", "opened", "N1"]],
                ["wait", "4 cases"], ["wait", "Ctrl-C ends"], ["send", "\u{3}"],
            ]
        )
        #expect(seen.status == 128 + SIGINT)
        #expect(seen.isRestored)
        #expect(seen.rest.hasSuffix(Self.restored))
        #expect(try daemon.slactl("cases", "--unacked").output.split(separator: "\n").count == 5)
    }

    @Test("a daemon that goes away is told in the first line, and found again")
    func away() throws {
        let daemon = try daemon()
        let pid = try #require(daemon.processID)
        let socket = daemon.folder.appending(path: "s").path(percentEncoded: false)
        let (config, state) = (daemon.folder.appending(path: "slawatch.yaml"), daemon.state)
        let slawatchd = Self.binaries.appending(path: "slawatchd").path(percentEncoded: false)
        // A shell starts it again, and ends it when the test is over.
        let restart =
            "\(slawatchd) --config \(config.path(percentEncoded: false)) --state-directory "
            + "\(state.path(percentEncoded: false)) --socket \(socket) --journal stderr </dev/null >/dev/null 2>&1 & "
            + "echo $! >\(daemon.folder.path(percentEncoded: false))/pid"
        let seen = try play(
            daemon,
            ["watch"],
            [
                ["wait", "3 cases"], ["run", ["/bin/kill", "-9", "\(pid)"]],
                ["wait", "cannot .*slawatchd.*; looking again"], ["wait", "U1 +in 59"],
                ["run", ["/bin/sh", "-c", restart]], ["wait", "3 cases"], ["send", "q"],
            ],
            columns: 160
        )
        #expect(seen.status == 0)
        let second = try String(contentsOf: daemon.folder.appending(path: "pid"), encoding: .utf8)
        kill(try #require(Int32(second.trimmingCharacters(in: .whitespacesAndNewlines))), SIGTERM)
    }

    @Test("without a terminal it refuses as wrong usage; a list is printed again each time into a pipe")
    func pipe() throws {
        let daemon = try daemon()
        let refused = try daemon.slactl("watch")
        #expect(refused.code == 64)
        #expect(refused.output.isEmpty)
        let list = try daemon.follower("cases", "--watch", "--every", "1s", "--utc")
        daemon.wait { list.lines.count { $0.contains("U1") } >= 3 }
        #expect(!list.lines.joined().contains("\u{1B}"))
        #expect(list.end() == SIGINT)
        for wrong in [
            ["cases", "--every", "5s"], ["cases", "--watch", "-o", "json"], ["cases", "--watch", "--every", "31s"],
        ] {
            #expect(try daemon.slactl(wrong).code == 64)
        }
    }
}
