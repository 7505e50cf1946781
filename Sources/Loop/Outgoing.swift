import Engine
import TimeBase

/// An event on its way to the case that takes it.
struct Sent {
    var event: Event
    /// The place in the unit of the event that it answers; nil if nobody waits for an answer.
    var place: Int?
    /// How many cases have sent it on.
    var hops = 0
}

/// What cases send each other while one transaction is at work, and what comes of it.
struct Outgoing {
    /// In the order in which they were sent.
    private(set) var waiting: [Sent] = []
    /// One for each event of the unit, in its order.
    var answers: [Answer] = []
    /// S24; nil enforces all.
    var enforceFrom: Instant?
    /// What was decided on the way.
    var report: WakeReport
    /// Cases that were decided.
    private(set) var decided: Set<CaseID> = []

    init(now: Instant) { report = WakeReport(now: now) }

    mutating func send(_ sent: Sent) { waiting.append(sent) }

    /// Takes what waits for a case.
    mutating func take(for id: CaseID) -> [Sent] {
        guard !waiting.isEmpty else { return [] }
        defer { waiting.removeAll { $0.event.caseID == id } }
        return waiting.filter { $0.event.caseID == id }
    }

    /// Writes down what became of an event; of one that was sent on, also who took it.
    mutating func answer(_ sent: Sent, _ answer: Answer) {
        guard let place = sent.place else { return }
        switch answer {
        case .forwarded: answers[place] = answer
        case .applied, .clamped, .duplicate, .refused:
            answers[place] = sent.hops == 0 ? answer : .forwarded(to: sent.event.caseID, answer)
        }
    }

    mutating func count(_ decision: Decision, of id: CaseID) {
        report.count(decision)
        decided.insert(id)
    }
}
