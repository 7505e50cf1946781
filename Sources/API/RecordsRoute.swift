import Engine
import Hummingbird
import NIOCore
import TimeBase
import Wire

/// `GET /v1/records`: the ledger over all cases, and what is written into it while a request waits.
struct RecordsRoute<Source: Desk>: Sendable {
    let desk: Source
    let now: @Sendable () -> Instant

    private static var names: [String] { ["after", "before", "case", "team", "kind", "limit", "wait"] }

    func list(_ request: Request, context: APIContext) async throws -> Response {
        let parameters = try QueryParameters(request, known: Self.names)
        let query = try Self.query(of: parameters)
        let seconds = try parameters.integer("wait", in: 0...APILimits.waitSecondsMax) ?? 0
        let page =
            seconds == 0 ? try await page(query) : try await page(query, waiting: .seconds(Int64(seconds)), context)
        var json = JSONText(capacity: 256 + page.records.count * 512)
        json.object { json in
            json.member("now", now())
            json.member("store", page.store)
            json.name("records")
            json.array(page.records) { json, logged in
                json.object { json in
                    json.name("number")
                    json.value(logged.number)
                    json.member("case", logged.caseID.rawValue)
                    logged.record.writeMembers(to: &json)
                }
            }
            json.name("next")
            json.value(page.next)
            json.member("has_more", page.hasMore)
            if let previous = page.previous {
                json.name("previous")
                json.value(previous)
            }
            json.name("newest")
            json.value(page.newest)
        }
        return .json(json)
    }

    private func page(_ query: RecordQuery) async throws -> RecordPage {
        let page: RecordPage?
        do throws(DeskProblem) {
            page = try await desk.records(query)
        } catch {
            throw Problem(error, doing: "read the ledger")
        }
        guard let page else {
            throw Problem(unknown: query.caseID)
        }
        return page
    }

    /// The first page that is not empty, or an empty one after `limit`.
    private func page(
        _ query: RecordQuery,
        waiting limit: TimeAmount,
        _ context: APIContext
    ) async throws -> RecordPage {
        let user = context.userID
        let bell = desk.bell
        guard let seat = bell.takeSeat(for: user, atMost: limit) else {
            throw Problem(
                .serviceUnavailable,
                "busy",
                "cannot hold the request: too many wait for records already, try again in a second"
            )
        }
        defer { bell.leave(seat) }
        return try await context.watching({ bell.end(seat) }) {
            var query = query
            while true {
                // Before the store is read: what is committed after this rings.
                let mark = bell.mark
                let page = try await page(query)
                guard page.records.isEmpty, !page.hasMore, page.previous == nil, query.before == nil,
                    query.after ?? 0 <= page.newest, await bell.wait(seat, since: mark)
                else { return page }
                // What was looked at is not looked at again.
                query.after = page.next
            }
        }
    }

    private static func query(of parameters: QueryParameters) throws(Problem) -> RecordQuery {
        var query = RecordQuery()
        query.after = try parameters.integer("after", in: 0...Int.max).map(Int64.init)
        query.before = try parameters.integer("before", in: 0...Int.max).map(Int64.init)
        query.caseID = parameters.text("case").map(CaseID.init)
        query.team = parameters.text("team")
        query.limit = try parameters.integer("limit", in: 1...RecordQuery.limitMax) ?? query.limit
        query.kinds = try kinds(of: parameters)
        return query
    }

    private static func kinds(of parameters: QueryParameters) throws(Problem) -> [LedgerRecord.Kind] {
        guard let text = parameters.text("kind") else { return [] }
        var kinds: [LedgerRecord.Kind] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = LedgerRecord.Kind.allCases.first(where: { $0.word == word }) else {
                let known = LedgerRecord.Kind.allCases.map(\.word).joined(separator: ", ")
                throw Problem(
                    .badRequest,
                    "invalid_parameter",
                    "kind is \"\(text.prefix(64))\": use one or more of \(known), with commas between them"
                )
            }
            kinds.append(kind)
        }
        return kinds
    }
}
