import Foundation
import Testing

@Suite("slactl init", .timeLimit(.minutes(5)))
struct InitTests {
    private static let options = [
        "--time-zone", "Asia/Tokyo", "--hours", "mon-fri 09:00-12:00, 13:00-18:00, sat 10:00-14:00", "--agents",
        "Åsa \"Ace\" Ek, Ben: Okafor,Ben: Okafor", "--manager", "Grace #1", "--first-reply", "2h", "--resolution",
        "1h30m",
    ]

    @Test("with all options it asks nothing, and what it writes has no mistakes and no warnings")
    func options() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "new.yaml").path
        let run = try SlactlRun(["init", file] + Self.options)
        #expect(run.code == 0)
        #expect(run.output.isEmpty)
        #expect(!run.error.contains("1/6"))
        let check = try SlactlRun(["check-config", file])
        #expect(check.output == "1 file: no mistakes\n")
        #expect(check.code == 0)
        let policy = try String(contentsOfFile: file, encoding: .utf8)
        #expect(policy.contains("      mon-fri: [\"09:00-12:00\", \"13:00-18:00\"]\n      sat: [\"10:00-14:00\"]\n"))
        #expect(policy.contains("ben-okafor-2: { name: \"Ben: Okafor\" }"))
    }

    @Test("it asks six questions, again after an answer that cannot be used, and an empty line takes the proposal")
    func questions() throws {
        let run = try SlactlRun(
            ["init", "-"],
            input: "Middle/Earth\nEurope/Paris\n9 to 5\n\nAda\n\n30 minutes\n30m\n3d\n\n"
        )
        #expect(run.code == 0)
        #expect(run.error.components(separatedBy: "/6 ").count - 1 == 6 + 4)
        #expect(run.error.contains("cannot find zone \"Middle/Earth\""))
        #expect(run.output.contains("time_zone: \"Europe/Paris\""))
        #expect(run.output.contains("mon-fri: [\"09:00-17:00\"]"))
        #expect(run.output.contains("ada: { name: \"Ada\" }"))
        #expect(run.output.contains("first_reply: \"30m\""))
        #expect(run.output.contains("within: \"40h\""))
        #expect(try SlactlRun(["check-config", "-"], input: run.output).output == "1 file: no mistakes\n")
    }

    @Test(
        "an option that cannot be used, input that ends and a file that exists end it with 64, and nothing is written"
    )
    func refusals() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "new.yaml").path
        #expect(try SlactlRun(["init", file, "--first-reply", "soon"], input: "\n\n\n\n").code == 64)
        let ended = try SlactlRun(["init", file], input: "\n")
        #expect(ended.code == 64)
        #expect(ended.error.hasSuffix("slactl: cannot ask for --hours: the input ends, give the option\n"))
        #expect(!FileManager.default.fileExists(atPath: file))
        try Data("mine".utf8).write(to: URL(filePath: file))
        let kept = try SlactlRun(["init", file] + Self.options)
        #expect(kept.code == 64)
        #expect(kept.error == "slactl: cannot write \(file): it exists already, add --force to replace it\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        #expect(try SlactlRun(["init", file, "--force"] + Self.options).code == 0)
        #expect(try SlactlRun(["check-config", file]).code == 0)
    }

    @Test("check-config without a file takes the installed policy")
    func installedPolicy() throws {
        let path = "/etc/slawatchd/slawatch.yaml"
        let run = try SlactlRun(["check-config"])
        if FileManager.default.fileExists(atPath: path) {
            #expect(run.output.hasSuffix("\n") && run.output.contains("1 file: "))
        } else {
            #expect(run.code == 74)
            let advice = "slactl init writes a first policy, or name a file"
            #expect(run.error == "slactl: cannot read \(path): no such file or directory; \(advice)\n")
        }
    }
}
