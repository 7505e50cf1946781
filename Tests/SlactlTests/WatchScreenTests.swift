import FoundationEssentials
import Testing
import TimeBase

@testable import slactl

@Suite("the screen of slactl watch")
struct WatchScreenTests {
    private static let now = Instant(milliseconds: 1_795_269_600_000)
    private static let plain = Paint(isOn: false)

    /// One case for each id; the first is due in ten minutes, each other an hour after the one before it.
    private func answer(_ ids: String..., first: Instant = now + .minutes(10)) throws -> CasesAnswer {
        try answer(ids, first: first)
    }

    private func answer(_ ids: [String], first: Instant = now + .minutes(10)) throws -> CasesAnswer {
        let rows = ids.enumerated()
            .map { place, id in
                #"{"case":"\#(id)","status":"open","tier":1,"team":"desk","subject":"about \#(id)","#
                    + #""opened_at":"2026-11-21T08:00:00.000Z","timers":[{"target":"first_reply","cycle":1,"#
                    + #""state":"running","started_at":"2026-11-21T08:00:00.000Z","#
                    + #""deadline":"\#((first + .hours(Int64(place))).rfc3339)","duration_ms":1}]}"#
            }
        let text = #"{"now":"\#(Self.now.rfc3339)","cases":[\#(rows.joined(separator: ","))]}"#
        return try DaemonAnswer(bytes: Data(text.utf8)).decoded()
    }

    private func screen(rows: Int = 6, columns: Int = 72, hasKeys: Bool = true, limit: Int = 200) -> WatchScreen {
        let size = WatchScreen.Size(rows: rows, columns: columns)
        return WatchScreen(title: "slactl watch", hasKeys: hasKeys, limit: limit, size: size, .utc)
    }

    /// The ids of the rows that are shown; `>` stands before the one that is selected.
    private func rows(_ screen: WatchScreen) -> [String] {
        screen.frame(at: Self.now, Self.plain).dropFirst(2).dropLast().filter { !$0.isEmpty }
            .map { $0.split(separator: " ").prefix($0.hasPrefix(">") ? 2 : 1).joined() }
    }

