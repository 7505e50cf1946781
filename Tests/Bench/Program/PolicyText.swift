import Config
import Engine
import Glibc
import Host
import Store
import TimeBase

/// A policy file with its text, so that a store can adopt it as the daemon would.
struct PolicyText {
    let text: String
    let policy: Policy

    init(path: String) throws {
        guard let file = unsafe fopen(path, "r") else { throw Usage(description: "cannot read \(path)") }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: ConfigFile.bytesMax)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
        bytes.removeLast(bytes.count - count)
        let zones = ZoneFolder.system(tzdir: nil)
        let loaded = ConfigFile.load(
            bytes: bytes,
            file: path,
            zones: { name throws(ZoneProblem) in try zones.rules(for: name) },
            now: SystemClock().now()
        )
        switch loaded {
        case .success(let config): policy = config.policy
        case .failure(let complaints): throw Usage(description: complaints.lines.joined(separator: "\n"))
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// The versions of the store, this one adopted.
    func adopt(in store: SQLiteStore) throws -> Policies {
        let version = try store.adoptPolicy(hash: policy.contentHash, text: text, at: SystemClock().now())
        return Policies(version: version, policy: policy)
    }
}
