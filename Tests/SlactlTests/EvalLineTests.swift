import Foundation
import Testing
import TimeBase

@testable import slactl

@Suite("slactl calendar eval, line by line")
struct EvalLineTests {
    private static let calendar = #""calendar":{"time_zone":"UTC","hours":{"mon-fri":["09:00-17:00"]}}"#

    private func answer(_ line: String) -> String {
        var evaluation = Evaluation.ofTheMachine
        return String(evaluation.answer(Array(line.utf8)).dropLast())
    }

    @Test(
        "an id of any kind comes back as it was written",
        arguments: [
            #""x""#, "1", "1.0", "1e400", "-0", "null", "true", #"{"a": [1, 2.50]}"#, #"["\u00e4",""]"#, #""ä\/""#,
            "123456789012345678901234567890",
        ]
    )
    func ids(id: String) {
        let line = #"{"op":"is_open",\#(Self.calendar),"start":"2026-11-20T10:00:00Z","id": \#(id) }"#
        #expect(answer(line) == #"{"id":\#(id),"result":true}"#)
    }

    @Test("without an id it is null; unknown keys and null are passed over; escapes are read")
    func lenient() {
        let line =
            #"{"op":"is\u005fopen","c\u0061lendar":{"time_zone":"Europe\/Berlin","hours":{"MONDAY":["09:00-17:00"],"tue":null},"#
            + #""holidays":null,"dates":null,"title":"Dienst \ud83d\ude00"},"start":"2026-11-23T10:00:00Z","#
            + #""note":{"deep":[[]]},"end":null}"#
        #expect(answer(line) == #"{"id":null,"result":true}"#)
    }

