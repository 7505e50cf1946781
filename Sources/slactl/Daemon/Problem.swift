import FoundationEssentials

/// A problem document, RFC 9457.
struct Problem: Decodable {
    var title: String?
    var detail: String?
    /// The daemon's addition: one line for each mistake.
    var errors: [String]?

    /// What a status of 300 or more means for the person at the terminal.
    static func failure(status: Int, reason: String, body: Data) -> Failure {
        let problem = try? JSONDecoder().decode(Problem.self, from: body)
        return Failure(
            // 5xx: it would have liked to; anything else: it does not want to.
            code: status >= 500 ? .unavailable : .refused,
            // The detail is a whole sentence; the title only names the status.
            message: problem?.detail ?? "slawatchd answered \(status) \(problem?.title ?? reason)",
            lines: problem?.errors ?? []
        )
    }
}
