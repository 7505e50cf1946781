import API
import Engine
import HTTPTypes
import Testing
import TimeBase
import WorkingTime

@Suite("GET /v1/cases")
struct CasesTests {
    @Test("the query reaches the desk in its types")
    func query() async throws {
        let desk = StubDesk()
        let uri = "/v1/cases?tier=2&overdue=true&due_within=1h30m&limit=1000&offset=7"
        #expect(try await send(.get, uri, to: desk).body == #"{"now":"2026-11-21T12:00:00.000Z","cases":[]}"#)
        var wanted = CaseQuery()
        wanted.tier = 2
        wanted.isOverdue = true
        wanted.dueWithin = .minutes(90)
        wanted.limit = 1_000
        wanted.offset = 7
        #expect(await desk.queries == [wanted])
    }

    @Test("filters and the order reach the desk; an empty text asks for cases that have none")
    func filters() async throws {
        let desk = StubDesk()
        let uri =
            "/v1/cases?team=Core%20team&agent=&priority=high&customer=c1&unacked=true&snoozed=true"
            + "&sort=waiting&offset=10000"
        #expect(try await send(.get, uri, to: desk).status == 200)
        var wanted = CaseQuery()
        wanted.team = "Core team"
        wanted.agent = ""
        wanted.priority = "high"
        wanted.customer = "c1"
        wanted.isUnacknowledged = true
        wanted.isSnoozed = true
        wanted.sort = .waiting
        wanted.offset = 10_000
        #expect(await desk.queries == [wanted])
    }

    @Test("all cases that fit are taken in one unit, by whoever asks; without a filter none is")
    func acknowledge() async throws {
        let desk = StubDesk(files: [fullFile("1"), fullFile("2")])
        let exchange = try await send(.post, "/v1/acknowledgements?tier=2&overdue=true&reason=on%20it", to: desk)
        #expect(exchange.status == 200)
        #expect(try exchange.json()["applied"] as? Int == 2)
        let units = await desk.units
        #expect(units.count == 1)
        #expect(units.first?.events.map(\.caseID.rawValue) == ["1", "2"])
        #expect(units.first?.events.map(\.kind) == [.acknowledged, .acknowledged])
        #expect(units.first?.events.map(\.reason) == ["on it", "on it"])
        #expect(units.first?.events.map(\.at) == [noon, noon])
        var wanted = CaseQuery()
        wanted.tier = 2
        wanted.isOverdue = true
        wanted.isUnacknowledged = true
        wanted.limit = 1_000
        #expect(await desk.queries == [wanted])
        for uri in ["/v1/acknowledgements", "/v1/acknowledgements?reason=x", "/v1/acknowledgements?unacked=true"] {
            let refused = try await send(.post, uri, to: desk)
            #expect(try refused.problemCode() == "no_filter")
            #expect(refused.status == 422)
        }
        #expect(try await send(.post, "/v1/acknowledgements?tier=1&limit=5", to: desk).status == 400)
        #expect(await desk.units.count == 1)
        let nobody = StubDesk()
        #expect(try await send(.post, "/v1/acknowledgements?tier=1", to: nobody).json()["applied"] as? Int == 0)
        #expect(await nobody.units.isEmpty)
    }

    @Test("ids of cases that begin with a text are listed in their order, and no more than are asked for")
    func ids() async throws {
        let desk = StubDesk(files: ["T-2", "U-1", "T-1", "T-3"].map { fullFile($0) })
        #expect(try await send(.get, "/v1/case-ids?prefix=T&limit=2", to: desk).body == #"{"cases":["T-1","T-2"]}"#)
        #expect(try await send(.get, "/v1/case-ids", to: desk).body == #"{"cases":["T-1","T-2","T-3","U-1"]}"#)
        for query in ["limit=0", "limit=1001", "pre=x"] {
            #expect(try await send(.get, "/v1/case-ids?\(query)", to: desk).status == 400)
        }
    }

