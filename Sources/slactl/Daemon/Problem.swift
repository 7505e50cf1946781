import FoundationEssentials

/// A problem document, RFC 9457.
struct Problem: Decodable {
    var title: String?
    var detail: String?
    /// The daemon's addition: one line for each mistake.
    var errors: [String]?
    /// The stable word for the cause.
    var code: String?

    /// What a status of 300 or more means for the person at the terminal.
    static func failure(status: Int, reason: String, body: Data) -> Failure {
        let problem = try? JSONDecoder().decode(Problem.self, from: body)
        return Failure(
            code: exitCode(status: status, problem?.code),
            // The detail is a whole sentence; the title only names the status.
            message: problem?.detail ?? "slawatchd answered \(status) \(problem?.title ?? reason)",
            lines: problem?.errors ?? [],
            isBusy: problem?.code == "busy"
        )
    }

    /// Below 500 it does not want to; from 500 on it cannot: its disk is at fault, or it is busy or stopping.
    private static func exitCode(status: Int, _ code: String?) -> Failure.Code {
        guard status >= 500 else { return .refused }
        return code == "store_failed" ? .inputOutput : .unavailable
    }
}
