/// What a file of holidays contains, read and not yet followed through the years.
struct FeedFile {
    private(set) var events: [FeedEvent] = []
    /// By name, for each `VCALENDAR` of the file.
    private(set) var zones: [[String: FeedZone]] = []

    /// A component that has begun and not ended.
    private struct Open {
        let name: String
        let line: Int
        /// With those around it: `/VCALENDAR/VEVENT`.
        let path: String
    }

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= FeedLimits.bytesMax else {
            throw Refusal("it has more than \(FeedLimits.bytesMax) bytes, is this the right file?")
        }
        try Self.checkText(bytes)
        var lines = ContentLines(bytes)
        var open: [Open] = []
        var event: FeedEvent?
        var zone: FeedZone?
        while let line = try lines.next({ Self.isRead($0, in: open.last?.path ?? "") }) {
            switch line.name {
            case "BEGIN":
                let name = line.value.uppercased()
                guard !open.isEmpty || name == "VCALENDAR" else {
                    throw Refusal(line: line.number, "BEGIN:\(quoted(name)) stands outside of a VCALENDAR")
                }
                guard open.count < FeedLimits.depthMax else {
                    throw Refusal(line: line.number, "components are nested more than \(FeedLimits.depthMax) deep")
                }
                let path = "\(open.last?.path ?? "")/\(name)"
                open.append(Open(name: name, line: line.number, path: path))
                switch path {
                case "/VCALENDAR": zones.append([:])
                case Self.eventPath: event = FeedEvent(line: line.number, calendar: zones.count - 1)
                case Self.zonePath: zone = FeedZone()
                case _ where Self.observancePaths.contains(path):
                    zone?.observances.append(FeedZone.Observance(line: line.number))
                default: break
                }
            case "END":
                guard let last = open.popLast(), last.name == line.value.uppercased() else {
                    throw Refusal(line: line.number, "END:\(quoted(line.value)) ends nothing that has begun")
                }
                if last.path == Self.eventPath, let event { try add(event) }
                if last.path == Self.zonePath, let zone { try add(zone, last.line) }
            default:
                if open.last?.path == Self.eventPath {
                    try event?.take(line)
                } else {
                    try zone?.take(line, isObservance: open.last?.path != Self.zonePath)
                }
            }
        }
        if let last = open.last {
            throw Refusal(line: last.line, "\(last.name) does not end, the file is cut off; fetch it again")
        }
        guard !zones.isEmpty else { throw Refusal("it has no VCALENDAR, is this the right file?") }
        dropOldVersions()
    }

    /// What one version of an event has in common with the next.
    private struct Identity: Hashable {
        let calendar: Int
        let uid: String
        let recurrenceID: FeedTime?

        init?(_ event: FeedEvent) {
            guard let uid = event.uid else { return nil }
            self.uid = uid
            calendar = event.calendar
            recurrenceID = event.recurrenceID
        }
    }

    /// Keeps of each event the versions with the highest `SEQUENCE`.
    private mutating func dropOldVersions() {
        guard events.contains(where: { $0.sequence > 0 }) else { return }
        var newest: [Identity: Int] = [:]
        for event in events {
            guard let identity = Identity(event) else { continue }
            newest[identity] = max(newest[identity] ?? 0, event.sequence)
        }
        events.removeAll { event in Identity(event).flatMap { newest[$0] }.map { event.sequence < $0 } ?? false }
    }

    private static let eventPath = "/VCALENDAR/VEVENT"
    private static let zonePath = "/VCALENDAR/VTIMEZONE"
    private static let observancePaths = [zonePath + "/STANDARD", zonePath + "/DAYLIGHT"]

    private static func isRead(_ name: String, in path: String) -> Bool {
        if name == "BEGIN" || name == "END" { return true }
        if path == eventPath { return FeedEvent.properties.contains(name) }
        if path == zonePath { return name == "TZID" }
        return observancePaths.contains(path) && FeedZone.Observance.properties.contains(name)
    }

    private mutating func add(_ event: FeedEvent) throws(Refusal) {
        guard events.count < FeedLimits.eventsMax else {
            throw Refusal(line: event.line, "it has more than \(FeedLimits.eventsMax) events, keep those of some years")
        }
        guard event.start != nil || event.isCancelled else {
            throw Refusal(line: event.line, "the event has no DTSTART")
        }
        events.append(event)
    }

    private mutating func add(_ zone: FeedZone, _ line: Int) throws(Refusal) {
        // One without a name cannot be referred to, and one that says nothing is left to the machine's zone data.
        guard let name = zone.name, !zone.observances.isEmpty else { return }
        guard zones[zones.count - 1].count < FeedLimits.zonesMax else {
            throw Refusal(line: line, "it has more than \(FeedLimits.zonesMax) time zones")
        }
        zones[zones.count - 1][name] = zone
    }

    /// The library takes text that ends with the character 0; the rest of a file would be passed over.
    private static func checkText(_ bytes: [UInt8]) throws(Refusal) {
        if let zero = bytes.firstIndex(of: 0) {
            let line = bytes[..<zero].count { $0 == 0x0A } + 1
            throw Refusal(line: line, "there is a byte 0, this is no text")
        }
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        var line = 1
        for text in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: text, as: UTF8.self) == nil { break }
            line += 1
        }
        throw Refusal(line: line, "it is not UTF-8 text, save it as UTF-8")
    }
}
