internal import Glibc

/// The folder with the machine's zone data: one TZif file for each zone (S7).
///
/// The only place of this room that reads files.
package struct ZoneFolder: Hashable, Sendable {
    package let path: String

    package static let systemPath = "/usr/share/zoneinfo"
    /// The largest zone of today has 4 KB.
    package static let bytesMax = 1 << 16
    package static let nameBytesMax = 255

    package init(path: String) { self.path = path }

    /// The folder that the C library would use; `tzdir` is the variable TZDIR of the environment.
    package static func system(tzdir: String?) -> ZoneFolder {
        guard let tzdir, !tzdir.isEmpty else { return ZoneFolder(path: systemPath) }
        return ZoneFolder(path: tzdir)
    }

    /// Reads one zone; blocks for the time of opening a file.
    package func rules(for name: String) throws(ZoneProblem) -> ZoneRules {
        try ZoneRules(name: name, tzif: try bytes(of: name), path: "\(path)/\(name)")
    }

    /// The folders in which something has to change before the rules of these zones can: links are followed.
    ///
    /// The one around the zone data is among them, as it is written and as it is: a package may replace all of it, or the
    /// link to it.
    package func folders(of names: some Sequence<String>) -> Set<String> {
        var folders: Set<String> = [path]
        for file in [path] + names.filter(Self.isName).map({ "\(path)/\($0)" }) {
            for file in [file, Self.resolved(file)].compactMap(\.self) { folders.insert(Self.folder(of: file)) }
        }
        return folders
    }

    private static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// Without links; nil if there is no such file.
    private static func resolved(_ file: String) -> String? {
        guard let path = unsafe realpath(file, nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// Names become paths, so only what IANA names consist of is let through; nothing leads out of the folder.
    private static func isName(_ name: String) -> Bool {
        guard (1...nameBytesMax).contains(name.utf8.count) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { part in
                guard let first = part.first, first != ".", first != "-" else { return false }
                return part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_.".contains($0)) }
            }
    }

    /// The bytes of one zone's file; blocks for the time of opening it.
    package func bytes(of name: String) throws(ZoneProblem) -> [UInt8] {
        guard Self.isName(name) else { throw .badName(name) }
        return try Self.bytes(of: name, in: "\(path)/\(name)")
    }

    private static func bytes(of name: String, in file: String) throws(ZoneProblem) -> [UInt8] {
        // Not blocking: a pipe in place of a zone must not stop us.
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .unknown(name: name, path: file) }
            throw .unreadable(name: name, path: file, cause: Self.text(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .unreadable(name: name, path: file, cause: Self.text(errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(name: name, path: file, cause: "it is not a file, name a zone in it")
        }
        guard status.st_size <= Self.bytesMax else {
            throw .unreadable(name: name, path: file, cause: "it has more than \(Self.bytesMax) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let offset = filled
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(name: name, path: file, cause: Self.text(errno)) }
            // It shrank while we read; what is there decides whether it is complete.
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    private static func text(_ code: Int32) -> String {
        // Safe among threads since glibc 2.32.
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text).lowercased()
    }

    // MARK: The machine's own zone

    /// The zone that clocks on this machine show; blocks for the time of opening a file.
    ///
    /// `tz` and `tzdir` are the variables TZ and TZDIR of the environment. As in the C library: TZ is the name of a zone, the
    /// path of its file or a rule of POSIX; without it, `localtime` is the file; what cannot be read is UTC.
    package static func machineZone(
        tz: String?,
        tzdir: String?,
        localtime: String = "/etc/localtime"
    ) -> LocalZone {
        guard let tz else { return zone(inFile: localtime, name: name(ofFile: localtime)) ?? .utc }
        let text = tz.hasPrefix(":") ? String(tz.dropFirst()) : tz
        guard !text.isEmpty else { return .utc }
        if text.hasPrefix("/") { return zone(inFile: text, name: name(ofFile: text)) ?? .utc }
        let folder = system(tzdir: tzdir)
        if isName(text), let zone = zone(inFile: "\(folder.path)/\(text)", name: text) { return zone }
        return (try? LocalZone(posix: text)) ?? .utc
    }

    private static func zone(inFile file: String, name: String) -> LocalZone? {
        guard let bytes = try? bytes(of: name, in: file) else { return nil }
        return try? LocalZone(name: name, tzif: bytes, path: file)
    }

    /// `Europe/Berlin` if the file is, or is a link to, one of a folder with zone data; else its path.
    private static func name(ofFile file: String) -> String {
        let path = resolved(file) ?? file
        guard let folder = path.firstRange(of: "/zoneinfo/") else { return file }
        return String(path[folder.upperBound...])
    }
}
