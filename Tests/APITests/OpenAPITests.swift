import API
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Intake
import Testing
import Yams

/// `openapi.yaml`, read as plain values.
struct Description {
    let root: [String: Any]

    init() throws {
        let file = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/API/openapi.yaml")
        root = try #require(try Yams.load(yaml: String(contentsOf: file, encoding: .utf8)) as? [String: Any])
    }

    func schema(_ name: String) throws -> [String: Any] {
        let components = try #require(root["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: Any])
        return try #require(schemas[name] as? [String: Any], "schema \(name)")
    }

    var operations: [(path: String, method: String, operation: [String: Any])] {
        get throws {
            try #require(root["paths"] as? [String: [String: Any]])
                .flatMap { path, methods in
                    try methods.map { method, operation in
                        (path, method.uppercased(), try #require(operation as? [String: Any]))
                    }
                }
        }
    }

    /// One object with the members of all parts.
    private func joined(_ parts: [[String: Any]]) throws -> [String: Any] {
        var properties: [String: Any] = [:]
        var required: [String] = []
        for part in parts {
            let name = (part["$ref"] as? String)?.split(separator: "/").last
            let whole = try name.map { try schema(String($0)) } ?? part
            properties.merge(try #require(whole["properties"] as? [String: Any])) { $1 }
            required += whole["required"] as? [String] ?? []
        }
        return ["type": "object", "properties": properties, "required": required]
    }

    /// Mistakes of `value` under `schema`, each with its place.
    ///
    /// `isWhole`: every property of the schema has to be there.
    func mistakes(_ value: Any, _ schema: [String: Any], at place: String, isWhole: Bool) throws -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = try #require(reference.split(separator: "/").last)
            return try mistakes(value, self.schema(String(name)), at: place, isWhole: isWhole)
        }
        if let parts = schema["allOf"] as? [[String: Any]] {
            return try mistakes(value, joined(parts), at: place, isWhole: isWhole)
        }
        if let allowed = schema["enum"] as? [String], let text = value as? String, !allowed.contains(text) {
            return ["\(place): \(text) is not in the enum"]
        }
        let types = try schema["type"] as? [String] ?? [#require(schema["type"] as? String, "\(place)")]
        if value is NSNull { return types.contains("null") ? [] : ["\(place): null"] }
        switch types[0] {
        case "object":
            guard let object = value as? [String: Any] else { return ["\(place): not an object"] }
            let properties = try #require(schema["properties"] as? [String: [String: Any]])
            let required = schema["required"] as? [String] ?? []
            let wanted = isWhole ? Set(properties.keys) : Set(required)
            return wanted.subtracting(object.keys).map { "\(place): \($0) is missing" }
                + Set(required).subtracting(properties.keys).map { "\(place): \($0) is required and not described" }
                + (try object.flatMap { key, value in
                    guard let property = properties[key] else { return ["\(place): \(key) is not described"] }
                    return try mistakes(value, property, at: "\(place).\(key)", isWhole: isWhole)
                })
        case "array":
            guard let array = value as? [Any] else { return ["\(place): not an array"] }
            let items = try #require(schema["items"] as? [String: Any])
            return try array.flatMap { try mistakes($0, items, at: "\(place)[]", isWhole: isWhole) }
        case "string": return value is String ? [] : ["\(place): not a string"]
        case "integer": return value is Int ? [] : ["\(place): not an integer"]
        case "boolean": return value is Bool ? [] : ["\(place): not a boolean"]
        default: return ["\(place): unknown type \(types)"]
        }
    }
}

@Suite("openapi.yaml")
struct OpenAPITests {
    @Test("it describes every route, and no other")
    func routes() throws {
        let described = try Description().operations.map { "\($0.method) \($0.path)" }
        let routed = makeRouter(desk: StubDesk(), now: { noon }).routes.map(\.description)
        #expect(Set(described) == Set(routed))
        #expect(described.count == routed.count)
    }

    @Test("it describes every status and names every operation", arguments: Endpoint.allCases)
    func statuses(endpoint: Endpoint) throws {
        let operation = try #require(
            try Description().operations.first { $0.path == endpoint.path && $0.method == endpoint.method.rawValue }
        )
        .operation
        let responses = try #require(operation["responses"] as? [String: Any])
        #expect(Set(responses.keys) == Set(endpoint.statuses.map(String.init) + ["default"]))
        #expect(operation["operationId"] as? String == endpoint.rawValue)
    }

