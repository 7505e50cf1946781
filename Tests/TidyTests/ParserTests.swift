import Testing

/// The tidy tests must be able to fail: bad samples, and what is found in them.
@Suite("The parsers of the tidy tests")
struct ParserTests {
    @Test(
        "an import is seen in any dress",
        arguments: [
            ("import Store", "Store"),
            ("package import Engine", "Engine"),
            ("@testable import Store", "Store"),
            ("@preconcurrency internal import Dispatch", "Dispatch"),
            ("@_spi(Testing) public import Host", "Host"),
            ("  import struct Foundation.Date", "Foundation"),
            ("import Glibc.stdio", "Glibc"),
            ("import func Glibc.read", "Glibc"),
        ]
    )
    func imports(_ line: String, _ module: String) {
        #expect(SourceText.importedModules(line) == [module])
    }

    @Test("two imports on one line are two, and a word like it is none")
    func importsOnOneLine() {
        #expect(SourceText.importedModules("import Engine; import Store") == ["Engine", "Store"])
        #expect(SourceText.importedModules("let important = import_(x)") == [])
        #expect(SourceText.importedModules("case .import where mode == import") == [])
    }

    @Test("comments and literals are not code, what stands beside them is")
    func codeOnly() {
        let sample = """
            let url = "http://x" + y  // try! here
            /* as! /* nested */ Date() */ let z = 1
            let raw = #"a "quoted" try!"#; b()
            let long = \"""
                Task { is text
                \"""
            let escaped = "a \\" try!"
            """
        #expect(
            SourceText.code(of: sample) == [
                "let url = \"\" + y  ", " let z = 1", "let raw = \"\"; b()", "let long = \"", "", "\"",
                "let escaped = \"\"",
            ]
        )
    }

    @Test(
        "banned text is found",
        arguments: [
            ("Date()", "let now = Date()"), ("DateFormatter", "let f = DateFormatter()"),
            ("Calendar.", "Calendar.current"), ("Task {", "Task { await x() }"), ("try!", "x = try! y()"),
            ("as!", "let a = b as! C"), ("Thread.sleep", "Thread.sleep(1)"), ("Task.detached", "Task.detached {}"),
            ("ISO8601DateFormatter", "ISO8601DateFormatter()"),
        ]
    )
    func bansBite(_ text: String, _ line: String) throws {
        let ban = try #require(BannedTextTests.bans.first { $0.text == text })
        #expect(ban.isBroken(by: line))
    }

    @Test(
        "a longer name is not the banned one",
        arguments: ["CivilDate()", "WorkingCalendar.always", "addTask { x() }"]
    )
    func longerNames(_ line: String) {
        #expect(!BannedTextTests.bans.contains { $0.isBroken(by: line) })
    }

    @Test("a bare declaration that crosses a room is found, a documented or inner one is not")
    func documentation() {
        let sample = """
            package struct Bare {}
            /// Said.
            @frozen
            package enum Said { case one }
            struct Inner {}
                package static func bareToo() {}
                package mutating func alsoBare() {}
                package static func == (left: Self, right: Self) -> Bool { true }
                package var count = 0
            """
        #expect(SourceText.undocumentedDeclarations(in: sample) == ["1: Bare", "6: bareToo", "7: alsoBare"])
    }

    @Test(
        "a closure in a generic container is found",
        arguments: [
            "let a = Locked<() -> Void>({})", "let a: Mutex<(@Sendable (Int) -> Void)?>",
            "var a: Box<(Int, () -> Void)>",
            "let a = Locked<[String: (Int) throws -> Int]>([:])", "let a = Locked<[Send]>([])",
            "var all: [@Sendable (Int) -> Void] = []", "let a = Locked<Array<Optional<() -> Void>>>([])",
            "let a = Locked<\n    (Int) -> Void\n>({ _ in })",
        ]
    )
    func closures(_ text: String) {
        let code = SourceText.code(of: "typealias Send = (Int) -> Void\n" + text)
        let names = Set(SourceText.functionTypes(in: code))
        #expect(names == ["Send"])
        #expect(!SourceText.containersOfClosures(in: code, named: names).isEmpty)
    }

    @Test(
        "a closure in a struct of its own is not, nor one beside a container",
        arguments: [
            "let a = Locked<Listener?>(nil)", "func a(_ b: Locked<Int>, then: () -> Void) {}",
            "if a < b { c = d > -e }",
            "let rules: [(Int) -> Bool] = []", "func a<Result>(_ b: () -> Result) -> Locked<Result> {}",
        ]
    )
    func noClosures(_ text: String) {
        #expect(SourceText.containersOfClosures(in: SourceText.code(of: text), named: ["Send"]).isEmpty)
    }

    @Test("commands and links of a README are found in blocks and in running text")
    func markdown() {
        let sample = """
            Say `make run`, then make tea, and see [the map](Sources/README.md#rooms) or [them](https://x.org).
                make bench
            sudo make install && make clean
            slactl test config/tests/a.yaml --policy config/a.yaml
            """
        #expect(Markdown.makeTargets(in: sample) == ["run", "bench", "install", "clean"])
        #expect(Markdown.localLinks(in: sample) == ["Sources/README.md"])
        #expect(Markdown.exampleFiles(in: sample) == ["config/tests/a.yaml", "config/a.yaml"])
    }
}
