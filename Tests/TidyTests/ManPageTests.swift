import Foundation
import Testing

@Suite("Manual pages")
struct ManPageTests {
    static let pages = ["docs/man/slawatchd.8", "docs/man/slactl.1"]

    private func has(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: tool) }

    /// What a command says on both streams.
    private func said(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: tool)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    @Test(
        "groff has nothing to say against a page",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff"), "needs groff"),
        arguments: pages
    )
    func isClean(_ page: String) throws {
        let path = Repository.root.appending(path: page).path
        #expect(try said("/usr/bin/groff", ["-man", "-Tutf8", "-ww", "-z", path]) == "")
    }

    @Test("every page that the catalog and the units name is there")
    func namedPages() throws {
        for file in try Repository.textFiles(below: "systemd") {
            for match in file.text.matches(of: /man:(slaw[a-z]+|slactl)\(([0-9])\)/) {
                #expect(Self.pages.contains("docs/man/\(match.1).\(match.2)"), "\(file.path) names \(match.0)")
            }
        }
    }

    @Test("the page of slawatchd has every option of the program, and no other")
    func options() throws {
        let source = try Repository.text(of: "Sources/slawatchd/Slawatchd.swift")
        let page = try Repository.text(of: "docs/man/slawatchd.8").replacing("\\-", with: "-")
        let declared = source.matches(of: /var ([a-z][A-Za-z]*): (?:String|JournalChoice)/)
            .map { match in
                "--"
                    + String(match.1).map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
            }
        #expect(declared.count >= 4)
        let described = Set(page.matches(of: /--[a-z][a-z-]+/).map { String($0.0) })
        // `enable --now` is an option of systemctl.
        #expect(described == Set(declared + ["--version", "--help", "--now"]))
    }

    @Test("a command that the page of slactl names exists")
    func commands() throws {
        let page = try Repository.text(of: "docs/man/slactl.1").replacing("\\-", with: "-")
        let section = try #require(page.split(separator: ".SH COMMANDS").last?.split(separator: ".SH ").first)
        let named = section.split(separator: "\n").filter { $0.hasPrefix(".B") }
            .flatMap { line in line.matches(of: /(?:^\.B |^\.BI "|^\.BR |", " )([a-z][a-z-]*)/).map { String($0.1) } }
        #expect(named.count >= 10)
        let source = try Repository.swiftFiles(below: "Sources/slactl").map(\.text).joined()
        let known = Set(source.matches(of: /commandName: "([a-z-]+)"/).map { String($0.1) })
        for command in named { #expect(known.contains(command), "slactl has no \(command)") }
    }
}