    @Test(
        "an answer in which everything has a value has exactly the members of its schema",
        arguments: [
            (.get, "/v1/cases", "CaseList"), (.get, "/v1/cases/4711", "CaseFile"), (.get, "/v1/status", "Status"),
            (.post, "/-/reload", "ReloadReport"), (.get, "/v1/words", "SentWords"),
            (.get, "/v1/policy", "PolicyNames"), (.get, "/v1/case-ids", "CaseIDs"),
        ] as [(HTTPRequest.Method, String, String)]
    )
    func members(method: HTTPRequest.Method, uri: String, schema: String) async throws {
        var file = fullFile()
        file.setAside = "bug"
        let json = try await send(method, uri, to: StubDesk(files: [file], complaints: ["x"], holding: "y")).json()
        let description = try Description()
        #expect(try description.mistakes(json, description.schema(schema), at: schema, isWhole: true) == [])
    }

    @Test("a page of the ledger has exactly the members of its schema, and its kinds are those of a record")
    func ledger() async throws {
        let desk = StubDesk()
        let record = try #require(fullFile().records.first)
        for number in [7, 9] as [Int64] {
            await desk.write(LoggedRecord(number: number, caseID: CaseID("4711"), record: record))
        }
        let json = try await send(.get, "/v1/records?limit=1", to: desk).json()
        let description = try Description()
        #expect(try description.mistakes(json, description.schema("RecordPage"), at: "", isWhole: true) == [])
        let operation = try #require(try description.operations.first { $0.path == "/v1/records" }).operation
        let parameters = try #require(operation["parameters"] as? [[String: Any]])
        let kind = try #require(parameters.first { $0["name"] as? String == "kind" }?["schema"] as? [String: Any])
        let words = try #require((kind["items"] as? [String: Any])?["enum"] as? [String])
        #expect(words == LedgerRecord.Kind.allCases.map(\.word))
    }

    @Test("an empty case lacks no required member")
    func required() async throws {
        var file = fullFile()
        let state = file.summary.state
        file.summary.state = Case(
            id: state.id,
            status: .new,
            openedAt: noon,
            openedBy: .system,
            source: "api",
            fields: CaseFields(),
            last: state.last
        )
        file.records = [LedgerRecord(kind: .met, at: noon, noticedAt: noon)]
        let json = try await send(.get, "/v1/cases/4711", to: StubDesk(files: [file])).json()
        let description = try Description()
        #expect(try description.mistakes(json, description.schema("CaseFile"), at: "CaseFile", isWhole: false) == [])
    }

    @Test("the answer to events and problem documents have the members of their schemas")
    func events() async throws {
        let description = try Description()
        let body =
            "{\"case\":\"1\",\"event\":\"note\",\"x\":1}\n{\"case\":\"2\",\"id\":\"b\",\"event\":\"note\",\"y\":2}"
        let desk = StubDesk {
            $0.id == "b" ? .forwarded(to: CaseID("9"), .refused(.closed(.closed))) : .clamped(to: noon)
        }
        let answer = try await send(.post, "/v1/events", body: body, to: desk).json()
        #expect(try description.mistakes(answer, description.schema("EventsAnswer"), at: "", isWhole: false) == [])
        // No line has all members: one that is refused counts at no instant.
        let lines = try #require(answer["results"] as? [[String: Any]])
        let members = lines.reduce(into: [:]) { $0.merge($1) { _, later in later } }
        #expect(try description.mistakes(members, description.schema("LineResult"), at: "", isWhole: true) == [])
        let problem = try await send(.post, "/-/reload", to: StubDesk(problem: .invalidPolicy(lines: ["a"]))).json()
        #expect(try description.mistakes(problem, description.schema("Problem"), at: "", isWhole: true) == [])
    }

    @Test("its words are the engine's")
    func words() throws {
        let description = try Description()
        func words(_ schema: String, _ property: String) throws -> [String] {
            let properties = try #require(description.schema(schema)["properties"] as? [String: [String: Any]])
            // `null` stands for no word.
            return try #require(properties[property]?["enum"] as? [Any]).compactMap { $0 as? String }
        }
        #expect(try words("Event", "event") == Event.Kind.fromOutside.map(\.word))
        let properties = try #require(description.schema("Event")["properties"] as? [String: [String: Any]])
        #expect(properties["by"]?["examples"] as? [String] == Opener.allCases.map(\.word))
        #expect(try words("Event", "author") == Event.Author.allCases.map(\.word))
        #expect(try words("Case", "status") == Status.allCases.map(\.word))
        #expect(try words("Timer", "target") == Metric.allCases.map(\.word))
        #expect(try words("Timer", "state") == CaseTimer.State.allCases.map(\.word))
        #expect(try words("Record", "record") == LedgerRecord.Kind.allCases.map(\.word))
    }

    @Test("every key that it gives an event is known to the intake")
    func keys() throws {
        let properties = try #require(Description().schema("Event")["properties"] as? [String: Any])
        let line = "{" + properties.keys.map { "\"\($0)\":null" }.joined(separator: ",") + ",\"other\":1}"
        let lines = try IntakeReader.read(Array(line.utf8), receivedAt: noon, user: nil)
        #expect(lines.first?.ignored == ["other"])
        #expect(properties.count == 29)
    }
}
