import API
import Config
import Engine
import Glibc
import Host
import Store
import TimeBase

/// The policy file on disk.
struct PolicyFile: Sendable {
    let path: String

    /// A policy's text, what it means, and the other files that it was read with, by name: holidays and zone data.
    ///
    /// With these it can be read again as it was, whatever has become of the files since.
    struct Content {
        var text: String
        var config: LoadedConfig
        var kept: [String: [UInt8]]
    }

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

    /// What the bytes mean by the zone data that the machine has now.
    ///
    /// `kept` has holidays as they were, and zones for those that cannot be read now; where it is left out, the files are
    /// read that lie beside the policy.
    func meaning(
        of bytes: [UInt8],
        kept: [String: [UInt8]]? = nil,
        on occasion: ConfigFile.Occasion
    ) -> Result<Content, PolicyMistakes> {
        Self.parse(
            bytes,
            file: path,
            on: occasion,
            zones: { name throws(ZoneProblem) in
                do throws(ZoneProblem) {
                    return try Self.machineZone(name)
                } catch {
                    // One bad file must not keep new data of the other zones away.
                    guard let data = kept?[Self.zoneKey + name] else { throw error }
                    return Zone(data: data, rules: try ZoneRules(name: name, tzif: data))
                }
            },
            feeds: { feed throws(FeedUnreadable) in
                if let kept { return try Self.feed(feed, in: kept) }
                let file = ConfigFile.path(ofFeed: feed, ofPolicy: path)
                return try Self.bytes(of: file, max: ConfigFile.feedBytesMax)
            }
        )
        .mapError { PolicyMistakes(lines: $0.lines) }
    }

    /// What a policy that was adopted meant, by the holidays and the zone data that were kept with it.
    static func parse(_ adopted: AdoptedPolicy, kept: [String: [UInt8]]) -> Result<Content, Complaints> {
        parse(
            Array(adopted.text.utf8),
            file: "adopted policy \(adopted.version)",
            on: .start,
            zones: { name throws(ZoneProblem) in
                guard let data = kept[zoneKey + name] else { return try machineZone(name) }
                return Zone(data: data, rules: try ZoneRules(name: name, tzif: data))
            },
            feeds: { path throws(FeedUnreadable) in try feed(path, in: kept) }
        )
    }

    /// What a policy would mean that somebody sent: by the files of holidays that came with it, and the machine's zones.
    static func parse(_ proposal: PolicyProposal) -> Result<Content, PolicyMistakes> {
        parse(
            proposal.text,
            file: proposal.name,
            on: .change,
            zones: { name throws(ZoneProblem) in try machineZone(name) },
            feeds: { path throws(FeedUnreadable) in
                guard let content = proposal.files[path] else {
                    throw FeedUnreadable("it was not sent with the policy")
                }
                return content
            }
        )
        .mapError { PolicyMistakes(lines: $0.lines) }
    }

    /// The machine's zone data.
    static var zoneFolder: ZoneFolder { ZoneFolder.system(tzdir: Environment["TZDIR"]) }

    /// The bytes of a zone's file and what they say.
    private struct Zone {
        let data: [UInt8]
        let rules: ZoneRules
    }

    /// Before the name of a zone among the kept files.
    private static let zoneKey = "zoneinfo:"

    private static func machineZone(_ name: String) throws(ZoneProblem) -> Zone {
        let folder = zoneFolder
        let data = try folder.bytes(of: name)
        return Zone(data: data, rules: try ZoneRules(name: name, tzif: data, path: "\(folder.path)/\(name)"))
    }

    private static func feed(_ path: String, in kept: [String: [UInt8]]) throws(FeedUnreadable) -> [UInt8] {
        guard let content = kept[path] else { throw FeedUnreadable("it was not kept with the policy") }
        return content
    }

    private static func parse(
        _ bytes: [UInt8],
        file: String,
        on occasion: ConfigFile.Occasion,
        zones: (String) throws(ZoneProblem) -> Zone,
        feeds: ConfigFile.Feeds
    ) -> Result<Content, Complaints> {
        var kept: [String: [UInt8]] = [:]
        return
            ConfigFile.load(
                bytes: bytes,
                file: file,
                zones: { name throws(ZoneProblem) in
                    let zone = try zones(name)
                    kept[zoneKey + name] = zone.data
                    return zone.rules
                },
                feeds: feeds,
                now: SystemClock().now(),
                occasion: occasion
            )
            .map { config in
                let text = String(decoding: bytes, as: UTF8.self)
                return Content(text: text, config: config, kept: kept.merging(config.feeds) { zone, _ in zone })
            }
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
