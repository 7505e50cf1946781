import API
import Engine
import HTTPTypes
import Testing

@Suite("What concerns the daemon itself")
struct DaemonTests {
    @Test("status shows every figure")
    func status() async throws {
        let exchange = try await send(.get, "/v1/status")
        #expect(
            exchange.body
                == #"{"line":"1 open","version":"0.1.0","started_at":"2026-11-21T12:00:00.000Z","#
                + #""now":"2026-11-21T12:00:00.000Z","open":1,"breached":2,"set_aside":3,"full":0,"#
                + #""next_wake":"2026-11-21T12:00:00.000Z","next_case":"4711","#
                + #""policy":{"version":4,"hash":"abc","adopted_at":"2026-11-21T12:00:00.000Z"},"#
                + #""notices_pending":5,"degraded":[],"holding":null,"#
                + #""unknown_names":{"count":8,"most":[{"kind":"agent","name":"amy","cases":9}]},"rollout":{"cases_done":6,"cases":7}}"#
        )
    }

    @Test("healthy says ok, to HEAD without a body")
    func healthy() async throws {
        #expect(try await send(.get, "/-/healthy").body == "ok\n")
        let head = try await send(.head, "/-/healthy")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
    }

    @Test("every answer is dated")
    func date() async throws {
        for path in ["/-/healthy", "/nowhere"] {
            #expect(try await send(.get, path).headers[.date] == "Sat, 21 Nov 2026 12:00:00 GMT")
        }
    }

    @Test("ready names what is wrong")
    func ready() async throws {
        #expect(try await send(.get, "/-/ready").status == 200)
        let degraded = try await send(.get, "/-/ready", to: StubDesk(complaints: ["no journal"]))
        #expect(degraded.status == 503)
        #expect(try degraded.problemCode() == "degraded")
        #expect(try degraded.json()["errors"] as? [String] == ["no journal"])
        let holding = try await send(.get, "/-/ready", to: StubDesk(complaints: ["x"], holding: "the clock jumped"))
        #expect(try holding.problemCode() == "holding")
        #expect(try holding.json()["detail"] as? String == "not ready: x; the clock jumped")
    }

    @Test("reload reports the policy, or its mistakes")
    func reload() async throws {
        #expect(
            try await send(.post, "/-/reload").body
                == #"{"policy_version":5,"policy_hash":"def","new":true,"warnings":["slawatch.yaml:3:1: hm"]}"#
        )
        let wrong = try await send(.post, "/-/reload", to: StubDesk(problem: .invalidPolicy(lines: ["a:1:1: b"])))
        #expect(wrong.status == 422)
        #expect(try wrong.problemCode() == "invalid_policy")
        #expect(try wrong.json()["errors"] as? [String] == ["a:1:1: b"])
    }

    @Test("an unknown path is 404 and a known one with another method 405, both as problem documents")
    func unrouted() async throws {
        let unknown = try await send(.get, "/v2/events")
        #expect(unknown.status == 404)
        #expect(try unknown.problemCode() == "no_such_path")
        let wrong = try await send(.delete, "/v1/cases/4711")
        #expect(wrong.status == 405)
        #expect(wrong.headers[.allow] == "GET, HEAD")
        #expect(try wrong.problemCode() == "method_not_allowed")
        #expect(try await send(.get, "/v1/events").headers[.allow] == "POST")
    }
}
