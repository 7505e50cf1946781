import Engine
import HTTPTypes
import Hummingbird
import Intake
import NIOCore
import TimeBase
import Wire

private let acceptedTypes = ["application/json", "application/jsonl", "application/x-ndjson", "application/ndjson"]

/// `POST /v1/events`: lines in, one unit to the desk, one answer for each line.
struct EventsRoute<Source: Desk>: Sendable {
    let desk: Source
    let now: @Sendable () -> Instant
    let names: UserNames
    let bodies: RequestBodies

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let query = try QueryParameters(request, known: ["enforce_from", "results"])
        let enforceFrom = try query.instant("enforce_from")
        let showsOnlyRefused = try query.word("results", allowed: ["all", "refused"]) == "refused"
        try ContentType.check(request, accepted: acceptedTypes)
        let body = try await bodies.collect(request)
        let answer: Result<EventsAnswer, any Error>
        do {
            answer = .success(
                try await context.answering {
                    try await hand(in: body, enforceFrom: enforceFrom, context: context)
                }
            )
        } catch {
            answer = .failure(error)
        }
        await bodies.release(body.readableBytes)
        let taken = try answer.get()
        var response = Response.json(taken.json(showsOnlyRefused: showsOnlyRefused))
        if taken.isRefusal { response.status = .unprocessableContent }
        return response
    }

    private func hand(in body: ByteBuffer, enforceFrom: Instant?, context: APIContext) async throws -> EventsAnswer {
        let user = await user(of: context)
        let lines = try Self.lines(of: body, receivedAt: now(), user: user)
        let events = lines.compactMap { line -> Event? in
            guard case .event(let event) = line.content else { return nil }
            return event
        }
        guard !events.isEmpty else { return EventsAnswer(lines: lines, answers: []) }
        do throws(DeskProblem) {
            return EventsAnswer(
                lines: lines,
                answers: try await desk.submit(EventUnit(events: events, enforceFrom: enforceFrom))
            )
        } catch {
            throw Problem(error, doing: "take the events")
        }
    }

    private static func lines(
        of body: ByteBuffer,
        receivedAt: Instant,
        user: String?
    ) throws(Problem) -> [ParsedLine] {
        do throws(BodyProblem) {
            return try IntakeReader.read(body.readableBytesUInt8Span, receivedAt: receivedAt, user: user)
        } catch {
            switch error {
            case .noEvent:
                throw Problem(.badRequest, "no_event", "the body has no event: send a JSON object, or one on each line")
            case .tooManyEvents(let limit):
                throw Problem(.contentTooLarge, "too_many_events", "the body has more than \(limit) events: split it")
            }
        }
    }

    private func user(of context: APIContext) async -> String? {
        guard let id = context.userID else { return nil }
        return await names.name(of: id)
    }
}

extension Response {
    static func json(_ json: JSONText) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes))
        )
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
