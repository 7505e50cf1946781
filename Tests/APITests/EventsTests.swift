import API
import Engine
import HTTPTypes
import Testing
import TimeBase

@Suite("POST /v1/events")
struct EventsTests {
    @Test("lines become one unit, and each has its answer")
    func unit() async throws {
        let desk = StubDesk { event in
            switch event.caseID.rawValue {
            case "2": .duplicate
            case "3": .refused(.unknownCase)
            default: .applied
            }
        }
        let exchange = try await send(
            .post,
            "/v1/events?enforce_from=2026-11-21T13:00:00%2B01:00",
            body: """
                {"case":"1","event":"opened","id":"a","proxy":true}
                {"case":"2","event":"note","id":"b"}
                {"case":"4","event":"exploded"}

                {"case":"3","event":"note","id":"c"}
                """,
            to: desk
        )
        #expect(exchange.status == 200)
        #expect(
            exchange.body
                == #"{"applied":1,"duplicate":1,"refused":2,"clamped":0,"ignored":["proxy"],"results":["#
                + #"{"line":1,"case":"1","id":"a","result":"applied","ignored":["proxy"]},"#
                + #"{"line":2,"case":"2","id":"b","result":"duplicate"},"#
                + #"{"line":3,"case":"4","result":"refused","code":"unknown_kind","reason":"unknown kind \"exploded\": "#
                + #"known are opened, customer_message, agent_reply, note, assigned, tags_changed, priority_changed, "#
                + #"plan_changed, tier_changed, pending, on_hold, resumed, resolved, closed, reopened, no_reply_needed, "#
                + #"acknowledged, snoozed, reapplied, merged, split, spam, not_spam, deleted, "#
                + #"snooze_ended, deadline_set"},"#
                + #"{"line":5,"case":"3","id":"c","result":"refused","code":"unknown_case","#
                + #""reason":"unknown case 3: send opened first"}]}"#
        )
        let units = await desk.units
        #expect(units.count == 1)
        #expect(units.first?.enforceFrom == noon)
        #expect(units.first?.events.map(\.caseID.rawValue) == ["1", "2", "3"])
        #expect(units.first?.events.first?.at == noon, "the time received")
    }

    @Test("results=refused lists only what was refused and still counts everything")
    func onlyRefused() async throws {
        let body = String(repeating: #"{"case":"1","event":"note","x":1}"# + "\n", count: 9_999) + "{}"
        let json = try await send(.post, "/v1/events?results=refused", body: body).json()
        #expect(json["applied"] as? Int == 9_999)
        #expect(json["refused"] as? Int == 1)
        #expect(json["ignored"] as? [String] == ["x"])
        let results = try #require(json["results"] as? [[String: Any]])
        #expect(results.count == 1)
        #expect(results.first?["line"] as? Int == 10_000)
        #expect(results.first?["code"] as? String == "missing_key")
    }

    @Test("lines that are all refused never reach the desk")
    func allRefused() async throws {
        let desk = StubDesk(problem: .stopping)
        let json = try await send(.post, "/v1/events", body: "nonsense", to: desk).json()
        #expect(json["refused"] as? Int == 1)
    }

    @Test(
        "a request of one event that is refused answers 422 with the same body, and of several 200",
        arguments: [
            (#"{"case":"1","event":"note"}"#, 200), (#"{"case":"9","event":"note"}"#, 422), ("nonsense", 422),
            ("\n" + #"{"case":"9","event":"note"}"# + "\n\n", 422),
            (#"{"case":"9","event":"note"}"# + "\nnonsense", 200),
        ]
    )
    func status(body: String, status: Int) async throws {
        let desk = StubDesk { $0.caseID == CaseID("9") ? .refused(.unknownCase) : .applied }
        for query in ["", "?results=refused"] {
            let exchange = try await send(.post, "/v1/events\(query)", body: body, to: desk)
            #expect(exchange.status == status)
            #expect(exchange.headers[.contentType] == "application/json")
            let results = try #require(exchange.json()["results"] as? [[String: Any]])
            #expect(results.contains { $0["result"] as? String == "refused" } == (body.contains("9") || status == 422))
        }
    }

    @Test("a body without an event is a bad request", arguments: ["", "\n\n \n"])
    func noEvent(body: String) async throws {
        let exchange = try await send(.post, "/v1/events", body: body)
        #expect(exchange.status == 400)
        #expect(try exchange.problemCode() == "no_event")
    }

    @Test("10,001 events are too many, and none of them is taken")
    func tooMany() async throws {
        let desk = StubDesk()
        let body = String(repeating: #"{"case":"1","event":"note"}"# + "\n", count: 10_001)
        let exchange = try await send(.post, "/v1/events", body: body, to: desk)
        #expect(exchange.status == 413)
        #expect(try exchange.problemCode() == "too_many_events")
        #expect(await desk.units.isEmpty)
    }

    @Test("more than 8 MiB are refused unread")
    func tooLarge() async throws {
        let exchange = try await send(.post, "/v1/events", body: String(repeating: "x", count: 8 * 1_024 * 1_024 + 1))
        #expect(exchange.status == 413)
        #expect(try exchange.problemCode() == "body_too_large")
        #expect(exchange.headers[.connection] == "close")
    }

    @Test(
        "other types and compressed bodies are refused",
        arguments: [
            [.contentType: "text/plain"], [.contentType: "application/x-www-form-urlencoded"],
            [.contentType: "application/json", .contentEncoding: "gzip"],
        ] as [HTTPFields]
    )
    func unsupported(headers: HTTPFields) async throws {
        let exchange = try await send(.post, "/v1/events", headers: headers, body: "{}")
        #expect(exchange.status == 415)
        #expect(try exchange.problemCode() == "unsupported_type")
    }

    @Test(
        "JSON in all its names is taken",
        arguments: [
            "application/json", "application/json; charset=utf-8", "Application/JSONL", "application/x-ndjson",
        ]
    )
    func supported(type: String) async throws {
        let body = #"{"case":"1","event":"note"}"#
        #expect(try await send(.post, "/v1/events", headers: [.contentType: type], body: body).status == 200)
    }

    @Test(
        "a wrong query is a bad request",
        arguments: [
            ("enforce_from=tomorrow", "invalid_parameter"), ("results=some", "invalid_parameter"),
            ("enforce=x", "unknown_parameter"), ("results=all&results=all", "repeated_parameter"),
        ]
    )
    func query(query: String, code: String) async throws {
        let exchange = try await send(.post, "/v1/events?\(query)", body: "{}")
        #expect(exchange.status == 400)
        #expect(try exchange.problemCode() == code)
    }

    @Test("a time that is one, before 1900 or after 2399, is refused as such", arguments: ["1899-12-31", "2400-01-01"])
    func timeOutOfRange(date: String) async throws {
        let uri = "/v1/events?enforce_from=\(date)T00:00:00Z"
        let exchange = try await send(.post, uri, body: #"{"case":"1","event":"note"}"#)
        #expect(exchange.status == 422)
        #expect(try exchange.problemCode() == "time_out_of_range")
    }

    @Test(
        "what the desk cannot do is 503, and to be tried again",
        arguments: [
            (.busy, "busy"), (.stopping, "stopping"), (.storeFailed("disk full"), "store_failed"),
        ] as [(DeskProblem, String)]
    )
    func problems(problem: DeskProblem, code: String) async throws {
        let body = #"{"case":"1","event":"note"}"#
        let exchange = try await send(.post, "/v1/events", body: body, to: StubDesk(problem: problem))
        #expect(exchange.status == 503)
        #expect(try exchange.problemCode() == code)
        #expect(exchange.headers[.retryAfter] == "1")
    }
}
