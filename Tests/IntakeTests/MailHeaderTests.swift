import Engine
import Intake
import Testing

@Suite("Mail headers")
struct MailHeaderTests {
    private func author(_ headers: String, _ more: String = "") throws -> Event.Author {
        try event(#"{"case":"1","event":"agent_reply","headers":{\#(headers)}\#(more)}"#).author
    }

    @Test(
        "a mail that a program wrote is automatic (S10)",
        arguments: [
            #""Auto-Submitted":"auto-replied""#, #""auto-submitted":"auto-generated; owner=x""#,
            #""AUTO-SUBMITTED":"auto-notified (by a monitor)""#,
            #""Precedence":"bulk""#, #""Precedence":"junk""#,
            #""Precedence":"Auto_Reply""#, #""To":"a@b","Received":["x","y"],"Precedence":["first-class","bulk"]"#,
        ]
    )
    func automatic(_ headers: String) throws { #expect(try author(headers) == .auto) }

    @Test(
        "a mail that a person wrote is a person's (S10)",
        arguments: [
            "", #""Auto-Submitted":"no""#, #""Auto-Submitted":" No ""#, #""X-Auto-Response-Suppress":"All""#,
            #""X-Auto-Response-Suppress":"DR, RN, OOF""#,
            #""Precedence":"first-class""#, #""Precedence":"list""#, #""Subject":"Auto-Submitted""#,
            #""Precedence":[],"X-Loop":{"deep":[1]},"List-Id":null"#, #""Precedence":null"#,
            #""X-Auto-Response-Suppress":"""#,
        ]
    )
    func person(_ headers: String) throws { #expect(try author(headers) == .person) }

    @Test("what the source says of the author is kept, unless a header knows better")
    func both() throws {
        #expect(try author(#""Precedence":"bulk""#, #","author":"bot""#) == .bot)
        #expect(try author(#""Precedence":"bulk""#, #","author":"person""#) == .auto)
        #expect(try author(#""Auto-Submitted":"no""#, #","author":"auto""#) == .auto)
    }
}
