import Foundation
import Testing

@testable import slactl

@Suite("slactl calendar eval, the program", .timeLimit(.minutes(5)))
struct EvalProgramTests {
    private static let question =
        #"{"id":1,"calendar":"always","op":"between","start":"2026-11-20T10:00:00Z","end":"2026-11-20T10:00:01Z"}"#

    @Test("an answer for each line, in order, whatever they are; blank lines are none; the end is 0")
    func lines() throws {
        let long = #"{"id":2,"x":""# + String(repeating: "x", count: 10_000_000) + #""}"#
        let input = "\u{FEFF}\(Self.question)\r\n\n   \nnope\n\(long)\n" + Self.question
        let run = try SlactlRun(["calendar", "eval"], input: input)
        #expect(run.code == 0)
        #expect(run.error.isEmpty)
        #expect(
            run.output == """
                {"id":1,"result":1}
                {"id":null,"error":"cannot read the line: it is not JSON, unexpected byte at 2"}
                {"id":null,"error":"cannot read the line: it has more than 1,048,576 bytes"}
                {"id":1,"result":1}

                """
        )
        #expect(try SlactlRun(["calendar", "eval"]).output.isEmpty)
    }

    @Test("lines that the reads cut in two are put together again")
    func manyLines() throws {
        let lines = (0..<3_000).map { #"{"id":\#($0),"op":"between"}"# + String(repeating: " ", count: $0 % 97) + "\n" }
        let run = try SlactlRun(["calendar", "eval"], input: lines.joined())
        let answers = (0..<3_000)
            .map { #"{"id":\#($0),"error":"cannot answer the line: calendar is missing"}"# + "\n" }
        #expect(run.output == answers.joined())
    }

    @Test("a partner that waits for each answer gets it")
    func pingPong() throws {
        let process = Process()
        process.executableURL = SlactlRun.program
        process.arguments = ["calendar", "eval"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        for _ in 0..<3 {
            try input.fileHandleForWriting.write(contentsOf: Data((Self.question + "\n").utf8))
            let answer = output.fileHandleForReading.availableData
            #expect(String(decoding: answer, as: UTF8.self) == #"{"id":1,"result":1}"# + "\n")
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("the calendars of a policy may be named; a broken policy ends the run with 78 before it begins")
    func policy() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("p.json")
        try #"{"calendars":{"office":{"time_zone":"UTC","hours":{"mon-fri":["09:00-17:00"]}}}}"#
            .write(to: file, atomically: true, encoding: .utf8)
        let input = """
            {"id":1,"calendar":"office","op":"is_open","start":"2026-11-20T10:00:00Z"}
            {"id":2,"calendar":"ofice","op":"is_open","start":"2026-11-20T10:00:00Z"}
            """
        let run = try SlactlRun(["calendar", "eval", "--policy", file.path], input: input)
        #expect(
            run.output == #"{"id":1,"result":true}"# + "\n"
                + #"{"id":2,"error":"cannot find calendar \"ofice\": the policy has none of that name"}"# + "\n"
        )
        try #"{"calendars":{"office":{"hours":{}}}}"#.write(to: file, atomically: true, encoding: .utf8)
        let broken = try SlactlRun(["calendar", "eval", "--policy", file.path], input: input)
        #expect(broken.code == 78)
        #expect(broken.output.isEmpty)
        #expect(broken.error.contains("p.json:1:15: error: calendars.office.time_zone is missing"))
    }

    private static let python = "/usr/bin/python3"

    @Test(
        "random questions are answered as an oracle in Python answers them",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)),
        arguments: 1...3
    )
    func oracle(seed: Int) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("calendar-oracle.py")
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("vectors")
        try Data().write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = [script.path, "\(seed)", "1000"]
        process.standardOutput = try FileHandle(forWritingTo: file)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let vectors = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(vectors.count >= 1_000)
        var evaluation = Evaluation.ofTheMachine
        for vector in vectors {
            let parsed = try JSONDecoder().decode(OracleVector.self, from: Data(vector.utf8))
            let question = JSONText.of(parsed.question).dropLast()
            let answer = try JSONDecoder()
                .decode(OracleAnswer.self, from: Data(evaluation.answer(Array(question.utf8)).utf8))
            #expect(answer.result ?? .string("error") == parsed.answer, "seed \(seed): \(vector)")
        }
    }

    private struct OracleVector: Decodable {
        let question: JSONValue
        let answer: JSONValue
    }

    private struct OracleAnswer: Decodable {
        let result: JSONValue?
    }
}
