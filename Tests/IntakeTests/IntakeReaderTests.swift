import Engine
import Intake
import Testing
import TimeBase

private let noon = Instant(milliseconds: 1_795_262_400_000)

func read(_ body: String, user: String? = nil) throws -> [ParsedLine] {
    try IntakeReader.read(Array(body.utf8), receivedAt: noon, user: user)
}

func event(_ body: String) throws -> Event {
    let lines = try read(body)
    guard lines.count == 1, case .event(let event) = lines[0].content else {
        throw Unexpected("\(lines)")
    }
    return event
}

func refusal(_ body: String) throws -> LineRefusal {
    guard case .refused(let refusal, _, _) = try read(body)[0].content else { throw Unexpected(body) }
    return refusal
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

@Suite("IntakeReader")
struct IntakeReaderTests {
    @Test(
        "names behind by and author are ignored where they change nothing",
        arguments: [
            #"{"case":"1","by":"amy","author":"Amy","event":"note"}"#,
            #"{"case":"1","event":"assigned","by":"amy","author":"Amy"}"#,
            #"{"case":"1","event":"resolved","author":"Amy","by":""}"#,
        ]
    )
    func names(_ line: String) throws {
        _ = try event(line)
        #expect(Set(try read(line)[0].ignored) == ["by", "author"])
        let mail = #"{"case":"1","from":"amy@example.org","event":"agent_reply","into":"x"}"#
        #expect(try event(mail).link == nil)
        #expect(try read(mail)[0].ignored == ["into", "from"])
        #expect(try event(#"{"case":"1","from":{"name":"Amy"},"event":"note","into":""}"#).link == nil)
        #expect(try event(#"{"case":"1","event":"opened","author":"Amy"}"#).author == .person)
        #expect(try event(#"{"case":"1","event":"agent_reply","by":"amy"}"#).openedBy == .customer)
    }

    @Test("a merge names the case that survives, a split where it comes from (S18)")
    func otherCase() throws {
        #expect(try event(#"{"case":"A","event":"merged","into":"B 1"}"#).link == Link(CaseID("B 1")))
        #expect(try event(#"{"case":"A","event":"split","from":"C"}"#).link == Link(CaseID("C")))
        let ids = try ["B", "C"].map { try event(#"{"case":"A","event":"merged","into":"\#($0)"}"#).id }
        #expect(ids[0] != ids[1], "what it names is part of what it says (S20)")
    }

    @Test("S19: deadline_set names the timer, the new deadline, the person and why; elsewhere its keys mean nothing")
    func deadlineSet() throws {
        let line =
            #"{"case":"1","event":"deadline_set","target":"resolution","to":"2026-11-23T15:00:00+0100","reason":"r""#
        let noonPlus = try Instant(rfc3339: "2026-11-23T14:00:00Z")
        #expect(try event(line + "}").deadline == DeadlineSetting(.resolution, to: noonPlus))
        let full = try event(line + #","cycle":2,"by":"ada"}"#)
        #expect(full.deadline == DeadlineSetting(.resolution, cycle: 2, to: noonPlus, by: "ada"))
        #expect(full.reason == "r")
        let mail = try read(#"{"case":"1","event":"note","to":["a@b.org"],"target":7,"cycle":"x"}"#)[0]
        #expect(mail.ignored.sorted() == ["cycle", "target", "to"])
        let wrong: [(String, LineRefusal.Code)] = [
            (#"{"case":"1","event":"deadline_set","target":"resolution","to":"2026-11-23T15:00:00Z"}"#, .missingKey),
            (#"{"case":"1","event":"deadline_set","target":"resolution","reason":"r"}"#, .missingKey),
            (#"{"case":"1","event":"deadline_set","to":"2026-11-23T15:00:00Z","reason":"r"}"#, .missingKey),
            (line + #","cycle":0}"#, .outOfRange),
            (#"{"to":"soon","case":"1","event":"deadline_set","target":"resolution","reason":"r"}"#, .invalidTime),
            (#"{"target":"reply","case":"1","event":"deadline_set","to":"2026-11-23T15:00:00Z"}"#, .unknownWord),
        ]
        for (line, code) in wrong { #expect(try refusal(line).code == code, "\(line)") }
    }

    @Test("S26: the id of a case may be a whole number and is its digits then")
    func numbers() throws {
        #expect(try event(#"{"case":4711,"event":"note"}"#).caseID == CaseID("4711"))
        #expect(try event(#"{"case":-7,"event":"note"}"#).caseID == CaseID("-7"))
        #expect(try event(#"{"case":1,"event":"merged","into":42}"#).link == Link(CaseID("42")))
        #expect(try event(#"{"case":1,"event":"split","from":42}"#).link == Link(CaseID("42")))
        #expect(try refusal(#"{"case":99999999999999999999,"event":"note"}"#).code == .wrongType)
    }

    @Test("every key of an event is understood")
    func everyKey() throws {
        let event = try event(
            """
            {"at":"2026-11-21T13:00:00+01:00","case":"4711","event":"opened","id":"e1","seq":7,"source":"desk","by":"staff",\
            "author":"bot","channel":"mail","priority":"high","plan":"gold","customer":"c1","tier":2,"team":"core",\
            "agent":"amy","tags":["vip","eu"],"subject":"Help","text":"line\\nline","topic":"vpn","language":"de",\
            "private":true,"reason":"why"}
            """
        )
        var wanted = Event(id: "e1", caseID: CaseID("4711"), at: noon, kind: .opened, source: "desk")
        wanted.seq = 7
        wanted.openedBy = .staff
        wanted.author = .bot
        wanted.fields.channel = "mail"
        wanted.fields.priority = "high"
        wanted.fields.plan = "gold"
        wanted.fields.customer = "c1"
        wanted.fields.tier = 2
        wanted.fields.team = "core"
        wanted.fields.agent = "amy"
        wanted.fields.tags = ["vip", "eu"]
        wanted.fields.subject = "Help"
        wanted.fields.topic = "vpn"
        wanted.fields.language = "de"
        wanted.fields.isPrivate = true
        wanted.text = "line\nline"
        wanted.reason = "why"
        #expect(event == wanted)
    }

    @Test("an event without a time counts at the time received, and names who handed it in")
    func receivedAt() throws {
        let lines = try read(#"{"case":"1","event":"note"}"#, user: "amy")
        guard case .event(let event) = lines[0].content else { throw Unexpected("\(lines)") }
        #expect(event.at == noon)
        #expect(event.user == "amy")
        #expect(event.source == "api")
    }

    @Test("null says that a key is not given", arguments: ["id", "at", "tier", "tags", "private", "agent"])
    func null(key: String) throws {
        let event = try event(#"{"case":"1","event":"note","id":"x","\#(key == "id" ? "seq" : key)":null}"#)
        #expect(event.id == "x")
        #expect(event.fields == CaseFields())
    }

    @Test("null is no key: it may be given once more, and received_at is a log's alone")
    func nullAgain() throws {
        #expect(try event(#"{"seq":7,"case":"1","event":"note","seq":null}"#).seq == 7)
        #expect(try event(#"{"seq":null,"case":"1","event":"note","seq":7}"#).seq == 7)
        #expect(try refusal(#"{"seq":7,"case":"1","event":"note","seq":7}"#).code == .duplicateKey)
        let line = #"{"case":"1","event":"note","received_at":VALUE}"#
        #expect(try read(line.replacing("VALUE", with: "null"))[0].ignored == [])
        #expect(try read(line.replacing("VALUE", with: "[7]"))[0].ignored == ["received_at"])
    }

    @Test("lines are read each for itself and keep their numbers")
    func lines() throws {
        let lines = try read(
            """

            {"case":"1","event":"opened"}\r
            not json

            {"case":"2","event":"opened","proxy":true,"source_row":7}
            """
        )
        #expect(lines.map(\.number) == [2, 3, 5])
        #expect(lines.map(\.ignored) == [[], [], ["proxy", "source_row"]])
        guard case .refused(let refusal, nil, nil) = lines[1].content else { throw Unexpected("\(lines[1])") }
        #expect(refusal.code == .invalidJSON)
    }

    @Test("one object may be spread over several lines")
    func prettyPrinted() throws {
        let event = try event("\n{\n  \"case\": \"1\",\n  \"event\": \"opened\",\n  \"tags\": [\n \"a\"\n ]\n}\n")
        #expect(event.fields.tags == ["a"])
    }

    @Test("a broken first line does not swallow the lines after it")
    func brokenFirstLine() throws {
        let lines = try read("{\"case\":\"1\",\n{\"case\":\"2\",\"event\":\"opened\"}\n")
        #expect(lines.count == 2)
        guard case .refused(_, "1", nil) = lines[0].content, case .event = lines[1].content else {
            throw Unexpected("\(lines)")
        }
    }

    @Test("a first line that stops before its value does not swallow a refused line after it")
    func brokenBeforeRefused() throws {
        let lines = try read("{\"x\":\n{\"case\":\"2\",\"text\":\"\\ud800\"}\n{\"case\":\"3\",\"event\":\"opened\"}\n")
        #expect(lines.map(\.number) == [1, 2, 3])
    }

    @Test("by names the person who acknowledges, snoozes, or ends a snooze (S36)")
    func person() throws {
        for rest in [#""acknowledged""#, #""snoozed","until":"2026-11-23T15:00:00Z","reason":"x""#, #""snooze_ended""#]
        {
            let line = #"{"case":"1","by":"amy","event":\#(rest)}"#
            #expect(try event(line).by == "amy")
            #expect(try read(line)[0].ignored.isEmpty)
        }
        #expect(try event(#"{"case":"1","by":"","event":"acknowledged"}"#).by == nil)
        #expect(try event(#"{"case":"1","by":"staff","event":"opened"}"#).by == nil)
    }

    @Test("a byte order mark is not part of the first line")
    func byteOrderMark() throws {
        #expect(try event("\u{FEFF}{\"case\":\"1\",\"event\":\"note\"}").kind == .note)
    }

    @Test("a body without any line has no event", arguments: ["", "\n\n", " \t\r\n", "\u{FEFF}"])
    func empty(body: String) {
        #expect(throws: BodyProblem.noEvent) { try read(body) }
    }

    @Test("10,000 events are read, one more is too many")
    func tooMany() throws {
        let line = #"{"case":"1","event":"note"}"# + "\n"
        #expect(try read(String(repeating: line, count: 10_000)).count == 10_000)
        #expect(throws: BodyProblem.tooManyEvents(limit: 10_000)) {
            try read(String(repeating: line, count: 10_001))
        }
    }

    @Test("escapes of every sort are decoded, in keys too")
    func escapes() throws {
        let event = try event(#"{"\u0063ase":"a\/b","event":"note","text":"\"\\\/\b\f\n\r\t\u00e4\uD83D\uDE00€"}"#)
        #expect(event.caseID.rawValue == "a/b")
        #expect(event.text == "\"\\/\u{8}\u{c}\n\r\tä😀€")
    }

    @Test("the values of unknown keys are skipped whatever they are")
    func unknownValues() throws {
        let line = #"{"x":[1,-2.5e+3,{"y":[[],{},"}\"",null,true]}],"case":"1","z":{"a":{"b":0}},"event":"note"}"#
        let lines = try read(line)
        #expect(lines[0].ignored == ["x", "z"])
        guard case .event = lines[0].content else { throw Unexpected("\(lines)") }
    }
}
