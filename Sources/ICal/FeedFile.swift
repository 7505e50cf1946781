/// What a file of holidays contains, read and not yet followed through the years.
struct FeedFile {
    private(set) var events: [FeedEvent] = []
    /// By name, for each `VCALENDAR` of the file.
    private(set) var zones: [[String: FeedZone]] = []

    /// A component that has begun and not ended.
    private struct Open {
        let name: String
        let line: Int
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
        while let line = try lines.next({ Self.isRead($0, in: open) }) {
            switch line.name {
            case "BEGIN":
                let name = line.value.uppercased()
                guard !open.isEmpty || name == "VCALENDAR" else {
                    throw Refusal(line: line.number, "BEGIN:\(quoted(name)) stands outside of a VCALENDAR")
                }
                guard open.count < FeedLimits.depthMax else {
                    throw Refusal(line: line.number, "components are nested more than \(FeedLimits.depthMax) deep")
                }
                open.append(Open(name: name, line: line.number))
                switch open.map(\.name) {
                case ["VCALENDAR"]: zones.append([:])
                case ["VCALENDAR", "VEVENT"]: event = FeedEvent(line: line.number, calendar: zones.count - 1)
                case ["VCALENDAR", "VTIMEZONE"]: zone = FeedZone()
                case ["VCALENDAR", "VTIMEZONE", "STANDARD"], ["VCALENDAR", "VTIMEZONE", "DAYLIGHT"]:
                    zone?.observances.append(FeedZone.Observance(line: line.number))
                default: break
                }
            case "END":
                guard let last = open.popLast(), last.name == line.value.uppercased() else {
                    throw Refusal(line: line.number, "END:\(quoted(line.value)) ends nothing that has begun")
                }
                guard open.map(\.name) == ["VCALENDAR"] else { continue }
                if last.name == "VEVENT", let event { try add(event) }
                if last.name == "VTIMEZONE", let zone { try add(zone, last.line) }
            default:
                if open.count == 2, open[1].name == "VEVENT" {
                    try event?.take(line)
                } else {
                    try zone?.take(line, isObservance: open.count == 3)
                }
            }
        }
        if let last = open.last {
            throw Refusal(line: last.line, "\(last.name) does not end, the file is cut off; fetch it again")
        }
        guard !zones.isEmpty else { throw Refusal("it has no VCALENDAR, is this the right file?") }
    }

    private static func isRead(_ name: String, in open: [Open]) -> Bool {
        if name == "BEGIN" || name == "END" { return true }
        guard open.count > 1, open[0].name == "VCALENDAR" else { return false }
        switch (open[1].name, open.count) {
        case ("VEVENT", 2): return FeedEvent.properties.contains(name)
        case ("VTIMEZONE", 2): return name == "TZID"
        case ("VTIMEZONE", 3): return FeedZone.Observance.properties.contains(name)
        default: return false
        }
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
