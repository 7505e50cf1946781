import Engine
import Hummingbird
import Intake
import TimeBase
import Wire

/// `POST /v1/acknowledgements`: one person takes all cases that fit, in one request and one unit.
struct AcknowledgementsRoute<Source: Desk>: Sendable {
    let desk: Source
    let now: @Sendable () -> Instant
    let names: UserNames

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let hasBody = request.headers[.transferEncoding] != nil || (request.headers[.contentLength] ?? "0") != "0"
        guard !hasBody else {
            throw Problem(
                .badRequest,
                "unexpected_body",
                "this path takes no body: write the filters and the reason as parameters"
            )
        }
        let parameters = try QueryParameters(request, known: CaseQuery.filterNames + ["reason"])
        var query = try CaseQuery(filters: parameters)
        // Only those that nobody has taken are meant anyway: that alone is no choice.
        query.isUnacknowledged = false
        guard query != CaseQuery() else {
            let names = CaseQuery.filterNames.filter { $0 != "unacked" }.joined(separator: ", ")
            throw Problem(
                .unprocessableContent,
                "no_filter",
                "it would take every open case: say which ones by \(names)"
            )
        }
        query.isUnacknowledged = true
        query.limit = CaseQuery.limitMax
        do throws(DeskProblem) {
            let cases = try await desk.cases(query)
            let lines = try await lines(for: cases, reason: parameters.text("reason"), context: context)
            let events = lines.compactMap { line -> Event? in
                guard case .event(let event) = line.content else { return nil }
                return event
            }
            let answers = events.isEmpty ? [] : try await desk.submit(EventUnit(events: events))
            return .json(EventsAnswer(lines: lines, answers: answers).json(showsOnlyRefused: false))
        } catch {
            throw Problem(error, doing: "acknowledge the cases")
        }
    }

    /// Written and read as a client's own lines would be, so that the events are the same.
    private func lines(
        for cases: [CaseSummary],
        reason: String?,
        context: APIContext
    ) async throws(DeskProblem) -> [ParsedLine] {
        guard !cases.isEmpty else { return [] }
        var json = JSONText(capacity: cases.count * 128)
        for summary in cases {
            json.object { json in
                json.member("case", summary.state.id.rawValue)
                json.member("event", Event.Kind.acknowledged.word)
                json.member("reason", reason)
            }
            json.endLine()
        }
        var user: String?
        if let id = context.userID { user = await names.name(of: id) }
        // There is a line, and no more than a page of cases has.
        return (try? IntakeReader.read(json.bytes, receivedAt: now(), user: user)) ?? []
    }
}
