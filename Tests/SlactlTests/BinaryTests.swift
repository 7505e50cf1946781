import Foundation
import Testing

/// The built program itself: what a shell or a unit sees of it.
@Suite("the program slactl", .timeLimit(.minutes(5)))
struct BinaryTests {
    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> SlactlRun {
        try SlactlRun(arguments, environment: environment)
    }

    @Test("with the daemon down it says so in one sentence, how to start it, and ends with 69")
    func daemonDown() throws {
        let run = try run("status", environment: ["SLAWATCH_SOCKET": "/nowhere/slawatchd.sock"])
        #expect(run.code == 69)
        #expect(run.output.isEmpty)
        #expect(
            run.error == "slactl: cannot reach slawatchd at /nowhere/slawatchd.sock: no such socket; "
                + "start it with: systemctl start slawatchd\n"
        )
    }

    @Test("with -o json a failure is JSON too")
    func daemonDownForPrograms() throws {
        let run = try run("cases", "-o", "json", "--socket", "/nowhere/s")
        #expect(run.code == 69)
        #expect(
            run.error == #"{"error":"cannot reach slawatchd at /nowhere/s: no such socket; "#
                + #"start it with: systemctl start slawatchd","exit":69,"lines":[]}"# + "\n"
        )
    }

    @Test("the version is known without a daemon")
    func version() throws {
        let run = try run("version", "--socket", "/nowhere/s")
        #expect(run.code == 0)
        #expect(run.output == "slactl 0.1.0\nslawatchd not reachable\n")
    }

    @Test("wrong usage ends with 64, a file that is not there with 74, mistakes in a policy with 78")
    func codes() throws {
        #expect(try run("cases", "--limit", "0").code == 64)
        #expect(try run("frobnicate").code == 64)
        let missing = try run("import", "/nowhere/events.jsonl")
        #expect(missing.code == 74)
        #expect(missing.error == "slactl: cannot read /nowhere/events.jsonl: no such file or directory\n")
        let unread = try run("check-config", "/nowhere/slawatch.yaml")
        #expect(unread.code == 74)
        #expect(unread.output.isEmpty, "what was not read has no sum")
        let policy = try run("check-config", "-")
        #expect(policy.code == 78)
        #expect(policy.output.hasPrefix("<stdin>:1:1: error: "))
        #expect(policy.output.hasSuffix("\n1 file: 1 mistake\n"))
    }

    @Test("check-config reads the holidays beside a policy, wherever it is called from")
    func feeds() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slactl-\(UUID().uuidString)")
        let holidays = folder.appending(path: "holidays")
        try FileManager.default.createDirectory(at: holidays, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let calendar = "{ time_zone: UTC, hours: { mon: \"09:00-17:00\" }, holidays: [{ ics: holidays/a.ics }] }"
        let policy = folder.appending(path: "slawatch.yaml")
        try "version: 1\ncalendars:\n  office: \(calendar)\n".write(to: policy, atomically: true, encoding: .utf8)
        let path = policy.path(percentEncoded: false)
        let missing = try run("check-config", path)
        #expect(missing.output.contains(": cannot read holidays/a.ics: no such file or directory [C047]\n"))
        let feed = holidays.appending(path: "a.ics")
        try "BEGIN:VCALENDAR\nBEGIN:VEVENT\n".write(to: feed, atomically: true, encoding: .utf8)
        let broken = try run("check-config", path)
        #expect(broken.output.contains(": cannot use holidays/a.ics: line 2: VEVENT does not end, "))
        try "BEGIN:VCALENDAR\nEND:VCALENDAR\n".write(to: feed, atomically: true, encoding: .utf8)
        #expect(try run("check-config", path).output.contains("fetch a newer file [C049]\n"))
    }

    @Test(
        "help teaches with an example, and is no mistake",
        arguments: [
            "cases", "watch", "show", "log", "event", "import", "replay", "simulate", "test", "check-config",
        ]
    )
    func help(command: String) throws {
        let run = try run(command, "--help")
        #expect(run.code == 0)
        #expect(run.output.contains("  slactl \(command) "))
        // The usage line is argument-parser's and is not broken.
        for line in run.output.split(separator: "\n") where !line.hasPrefix("USAGE") { #expect(line.count <= 80) }
    }

    @Test("help of a calendar's commands teaches too", arguments: ["show", "due", "elapsed", "eval"])
    func calendarHelp(command: String) throws {
        let run = try run("calendar", command, "--help")
        #expect(run.code == 0)
        #expect(run.output.contains("  slactl calendar \(command) "))
        for line in run.output.split(separator: "\n") where !line.hasPrefix("USAGE") { #expect(line.count <= 80) }
    }

    @Test("completion knows every command", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let run = try run("--generate-completion-script", shell)
        #expect(run.code == 0)
        for command in [
            "check-config", "status", "cases", "show", "event", "import", "replay", "simulate", "test", "ack", "reload",
            "calendar", "elapsed", "explain", "log", "watch",
        ] {
            #expect(run.output.contains(command))
        }
    }
}