    @Test("without a query the first hundred cases are listed")
    func noQuery() async throws {
        let desk = StubDesk()
        _ = try await send(.get, "/v1/cases", to: desk)
        #expect(await desk.queries == [CaseQuery()])
    }

    @Test(
        "wrong values are refused, never bent",
        arguments: [
            "limit=0", "limit=1001", "limit=x", "offset=-1", "tier=-1", "overdue=yes", "due_within=2d", "due_within=",
            "foo=1", "unacked=yes", "snoozed=1", "sort=priority", "sort=due&offset=1000000001",
        ]
    )
    func wrongQuery(query: String) async throws {
        let exchange = try await send(.get, "/v1/cases?\(query)")
        #expect(exchange.status == 400)
        _ = try exchange.problemCode()
    }

    @Test("a sorted list that would be read too far is refused, although the request is well formed")
    func offsetTooLarge() async throws {
        let desk = StubDesk()
        let refused = try await send(.get, "/v1/cases?sort=case&offset=10001", to: desk)
        #expect(refused.status == 422)
        #expect(try refused.problemCode() == "offset_too_large")
        for query in ["sort=case&offset=10000", "sort=due&offset=10001", "offset=10001"] {
            #expect(try await send(.get, "/v1/cases?\(query)", to: desk).status == 200)
        }
    }

    @Test(
        "a case is found by its percent-encoded id",
        arguments: [
            ("4711", "4711"), ("a/b", "a%2Fb"), ("Fall 1%", "Fall%201%25"), ("Äpfel", "%C3%84pfel"), ("a+b", "a+b"),
        ]
    )
    func byID(id: String, encoded: String) async throws {
        let exchange = try await send(.get, "/v1/cases/\(encoded)", to: StubDesk(files: [fullFile(id)]))
        #expect(exchange.status == 200)
        #expect(try (exchange.json()["case"] as? [String: Any])?["case"] as? String == id)
    }

    @Test(
        "an unknown case is 404, an impossible id 400",
        arguments: [
            ("9", 404), ("%zz", 400), ("%FF", 400), ("%4", 400),
            (String(repeating: "%C3%A4", count: 256), 404), (String(repeating: "x", count: 257), 404),
        ]
    )
    func unknown(encoded: String, status: Int) async throws {
        let exchange = try await send(.get, "/v1/cases/\(encoded)", to: StubDesk(files: [fullFile()]))
        #expect(exchange.status == status)
        #expect(try exchange.problemCode() == (status == 404 ? "unknown_case" : "invalid_case"))
    }

