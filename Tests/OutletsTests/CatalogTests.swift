import Foundation
import Outlets
import Testing

/// Holds `systemd/slawatchd.catalog` to the table of kinds, both ways.
@Suite("Catalog")
struct CatalogTests {
    private let entries: [String: [Substring]]
    private let page: String
    private let repeated: [String]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "systemd/slawatchd.catalog"), encoding: .utf8)
        page = try String(contentsOf: root.appending(path: "docs/journal.md"), encoding: .utf8)
        var entries: [String: [Substring]] = [:]
        var repeated: [String] = []
        var current: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
            if line.hasPrefix("-- ") {
                let id = String(line.dropFirst(3))
                if entries.updateValue([], forKey: id) != nil { repeated.append(id) }
                current = id
            } else if let current {
                entries[current, default: []].append(line)
            }
        }
        self.entries = entries
        self.repeated = repeated
    }

    @Test("every kind of entry is explained, and nothing else is")
    func bothWays() {
        #expect(Set(entries.keys) == Set(MessageID.allCases.map(\.rawValue)))
        #expect(repeated.isEmpty)
    }

    @Test("docs/journal.md lists every kind of entry once, and nothing else")
    func pageTable() {
        let listed = page.matches(of: /`([0-9a-f]{32})`/).map { String($0.output.1) }
        #expect(listed.sorted() == MessageID.allCases.map(\.rawValue).sorted())
    }

    @Test("an id is 32 lower-case hex digits", arguments: MessageID.allCases)
    func form(_ id: MessageID) {
        #expect(id.rawValue.count == 32)
        #expect(id.rawValue.allSatisfy { "0123456789abcdef".contains($0) })
    }

    @Test("a text has its headers, a body, and only fields that entries can have", arguments: MessageID.allCases)
    func text(_ id: MessageID) throws {
        let lines = try #require(entries[id.rawValue])
        #expect(lines.contains { $0.hasPrefix("Subject: ") })
        #expect(lines.contains("Defined-By: slawatchd"))
        #expect(lines.drop { !$0.isEmpty }.contains { !$0.isEmpty })
        let fields = lines.joined(separator: "\n").matches(of: /@([^@\s]+)@/).map { String($0.output.1) }
        let known: Set = ["SLA_CASE", "SLA_TARGET", "SLA_DEADLINE", "SLA_LATE_MS", "SLA_STEP", "SLA_CALENDAR"]
        #expect(known.isSuperset(of: fields))
    }
}
