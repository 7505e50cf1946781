import Foundation

/// One run of the built program, as a shell sees it.
struct SlactlRun {
    let code: Int32
    let output: String
    let error: String

    /// Beside the test program, where the build puts both.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("slactl")

    /// Runs the program and waits for its end.
    ///
    /// Output goes through files: a full pipe would block a program that nobody reads.
    init(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws {
        let folder = try TemporaryFolder()
        func sink(_ name: String) throws -> FileHandle {
            let file = folder.url.appendingPathComponent(name)
            try Data().write(to: file)
            return try FileHandle(forWritingTo: file)
        }
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = environment
        let source = folder.url.appendingPathComponent("in")
        try Data(input.utf8).write(to: source)
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try sink("out")
        process.standardError = try sink("err")
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: folder.url.appendingPathComponent(name)), as: UTF8.self)
        }
        code = process.terminationStatus
        output = try text("out")
        error = try text("err")
    }
}

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("slactl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