    @Test("a case is shown with all it has, and what it has not is left out")
    func whole() async throws {
        var file = fullFile()
        file.setAside = "bug"
        let body = try await send(.get, "/v1/cases/4711", to: StubDesk(files: [file])).body
        #expect(
            body.hasPrefix(
                #"{"now":"2026-11-21T12:00:00.000Z","case":{"case":"4711","status":"open","tier":2,"team":"core","#
                    + #""agent":"amy","priority":"high","plan":"gold","channel":"mail","customer":"c1","#
                    + #""subject":"Say \"hello\"\n\u0007","#
            )
        )
        #expect(body.hasSuffix(#","set_aside":"bug"}"#))
        #expect(
            body.contains(
                #"{"at":"2026-11-21T12:00:00.000Z","record":"escalated","target":"first_reply","cycle":1,"#
            )
        )
        file.summary.state.fields.agent = nil
        #expect(try await send(.get, "/v1/cases/4711", to: StubDesk(files: [file])).body.contains("agent") == false)
    }

    @Test("a store that fails is 503", arguments: ["/v1/cases", "/v1/cases/4711"])
    func storeFailed(uri: String) async throws {
        let exchange = try await send(.get, uri, to: StubDesk(problem: .storeFailed("disk full")))
        #expect(exchange.status == 503)
        #expect(try exchange.problemCode() == "store_failed")
    }

    @Test("how deadlines came about is told as the engine tells it, and only what the description knows")
    func explanation() async throws {
        let explained = try explained()
        let desk = StubDesk(files: [fullFile()], explained: explained)
        let exchange = try await send(.get, "/v1/cases/4711/explanation", to: desk)
        #expect(exchange.body.contains(#"{"part":"chosen","at":"2026-11-21T12:00:00.000Z","policy_version":1,"#))
        #expect(exchange.body.contains(#""part":"counted""#))
        #expect(
            try Description()
                .mistakes(
                    exchange.json(),
                    Description().schema("Explanation"),
                    at: "Explanation",
                    isWhole: false
                ) == []
        )
        let other = try await send(.get, "/v1/cases/4711/explanation?target=resolution", to: desk)
        #expect(other.body.hasSuffix(#""cycles":[],"cycle_count":0}"#))
        #expect(try await send(.get, "/v1/cases/4711/explanation?target=first", to: desk).status == 400)
        #expect(try await send(.get, "/v1/cases/none/explanation", to: desk).status == 404)
    }

    @Test(
        "a long answer comes in pages, the first of them without being asked for",
        arguments: [
            ("/v1/cases/4711/explanation", Page(limit: 50)), ("/v1/cases/4711", Page(limit: 1_000)),
            ("/v1/cases/4711/explanation?limit=7&offset=14", Page(limit: 7, offset: 14)),
            ("/v1/cases/4711/explanation?limit=100000", Page(limit: 100_000)),
            ("/v1/cases/4711?offset=3", Page(limit: 1_000, offset: 3)),
            ("/v1/cases/4711/explanation?limit=100001", nil), ("/v1/cases/4711?limit=0", nil),
            ("/v1/cases/4711?offset=-1", nil), ("/v1/cases/4711?limit=10001", nil),
        ] as [(String, Page?)]
    )
    func pages(uri: String, page: Page?) async throws {
        let desk = StubDesk(files: [fullFile()], explained: try explained())
        #expect(try await send(.get, uri, to: desk).status == (page == nil ? 400 : 200))
        #expect(await desk.pages == (page.map { [$0] } ?? []))
    }

    @Test("S60: a case whose content was removed has no cycles to explain, but its verdicts")
    func removed() async throws {
        var explanation = Explanation(cycles: [])
        explanation.forgottenAt = noon
        explanation.verdicts = fullFile().records
        explanation.clamped = fullFile().records
        let desk = StubDesk(files: [fullFile()], explained: explanation)
        let exchange = try await send(.get, "/v1/cases/4711/explanation", to: desk)
        let schema = try Description().schema("Explanation")
        #expect(try Description().mistakes(exchange.json(), schema, at: "", isWhole: true) == [])
        let other = try await send(.get, "/v1/cases/4711/explanation?target=resolution", to: desk)
        #expect(other.body.hasSuffix(#""verdicts":[]}"#))
    }

    /// A case of one target, opened at noon.
    private func explained() throws -> Explanation {
        let target = Target(metric: .firstReply, duration: .hours(6), calendar: "always")
        let policy = Policy(
            contentHash: "",
            calendars: ["always": .always],
            people: [:],
            teams: [:],
            tiers: [],
            targetRules: [TargetRule(name: "all", condition: .always, targets: [target])],
            ladders: [:],
            startTier: 1,
            lastResort: "ada"
        )
        let policies = Policies(version: 1, policy: policy)
        var opened = Event(id: "e1", caseID: CaseID("4711"), at: noon, kind: .opened)
        opened.fields.tier = nil
        let history = History(
            facts: [Fact(event: opened, receivedAt: noon, arrival: 0, isClamped: false)],
            records: []
        )
        var state = Case(
            id: CaseID("4711"),
            status: .new,
            openedAt: noon,
            openedBy: .customer,
            source: "api",
            fields: CaseFields(),
            last: Position(at: noon, seq: nil, arrival: 0)
        )
        state.openedUnder = 1
        state.policyVersion = 1
        state.eventsApplied = 1
        return try Engine.explain(state, history, policies, now: noon)
    }
}
