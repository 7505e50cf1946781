import FoundationEssentials
import TimeBase

/// The events of a log that can be replayed: those with a case and a time.
struct ReplayLog {
    let events: [ReplayEvent]
    let caseCount: Int
    /// Lines that are no events, or have no time.
    let skipped: Int

    /// Takes the first `casesMax` cases, in order of their first appearance, with all their events.
    init(_ log: EventLog, casesMax: Int = .max) {
        var cases: Set<String> = []
        var events: [ReplayEvent] = []
        var skipped = 0
        for line in log.lines {
            guard let caseID = line.caseID, let at = line.at,
                let value = try? JSONDecoder().decode([String: JSONValue].self, from: Data(log.bytes[line.range]))
            else {
                skipped += 1
                continue
            }
            if !cases.contains(caseID) {
                if cases.count == casesMax { continue }
                cases.insert(caseID)
            }
            events.append(ReplayEvent(number: line.number, at: at, fields: value))
        }
        self.events = events
        self.skipped = skipped
        caseCount = cases.count
    }
}

/// One event of a log, with its own time.
struct ReplayEvent {
    /// Its line in the file.
    let number: Int
    let at: Instant
    let fields: [String: JSONValue]

    /// The event as it happens now: a line of JSON with its line feed.
    ///
    /// Its place in the file is its `seq`, where the
    /// source gave none: events of different instants can fall on the same one.
    func line(at instant: Instant) -> [UInt8] {
        var fields = fields
        fields["at"] = .string(instant.rfc3339)
        if fields["seq"] == nil { fields["seq"] = .integer(Int64(number)) }
        return Array(JSONText.of(fields).utf8)
    }
}
