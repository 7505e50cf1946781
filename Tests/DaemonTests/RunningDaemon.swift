import Foundation

/// The built slawatchd, started on a state directory of the test's own, spoken to by the built slactl.
///
/// What it says goes to a file: a pipe that nobody reads would hold it up.
final class RunningDaemon {
    let folder: URL
    /// The folder with zone data for the next start; nil for the machine's.
    var zones: URL?
    /// What the next start finds in its environment besides what the test has.
    var environment: [String: String] = [:]
    private var process: Process?

    /// Beside the test program, where the build puts all three.
    private static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// A folder with `policy` in it and no state yet.
    init(policy: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "slw-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        try write(policy: policy)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    var state: URL { folder.appending(path: "state") }

    /// Replaces the policy file.
    func write(policy: String) throws {
        try policy.write(to: folder.appending(path: "slawatch.yaml"), atomically: true, encoding: .utf8)
    }

    /// Writes a file beside the policy.
    func write(_ text: String, to name: String) throws {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }

    /// Takes a file beside the policy away.
    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: folder.appending(path: name))
    }

    /// Starts the daemon; returns when it answers.
    ///
    /// Throws where it ends instead.
    func start() throws {
        let process = try launch()
        self.process = process
        // 75: it answers, and is degraded or holding.
        while try ![0, 75].contains(slactl("status").code) {
            guard process.isRunning else { throw Ended(code: process.terminationStatus, said: said) }
        }
    }

    /// Starts the daemon and waits for its end.
    func run() throws -> (code: Int32, said: String) {
        let process = try launch()
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    /// The number of the running process; nil before the first start.
    var processID: Int32? { process?.processIdentifier }

    /// As `kill -9`.
    func kill() {
        guard let process, process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// As `systemctl stop`; the exit status.
    func stop() -> Int32 {
        process?.terminate()
        process?.waitUntilExit()
        return process?.terminationStatus ?? -1
    }

    /// Everything said since the first start.
    var said: String { (try? String(contentsOf: folder.appending(path: "said"), encoding: .utf8)) ?? "" }

    /// Asks again and again until `isTrue`; the time limit of the suite ends it.
    func wait(until isTrue: () throws -> Bool) rethrows {
        while try !isTrue() { usleep(10_000) }
    }

    @discardableResult
    func slactl(_ arguments: String...) throws -> (code: Int32, output: String) { try slactl(arguments) }

    @discardableResult
    func slactl(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = Self.binaries.appending(path: "slactl")
        process.arguments = arguments
        process.environment = ["SLAWATCH_SOCKET": folder.appending(path: "s").path(percentEncoded: false)]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// A slactl that goes on until it is ended; what it says goes to files of the folder.
    final class Follower {
        private let process: Process
        private let output: URL
        private let complaints: URL

        fileprivate init(_ process: Process, output: URL, complaints: URL) {
            (self.process, self.output, self.complaints) = (process, output, complaints)
        }

        deinit { end() }

        var lines: [String] { Self.text(of: output).split(separator: "\n").map(String.init) }
        var error: String { Self.text(of: complaints) }
        var isRunning: Bool { process.isRunning }

        /// As Ctrl-C; the number of the signal that ended it, or its exit status.
        @discardableResult
        func end() -> Int32 {
            if process.isRunning { process.interrupt() }
            process.waitUntilExit()
            return process.terminationStatus
        }

        private static func text(of file: URL) -> String {
            (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        }
    }

    /// Starts slactl and does not wait for it.
    func follower(_ arguments: String...) throws -> Follower {
        let process = Process()
        process.executableURL = Self.binaries.appending(path: "slactl")
        process.arguments = arguments
        process.environment = ["SLAWATCH_SOCKET": folder.appending(path: "s").path(percentEncoded: false)]
        let name = "follower-\(UInt32.random(in: .min ... .max))"
        let files = ["\(name).out", "\(name).err"].map { folder.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        return Follower(process, output: files[0], complaints: files[1])
    }

    /// What the socket answers to a GET, with its head.
    func get(_ path: String) throws -> String {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let socketPath = folder.appending(path: "s").path(percentEncoded: false)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: socketPath.utf8.prefix(place.count - 1))
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, length) }
        }
        guard code == 0 else { throw Ended(code: errno, said: said) }
        try handle.write(contentsOf: Data("GET \(path) HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n".utf8))
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }

    struct Ended: Error {
        var code: Int32
        var said: String
    }

    private func launch() throws -> Process {
        let file = folder.appending(path: "said")
        if !FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) {
            try Data().write(to: file)
        }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        let process = Process()
        process.executableURL = Self.binaries.appending(path: "slawatchd")
        process.arguments = [
            "--config", folder.appending(path: "slawatch.yaml").path(percentEncoded: false),
            "--state-directory", state.path(percentEncoded: false),
            "--socket", folder.appending(path: "s").path(percentEncoded: false),
            "--journal", "stderr",
        ]
        var environment = environment
        if let zones { environment["TZDIR"] = zones.path(percentEncoded: false) }
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        process.standardError = handle
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
