import Engine
import Intake
import Testing

@Suite("Ids of events that come without one")
struct DerivedIDTests {
    private func ids(_ body: String) throws -> [String] {
        try read(body)
            .map { line in
                guard case .event(let event) = line.content else { throw Unexpected("\(line)") }
                return event.id
            }
    }

    @Test("an id is ~ and 32 hexadecimal digits, the same in every run")
    func form() throws {
        let id = try ids(#"{"case":"1","event":"note","at":"2026-11-21T12:00:00Z"}"#)[0]
        #expect(id == "~4a007ae5f1b3ae67254f597452b0fb35")
    }

    @Test("the same file read twice has the same ids")
    func twice() throws {
        let file = """
            {"case":"1","event":"opened","at":"2026-11-21T12:00:00Z"}
            {"case":"1","event":"note","at":"2026-11-21T12:00:00Z"}
            {"case":"1","event":"note","at":"2026-11-21T12:00:00Z"}
            """
        let first = try ids(file)
        #expect(Set(first).count == 3, "identical events are told apart by their number")
        #expect(try ids(file) == first)
    }

    @Test("order of keys, spelling of the time, unknown keys and seq do not matter")
    func sameContent() throws {
        let id = try ids(#"{"case":"1","event":"note","at":"2026-11-21T12:00:00Z"}"#)
        #expect(
            try ids(#"{"row":3,"at":"2026-11-21T13:00:00.000+01:00","seq":9,"event":"note","source":"api","case":"1"}"#)
                == id
        )
    }

    @Test(
        "whatever an event says makes another id",
        arguments: [
            #""text":"x""#, #""reason":"x""#, #""subject":"x""#, #""topic":"x""#, #""language":"x""#, #""channel":"x""#,
            #""priority":"x""#, #""plan":"x""#, #""customer":"x""#, #""tier":0"#, #""tier":1"#, #""team":"x""#,
            #""agent":"x""#, #""agent":"""#, #""tags":[]"#, #""tags":["x"]"#, #""private":false"#, #""private":true"#,
            #""author":"bot""#, #""by":"staff""#, #""source":"x""#,
        ]
    )
    func otherContent(member: String) throws {
        let plain = #"{"case":"1","event":"note","at":"2026-11-21T12:00:00Z"}"#
        let other = #"{"case":"1","event":"note","at":"2026-11-21T12:00:00Z",\#(member)}"#
        let ids = try ids(plain + "\n" + other)
        #expect(ids[0] != ids[1])
    }

    @Test("neighbouring texts cannot be shifted into each other")
    func shifted() throws {
        let ids = try ids(
            """
            {"case":"1","event":"note","team":"ab","agent":"c"}
            {"case":"1","event":"note","team":"a","agent":"bc"}
            {"case":"1","event":"note","tags":["ab","c"]}
            {"case":"1","event":"note","tags":["a","bc"]}
            """
        )
        #expect(Set(ids).count == 4)
    }

    @Test("a given id is kept")
    func given() throws {
        #expect(try ids(#"{"case":"1","event":"note","id":"mine"}"#) == ["mine"])
    }
}
