import TimeBase

/// The events of a log that are replayed.
struct ReplayLog {
    let log: EventLog
    /// In the order of the file.
    let events: [EventLog.Line]
    let caseCount: Int

    /// Takes the first `casesMax` cases, in order of their first appearance, with all their events.
    init(_ log: EventLog, casesMax: Int = .max) {
        self.log = log
        var cases: Set<String> = []
        var events: [EventLog.Line] = []
        for line in log.lines {
            if !cases.contains(line.caseID) {
                if cases.count == casesMax { continue }
                cases.insert(line.caseID)
            }
            events.append(line)
        }
        self.events = events
        caseCount = cases.count
    }

    /// An event as it happens now: a line of JSON with its line feed.
    ///
    /// Its place in the file is its `seq`, if the source gave none: events of different instants can fall on the same one.
    func line(of event: EventLog.Line, at instant: Instant) -> [UInt8] {
        var line: [UInt8] = []
        log.append(event, to: &line, at: instant)
        return line
    }
}