    @Test("the list has a head with the counts, the names of columns, the cases and the keys; what is left ticks")
    func list() throws {
        var screen = screen()
        #expect(screen.take(.cases(try answer("T-1", "T-2"))) == nil)
        #expect(
            screen.frame(at: Self.now, Self.plain) == [
                "slactl watch  2026-11-21T14:00:00Z  2 cases, 0 late",
                "  CASE  DUE         TARGET       TIER  STATUS  PRIORITY  WHO   ABOUT",
                "> T-1   in 10:00    first_reply  1     open    -         desk  about T-1",
                "  T-2   in 1:10:00  first_reply  1     open    -         desk  about T-2", "",
                "j k or arrows: select   a: acknowledge   Enter: show   q: leave",
            ]
        )
        let later = screen.frame(at: Self.now + .seconds(601), Self.plain)
        #expect(later[0].hasSuffix("2 cases, 1 late"))
        #expect(later[2].contains("00:01 late"))
        #expect(later[3].contains("in 59:59"))
    }

    @Test(
        "what is left is told to the second, and is over when it is over",
        arguments: [
            (1, "in 00:01"), (999, "in 00:01"), (1_000, "in 00:01"), (1_001, "in 00:02"), (0, "00:00 late"),
            (-999, "00:00 late"), (-1_000, "00:01 late"), (3_599_000, "in 59:59"), (3_600_000, "in 1:00:00"),
            (-36_061_000, "10:01:01 late"), (183_845_000, "in 2d 03:04:05"),
        ] as [(Int64, String)]
    )
    func ticking(milliseconds: Int64, text: String) {
        #expect(RelativeTime.ticking(Self.now + Span(milliseconds: milliseconds), at: Self.now) == text)
    }

    @Test("keys move the selection, and no further than there are cases; the list scrolls with it")
    func selection() throws {
        var screen = screen(rows: 6)
        _ = screen.take(.cases(try answer("A", "B", "C", "D", "E")))
        func press(_ keys: Key...) { for key in keys { #expect(screen.take(.key(key)) == nil) } }
        #expect(rows(screen) == [">A", "B", "C"])
        press(.up)
        #expect(screen.selectedID == "A")
        press(.down, .character("j"))
        #expect(rows(screen) == ["A", "B", ">C"])
        press(.down)
        #expect(rows(screen) == ["B", "C", ">D"])
        press(.end, .down)
        #expect(rows(screen) == ["C", "D", ">E"])
        press(.character("k"), .up)
        #expect(rows(screen) == [">C", "D", "E"])
        press(.home)
        #expect(rows(screen) == [">A", "B", "C"])
        press(.pageDown)
        #expect(screen.selectedID == "D")
        press(.pageUp, .pageUp)
        #expect(screen.selectedID == "A")
        press(.character("G"))
        #expect(screen.selectedID == "E")
        press(.character("g"), .character("x"))
        #expect(screen.selectedID == "A")
    }

    @Test("a new list keeps the same case selected wherever it is, and a place near it if it has gone")
    func refresh() throws {
        var screen = screen()
        _ = screen.take(.cases(try answer("A", "B", "C")))
        _ = screen.take(.key(.down))
        _ = screen.take(.cases(try answer("X", "C", "A", "B")))
        #expect(screen.selectedID == "B")
        _ = screen.take(.cases(try answer("X", "C")))
        #expect(screen.selectedID == "C")
        _ = screen.take(.cases(try answer([])))
        #expect(screen.selectedID == nil)
        #expect(screen.frame(at: Self.now, Self.plain)[1] == "no case fits")
        for key in [Key.character("a"), .enter, .down] { #expect(screen.take(.key(key)) == nil) }
        _ = screen.take(.cases(try answer("Y")))
        #expect(screen.selectedID == "Y")
    }

    @Test("a takes the case that is selected, in the list and in its story, and what came of it is said")
    func acknowledge() throws {
        var screen = screen()
        _ = screen.take(.cases(try answer("A", "B")))
        _ = screen.take(.key(.down))
        #expect(screen.take(.key(.character("a"))) == .acknowledge("B"))
        #expect(screen.frame(at: Self.now, Self.plain).last == "acknowledging B")
        #expect(screen.take(.said("acknowledged B", isTrouble: false)) == nil)
        #expect(screen.frame(at: Self.now, Paint(isOn: true)).last == "\u{1B}[32macknowledged B\u{1B}[0m")
        _ = screen.take(.said("cannot acknowledge B: closed", isTrouble: true))
        #expect(screen.frame(at: Self.now, Paint(isOn: true)).last == "\u{1B}[31mcannot acknowledge B: closed\u{1B}[0m")
        _ = screen.take(.key(.up))
        #expect(screen.frame(at: Self.now, Self.plain).last?.hasPrefix("j k or arrows") == true)
        #expect(screen.take(.key(.enter)) == .show("A"))
        #expect(screen.take(.key(.character("a"))) == .acknowledge("A"))
    }

    @Test("Enter shows the story, which scrolls, ages with the list and ends with q; q in the list leaves")
    func story() throws {
        var screen = screen(rows: 5, columns: 20)
        _ = screen.take(.cases(try answer("A")))
        #expect(screen.take(.key(.enter)) == .show("A"))
        func body() -> [String] { Array(screen.frame(at: Self.now, Self.plain).dropFirst().dropLast()) }
        #expect(body()[0] == "looking up case A")
        _ = screen.take(.story("A", (1...5).map { "line \($0)" } + ["a line that is longer than the screen"]))
        #expect(body() == ["line 1", "line 2", "line 3"])
        _ = screen.take(.key(.down))
        #expect(body() == ["line 2", "line 3", "line 4"])
        _ = screen.take(.key(.end))
        #expect(body() == ["line 4", "line 5", "a line that is long…"])
        #expect(screen.take(.cases(try answer("A"))) == .show("A"))
        _ = screen.take(.story("B", ["another"]))
        #expect(body()[0] == "line 4", "a late answer for another case is not shown")
        _ = screen.take(.story("A", ["line 1", "line 2"]))
        #expect(body() == ["line 1", "line 2", ""])
        #expect(screen.take(.key(.character("q"))) == nil)
        _ = screen.take(.story("A", ["late"]))
        #expect(body()[0].hasPrefix("  CASE"))
        #expect(screen.take(.cases(try answer("A"))) == nil)
        #expect(screen.take(.key(.character("q"))) == .leave(signal: nil))
        #expect(screen.take(.key(.escape)) == .leave(signal: nil))
        #expect(screen.take(.ended(signal: 15)) == .leave(signal: 15))
    }

    @Test("a daemon that is away is told in the first line, the list stays, and its answer takes the line back")
    func away() throws {
        var screen = screen()
        _ = screen.take(.cases(try answer("A")))
        _ = screen.take(.away("cannot reach slawatchd"))
        let frame = screen.frame(at: Self.now, Self.plain)
        #expect(frame[0] == "2026-11-21T14:00:00Z  cannot reach slawatchd; looking again")
        #expect(rows(screen) == [">A"])
        _ = screen.take(.cases(try answer("A")))
        #expect(screen.frame(at: Self.now, Self.plain)[0].hasPrefix("slactl watch  "))
    }

    @Test("without keys nothing is selected and nothing done")
    func noKeys() throws {
        var screen = screen(hasKeys: false, limit: 2)
        _ = screen.take(.cases(try answer("A", "B")))
        #expect(rows(screen) == ["A", "B"])
        for key in [Key.character("a"), .enter, .character("q")] { #expect(screen.take(.key(key)) == nil) }
        let frame = screen.frame(at: Self.now, Self.plain)
        #expect(frame.last == "Ctrl-C ends")
        #expect(frame[0].contains("the first 2 cases"))
    }

    @Test("a frame has as many lines as the terminal and none is wider, whatever the size, the texts and the keys")
    func fits() throws {
        let ids = ["T-1", "長い長い長い名前", "x\u{1B}[2Jy", "a\nb", "e\u{301}", String(repeating: "w", count: 300)]
        let texts = try answer(ids.map { $0.replacing("\u{1B}", with: #"\u001b"#).replacing("\n", with: #"\n"#) })
        for rows in 0...8 {
            for columns in [1, 2, 7, 20, 60, 200] {
                for paint in [Self.plain, Paint(isOn: true)] {
                    var screen = screen(rows: 24, columns: 80)
                    _ = screen.take(.cases(texts))
                    _ = screen.take(.key(.end))
                    _ = screen.take(.resized(WatchScreen.Size(rows: rows, columns: columns)))
                    for key in [nil, Key.up, .enter, .down, .escape, .end] {
                        if let key { _ = screen.take(.key(key)) }
                        let frame = screen.frame(at: Self.now, paint)
                        #expect(frame.count <= rows)
                        if rows >= 2 { #expect(frame.count == rows) }
                        for line in frame {
                            let bare = line.replacing(/\u{1B}\[[0-9]*m/, with: "")
                            #expect(bare.columns <= columns, "\(columns): \(bare)")
                            #expect(!bare.unicodeScalars.contains { $0.properties.generalCategory == .control })
                        }
                    }
                }
            }
        }
    }

    @Test("bytes become keys, also in parts; an escape alone is a key when nothing follows")
    func keys() {
        var reader = KeyReader()
        func keys(_ text: String) -> [Key] { reader.keys(in: Array(text.utf8)) }
        #expect(keys("jq\r\n") == [.character("j"), .character("q"), .enter, .enter])
        #expect(keys("\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[6~") == [.up, .down, .pageUp, .pageDown])
        #expect(keys("\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~") == [.home, .end, .home, .end])
        #expect(keys("\u{1B}") == [])
        #expect(keys("[") == [])
        #expect(keys("A") == [.up])
        #expect(keys("\u{1B}") == [])
        #expect(reader.keysAtRest() == [.escape])
        #expect(reader.keysAtRest() == [])
        #expect(keys("\u{1B}q") == [.escape, .character("q")])
        #expect(keys("\u{1B}[1;5Ca") == [.character("a")], "what it does not know is passed over as a whole")
        #expect(keys("\u{1}\u{7F}é") == [])
        #expect(keys("\u{1B}[" + String(repeating: "1", count: 40)) == [])
        #expect(keys("a") == [.character("a")], "a sequence without an end does not swallow what follows for ever")
    }
}
