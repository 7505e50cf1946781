import Engine
package import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Wire

/// An error answer: a problem document of RFC 9457.
package struct Problem: Error, Sendable, Equatable {
    package var status: HTTPResponse.Status
    /// A stable word for programs.
    package var code: String
    /// A sentence for people.
    package var detail: String
    /// Further lines, such as the mistakes of a policy file.
    package var errors: [String]?
    /// For `Allow` on 405.
    var allowedMethods: [String] = []
    /// The client was refused before it had sent everything.
    var leavesBodyUnread = false

    package init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, errors: [String]? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
    }

    init(_ problem: DeskProblem, doing what: String) {
        switch problem {
        case .invalidPolicy(let lines):
            self.init(
                .unprocessableContent,
                "invalid_policy",
                "cannot \(what): the policy file has mistakes, the policy in force stays",
                errors: lines
            )
        case .storeFailed(let cause):
            self.init(.serviceUnavailable, "store_failed", "cannot \(what): \(cause); then try again")
        case .busy:
            self.init(.serviceUnavailable, "busy", "cannot \(what): too many requests wait, try again in a second")
        case .stopping:
            self.init(
                .serviceUnavailable,
                "stopping",
                "cannot \(what): the daemon is stopping, try again when it is back"
            )
        }
    }

    var response: Response {
        var json = JSONText()
        json.object { json in
            json.member("type", "about:blank")
            json.member("title", status.reasonPhrase)
            json.member("status", status.code)
            json.member("code", code)
            json.member("detail", detail)
            json.member("errors", errors)
        }
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if status == .serviceUnavailable { headers[.retryAfter] = "1" }
        if !allowedMethods.isEmpty { headers[.allow] = allowedMethods.joined(separator: ", ") }
        if leavesBodyUnread { headers[.connection] = "close" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

extension Problem {
    /// There is no such case.
    init(unknown id: CaseID?) {
        let name = id.map { "case \($0)" } ?? "such case"
        self.init(.notFound, "unknown_case", "there is no \(name): check the id, slactl cases lists the open ones")
    }
}

/// Turns everything that is thrown below it into a problem document.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            if problem.leavesBodyUnread { context.closeSoon() }
            return problem.response
        } catch let error as HTTPError where error.status == .notFound {
            return Self.unrouted(request).response
        } catch let error as any HTTPResponseError {
            return Problem(error.status, "http_error", "cannot answer: \(error)").response
        } catch is CancellationError {
            return Problem(.stopping, doing: "answer").response
        } catch {
            context.logger.error("request.failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Problem(.internalServerError, "internal", "cannot answer: an error of ours, see the journal")
                .response
        }
    }

    /// The path is unknown, or it is known for other methods.
    private static func unrouted(_ request: Request) -> Problem {
        let methods = Endpoint.methods(at: request.uri.path)
        guard !methods.isEmpty else {
            return Problem(
                .notFound,
                "no_such_path",
                "there is nothing at this path, see /usr/share/doc/slawatchd/openapi.yaml"
            )
        }
        var problem = Problem(.methodNotAllowed, "method_not_allowed", "use \(methods.joined(separator: " or ")) here")
        problem.allowedMethods = methods
        return problem
    }
}
