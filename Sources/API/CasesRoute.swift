import Engine
import Hummingbird
import TimeBase
import Wire

/// `GET /v1/cases` and `GET /v1/cases/{id}`.
struct CasesRoute<Source: Desk>: Sendable {
    let desk: Source
    let now: @Sendable () -> Instant

    func list(_ request: Request, context: APIContext) async throws -> Response {
        let query = try Self.query(of: request)
        let cases: [CaseSummary]
        do throws(DeskProblem) {
            cases = try await desk.cases(query)
        } catch {
            throw Problem(error, doing: "list cases")
        }
        var json = JSONText(capacity: 256 + cases.count * 1_024)
        json.object { json in
            json.member("now", now())
            json.name("cases")
            json.array(cases) { json, summary in summary.write(to: &json) }
        }
        return .json(json)
    }

    /// `GET /v1/case-ids`: for a shell that completes what is typed.
    func complete(_ request: Request, context: APIContext) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["prefix", "limit"])
        let limit = try parameters.integer("limit", in: 1...CaseQuery.limitMax) ?? 100
        let ids: [CaseID]
        do throws(DeskProblem) {
            ids = try await desk.caseIDs(prefix: parameters.text("prefix") ?? "", limit: limit)
        } catch {
            throw Problem(error, doing: "list case ids")
        }
        var json = JSONText()
        json.object { json in json.member("cases", ids.map(\.rawValue)) }
        return .json(json)
    }

    func show(_ request: Request, context: APIContext) async throws -> Response {
        let id = try Self.id(in: context)
        let parameters = try QueryParameters(request, known: ["limit", "offset"])
        let page = try Self.page(of: parameters, limit: 1_000, max: Page.recordsMax)
        let file: CaseFile?
        do throws(DeskProblem) {
            file = try await desk.file(of: id, page)
        } catch {
            throw Problem(error, doing: "show case \(id)")
        }
        guard let file else { throw Problem(unknown: id) }
        var json = JSONText(capacity: 4_096 + file.records.count * 512)
        json.object { json in
            json.member("now", now())
            json.name("case")
            file.summary.write(to: &json)
            json.name("steps")
            json.array(file.steps) { json, step in step.write(to: &json) }
            json.name("ledger")
            json.array(file.records) { json, record in record.write(to: &json) }
            json.member("ledger_has_older", file.hasOlder)
            json.nullable("set_aside", file.setAside)
        }
        return .json(json)
    }

    func explain(_ request: Request, context: APIContext) async throws -> Response {
        let id = try Self.id(in: context)
        let parameters = try QueryParameters(request, known: ["target", "limit", "offset"])
        let word = try parameters.word("target", allowed: Metric.allCases.map(\.word))
        let target = word.flatMap { Metric(word: $0) }
        let page = try Self.page(of: parameters, limit: 50, max: Page.cyclesMax)
        let explanation: Explanation?
        do throws(DeskProblem) {
            explanation = try await desk.explanation(of: id, target: target, page)
        } catch {
            throw Problem(error, doing: "explain case \(id)")
        }
        guard let explanation else { throw Problem(unknown: id) }
        var json = JSONText(capacity: 4_096)
        json.object { json in
            json.member("now", now())
            json.member("case", id.rawValue)
            json.name("cycles")
            json.array(explanation.cycles) { json, cycle in cycle.write(to: &json) }
            json.member("cycle_count", explanation.cycleCount)
            if !explanation.clamped.isEmpty {
                json.name("clamped")
                json.array(explanation.clamped) { json, record in record.write(to: &json) }
            }
            guard let forgottenAt = explanation.forgottenAt else { return }
            json.member("content_removed_at", forgottenAt)
            json.name("verdicts")
            json.array(explanation.verdicts) { json, record in record.write(to: &json) }
        }
        return .json(json)
    }

    /// The page that is asked for; `limit` holds if none is given.
    private static func page(of parameters: QueryParameters, limit: Int, max: Int) throws(Problem) -> Page {
        Page(
            limit: try parameters.integer("limit", in: 1...max) ?? limit,
            offset: try parameters.integer("offset", in: 0...Page.offsetMax) ?? 0
        )
    }

    private static func id(in context: APIContext) throws(Problem) -> CaseID {
        // An id that is too long is one that no case has.
        guard let encoded = context.parameters.get("id"), let text = encoded.percentDecoded else {
            throw Problem(.badRequest, "invalid_case", "the case id in the path is not percent-encoded UTF-8")
        }
        return CaseID(text)
    }

    private static func query(of request: Request) throws(Problem) -> CaseQuery {
        let parameters = try QueryParameters(request, known: CaseQuery.filterNames + ["sort", "limit", "offset"])
        var query = try CaseQuery(filters: parameters)
        let sorts = CaseQuery.Sort.allCases.map(\.rawValue)
        query.sort = try parameters.word("sort", allowed: sorts).flatMap(CaseQuery.Sort.init(rawValue:)) ?? .due
        query.limit = try parameters.integer("limit", in: 1...CaseQuery.limitMax) ?? query.limit
        query.offset = try parameters.integer("offset", in: 0...Page.offsetMax) ?? query.offset
        guard query.sort == .due || query.offset <= CaseQuery.sortedOffsetMax else {
            let hint =
                "a list sorted by \(query.sort.rawValue) can be read up to \(CaseQuery.sortedOffsetMax), filter it or sort it by due"
            throw parameters.tooLarge("offset_too_large", "offset", query.offset, hint)
        }
        return query
    }
}
