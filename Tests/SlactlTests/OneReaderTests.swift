import Foundation
import Testing

@testable import slactl

/// `simulate`, `import` and `replay` on the same files: what one takes, all take, and what one refuses, all refuse with the
/// same words and the same exit code.
@Suite("one reader for files of events", .timeLimit(.minutes(5)))
struct OneReaderTests {
    private let folder = try? TemporaryFolder()

    private static let policy = """
        version: 1
        people: { max: { name: Max } }
        teams: { one: { name: One, manager: max } }
        tiers: { 1: { name: One, team: one, ladder: silent } }
        start_tier: 1
        last_resort: max
        targets: [{ name: all, calendar: always, first_reply: 6h }]
        ladders: { silent: [{ at: breach, notify: [manager] }] }
        """

    private func path(_ name: String) throws -> String { try #require(folder).url.appendingPathComponent(name).path }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = try path(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func sh(_ script: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(script)")
    }

    /// A daemon that takes everything it is sent.
    private static func daemon(applied: Int) throws -> CannedDaemon {
        let events = CannedDaemon.answer(
            "200 OK",
            #"{"applied":\#(applied),"duplicate":0,"refused":0,"results":[]}"#
        )
        return try CannedDaemon([events])
    }

    private static func replayDaemon(applied: Int) throws -> CannedDaemon {
        let metrics = CannedDaemon.answer(
            "200 OK",
            "slawatch_records_total{record=\"breached\"} 0\n",
            type: "text/plain"
        )
        let events = CannedDaemon.answer(
            "200 OK",
            #"{"applied":\#(applied),"duplicate":0,"refused":0,"results":[]}"#
        )
        let status = CannedDaemon.answer(
            "200 OK",
            #"{"line":"","version":"","started_at":"2026-11-21T13:00:00Z","now":"2026-11-21T14:00:00Z","#
                + #""open":1,"breached":0,"set_aside":0,"notices_pending":0,"#
                + #""policy":{"version":1,"hash":"","adopted_at":"2026-11-21T13:00:00Z"}}"#
        )
        return try CannedDaemon([metrics, events, metrics, status])
    }

    /// The three commands on one file: their exit codes, and what they say of its lines.
    private func all(_ file: String, applied: Int) throws -> [SlactlRun] {
        let policy = try self.file("policy.yaml", Array(Self.policy.utf8))
        var runs = [
            try SlactlRun(["simulate", "--policy", policy, "--events", file]),
            try SlactlRun(["simulate", "--policy", policy, "--events", file, "-o", "json"]),
            try SlactlRun(["simulate", "--policy", policy, "--events", file, "--compare", policy]),
        ]
        let daemon = try Self.daemon(applied: applied)
        runs.append(try SlactlRun(["import", file, "--socket", daemon.socket]))
        if applied > 0 {
            let other = try Self.replayDaemon(applied: applied)
            runs.append(try SlactlRun(["replay", file, "--speed", "10000000", "--socket", other.socket]))
        }
        return runs
    }

    private static func event(_ id: String, _ more: String = "") -> String {
        #"{"at":"2026-11-20T12:00:00Z","case":"\#(id)","event":"opened"\#(more)}"#
    }

    @Test(
        "whatever form a file has, all commands take it",
        arguments: [
            event("A") + "\n" + event("B"), "[\(event("A")),\n\(event("B"))]",
            "{\n\"at\":\"2026-11-20T12:00:00Z\",\n\"case\":\"A\",\n\"event\":\"opened\"\n}\n\(event("B"))\n",
            event("A", #","seq":null,"received_at":null"#) + "\n" + event("B"),
        ]
    )
    func taken(text: String) throws {
        let plain = try file("plain", Array(text.utf8))
        let packed = try path("packed")
        try sh("gzip -c \"$1\" > \"$2\"", plain, packed)
        for file in [plain, packed] {
            for run in try all(file, applied: 2) {
                #expect(run.code == 0, "\(run.error)")
                #expect(run.error == "")
            }
        }
    }

    @Test("a file without an event is no failure, and is named as such", arguments: ["", "\n \n"])
    func empty(text: String) throws {
        let file = try file("empty", Array(text.utf8))
        for run in try all(file, applied: 0) + [try SlactlRun(["replay", file])] {
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error == "there is no event in \(file)\n")
        }
    }

    @Test("refused lines and unknown keys are named alike, by the lines of the file, and the exit code is 65")
    func refused() throws {
        let text = """
            \(Self.event("A", #","colour":"red""#))
            {"case":"B","event":"opened"}

            {"at":"2026-11-20T12:00:00Z","case" "C"}
            {"at":"2026-11-20T12:00:60Z","case":"D","event":"opened"}
            """
        let said = """
            line 2: case B: at is missing: say when it happened, for example 2026-11-21T14:02:10Z [missing_key]
            line 4: the line is not JSON: unexpected character at byte 37 [invalid_json]
            line 5: case D: at is "2026-11-20T12:00:60Z": UTC had no leap second then, write the second after it [invalid_time]
            keys not looked at: colour

            """
        for run in try all(try file("mixed", Array(text.utf8)), applied: 1) {
            #expect(run.code == 65)
            #expect(run.error == said)
        }
    }