    @Test(
        "a bad line is answered, with its id where that is known",
        arguments: [
            ("nope", "null", "cannot read the line: it is not JSON, unexpected byte at 2"),
            ("{", "null", "cannot read the line: it is not JSON, it ends too soon"),
            ("[]", "null", "cannot answer the line: op is missing"),
            ("17", "null", "cannot answer the line: op is missing"),
            (#"{"id":5}"#, "5", "cannot answer the line: op is missing"),
            (#"{"id":5}{}"#, "5", "cannot read the line: it is not JSON, unexpected byte at 9"),
            (#"{"id":5,"op":"explode"}"#, "5", "cannot answer \"explode\": it is no operation, known are add, "),
            (#"{"id":5,"op":["add"]}"#, "5", "cannot use op: it is an array, expected text, the operation"),
            (#"{"id":5,"op":"add","op":"add"}"#, "5", "cannot read the line: op is given twice"),
            (#"{"id":5,"op":"add"}"#, "5", "cannot answer the line: calendar is missing"),
            (#"{"id":5,"op":"add","calendar":null}"#, "5", "cannot answer the line: calendar is missing"),
            (#"{"id":5,"op":"add","calendar":[]}"#, "5", "cannot use calendar: it is an array, expected an object or"),
            (#"{"id":5,"op":"add","calendar":"office"}"#, "5", "cannot find calendar \"office\": name the policy that"),
            (#"{"id":5,"op":"add",\#(calendar)}"#, "5", "cannot answer the line: start is missing"),
            (#"{"id":5,"op":"add",\#(calendar),"start":5}"#, "5", "cannot use start: it is a number, expected text"),
            (#"{"id":"\ud800"}"#, "null", "cannot read the line: half of a surrogate pair at byte 8"),
        ]
    )
    func bad(line: String, id: String, message: String) throws {
        let answer = answer(line)
        #expect(answer.hasPrefix(#"{"id":\#(id),"error":""#), "\(answer)")
        let parsed = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect((parsed["error"] as? String)?.hasPrefix(message) == true, "\(answer)")
    }

    @Test(
        "times that are none are refused",
        arguments: [
            "2026-11-20", "2026-11-20T10:00:00", "2026-11-20T10:00Z", "2026-02-30T10:00:00Z", "2026-11-20T24:00:00Z",
            "2026-11-20T10:00:00+24:00", "2026-11-20T10:00:00.Z", "1899-12-31T23:59:59Z", "2400-01-01T00:00:00Z", "",
            "now",
        ]
    )
    func times(text: String) {
        let answer = answer(#"{"op":"is_open",\#(Self.calendar),"start":"\#(text)"}"#)
        #expect(answer.hasPrefix(#"{"id":null,"error":"cannot use start "#), "\(answer)")
    }

    @Test("a date that does not exist is said to be that")
    func missingDate() {
        let answer = answer(#"{"op":"is_open",\#(Self.calendar),"start":"2026-02-29T10:00:00Z"}"#)
        #expect(answer.contains("2026-02-29T10:00:00Z\\\": the date 2026-02-29 does not exist\"}"), "\(answer)")
    }

    @Test("bytes that are no UTF-8, and values too deep, are refused")
    func bytes() {
        var evaluation = Evaluation.ofTheMachine
        #expect(
            evaluation.answer([0x7B, 0x22, 0xFF, 0x22, 0x7D])
                == #"{"id":null,"error":"cannot read the line: it is not UTF-8"}"# + "\n"
        )
        let deep = #"{"id":1,"x":"# + String(repeating: "[", count: 10_000)
        #expect(answer(deep) == #"{"id":1,"error":"cannot read the line: values nest deeper than 32"}"#)
    }

    @Test(
        "a calendar with mistakes is refused in the words of a policy",
        arguments: [
            (#"{"time_zone":"UTC","hours":{}}"#, "it has no hours, no time would ever count"),
            (#"{"time_zone":"UTC","hours":{"mon":[],"tue":[]}}"#, "it has no hours, no time would ever count"),
            (#"{"time_zone":"UTC","hours":{},"dates":{"2026-12-24":[]}}"#, "it has no hours, no time would ever count"),
            (
                #"{"time_zone":"UTC","hours":{},"holidays":["12-24"],"dates":{"2026-12-24":["09:00-10:00"]}}"#,
                "it has no hours, no time would ever count"
            ),
            (#"{"time_zone":"UTC"}"#, "calendar.hours is missing (write hours: { mon-fri: [\"09:00-17:00\"] })"),
            (#"{"hours":{"mon":["09:00-17:00"]}}"#, "calendar.time_zone is missing (write time_zone: Europe/Berlin)"),
            (
                #"{"time_zone":"Mars/Base","hours":{"mon":["09:00-17:00"]}}"#,
                "calendar.time_zone: cannot find zone \"Mars/Base\""
            ),
            (
                #"{"time_zone":"UTC","hours":{"mon":["09:00-12:00","11:00-13:00"]}}"#,
                "calendar.hours: mon 11:00-13:00 overlaps mon 09:00-12:00"
            ),
            (
                #"{"time_zone":"UTC","hours":{"sun":["22:00-06:00"],"mon":["05:00-13:00"]}}"#,
                "calendar.hours: mon 05:00-13:00 overlaps sun 22:00-06:00"
            ),
            (
                #"{"time_zone":"UTC","hours":{"sun":["22:00-06:00"]},"dates":{"2026-11-23":["05:00-13:00"]}}"#,
                "calendar.dates.2026-11-23: 05:00-13:00 overlaps 22:00-06:00 of 2026-11-22, the day before"
            ),
            (
                #"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"dates":{"2026-11-24":null}}"#,
                "calendar.dates.2026-11-24 has no value, expected hours"
            ),
            (
                #"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"holidays":[{"date":"2026-11-24","closed":[]}]}"#,
                "calendar.holidays[1].closed is an empty list, expected hours"
            ),
            (
                #"{"time_zone":"UTC","hours":{"mon":["09:00-09:00"]}}"#,
                "calendar.hours.mon is \"09:00-09:00\", expected"
            ),
            (#"{"time_zone":"UTC","hours":{"mon":[9]}}"#, "calendar.hours.mon is \"9\", expected hours"),
            (#"{"time_zone":"UTC","hours":{"funday":["09:00-17:00"]}}"#, "\"funday\" is no day"),
            (
                #"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"holidays":["2026-02-29"]}"#,
                "calendar.holidays[1]: the date 2026-02-29 does not exist"
            ),
            (
                #"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"hollidays":[]}"#,
                "calendar.hollidays is unknown (did you mean holidays?)"
            ),
            (
                #"{"time_zone":"UTC","time_zone":"UTC","hours":{"mon":["09:00-17:00"]}}"#,
                "time_zone is given twice, first on line 1"
            ),
        ]
    )
    func calendars(calendar: String, message: String) throws {
        for op in ["add", "subtract", "between", "is_open"] {
            let answer = answer(
                #"{"op":"\#(op)","calendar":\#(calendar),"start":"2026-11-20T10:00:00Z","end":"2026-11-20T10:00:00Z","#
                    + #""duration_s":1}"#
            )
            let parsed = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
            #expect((parsed["error"] as? String)?.hasPrefix("cannot use the calendar: " + message) == true, "\(answer)")
        }
    }

    @Test(
        "seconds are read exactly",
        arguments: [
            ("0", 0), ("-0", 0), ("21600", 21_600_000), ("21600.5", 21_600_500), ("1e3", 1_000_000),
            ("1E+3", 1_000_000),
            ("1.5e-3", nil), ("15e-1", 1_500), ("0.001", 1), ("-0.001", -1), ("0.0010000", 1), ("0.1", 100),
            ("9720.000000000002", 9_720_000), ("14399.999999999998", 14_400_000), ("0.30000000000000004", 300),
            ("999.9999999999999", 1_000_000), ("0.0005", nil), ("1e-9", nil), ("1e-999999999999", nil),
            ("0e999999999999", 0),
            ("1e14", 100_000_000_000_000_000), ("1e15", nil), ("1e999999999999", nil), ("01", nil), ("", nil),
            ("-", nil),
            ("+1", nil), (".5", nil), ("5.", nil), ("1e", nil), ("0x10", nil), ("NaN", nil), (" 1", nil), ("٣", nil),
        ] as [(String, Int64?)]
    )
    func seconds(text: String, milliseconds: Int64?) {
        #expect((try? ExactSeconds.span(text))?.milliseconds == milliseconds)
    }

    @Test(
        "seconds are written as short as can be",
        arguments: [(0, "0"), (1_000, "1"), (-1_500, "-1.5"), (1, "0.001"), (-10, "-0.01"), (3_600_050, "3600.05")]
            as [(Int64, String)]
    )
    func secondsText(milliseconds: Int64, text: String) {
        #expect(ExactSeconds.text(TimeBase.Span(milliseconds: milliseconds)) == text)
    }

    @Test("more calendars than are kept are answered as well")
    func manyCalendars() {
        var evaluation = Evaluation.ofTheMachine
        for round in 0..<2 {
            for minute in 0..<EvalCalendars.writtenMax / 60 * 30 {
                let hours = "08:\(minute % 60 + 100)-17:00".replacing("08:1", with: "08:")
                let line =
                    #"{"id":\#(round),"calendar":{"time_zone":"UTC","hours":{"mon":["\#(hours)"]}},"op":"is_open","#
                    + #""start":"2026-11-23T16:00:00Z"}"#
                #expect(evaluation.answer(Array(line.utf8)) == #"{"id":\#(round),"result":true}"# + "\n")
            }
        }
    }
}
