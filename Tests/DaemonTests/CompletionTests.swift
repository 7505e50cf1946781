import Foundation
import Testing

/// What the shell offers when Tab is pressed: the script that slactl writes, in a real bash, beside the built daemon.
@Suite("completion in the shell", .serialized, .timeLimit(.minutes(5)))
struct CompletionTests {
    private static let policy = """
        version: 1
        calendars:
          office: { time_zone: UTC, hours: { mon-fri: ["09:00-17:00"] } }
        people:
          ada: { name: Ada Lovelace }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: ada }
          core: { name: Core, members: [{ person: ada, role: lead }], manager: ada }
        tiers:
          1: { name: Desk, description: First, team: desk, ladder: default }
          7: { name: Core, description: Second, team: core, ladder: default }
        targets:
          - { name: all, calendar: office, first_reply: 6h, resolution: 8h }
        ladders:
          default:
            - { at: breach, do: escalate, notify: [manager] }
        start_tier: 1
        last_resort: ada
        """

    private static let slactl = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "slactl").path(percentEncoded: false)

    /// Does what bash does for Tab at the end of the words given as arguments, and prints what it would offer.
    private static let tab = #"""
        script=$1; shift
        source "$script"
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
        _slactl slactl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
        """#

    private func offered(_ daemon: RunningDaemon, _ words: String...) throws -> [String] {
        let script = daemon.folder.appending(path: "completion.bash")
        if !FileManager.default.fileExists(atPath: script.path(percentEncoded: false)) {
            let text = try daemon.slactl("--generate-completion-script", "bash").output
            try text.write(to: script, atomically: true, encoding: .utf8)
        }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.currentDirectoryURL = daemon.folder
        process.environment = [
            "SLAWATCH_SOCKET": daemon.folder.appending(path: "s").path(percentEncoded: false), "PATH": "/usr/bin:/bin",
        ]
        process.arguments = ["-c", Self.tab, "bash", script.path(percentEncoded: false), Self.slactl] + words
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: answer, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("case ids that begin with what is typed are offered wherever a case is asked for")
    func cases() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        for id in ["T-1", "T-2", "T-2~2", "U-1"] { #expect(try daemon.slactl("event", "opened", id).code == 0) }
        #expect(try daemon.slactl("event", "closed", "T-1").code == 0)
        for words in [["show"], ["ack"], ["snooze"], ["explain"], ["deadline"], ["reapply"], ["event", "note"]] {
            let process = try offered(daemon, words, "T-")
            #expect(process == ["T-2", "T-2~2"], "\(words)")
        }
        #expect(try offered(daemon, "log", "--case", "U") == ["U-1"])
        #expect(try offered(daemon, "event", "merged", "T-2", "--into", "U") == ["U-1"])
        #expect(try offered(daemon, "show", "").filter { !$0.hasPrefix("-") } == ["T-2", "T-2~2", "U-1"])
    }

    private func offered(_ daemon: RunningDaemon, _ words: [String], _ last: String) throws -> [String] {
        switch words.count {
        case 1: try offered(daemon, words[0], last)
        default: try offered(daemon, words[0], words[1], last)
        }
    }

    @Test("calendars, targets, teams and tiers are those of the policy in force, also after a reload")
    func names() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        #expect(try offered(daemon, "calendar", "show", "o") == ["office"])
        #expect(try offered(daemon, "calendar", "due", "").filter { !$0.hasPrefix("-") } == ["always", "office"])
        #expect(try offered(daemon, "cases", "--team", "") == ["core", "desk"])
        #expect(try offered(daemon, "cases", "--tier", "") == ["1", "7"])
        #expect(try offered(daemon, "log", "--team", "d") == ["desk"])
        #expect(try offered(daemon, "explain", "T-1", "--target", "") == ["first_reply", "resolution"])
        #expect(try offered(daemon, "deadline", "T-1", "f") == ["first_reply"])
        try daemon.write(policy: Self.policy.replacingOccurrences(of: "office", with: "shop"))
        #expect(try daemon.slactl("reload").code == 0)
        #expect(try offered(daemon, "calendar", "show", "s") == ["shop"])
        let other = daemon.folder.appending(path: "other.yaml")
        let text = Self.policy.replacingOccurrences(of: "office", with: "night")
        try text.write(to: other, atomically: true, encoding: .utf8)
        let file = other.path(percentEncoded: false)
        #expect(try offered(daemon, "calendar", "show", "--policy", file, "n") == ["night"])
    }

    @Test("a case id with what a shell would expand is not offered, and nothing of it is run")
    func hostile() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        for id in ["T$(touch marker)", "T`touch marker`", "T;touch marker", "T a", "T'", "T*", "T-1", "T:1", "Tä1"] {
            #expect(try daemon.slactl("event", "opened", id).code == 0)
        }
        #expect(try offered(daemon, "show", "T") == ["T-1", "Tä1"])
        #expect(try offered(daemon, "show", "T$(touch marker)").isEmpty)
        #expect(
            !FileManager.default.fileExists(atPath: daemon.folder.appending(path: "marker").path(percentEncoded: false))
        )
    }

    @Test("without a daemon nothing is offered but the targets that there are, at once and without a word")
    func away() throws {
        let daemon = try RunningDaemon(policy: Self.policy)
        try daemon.start()
        #expect(daemon.stop() == 0)
        #expect(try offered(daemon, "show", "T").isEmpty)
        #expect(try offered(daemon, "cases", "--team", "").isEmpty)
        #expect(try offered(daemon, "explain", "T-1", "--target", "tier").contains("tier_time"))
        try daemon.start()
        let process = try #require(daemon.processID)
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        let start = ContinuousClock.now
        #expect(try offered(daemon, "show", "T").isEmpty)
        #expect(ContinuousClock.now - start < .seconds(30), "half a second, and the start of a shell")
    }
}
