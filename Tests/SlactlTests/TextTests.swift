import Testing
import TimeBase

@testable import slactl

@Suite("text for people")
struct TextTests {
    private static let now = Instant(milliseconds: 1_795_269_730_000)

    @Test(
        "a deadline is ahead, now or late",
        arguments: [
            (720, "in 12m"), (45, "in 45s"), (192, "in 3m 12s"), (767, "in 12m"), (7_530, "in 2h 5m"),
            (93_600, "in 1d 2h"), (0, "now"), (-10_800, "3h late"), (-1, "1s late"), (-100_000_000, "1157d 9h late"),
        ] as [(Int64, String)]
    )
    func due(seconds: Int64, text: String) {
        #expect(RelativeTime.due(Self.now + .seconds(seconds), at: Self.now) == text)
    }

    @Test("what happened is ago", arguments: [(-720, "12m ago"), (60, "in 1m"), (0, "now")] as [(Int64, String)])
    func since(seconds: Int64, text: String) {
        #expect(RelativeTime.since(Self.now + .seconds(seconds), at: Self.now) == text)
    }

    @Test("columns are as wide as their widest cell, and no line ends with spaces")
    func table() {
        var table = Table(["CASE", "DUE", "ABOUT"])
        table.add([.init("T-1"), .init("in 12m"), .init("")])
        table.add([.init("T-1000"), .init("-"), .init("cannot log in")])
        #expect(
            table.text(Paint(isOn: false)) == """
                CASE    DUE     ABOUT
                T-1     in 12m
                T-1000  -       cannot log in

                """
        )
    }

    @Test("a table that is wider than the terminal is cut in its widest columns, and no line is longer")
    func fitted() {
        var table = Table(["CASE", "TEAM", "ABOUT"])
        table.add([.init("T-1"), .init("second line support"), .init("cannot log in since the update")])
        table.add([.init("T-1000"), .init("desk"), .init("日本語の件名")])
        let plain = Paint(isOn: false)
        #expect(table.text(plain, width: 200) == table.text(plain))
        for width in [30, 40, 59] {
            let lines = table.text(plain, width: width).split(separator: "\n")
            #expect(lines.allSatisfy { String($0).columns <= width }, "\(lines)")
            #expect(lines[1].hasPrefix("T-1     second"), "\(lines)")
        }
        #expect(table.text(plain, width: 40).contains("…"))
        // Narrower than is of use: columns keep a few characters.
        #expect(table.text(plain, width: 5).contains("T-1000  desk    日本…"))
    }

    @Test("firm columns are cut only if the others have nothing left to give")
    func firm() {
        var table = Table(["CASE", "DUE", "ABOUT"], firm: 2)
        table.add([.init("a-very-long-number-of-a-case"), .init("3h 12m overdue"), .init("cannot log in")])
        let plain = Paint(isOn: false)
        func row(_ width: Int) -> String {
            table.text(plain, width: width).split(separator: "\n").last.map(String.init) ?? ""
        }
        #expect(row(55) == "a-very-long-number-of-a-case  3h 12m overdue  cannot l…")
        #expect(row(52) == "a-very-long-number-of-a-case  3h 12m overdue  canno…")
        #expect(row(50) == "a-very-long-number-of-a-c…  3h 12m overdue  canno…")
    }

    @Test("spreadsheets get quotes where they need them, and no formula")
    func csv() {
        #expect(
            CSV.line(["T-1", "a,b", "say \"x\"", "two\nlines", ""])
                == "T-1,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\r\n"
        )
        #expect(CSV.line(["=1+1", "-5", "@x"]) == "'=1+1,'-5,'@x\r\n")
    }

    @Test("colour does not change the widths")
    func colour() {
        var table = Table(["", ""])
        table.add([.init("late", .red), .init("x")])
        table.add([.init("longer"), .init("y")])
        #expect(table.text(Paint(isOn: true)) == "\u{1B}[31mlate\u{1B}[0m    x\nlonger  y\n")
    }

    @Test("colour only on a terminal, never with NO_COLOR or on a dumb one")
    func paint() {
        #expect(Paint.isWanted(onTerminal: true, environment: ["TERM": "xterm"]))
        #expect(Paint.isWanted(onTerminal: true, environment: ["NO_COLOR": ""]))
        #expect(!Paint.isWanted(onTerminal: false, environment: ["TERM": "xterm"]))
        #expect(!Paint.isWanted(onTerminal: true, environment: ["NO_COLOR": "1"]))
        #expect(!Paint.isWanted(onTerminal: true, environment: ["TERM": "dumb"]))
    }

    @Test("a customer's text cannot steer the terminal")
    func printable() {
        #expect(Printable.text("a\u{1B}[2Jb\n\u{9B}c\u{202E}d") == "a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}c\u{FFFD}d")
        for unsafe in ["\u{2028}", "\u{2029}", "\u{61C}", "\u{2066}", "\u{9B}", "\u{7F}"] {
            #expect(Printable.text("a\(unsafe)b") == "a\u{FFFD}b")
        }
        #expect(Printable.json("{\"a\":\"\u{2028}\u{9B}ä\u{61C}\"}") == #"{"a":"\u2028\u009bä\u061c"}"#)
        #expect(Printable.text("Grüße, 日本 👩‍💻") == "Grüße, 日本 👩‍💻")
    }

    @Test(
        "numbers are grouped by thousands",
        arguments: [(0, "0"), (999, "999"), (9_551, "9,551"), (1_000_000, "1,000,000"), (-1_204, "-1,204")]
    )
    func grouped(number: Int, text: String) {
        #expect(number.grouped == text)
    }

    @Test("one is singular, all others plural")
    func counted() {
        #expect([0, 1, 2].map { $0.counted("case") } == ["0 cases", "1 case", "2 cases"])
    }

    @Test("long text ends with an ellipsis")
    func cut() {
        #expect("cannot log in".cut(to: 13) == "cannot log in")
        #expect("cannot log in".cut(to: 7) == "cannot…")
    }

    @Test("the bar shows how far it is")
    func progress() {
        #expect(Progress.line("importing", 0, of: 4, note: "") == "importing [------------------------]   0%  0 of 4")
        #expect(
            Progress.line("importing", 3, of: 4, note: "x") == "importing [##################------]  75%  3 of 4  x"
        )
        #expect(Progress.line("importing", 0, of: 0, note: "") == "importing [########################] 100%  0 of 0")
    }
}
