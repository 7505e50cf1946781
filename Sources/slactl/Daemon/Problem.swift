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
        // A detail that is a whole sentence needs no title before it.
        let isWhole = problem?.detail?.hasPrefix("cannot ") ?? false
        let sentence = [isWhole ? nil : problem?.title, problem?.detail].compactMap { $0 }.filter { !$0.isEmpty }
        return Failure(
            // 5xx: it would have liked to; anything else: it does not want to.
            code: status >= 500 ? .unavailable : .refused,
            message: sentence.isEmpty
                ? "slawatchd answered \(status) \(reason)"
                : sentence.joined(separator: ": "),
            lines: problem?.errors ?? []
        )
    }
}
