import Hummingbird
import TimeBase

/// Dates every answer, as RFC 9110 6.6.1 asks of a server with a clock.
struct DateMiddleware: RouterMiddleware {
    let now: @Sendable () -> Instant

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.date] = now().httpDate
        return response
    }
}

extension Instant {
    /// `Sat, 21 Nov 2026 14:02:10 GMT`, for instants since 1970.
    ///
    /// Source: RFC 9110 5.6.7, IMF-fixdate.
    var httpDate: String {
        let seconds = milliseconds / 1_000
        let date = CivilDate(dayNumber: Int(seconds / 86_400))
        let day = Self.days[date.weekday.rawValue]
        let month = Self.months[date.month - 1]
        // `2026-11-21T14:02:10.123Z`: the time of day is the same text.
        let text = rfc3339
        return "\(day), \(text.prefix(10).suffix(2)) \(month) \(text.prefix(4)) \(text.dropFirst(11).prefix(8)) GMT"
    }

    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
