import Config
import Engine
import Glibc
import Host
import Store
import TimeBase

/// The policy file on disk.
struct PolicyFile: Sendable {
    let path: String

    /// A file's text and what it means.
    typealias Content = (text: String, config: LoadedConfig)

    /// The file's content, with the holidays that lie beside it, or lines that say what is wrong.
    func read(on occasion: ConfigFile.Occasion) -> Result<Content, PolicyMistakes> {
        contents().flatMap { meaning(of: $0, on: occasion) }
    }

    /// The file's bytes, or a line that says why there are none.
    func contents() -> Result<[UInt8], PolicyMistakes> {
        do {
            return .success(try Self.bytes(of: path, max: ConfigFile.bytesMax))
        } catch {
            let line = "cannot read the policy \(path): \(error.cause); name another with --config"
            return .failure(PolicyMistakes(lines: [line]))
        }
    }

    /// What the bytes mean on this machine.
    ///
    /// `feeds` are holidays that were kept; where they are left out, the files are read that lie beside the policy.
    func meaning(
        of bytes: [UInt8],
        feeds: [String: [UInt8]]? = nil,
        on occasion: ConfigFile.Occasion
    ) -> Result<Content, PolicyMistakes> {
        let parsed = Self.parse(bytes, file: path, on: occasion) { feed throws(FeedUnreadable) in
            if let feeds { return try Self.kept(feed, in: feeds) }
            let file = ConfigFile.path(ofFeed: feed, ofPolicy: path)
            return try Self.bytes(of: file, max: ConfigFile.feedBytesMax)
        }
        return parsed.map { (String(decoding: bytes, as: UTF8.self), $0) }
            .mapError { PolicyMistakes(lines: $0.lines) }
    }

    /// What a policy that was adopted means on this machine, with the holidays that were adopted with it.
    static func parse(
        _ adopted: AdoptedPolicy,
        feeds: [String: [UInt8]]
    ) -> Result<LoadedConfig, Complaints> {
        let file = "adopted policy \(adopted.version)"
        return parse(Array(adopted.text.utf8), file: file, on: .start) { feed throws(FeedUnreadable) in
            try kept(feed, in: feeds)
        }
    }

    private static func kept(_ feed: String, in feeds: [String: [UInt8]]) throws(FeedUnreadable) -> [UInt8] {
        guard let content = feeds[feed] else { throw FeedUnreadable("it was not kept with the policy") }
        return content
    }

    private static func parse(
        _ bytes: [UInt8],
        file: String,
        on occasion: ConfigFile.Occasion,
        feeds: ConfigFile.Feeds
    ) -> Result<LoadedConfig, Complaints> {
        let folder = ZoneFolder.system(tzdir: Environment["TZDIR"])
        return ConfigFile.load(
            bytes: bytes,
            file: file,
            zones: { name throws(ZoneProblem) in try folder.rules(for: name) },
            feeds: feeds,
            now: SystemClock().now(),
            occasion: occasion
        )
    }

    /// The first `max` bytes of a file, and one more where there are more, so that `Config` can say that it is too long.
    private static func bytes(of path: String, max: Int) throws(FeedUnreadable) -> [UInt8] {
        // Not blocking: a pipe in place of a file must not stop us.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= max {
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(errno) }
            guard count > 0 else { break }
            bytes += piece.prefix(count)
        }
        return bytes
    }

    private static func unreadable(_ code: Int32) -> FeedUnreadable {
        FeedUnreadable(unsafe String(cString: strerror(code)).lowercased())
    }
}

/// Why a policy file was not adopted, line by line.
struct PolicyMistakes: Error {
    var lines: [String]
}
