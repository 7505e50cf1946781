package import Engine
package import Intake
package import TimeBase
package import Wire

/// What became of each line of a request.
package struct EventsAnswer: Sendable {
    package var results: [LineResult]

    /// Joins what was refused at reading with what the desk answered.
    ///
    /// - Parameters:
    ///   - lines: As they were read.
    ///   - answers: The desk's, one for each line that is an event, in their order.
    package init(lines: [ParsedLine], answers: [Answer]) {
        let eventCount = lines.count { if case .event = $0.content { true } else { false } }
        precondition(eventCount == answers.count, "\(answers.count) answers to \(eventCount) events")
        var next = answers.makeIterator()
        results = lines.map { line in
            switch line.content {
            case .refused(let refusal, let caseID, let id):
                LineResult(
                    line: line.number,
                    caseID: caseID,
                    id: id,
                    result: .refused,
                    code: refusal.code.rawValue,
                    reason: refusal.reason,
                    ignored: line.ignored
                )
            case .event(let event):
                LineResult(line: line, event: event, answer: next.next() ?? .refused(.setAside("not answered")))
            }
        }
    }

    /// The request was one event, and that was refused.
    ///
    /// A client that sends events one by one then sees it in the status alone.
    package var isRefusal: Bool { results.count == 1 && results[0].result == .refused }

    /// The answer to the client; `showsOnlyRefused` leaves out the lines that were taken, of which an import has thousands.
    package func json(showsOnlyRefused: Bool) -> JSONText {
        var counts: [LineResult.Result: Int] = [:]
        var ignored: Set<String> = []
        for result in results {
            counts[result.result, default: 0] += 1
            ignored.formUnion(result.ignored)
        }
        let shown = showsOnlyRefused ? results.filter { $0.result == .refused } : results
        var json = JSONText(capacity: 256 + shown.count * 128)
        json.object { json in
            json.member("applied", counts[.applied] ?? 0)
            json.member("duplicate", counts[.duplicate] ?? 0)
            json.member("refused", counts[.refused] ?? 0)
            json.member("clamped", results.count { $0.countsAt != nil })
            json.member("ignored", ignored.sorted())
            json.name("results")
            json.array(shown) { json, result in result.write(to: &json) }
        }
        return json
    }
}

/// What became of one line of a request.
package struct LineResult: Sendable {
    package var line: Int
    package var caseID: String?
    package var id: String?
    package var result: Result
    package var code: String?
    package var reason: String?
    /// The case that took it, where that is another one: it was merged, or is continued there.
    package var takenBy: String?
    /// When it counts if not as it is dated: that was ahead of the clock, or before the opening (S26).
    package var countsAt: Instant?
    package var ignored: [String]

    /// The words of the answer.
    package enum Result: String, Sendable {
        case applied, duplicate, refused
    }

    func write(to json: inout JSONText) {
        json.object { json in
            json.member("line", line)
            json.member("case", caseID)
            json.member("id", id)
            json.member("result", result.rawValue)
            json.member("code", code)
            json.member("reason", reason)
            json.member("taken_by", takenBy)
            json.member("counts_at", countsAt)
            json.member("ignored", ignored.isEmpty ? nil : ignored)
        }
    }
}

extension LineResult {
    fileprivate init(line: ParsedLine, event: Event, answer: Answer) {
        self.line = line.number
        caseID = event.caseID.rawValue
        id = event.id
        ignored = line.ignored
        result = .applied
        take(answer, of: event.caseID)
    }

    /// What became of it in `id`.
    private mutating func take(_ answer: Answer, of id: CaseID) {
        switch answer {
        case .applied: result = .applied
        case .clamped(let instant):
            result = .applied
            countsAt = instant
        case .duplicate: result = .duplicate
        case .refused(let refusal):
            result = .refused
            code = refusal.code
            reason = refusal.message(for: id)
        case .forwarded(let other, let answer):
            takenBy = other.rawValue
            take(answer, of: other)
        }
    }
}
