import ArgumentParser
import Engine
import Testing
import TimeBase

@testable import slactl

@Suite("what can be typed")
struct CommandLineTests {
    private func parse<Command: ParsableCommand>(
        _ words: String...,
        as type: Command.Type = Command.self
    ) throws -> Command {
        try #require(try Slactl.parseAsRoot(words) as? Command)
    }

    /// The exit code of a mistake.
    private func code(_ words: String...) -> Int32? {
        do {
            _ = try Slactl.parseAsRoot(words)
            return nil
        } catch {
            return Slactl.exitCode(for: error).rawValue
        }
    }

    @Test(
        "a negative number is refused as one, and not taken for an option",
        arguments: [
            (["cases", "--offset", "-1"], "--offset is -1"), (["cases", "--limit", "-3"], "--limit is -3"),
            (["explain", "T-1", "--page", "-1"], "--page is -1"), (["show", "T-1", "--page", "-1"], "--page is -1"),
            (["log", "-n", "-1"], "--lines is -1"), (["log", "--after", "-1"], "--after is -1"),
        ]
    )
    func negative(words: [String], said: String) {
        #expect(performing: { try Slactl.parseAsRoot(words) }, throws: { Slactl.message(for: $0).hasPrefix(said) })
        #expect((try? Slactl.parseAsRoot(["show", "--", "-7"]) as? ShowCommand)?.caseID == "-7")
    }

    @Test(
        "an option that would do nothing is none",
        arguments: [
            ["version"], ["reload"], ["import", "-"], ["calendar", "show", "office"],
            ["calendar", "due", "office", "now", "6h"], ["calendar", "elapsed", "office", "now", "now"],
        ]
    )
    func withoutTimes(words: [String]) throws {
        _ = try Slactl.parseAsRoot(words)
        #expect(throws: (any Error).self) { try Slactl.parseAsRoot(words + ["--utc"]) }
    }

    @Test(
        "every command takes --output json and a socket",
        arguments: [
            ["status"], ["cases"], ["show", "T-1"], ["event", "note", "T-1"], ["ack", "T-1"], ["import", "-"],
            ["replay", "-"], ["reload"], ["version"],
        ]
    )
    func everywhere(words: [String]) throws {
        for option in [["-o", "json"], ["--output", "json"]] {
            let command = try Slactl.parseAsRoot(words + option + ["--socket", "/tmp/s"])
            #expect((command as? any AnswersInFormat)?.format == .json)
        }
    }

    @Test("check-config takes several files and needs no socket")
    func checkConfig() throws {
        let command = try parse("check-config", "a.yaml", "-", "-o", "json", as: CheckConfigCommand.self)
        #expect(command.files == ["a.yaml", "-"])
        #expect(command.format == .json)
        #expect(try parse("check-config", as: CheckConfigCommand.self).files == ["/etc/slawatchd/slawatch.yaml"])
        #expect(code("check-config", "--diff", "a.yaml", "b.yaml") == 64)
        #expect(code("check-config", "--diff", "a.yaml", "--limit", "10001") == 64)
    }

