import Hummingbird

/// What a body says of itself.
enum ContentType {
    /// Refuses what is compressed or of another type; none at all is taken for the first that is accepted.
    ///
    /// Form data and plain text are refused: that is what a browser sends across sites without asking.
    static func check(_ request: Request, accepted: [String]) throws(Problem) {
        let encoding = request.headers[.contentEncoding] ?? "identity"
        guard encoding.lowercased() == "identity" else {
            throw unsupported("the body is compressed (\(encoding.prefix(64))): send it as it is")
        }
        guard let type = request.headers[.contentType] else { return }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard accepted.contains(essence) else {
            let advice = accepted.prefix(2).joined(separator: " or ")
            throw unsupported("the body is \(essence.prefix(64)): send it as \(advice)")
        }
    }

    private static func unsupported(_ detail: String) -> Problem {
        var problem = Problem(.unsupportedMediaType, "unsupported_type", detail)
        problem.leavesBodyUnread = true
        return problem
    }
}
