import Engine
import Intake
import Testing
import TimeBase

@Suite("What is refused")
struct RefusalTests {
    @Test(
        "each wrong line has its stable code",
        arguments: [
            ("{", .invalidJSON),
            ("nonsense", .invalidJSON),
            (#"{"case":"1","event":"note"} x"#, .invalidJSON),
            (#"{"case":"1","event":"note",}"#, .invalidJSON),
            (#"{"case":"1" "event":"note"}"#, .invalidJSON),
            (#"{"case":"1","event":"note","seq":01}"#, .invalidJSON),
            (#"{"case":"1","event":"note","seq":-}"#, .invalidJSON),
            (#"{"case":"1","event":"note","private":tru}"#, .invalidJSON),
            (#"{"case":"1","event":"note","x":[1,}"#, .invalidJSON),
            (#"{"case":"\x","event":"note"}"#, .invalidJSON),
            (#"{"case":"\u12G4","event":"note"}"#, .invalidJSON),
            ("{\"case\":\"a\u{1}\",\"event\":\"note\"}", .invalidJSON),
            ("{\"case\":\"a\0\",\"event\":\"note\"}", .invalidJSON),
            (#"{"case":"1","event":"note","text":"\ud800"}"#, .loneSurrogate),
            (#"{"case":"1","event":"note","text":"\ud800x"}"#, .loneSurrogate),
            (#"{"case":"1","event":"note","text":"\ud800\u0041"}"#, .loneSurrogate),
            (#"{"case":"1","event":"note","text":"\udc00"}"#, .loneSurrogate),
            ("[]", .notAnObject),
            ("7", .notAnObject),
            (#""text""#, .notAnObject),
            (#"{"case":"1","case":"2","event":"note"}"#, .duplicateKey),
            (#"{"event":"note"}"#, .missingKey),
            (#"{"case":"1"}"#, .missingKey),
            (#"{"case":null,"event":"note"}"#, .missingKey),
            (#"{"case":"1","event":"snoozed","reason":"x"}"#, .missingKey),
            (#"{"case":"1","event":"snoozed","until":"2026-11-23T15:00:00Z"}"#, .missingKey),
            (#"{"case":"1","event":"snoozed","until":"three","reason":"x"}"#, .invalidTime),
            (#"{"case":"1","event":"reapplied"}"#, .missingKey),
            (#"{"case":"1","event":"merged"}"#, .missingKey),
            (#"{"case":"1","event":"split"}"#, .missingKey),
            (#"{"case":"1","event":"merged","from":"2"}"#, .missingKey),
            (#"{"case":"1","event":"merged","into":"2","from":"3"}"#, .misplacedKey),
            (#"{"case":"1","event":"split","from":"2","into":"3"}"#, .misplacedKey),
            (#"{"case":"1","event":"merged","into":""}"#, .empty),
            (#"{"case":"1","event":"merged","into":7.5}"#, .wrongType),
            (#"{"case":"1","event":"absorbed","into":"2"}"#, .unknownKind),
            (#"{"case":47.11,"event":"note"}"#, .wrongType),
            (#"{"case":1e3,"event":"note"}"#, .wrongType),
            (#"{"case":"1","event":["note"]}"#, .wrongType),
            (#"{"case":"1","event":"note","tier":"2"}"#, .wrongType),
            (#"{"case":"1","event":"note","private":"yes"}"#, .wrongType),
            (#"{"case":"1","event":"note","tags":"vip"}"#, .wrongType),
            (#"{"case":"1","event":"note","tags":["vip",7]}"#, .wrongType),
            (#"{"case":"1","event":"note","at":1795262400}"#, .wrongType),
            (#"{"case":"1","event":"note","headers":"Auto-Submitted: no"}"#, .wrongType),
            (#"{"case":"1","event":"note","headers":{"Precedence":7}}"#, .wrongType),
            (#"{"case":"1","event":"note","headers":{"Precedence":"bulk"}"#, .invalidJSON),
            (#"{"case":"1","event":"note","headers":{7:"bulk"}}"#, .invalidJSON),
            (#"{"case":"","event":"note"}"#, .empty),
            (#"{"case":"1","event":"note","id":""}"#, .empty),
            (#"{"case":"a\u0000b","event":"note"}"#, .controlCharacter),
            (#"{"case":"1","event":"note","id":"a\nb"}"#, .controlCharacter),
            (#"{"case":"1","event":"note","team":"\u0085"}"#, .controlCharacter),
            (#"{"case":"1","event":"note","text":"a\u0000"}"#, .controlCharacter),
            (#"{"case":"1","event":"note","tier":1000}"#, .outOfRange),
            (#"{"case":"1","event":"note","tier":-1}"#, .outOfRange),
            (#"{"case":"1","event":"note","tier":1.5}"#, .outOfRange),
            (#"{"case":"1","event":"note","seq":9223372036854775808}"#, .outOfRange),
            (#"{"case":"1","event":"note","seq":1e3}"#, .outOfRange),
            (#"{"case":"1","event":"note","at":"9999-01-01T00:00:00Z"}"#, .outOfRange),
            (#"{"case":"1","event":"note","at":"0001-01-01T00:00:00Z"}"#, .outOfRange),
            (#"{"case":"1","event":"note","at":"2026-02-30T00:00:00Z"}"#, .invalidTime),
            (#"{"case":"1","event":"note","at":"yesterday"}"#, .invalidTime),
            (#"{"case":"1","event":"exploded"}"#, .unknownKind),
            (#"{"case":"1","event":"opened","by":"nobody"}"#, .unknownWord),
            (#"{"case":"1","author":"ghost","event":"agent_reply"}"#, .unknownWord),
            (#"{"case":"1","event":"customer_message","author":"ghost"}"#, .unknownWord),
        ] as [(String, LineRefusal.Code)]
    )
    func codes(line: String, code: LineRefusal.Code) throws {
        #expect(try refusal(line).code == code)
    }

    @Test(
        "bytes that are not UTF-8 are refused, in a lone surrogate's clothes too",
        arguments: [
            [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        ] as [[UInt8]]
    )
    func invalidUTF8(bytes: [UInt8]) throws {
        let line = Array(#"{"event":"note","case":""#.utf8) + bytes + Array(#""}"#.utf8)
        let lines = try IntakeReader.read(line, receivedAt: .earliest, user: nil)
        guard case .refused(let refusal, _, _) = lines[0].content else { throw Unexpected("\(lines)") }
        #expect(refusal.code == .invalidUTF8)
    }

    @Test(
        "every limit is the last size that is taken",
        arguments: [
            ("case", 256), ("id", 256), ("source", 256), ("customer", 256), ("subject", 1_024), ("reason", 1_024),
            ("text", 65_536),
        ]
    )
    func limits(key: String, bytesMax: Int) throws {
        func line(_ count: Int) -> String {
            let value = String(repeating: "x", count: count)
            return key == "case"
                ? #"{"case":"\#(value)","event":"note"}"#
                : #"{"case":"1","event":"note","\#(key)":"\#(value)"}"#
        }
        #expect(try event(line(bytesMax)).kind == .note)
        let refusal = try refusal(line(bytesMax + 1))
        #expect(refusal.code == .tooLong)
        #expect(refusal.reason == "\(key) has \(bytesMax + 1) characters: the limit is \(bytesMax)")
    }

    @Test("a snooze needs a reason and an end (S36)")
    func snooze() throws {
        let snooze = #"{"case":"1","event":"snoozed","reason":"vendor","until":"2026-11-23T15:00:00Z"}"#
        #expect(try event(snooze).until != nil)
        let withoutEnd = #"{"case":"1","event":"snoozed","reason":"vendor"}"#
        let withoutReason = #"{"case":"1","event":"snoozed","until":"2026-11-23T15:00:00Z"}"#
        for line in [withoutEnd, withoutReason] { #expect(try refusal(line).code == .missingKey) }
    }

    @Test("64 tags are taken, 65 are not")
    func tags() throws {
        func line(_ count: Int) -> String {
            let tags = (0..<count).map { "\"t\($0)\"" }.joined(separator: ",")
            return #"{"case":"1","event":"note","tags":[\#(tags)]}"#
        }
        #expect(try event(line(64)).fields.tags?.count == 64)
        #expect(try refusal(line(65)).code == .tooManyTags)
    }

    @Test("a line of more than 256 KiB is refused and the next one is read")
    func lineTooLong() throws {
        let long = #"{"case":"1","event":"note","x":""# + String(repeating: "x", count: 262_144) + "\"}"
        let lines = try read(long + "\n" + #"{"case":"2","event":"note"}"#)
        guard case .refused(let refusal, nil, nil) = lines[0].content, case .event = lines[1].content else {
            throw Unexpected("\(lines.count)")
        }
        #expect(refusal.code == .lineTooLong)
    }

    @Test("values nest 32 deep and no deeper, empty ones too, and a million brackets are no danger")
    func depth() throws {
        func line(_ depth: Int, _ inner: String, key: String = "x") -> String {
            let value = String(repeating: "[", count: depth - 1) + inner + String(repeating: "]", count: depth - 1)
            return #"{"case":"1","event":"note","\#(key)":\#(value)}"#
        }
        for inner in ["[]", "{}", "[1]", #"{"a":1}"#] {
            #expect(try event(line(32, inner)).kind == .note)
            #expect(try refusal(line(33, inner)).code == .tooDeep)
        }
        let header = #"{"case":"1","event":"note","headers":{"X":VALUE}}"#
        func brackets(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try event(header.replacing("VALUE", with: brackets(31))).kind == .note)
        #expect(try refusal(header.replacing("VALUE", with: brackets(32))).code == .tooDeep)
        let million = String(repeating: "[", count: 200_000)
        #expect(try refusal(#"{"case":"1","event":"note","x":\#(million)"#).code == .tooDeep)
    }

    @Test("bytes that are not UTF-8 are refused in values that nobody looks at too")
    func invalidUTF8Ignored() throws {
        for member in [#""x":""#, #""headers":{"X":""#, #""x":[{"y":""#] {
            let close = member.contains("[{") ? "\"}]" : member.contains("headers") ? "\"}" : "\""
            let head = Array(#"{"event":"note","case":"1",\#(member)"#.utf8)
            let line = head + [0xE9] + Array("\(close)}".utf8)
            let lines = try IntakeReader.read(line, receivedAt: .earliest, user: nil)
            guard case .refused(let refusal, "1", nil) = lines[0].content else { throw Unexpected("\(lines)") }
            #expect(refusal.code == .invalidUTF8)
            #expect(refusal.reason.hasPrefix("the line is not UTF-8 at byte \(head.count + 1): "))
        }
    }

    @Test(
        "an id that nobody can see, or that turns what stands around it, is refused",
        arguments: [
            (" ", .empty), ("\u{A0}\u{3000}", .empty), ("\u{200B}\u{FEFF}", .empty),
            ("A\u{202E}1", .controlCharacter), ("\u{200F}A", .controlCharacter), ("A\u{2066}", .controlCharacter),
            ("A\u{61C}", .controlCharacter), ("A\u{2028}B", .controlCharacter), ("A\u{2029}", .controlCharacter),
            ("A\u{200B}1", .controlCharacter), ("A\u{AD}1", .controlCharacter), ("\u{FEFF}A1", .controlCharacter),
            ("A1\u{2060}", .controlCharacter), ("A\u{3164}1", .controlCharacter),
        ] as [(String, LineRefusal.Code)]
    )
    func invisible(id: String, code: LineRefusal.Code) throws {
        #expect(try refusal(#"{"case":"\#(id)","event":"note"}"#).code == code)
        #expect(try refusal(#"{"case":"1","event":"note","id":"\#(id)"}"#).code == code)
        #expect(try refusal(#"{"case":"1","event":"note","source":"\#(id)"}"#).code == code)
        #expect(try refusal(#"{"case":"1","event":"merged","into":"\#(id)"}"#).code == code)
        #expect(try event(#"{"case":" Fall 7, Größe ‹M› 👩‍💻","event":"note"}"#).caseID.rawValue.hasSuffix("👩‍💻"))
    }

    @Test(
        "what nobody can see in an id is named",
        arguments: [
            (#"A\u200b1"#, "case contains U+200B, which nobody sees: remove it"),
            (#"A\u202e1"#, "case contains U+202E, which breaks a line or changes the order of the text: remove it"),
            (#"A\u00071"#, "case contains the control character U+0007: remove it"),
        ]
    )
    func named(id: String, reason: String) throws {
        #expect(try refusal(#"{"case":"\#(id)","event":"note"}"#).reason == reason)
    }

    @Test("joiners in words and in emoji are taken", arguments: ["می‌خواهم", "👩‍💻", "❤️"])
    func joiners(id: String) throws {
        #expect(try event(#"{"case":"\#(id)","event":"note"}"#).caseID.rawValue == id)
    }

    @Test("lengths count characters, not bytes")
    func characters() throws {
        func line(_ count: Int) -> String {
            #"{"case":"\#(String(repeating: "ä", count: count))","event":"note"}"#
        }
        #expect(try event(line(256)).caseID.rawValue.utf8.count == 512)
        #expect(try refusal(line(257)).reason == "case has 257 characters: the limit is 256")
        #expect(
            try event(#"{"case":"1","event":"note","reason":"\#(String(repeating: "😀", count: 1_024))"}"#).kind == .note
        )
    }

    @Test("the answer names case and id although the mistake stands before them")
    func names() throws {
        let lines = try read(#"{"event":"exploded","tier":"x","case":"4711","id":"e1"}"#)
        guard case .refused(let refusal, "4711", "e1") = lines[0].content else { throw Unexpected("\(lines)") }
        #expect(refusal.reason.hasPrefix("unknown kind \"exploded\": known are opened, customer_message, "))
    }

    @Test("a word of 10 kB is cut off in the sentence")
    func echo() throws {
        let refusal = try refusal(#"{"case":"1","event":"note","at":"\#(String(repeating: "y", count: 200))"}"#)
        #expect(refusal.reason.count < 160)
    }

    @Test("random bytes are refused or read, never a trap", arguments: 0..<200 as Range<UInt64>)
    func randomBytes(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let seedLine = Array(
            #"{"case":"1","event":"note","tags":["a"],"seq":12,"x":{"y":[1,"\u00e4"]},"at":null}"#.utf8
        )
        for _ in 0..<50 {
            var bytes = seedLine
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(place + 3, bytes.count))
                default: bytes.insert(contentsOf: Array(#"{"[]}\"#.utf8).shuffled(using: &random), at: place)
                }
                if bytes.isEmpty { bytes = seedLine }
            }
            let lines = try? IntakeReader.read(bytes, receivedAt: .earliest, user: nil)
            #expect(lines?.isEmpty != true, "seed \(seed)")
        }
    }
}

/// Numbers that are the same in every run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