    @Test("cases are asked for by tier, lateness and nearness")
    func cases() throws {
        let all = try parse("cases", as: CasesCommand.self)
        #expect(all.query.map { "\($0.name)=\($0.value)" } == ["limit=100"])
        let some = try parse(
            "cases",
            "--tier",
            "2",
            "--overdue",
            "--due-within",
            "2h",
            "--limit",
            "5",
            "--offset",
            "10",
            as: CasesCommand.self
        )
        #expect(
            some.query.map { "\($0.name)=\($0.value)" }
                == ["tier=2", "overdue=true", "due_within=2h", "limit=5", "offset=10"]
        )
    }

    @Test("cases are asked for by team, agent, priority, customer and what nobody has taken, in an order")
    func filters() throws {
        let words = [
            "cases", "--team", "desk", "--agent", "", "--priority", "high", "--customer", "ACME", "--unacked",
            "--snoozed", "--sort", "waiting", "--due-within", "2d",
        ]
        let command = try #require(try Slactl.parseAsRoot(words) as? CasesCommand)
        #expect(
            command.query.map { "\($0.name)=\($0.value)" } == [
                "due_within=48h", "team=desk", "agent=", "priority=high", "customer=ACME", "unacked=true",
                "snoozed=true", "sort=waiting", "limit=100",
            ]
        )
        #expect(code("cases", "--sort", "mood") == 64)
        #expect(code("cases", "-o", "xml") == 64)
    }

    @Test("the bar of a replay shows the time of the log in UTC if that is asked for, else in local time with its zone")
    func replayNote() throws {
        let instant = Instant(milliseconds: 1_795_269_730_000)
        let utc = try parse("replay", "-", "--utc", as: ReplayCommand.self)
        #expect(utc.note(at: instant) == "log time 2026-11-21T14:02:10Z")
        let local = try parse("replay", "-", as: ReplayCommand.self)
        #expect(local.note(at: instant) == "log time \(TimeText.local(instant))")
    }

    @Test("what cases tell each other is nobody else's to say")
    func inside() {
        #expect(code("event", "absorbed", "T-1") == 64)
    }

    @Test(
        "an event of every kind can be told, but for the one that has a command of its own",
        arguments: Event.Kind.fromOutside
    )
    func kinds(kind: Event.Kind) throws {
        let needed: [Event.Kind: [String]] = [
            .merged: ["--into", "T-2"], .split: ["--from", "T-2"], .snoozed: ["--until", "2d"],
        ]
        if let options = needed[kind] { #expect(code("event", kind.word, "T-1") == 64, "needs \(options[0])") }
        guard kind != .deadlineSet else {
            #expect(code("event", kind.word, "T-1") == 64)
            return
        }
        let words = ["event", kind.word, "T-1"] + (needed[kind] ?? [])
        let command = try #require(try Slactl.parseAsRoot(words) as? EventCommand)
        #expect(command.kind == kind)
        #expect(command.caseID == "T-1")
    }

    @Test("an event carries every field, and nothing that nobody gave")
    func fields() throws {
        let now = Instant(milliseconds: 1_795_269_730_000)
        func document(_ command: EventCommand) -> String {
            JSONText.of(
                EventDocument(
                    kind: command.kind,
                    caseID: command.caseID,
                    facts: command.facts,
                    fields: command.fields,
                    now: now
                )
            )
        }
        let bare = try parse("event", "note", "T-1", as: EventCommand.self)
        #expect(document(bare) == #"{"at":"2026-11-21T14:02:10.000Z","case":"T-1","event":"note"}"# + "\n")
        let full = try parse(
            "event",
            "opened",
            "T-1",
            "--at",
            "2026-01-02T03:04:05+01:00",
            "--id",
            "i",
            "--seq",
            "7",
            "--source",
            "s",
            "--by",
            "staff",
            "--author",
            "bot",
            "--text",
            "t",
            "--reason",
            "r",
            "--subject",
            "u",
            "--topic",
            "o",
            "--language",
            "de",
            "--channel",
            "email",
            "--priority",
            "high",
            "--plan",
            "gold",
            "--customer",
            "c",
            "--tier",
            "2",
            "--team",
            "m",
            "--agent",
            "",
            "--tag",
            "a",
            "--tag",
            "b",
            "--private",
            as: EventCommand.self
        )
        #expect(
            document(full) == #"{"agent":"","at":"2026-01-02T02:04:05.000Z","author":"bot","by":"staff","case":"T-1","#
                + #""channel":"email","customer":"c","event":"opened","id":"i","language":"de","plan":"gold","#
                + #""priority":"high","private":true,"reason":"r","seq":7,"source":"s","subject":"u","tags":["a","b"],"#
                + #""team":"m","text":"t","tier":2,"topic":"o"}"# + "\n"
        )
    }

    @Test("an import escalates from now on, from a time, or everything")
    func enforceFrom() throws {
        let now = Instant(milliseconds: 0)
        #expect(try parse("import", "f", as: ImportCommand.self).enforceFrom.instant(at: now) == now)
        #expect(try parse("import", "f", "--enforce-from", "all", as: ImportCommand.self).enforceFrom == .all)
        let dated = try parse("import", "f", "--enforce-from", "2026-11-21T14:02:10Z", as: ImportCommand.self)
        #expect(dated.enforceFrom == .instant(Instant(milliseconds: 1_795_269_730_000)))
        #expect(!(try parse("import", "f", "--no-progress", as: ImportCommand.self).progress))
    }

    @Test("a replay has a speed, and may be bounded")
    func replay() throws {
        #expect(try parse("replay", "f", as: ReplayCommand.self).speed == 3_600)
        let command = try parse(
            "replay",
            "f",
            "--speed",
            "60",
            "--limit-cases",
            "9",
            "--until-idle",
            "--patience",
            "5s",
            as: ReplayCommand.self
        )
        #expect(command.speed == 60)
        #expect(command.limitCases == 9)
        #expect(command.untilIdle)
        #expect(command.patience == .seconds(5))
    }

    @Test("ack and reload take what units and people write")
    func others() throws {
        #expect(try parse("ack", "T-1", "--reason", "on it", as: AckCommand.self).reason == "on it")
        #expect(try parse("reload", "--wait", as: ReloadCommand.self).wait)
        #expect(try parse("show", "a/b", as: ShowCommand.self).caseID == "a/b")
    }

    @Test("a time out of range, or none, is told what is allowed; a case has a name")
    func explained() {
        func message(_ words: String...) -> String? {
            do {
                _ = try Slactl.parseAsRoot(words)
                return nil
            } catch {
                return Slactl.message(for: error)
            }
        }
        let far = "9999-01-01T00:00:00Z"
        let range = "it is outside 1900-01-01T00:00:00Z to 2399-12-31T23:59:59.999Z"
        #expect(message("event", "note", "T-1", "--at", far)?.contains(range) == true)
        #expect(message("import", "f", "--enforce-from", far)?.contains(range) == true)
        #expect(
            message("event", "note", "T-1", "--at", "noon")?.contains("write it like 2026-11-21T14:02:10Z, ") == true
        )
        for words in [["event", "opened", ""], ["show", ""], ["ack", ""]] {
            #expect(throws: (any Error).self) { try Slactl.parseAsRoot(words) }
        }
        #expect(message("show", "")?.contains("it must not be empty") == true)
    }

    @Test("wrong usage is 64")
    func mistakes() {
        #expect(code("frobnicate") == 64)
        #expect(code("cases", "--limit", "0") == 64)
        #expect(code("cases", "--limit", "1001") == 64)
        #expect(code("cases", "--offset", "-1") == 64)
        #expect(code("cases", "--due-within", "2x") == 64)
        #expect(code("status", "--timeout", "0s") == 64)
        #expect(code("status", "--timeout", "soon") == 64)
        #expect(code("event", "exploded", "T-1") == 64)
        #expect(code("event", "note", "T-1", "--at", "soon") == 64)
        #expect(code("event", "note") == 64)
        #expect(code("replay", "f", "--speed", "0") == 64)
        #expect(code("replay", "f", "--limit-cases", "0") == 64)
        #expect(code("import", "f", "--enforce-from", "soon") == 64)
        #expect(code("status", "-o", "xml") == 64)
    }

    @Test("the option names the socket, else the environment, else the unit's place")
    func socket() {
        let environment = ["SLAWATCH_SOCKET": "/e"]
        #expect(ConnectionOptions.socket(given: "/o", environment: environment) == "/o")
        #expect(ConnectionOptions.socket(given: nil, environment: environment) == "/e")
        #expect(
            ConnectionOptions.socket(given: nil, environment: ["SLAWATCH_SOCKET": ""])
                == "/run/slawatchd/slawatchd.sock"
        )
        #expect(ConnectionOptions.socket(given: nil, environment: [:]) == "/run/slawatchd/slawatchd.sock")
    }

    @Test("an example of a help stays in its line on a terminal of 80 columns")
    func examples() throws {
        var commands: [any ParsableCommand.Type] = Slactl.configuration.subcommands
        commands += commands.flatMap { $0.configuration.subcommands }
        var count = 0
        for command in commands {
            let examples = command.configuration.discussion.split(separator: "\n")
                .filter { $0.hasPrefix("  slactl ") || $0.hasPrefix("  git ") }
            let help = Slactl.helpMessage(for: command, columns: 80)
            for example in examples where !help.contains("\(example)\n") {
                Issue.record("\(command._commandName): \(example)")
            }
            count += examples.count
        }
        #expect(count > 30)
    }

    @Test("help lines fit 80 columns", arguments: Slactl.configuration.subcommands.map { $0._commandName })
    func help(name: String) {
        let help = Slactl.helpMessage(for: Slactl.self, columns: 80)
        #expect(help.contains("  \(name) "))
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
