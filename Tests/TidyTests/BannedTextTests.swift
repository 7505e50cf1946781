import Testing

@Suite("Banned text")
struct BannedTextTests {
    /// Text that no code of a room contains, and what to write instead.
    struct Ban: Sendable, CustomTestStringConvertible {
        var text: String
        var instead: String
        /// Folders it does not hold for.
        var except: [String] = []

        var testDescription: String { text }

        /// Found only as a word of its own: `CivilDate()` is not `Date()`.
        func isBroken(by codeLine: String) -> Bool {
            codeLine.ranges(of: text)
                .contains { range in
                    guard text.first?.isLetter == true, range.lowerBound > codeLine.startIndex else { return true }
                    let before = codeLine[codeLine.index(before: range.lowerBound)]
                    return !(before.isLetter || before.isNumber || before == "_")
                }
        }
    }

    static let bans = [
        Ban(text: "Date()", instead: "the `now` that was passed in"),
        Ban(text: "DateFormatter", instead: "Instant.rfc3339"),
        Ban(text: "ISO8601DateFormatter", instead: "Instant.rfc3339"),
        Ban(text: "Calendar.", instead: "CivilDate or WorkingCalendar"),
        Ban(text: "Thread.sleep", instead: "the loop's alarm"),
        Ban(text: "Task.detached", instead: "a task group"),
        Ban(text: "Task {", instead: "a task group", except: ["Sources/Daemon"]),
        Ban(text: "DispatchQueue.global", instead: "a queue with a label: Dispatch polls the threads of a global one"),
        Ban(text: "try!", instead: "throw, or a precondition that says why"),
        Ban(text: "as!", instead: "as? with a precondition"),
    ]

    @Test("no room says", arguments: bans)
    func banned(_ ban: Ban) throws {
        for file in try Repository.swiftFiles(below: "Sources") where !ban.except.contains(where: file.path.hasPrefix) {
            for (number, line) in SourceText.code(of: file.text).enumerated() where ban.isBroken(by: line) {
                Issue.record("\(file.path):\(number + 1) says \(ban.text), use \(ban.instead)")
            }
        }
    }

    @Test("no generic container holds a closure as it is: a struct does, whose field keeps its form")
    func noClosuresInContainers() throws {
        let files = try ["Sources", "Tests"].flatMap(Repository.swiftFiles(below:))
            .map { (path: $0.path, code: SourceText.code(of: $0.text)) }
        let names = Set(files.flatMap { SourceText.functionTypes(in: $0.code) })
        #expect(names.contains("Send"))
        for file in files {
            for place in SourceText.containersOfClosures(in: file.code, named: names) {
                Issue.record("\(file.path):\(place)")
            }
        }
    }

    @Test("a switch of the engine names every case, so that a new one does not compile until it is decided")
    func noDefaultInEngine() throws {
        for file in try Repository.swiftFiles(below: "Sources/Engine") {
            for (number, line) in SourceText.code(of: file.text).enumerated()
            where line.contains(/^\s*(@unknown\s+)?default\s*:/) {
                Issue.record("\(file.path):\(number + 1) has a default")
            }
        }
    }

    @Test("nothing is left for later in a comment", arguments: ["Sources", "Tests", "systemd", "config", ".ci"])
    func nothingLeftForLater(_ folder: String) throws {
        // In two parts, or this file would be its own finding.
        let words = ["TO" + "DO", "FIX" + "ME"]
        for file in try Repository.textFiles(below: folder) {
            for word in words {
                #expect(!file.text.contains(word), "\(file.path) contains \(word)")
            }
        }
    }
}