    @Test("a file of which nothing can be taken ends with 65 too")
    func nothing() throws {
        for run in try all(try file("none", Array("{}\n[\n".utf8)), applied: 0) {
            #expect(run.code == 65)
            #expect(
                run.error.hasPrefix(
                    "line 1: at is missing: say when it happened, for example 2026-11-21T14:02:10Z [missing_key]\nline 2"
                )
            )
        }
    }

    @Test("what is not JSON at all is named as what it is")
    func formats() throws {
        let event = Array(Self.event("A").utf8)
        let plain = try file("plain", event)
        let twice = try path("twice")
        try sh("gzip -c \"$1\" | gzip -c > \"$2\"", plain, twice)
        let wide: [UInt8] = event.flatMap { byte in [byte, 0] as [UInt8] }
        let files: [(String, String)] = [
            (twice, "it is gzip inside gzip, unpack it once: gunzip"),
            (try file("z", [0x28, 0xB5, 0x2F, 0xFD, 0, 1]), "it is packed with zstd, unpack it first: zstd -dc"),
            (try file("x", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 1]), "it is packed with xz, unpack it first: xz -dc"),
            (try file("b", Array("BZh91AY".utf8)), "it is packed with bzip2, unpack it first: bzip2 -dc"),
            (try file("p", Array("PK\u{3}\u{4}abcd".utf8)), "it is a zip archive, unpack it first: unzip -p"),
            (try file("u", [0xFF, 0xFE] + wide), "it is UTF-16, convert it first: iconv -f UTF-16 -t UTF-8"),
            (try file("v", wide), "it is UTF-16, convert it first: iconv -f UTF-16 -t UTF-8"),
        ]
        for (file, cause) in files {
            for run in try all(file, applied: 1) {
                #expect(run.code == 65)
                let isJSON = run.error.hasPrefix("{")
                #expect(
                    run.error
                        == (isJSON
                            ? #"{"error":"cannot read \#(file): \#(cause)","exit":65,"lines":[]}"# + "\n"
                            : "slactl: cannot read \(file): \(cause)\n")
                )
                #expect(run.output.isEmpty)
            }
        }
    }

    @Test("a stream is read as a file is", arguments: ["cat", "gzip -c"])
    func stream(packer: String) throws {
        let policy = try file("policy.yaml", Array(Self.policy.utf8))
        let plain = try file("plain", Array((Self.event("A") + "\n{}\n").utf8))
        let slactl = SlactlRun.program.path
        let (out, err) = (try path("out"), try path("err"))
        try sh(
            "\(packer) < \"$1\" | \"$2\" simulate --utc --policy \"$3\" --events - > \"$4\" 2> \"$5\"; test $? = 65",
            plain,
            slactl,
            policy,
            out,
            err
        )
        #expect(
            try String(contentsOfFile: out, encoding: .utf8).hasPrefix("1 event of 1 case, as of 2026-11-20T12:00:00Z")
        )
        #expect(try String(contentsOfFile: err, encoding: .utf8).hasPrefix("line 2: at is missing"))
    }

    // MARK: Bombs

    /// The most memory that a run has had, in KiB, as the system says from outside.
    private func memory(_ arguments: [String]) throws -> (code: Int32, kib: Int) {
        let process = Process()
        process.executableURL = SlactlRun.program
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var kib = 0
        while process.isRunning {
            // It may be gone between the question and the answer.
            let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
            let peak = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ")
                .dropFirst()
            kib = max(kib, peak?.lazy.compactMap { Int($0) }.first ?? 0)
            Thread.sleep(forTimeInterval: 0.002)
        }
        return (process.terminationStatus, kib)
    }

    @Test("a small file that unpacks to very many refused lines costs no memory for each of them")
    func bomb() throws {
        let policy = try file("policy.yaml", Array(Self.policy.utf8))
        func packed(_ count: Int) throws -> String {
            let path = try path("bomb-\(count)")
            try sh("yes '{}' | head -n \(count) | gzip -c > \"$1\"", path)
            return path
        }
        let (small, large) = (try packed(2_000), try packed(200_000))
        for form in [["-o", "text"], ["-o", "json"]] {
            let command = ["simulate", "--policy", policy] + form + ["--events"]
            let (one, many) = (try memory(command + [small]), try memory(command + [large]))
            #expect(one.code == 65 && many.code == 65)
            #expect(one.kib > 0 && many.kib - one.kib < 16_384, "\(one.kib) KiB, then \(many.kib) KiB")
        }
        let socket = try path("nobody")
        let (one, many) = (
            try memory(["import", "--socket", socket, small]), try memory(["import", "--socket", socket, large])
        )
        #expect(one.code == 65 && many.code == 65)
        #expect(one.kib > 0 && many.kib - one.kib < 16_384, "\(one.kib) KiB, then \(many.kib) KiB")
    }
}
