import Config
import Engine
import Glibc
import Host
import TimeBase

/// The policy file on disk.
struct PolicyFile: Sendable {
    let path: String

    /// A file's text and what it means.
    typealias Content = (text: String, config: LoadedConfig)

    /// The file's content, or lines that say what is wrong.
    func read(on occasion: ConfigFile.Occasion) -> Result<Content, PolicyMistakes> {
        let bytes: [UInt8]
        switch contents() {
        case .success(let read): bytes = read
        case .failure(let problem): return .failure(problem)
        }
        switch Self.parse(bytes, file: path, on: occasion) {
        case .success(let config): return .success((String(decoding: bytes, as: UTF8.self), config))
        case .failure(let complaints): return .failure(PolicyMistakes(lines: complaints.lines))
        }
    }

    /// The machine's zone data.
    static var zoneFolder: ZoneFolder { ZoneFolder.system(tzdir: Environment["TZDIR"]) }

    /// What a policy text means on this machine, with its zones.
    static func parse(
        _ bytes: [UInt8],
        file: String,
        on occasion: ConfigFile.Occasion
    ) -> Result<LoadedConfig, Complaints> {
        ConfigFile.load(
            bytes: bytes,
            file: file,
            zones: { name throws(ZoneProblem) in try zoneFolder.rules(for: name) },
            now: SystemClock().now(),
            occasion: occasion
        )
    }

    private func contents() -> Result<[UInt8], PolicyMistakes> {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(unreadable(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        // One byte more than allowed, so that `Config` can say that it is too long.
        while bytes.count <= ConfigFile.bytesMax {
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failure(unreadable(errno)) }
            guard count > 0 else { break }
            bytes += piece.prefix(count)
        }
        return .success(bytes)
    }

    private func unreadable(_ code: Int32) -> PolicyMistakes {
        let cause = unsafe String(cString: strerror(code)).lowercased()
        return PolicyMistakes(lines: ["cannot read the policy \(path): \(cause); name another with --config"])
    }
}

/// Why a policy file was not adopted, line by line.
struct PolicyMistakes: Error {
    var lines: [String]
}
