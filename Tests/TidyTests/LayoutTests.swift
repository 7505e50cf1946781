import Foundation
import Testing

@Suite("Layout of the repository")
struct LayoutTests {
    static let topLevel: Set<String> = [
        ".ci", ".gitignore", ".swift-format", "LICENSE", "Makefile", "Package.swift", "README.md", "Sources", "Tests",
        "config", "docs", "systemd",
    ]

    /// What building and git leave there; `.gitignore` names it.
    static func isLeftover(_ name: String) -> Bool {
        name == ".git" || name.hasPrefix(".build") || [".swiftpm", "Package.resolved"].contains(name)
    }

    /// More than ten screens: the reader needs a reason.
    static let linesMax = 600

    @Test("the top level is fixed")
    func topLevelIsFixed() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
        #expect(Set(names.filter { !Self.isLeftover($0) }) == Self.topLevel)
    }

    @Test("a file longer than ten screens says why, in a line that begins `// Long because`")
    func longFilesSayWhy() throws {
        for file in try Repository.swiftFiles(below: "Sources") + Repository.swiftFiles(below: "Tests")
        where file.lineCount > Self.linesMax {
            #expect(file.text.contains("\n// Long because "), "\(file.path) has \(file.lineCount) lines")
        }
    }

    @Test("what crosses a room is documented", arguments: RoomTests.mayImport.keys.sorted())
    func documented(_ room: String) throws {
        for file in try Repository.swiftFiles(below: "Sources/\(room)") {
            let bare = SourceText.undocumentedDeclarations(in: file.text)
            #expect(bare.isEmpty, "\(file.path): no `///` above \(bare.joined(separator: ", "))")
        }
    }

    @Test("a dependency is pinned exactly, under a line that says what for")
    func pinsAreExact() throws {
        let lines = try Repository.text(of: "Package.swift").split(separator: "\n").map(\.trimmingSpaces)
        let pins = lines.indices.filter { lines[$0].hasPrefix(".package(") }
        #expect(!pins.isEmpty)
        for pin in pins {
            #expect(lines[pin].contains("exact: \""), "not exact: \(lines[pin])")
            #expect(lines[pin - 1].hasPrefix("// "), "no reason above \(lines[pin])")
        }
    }

    /// The pages that people read.
    static let pages = [
        "README.md", "Sources/README.md", "docs/cases.md", "docs/configure.md", "docs/journal.md", "docs/operate.md",
        "docs/performance.md",
    ]

    @Test("the list of pages is complete")
    func pagesAreKnown() throws {
        let folder = Repository.root.appending(path: "docs")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
        #expect(Set(names.map { "docs/\($0)" }) == Set(Self.pages.filter { $0.hasPrefix("docs/") }))
    }

    @Test("every `make` command that a page shows exists", arguments: pages)
    func commandsExist(_ path: String) throws {
        let targets = Set(
            try Repository.text(of: "Makefile").split(separator: "\n").compactMap { $0.firstMatch(of: /^([a-z]+):/)?.1 }
        )
        #expect(targets.isSuperset(of: ["run", "test", "install", "bench", "format", "clean", "help"]))
        for command in Markdown.makeTargets(in: try Repository.text(of: path)) {
            #expect(targets.contains(command), "\(path) shows `make \(command)`, and the Makefile has no \(command)")
        }
    }

    @Test("every file of `config` that an example names exists", arguments: pages)
    func exampleFilesExist(_ path: String) throws {
        for file in Markdown.exampleFiles(in: try Repository.text(of: path)) {
            #expect(
                FileManager.default.fileExists(atPath: Repository.root.appending(path: file).path),
                "\(path) shows a command with \(file), which does not exist"
            )
        }
    }

    @Test("every file that a page links to exists", arguments: pages)
    func linksResolve(_ path: String) throws {
        let folder = Repository.root.appending(path: path).deletingLastPathComponent()
        for link in Markdown.localLinks(in: try Repository.text(of: path)) {
            #expect(
                FileManager.default.fileExists(atPath: folder.appending(path: link).path),
                "\(path) links to \(link), which does not exist"
            )
        }
    }
}

/// What the tests read out of Markdown.
enum Markdown {
    /// The targets of `make` in code: after a backtick, or at the start of a line of a block.
    static func makeTargets(in text: String) -> [Substring] {
        text.split(separator: "\n")
            .flatMap { line in
                line.matches(of: /(?:`|^\s*|&& )(?:sudo )?make ([a-z]+)/).map(\.1)
            }
    }

    /// What follows a blank in a command and lies in `config`.
    static func exampleFiles(in text: String) -> [String] {
        text.matches(of: /\s(config\/[^\s`)]+)/).map { String($0.1) }
    }

    /// The targets of links that are neither URLs nor anchors.
    static func localLinks(in text: String) -> [String] {
        text.matches(of: /\]\(([^)#]+)[^)]*\)/).map { String($0.1) }.filter { !$0.contains("://") }
    }
}
