import Foundation

/// The repository's own files, as the tidy tests see them.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file by its path from the root.
    struct File: Sendable {
        var path: String
        var text: String

        var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count }
    }

    /// The folders in `Sources`: the rooms and the modules of C.
    static func rooms() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
            .filter { !$0.hasSuffix(".md") }.sorted()
    }

    static func swiftFiles(below folder: String) throws -> [File] {
        try textFiles(below: folder).filter { $0.path.hasSuffix(".swift") }
    }

    /// All files below a folder that are UTF-8, in the order of their paths.
    static func textFiles(below folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return try paths.sorted()
            .compactMap { path in
                let place = base.appending(path: path)
                guard try place.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true,
                    let text = String(data: try Data(contentsOf: place), encoding: .utf8)
                else { return nil }
                return File(path: "\(folder)/\(path)", text: text)
            }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
