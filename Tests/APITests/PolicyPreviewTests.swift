import API
import Engine
import HTTPTypes
import Testing
import TimeBase

@Suite("The preview of a policy")
struct PolicyPreviewTests {
    private func post(
        _ body: String,
        to desk: StubDesk = StubDesk(),
        query: String = "",
        type: String = "application/json"
    ) async throws -> Exchange {
        try await send(.post, "/v1/policy/preview\(query)", headers: [.contentType: type], body: body, to: desk)
    }

    @Test("the desk gets text, name and files as they were sent, and how many changes to list")
    func proposal() async throws {
        let desk = StubDesk()
        let body = #"{"policy":"a: \"ü\"\n","name":"new.yaml","files":{"h/a.ics":"BEGIN\r\n","b":""}}"#
        #expect(try await post(body, to: desk, query: "?limit=7").status == 200)
        let files = ["h/a.ics": Array("BEGIN\r\n".utf8), "b": []]
        let proposal = PolicyProposal(name: "new.yaml", text: Array("a: \"ü\"\n".utf8), files: files)
        #expect(await desk.proposals.map(\.0) == [proposal])
        #expect(await desk.proposals.map(\.1) == [7])
        _ = try await post(" { \"policy\" : \"\", \"files\": {} } ", to: desk)
        #expect(await desk.proposals.last?.0 == PolicyProposal(name: "policy", text: []))
        #expect(await desk.proposals.last?.1 == 100)
    }

    @Test("it shows every figure, and each change")
    func figures() async throws {
        let answer = try await post(#"{"policy":""}"#).body
        #expect(
            answer.hasPrefix(
                #"{"now":"2026-11-21T12:00:00.000Z","policy_hash":"def","new":true,"version_in_force":4,"cases":12,"#
                    + #""affected":2,"failed":1,"effects":{"breached":0,"put_off":3,"sooner":0,"#
            )
        )
        #expect(
            answer.hasSuffix(
                #""notices":5,"changes":[{"case":"4711","target":"first_reply","cycle":1,"tier":2,"effect":"put_off","#
                    + #""under_grace":true,"deadline_before":"2026-11-21T12:00:00.000Z","#
                    + #""deadline_after":"2026-11-21T12:15:00.000Z","left_before_ms":1000,"left_after_ms":2000,"#
                    + #""rule":"all","told":["amy"]}],"#
                    + #""losses":[{"kind":"team","name":"core","cases":2}],"warnings":["policy:3:1: hm"],"holding":"the clock jumped"}"#
            )
        )
    }

    @Test("the most urgent change is first")
    func order() {
        func change(_ id: String, _ before: Instant?, _ after: Instant?) -> PolicyPreview.Change {
            var target = TargetPreview(metric: .resolution, cycle: 1, tier: 1, effect: .later, rule: "all")
            target.deadlineBefore = before
            target.deadlineAfter = after
            return PolicyPreview.Change(caseID: CaseID(id), target: target)
        }
        let soon = noon + .hours(1)
        let changes = [
            change("paused", nil, nil), change("ends", noon, nil), change("b", noon, soon), change("a", noon, soon),
        ]
        #expect(changes.sorted().map(\.caseID.rawValue) == ["ends", "a", "b", "paused"])
    }

    @Test(
        "a body that is not as described is refused",
        arguments: [
            ("", "invalid_json"), ("[]", "invalid_json"), (#"{"policy":"a""#, "invalid_json"),
            (#"{"policy":"a"} x"#, "invalid_json"), ("{}", "no_policy"), (#"{"policy":7}"#, "invalid_value"),
            (#"{"policy":"","pauze":""}"#, "unknown_key"), (#"{"policy":"","files":["a"]}"#, "invalid_json"),
            (#"{"policy":"","files":{"a":null}}"#, "invalid_value"), (#"{"policy":"\ud800"}"#, "invalid_json"),
        ]
    )
    func refused(body: String, code: String) async throws {
        let answer = try await post(body)
        #expect(answer.status == 400)
        #expect(try answer.problemCode() == code)
    }

    @Test("mistakes of the policy are listed, and what a browser may send unasked is refused")
    func problems() async throws {
        let desk = StubDesk(problem: .invalidPolicy(lines: ["policy:1:1: b"]))
        let wrong = try await post(#"{"policy":""}"#, to: desk)
        #expect(wrong.status == 422)
        #expect(try wrong.json()["errors"] as? [String] == ["policy:1:1: b"])
        #expect(try await post(#"{"policy":""}"#, type: "text/plain").status == 415)
        #expect(try await post(#"{"policy":""}"#, query: "?limit=10001").status == 400)
    }

    @Test("its members are those of its schema, and its words the engine's")
    func schema() async throws {
        let json = try await post(#"{"policy":""}"#).json()
        let description = try Description()
        let schema = try description.schema("PolicyPreview")
        #expect(try description.mistakes(json, schema, at: "", isWhole: true) == [])
        let properties = try #require(description.schema("PolicyChange")["properties"] as? [String: [String: Any]])
        let effects = TargetPreview.Effect.allCases.map(\.rawValue)
        #expect(properties["effect"]?["enum"] as? [String] == effects)
        #expect(Set((json["effects"] as? [String: Int] ?? [:]).keys) == Set(effects))
    }
}
