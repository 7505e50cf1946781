import Engine
package import Intake
package import TimeBase

/// The lines of a log in the order in which they arrive.
///
/// A line arrives when it happened, or at its `received_at`, but never before an earlier line of its case: so a file in
/// order of time is told as it was, a file that has one case after the other comes to the same, and a line that stands
/// behind younger ones of its own case is a late event, as it was for whoever wrote the file (S20, S21).
package struct Arrivals: Sendable {
    /// One line and when it arrives.
    package struct Arrival: Sendable {
        package var at: Instant
        package var line: LogLine
    }

    /// In order of `at`; lines of the same instant in the order of the file.
    package let list: [Arrival]

    package init(_ lines: [LogLine]) {
        var list: [Arrival] = []
        list.reserveCapacity(lines.count)
        var latestOfCase: [CaseID: Instant] = [:]
        var isInOrder = true
        for line in lines {
            let previous = list.last?.at
            let at: Instant
            switch line.content {
            case .event(let event):
                at = max(line.receivedAt ?? event.at, latestOfCase[event.caseID] ?? .earliest)
                latestOfCase[event.caseID] = at
            // What cannot be read has no time of its own: it comes with the line before it, or with the first event.
            case .refused: at = previous ?? lines.firstTime ?? .earliest
            }
            if let previous, at < previous { isInOrder = false }
            list.append(Arrival(at: at, line: line))
        }
        if !isInOrder { list.sort { ($0.at, $0.line.number) < ($1.at, $1.line.number) } }
        self.list = list
    }

    /// When the first event arrives; nil if there is none.
    package var start: Instant? { list.first(where: \.isEvent)?.at }

    /// When the last event arrives; nil if there is none.
    package var end: Instant? { list.last(where: \.isEvent)?.at }
}

extension [LogLine] {
    /// Of the first line that is an event; nil if none is.
    fileprivate var firstTime: Instant? {
        for line in self {
            if case .event(let event) = line.content { return line.receivedAt ?? event.at }
        }
        return nil
    }
}

extension Arrivals.Arrival {
    fileprivate var isEvent: Bool {
        switch line.content {
        case .event: true
        case .refused: false
        }
    }
}
