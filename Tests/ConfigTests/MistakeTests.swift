import Config
import Foundation
import Testing

/// Each file of `Mistakes` has one kind of mistake; what the user is told stands beside it in `.expected`.
///
/// After a change of wording, run with SLAWATCH_WRITE_EXPECTED=1 and read the difference.
@Suite("Mistakes in the policy file")
struct MistakeTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Mistakes")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    static func expected(_ name: String) -> URL {
        folder.appendingPathComponent(name.replacingOccurrences(of: ".yaml", with: ".expected"))
    }

    static func complaints(_ name: String) throws -> [Complaint] {
        let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
        func feed(_ path: String) throws(FeedUnreadable) -> [UInt8] {
            guard let data = try? Data(contentsOf: folder.appendingPathComponent(path)) else {
                throw FeedUnreadable("no such file or directory")
            }
            return Array(data)
        }
        let loaded = ConfigFile.load(
            bytes: Array(bytes),
            file: name,
            zones: Given.zone,
            feeds: feed,
            now: Given.now
        )
        switch loaded {
        case .success(let config): return config.warnings
        case .failure(let complaints): return complaints.list
        }
    }

    @Test("what the user is told stands beside the file", arguments: names)
    func expectedText(name: String) throws {
        let text = try Self.complaints(name).map { "\($0)\n" }.joined()
        let expected = Self.expected(name)
        if ProcessInfo.processInfo.environment["SLAWATCH_WRITE_EXPECTED"] == "1" {
            try text.write(to: expected, atomically: true, encoding: .utf8)
        }
        #expect(try text == String(contentsOf: expected, encoding: .utf8))
        #expect(!text.isEmpty)
    }

    @Test("every code has a file that shows it")
    func everyCodeIsShown() throws {
        let expected = try Self.names.map { name in
            try String(contentsOf: Self.expected(name), encoding: .utf8)
        }
        let shown = Set(expected.joined().matches(of: /\[(C[0-9]{3})\]\n/).map { String($0.output.1) })
        // A file of a megabyte is made by the test of the bounds; which words were sent only a daemon knows.
        #expect(Mistake.allCases.filter { !shown.contains($0.rawValue) } == [.fileTooLarge, .neverSent])
    }

    @Test("codes look alike, have a meaning and are not used twice")
    func codes() {
        for mistake in Mistake.allCases {
            #expect(mistake.rawValue.wholeMatch(of: /C[0-9]{3}/) != nil)
            #expect(!mistake.summary.isEmpty)
        }
        #expect(Set(Mistake.allCases.map(\.summary)).count == Mistake.allCases.count)
    }
}
