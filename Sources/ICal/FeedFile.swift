/// What a file of holidays contains, read and not yet followed through the years.
struct FeedFile {
    private(set) var events: [FeedEvent] = []
    /// By name, for each `VCALENDAR` of the file.
    private(set) var zones: [[String: FeedZone]] = []
    private(set) var warnings = FeedWarnings()

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
        // The library takes text that ends with the character 0; the rest of a file would be passed over.
        if let zero = bytes.firstIndex(of: 0) {
            let line = bytes[..<zero].count { $0 == 0x0A } + 1
            throw Refusal(line: line, "there is a byte 0, this is no text")
        }
        var lines = ContentLines(bytes)
        var open: [Open] = []
        var event: FeedEvent?
        var zone: FeedZone?
        while let found = lines.next(isOutside: open.isEmpty, { Self.isRead($0, in: open.last?.path ?? "") }) {
            let path = open.last?.path
            switch found {
            case .failure(let trouble):
                // Text before a calendar says that the file is something else; text behind one is an accident.
                if open.isEmpty, zones.isEmpty { throw trouble }
                if path == Self.eventPath {
                    event?.note(trouble)
                } else if path?.hasPrefix(Self.zonePath) ?? false {
                    zone?.note(trouble)
                } else {
                    warnings.add(line: trouble.line, "text outside of the calendar is passed over")
                }
            case .success(let line) where line.name == "BEGIN":
                let begun = try begin(line, in: open)
                open.append(begun)
                switch begun.path {
                case "/VCALENDAR": zones.append([:])
                case Self.eventPath: event = FeedEvent(line: line.number, calendar: zones.count - 1)
                case Self.zonePath: zone = FeedZone()
                case _ where Self.observancePaths.contains(begun.path):
                    zone?.observances.append(FeedZone.Observance(line: line.number))
                default: break
                }
            case .success(let line) where line.name == "END":
                guard let last = open.popLast(), last.name == HolidayFeed.trimmed(line.value).uppercased() else {
                    throw Refusal(line: line.number, "END:\(quoted(line.value)) ends nothing that has begun")
                }
                if last.path == Self.eventPath, let event { try add(event) }
                if last.path == Self.zonePath, let zone { try add(zone, last.line) }
            case .success(let line):
                do throws(Refusal) {
                    if path == Self.eventPath {
                        try event?.take(line)
                    } else {
                        try zone?.take(line, isObservance: path != Self.zonePath)
                    }
                } catch {
                    if path == Self.eventPath {
                        event?.note(error)
                    } else {
                        zone?.note(error)
                    }
                }
            }
        }
        if let last = open.last {
            throw Refusal(line: last.line, "\(last.name) does not end, the file is cut off; fetch it again")
        }
        guard !zones.isEmpty else { throw Refusal("it has no VCALENDAR, is this the right file?") }
        if let line = lines.firstLatinLine {
            warnings.add(line: line, "the text is not UTF-8 and is read as ISO 8859-1; save the file as UTF-8")
        }
        dropOldVersions()
    }

    /// The component that a line begins.
    private func begin(_ line: ContentLine, in open: [Open]) throws(Refusal) -> Open {
        let name = HolidayFeed.trimmed(line.value).uppercased()
        guard !open.isEmpty || name == "VCALENDAR" else {
            throw Refusal(line: line.number, "BEGIN:\(quoted(name)) stands outside of a VCALENDAR")
        }
        guard open.count < FeedLimits.depthMax else {
            throw Refusal(line: line.number, "components are nested more than \(FeedLimits.depthMax) deep")
        }
        return Open(name: name, line: line.number, path: "\(open.last?.path ?? "")/\(name)")
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

        private init(calendar: Int, uid: String) {
            self.calendar = calendar
            self.uid = uid
            recurrenceID = nil
        }

        /// That of the event whose instance it is.
        var ofSeries: Identity { Identity(calendar: calendar, uid: uid) }
    }

    /// Keeps of each event the versions with the highest `SEQUENCE`, and no instance that is older than its series.
    private mutating func dropOldVersions() {
        guard events.contains(where: { $0.sequence > 0 }) else { return }
        var newest: [Identity: Int] = [:]
        for event in events {
            guard let identity = Identity(event) else { continue }
            newest[identity] = max(newest[identity] ?? 0, event.sequence)
        }
        events.removeAll { event in
            guard let identity = Identity(event) else { return false }
            return event.sequence < max(newest[identity] ?? 0, newest[identity.ofSeries] ?? 0)
        }
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
            throw Refusal(
                line: event.line,
                isOfFile: true,
                "it has more than \(FeedLimits.eventsMax) events, keep those of some years"
            )
        }
        let isComplete = event.start != nil || event.isCancelled
        if let trouble = event.trouble ?? (isComplete ? nil : Refusal(line: event.line, "the event has no DTSTART")) {
            warnings.add(leftOut: event, trouble)
        } else {
            events.append(event.asOneInstance)
        }
    }

    private mutating func add(_ zone: FeedZone, _ line: Int) throws(Refusal) {
        // One without a name cannot be referred to, and one that says nothing is left to the machine's zone data.
        guard let name = zone.name, !zone.observances.isEmpty else { return }
        guard zones[zones.count - 1].count < FeedLimits.zonesMax else {
            throw Refusal(line: line, "it has more than \(FeedLimits.zonesMax) time zones")
        }
        zones[zones.count - 1][name] = zone
    }
}

/// What a file warns of: the first warnings, and how many there are.
struct FeedWarnings: Hashable {
    private(set) var first: [Entry] = []
    private(set) var count = 0

    struct Entry: Hashable {
        let line: Int?
        /// Nil if no event is left out.
        let event: String?
        let cause: String
    }

    mutating func add(leftOut event: FeedEvent, _ trouble: Refusal) {
        add(Entry(line: trouble.line ?? event.line, event: event.title, cause: trouble.cause))
    }

    mutating func add(line: Int?, _ cause: String) { add(Entry(line: line, event: nil, cause: cause)) }

    private mutating func add(_ entry: Entry) {
        count += 1
        if first.count < FeedLimits.warningsMax { first.append(entry) }
    }

    /// In the order of the lines, with the name of the file.
    func warnings(of file: String) -> [FeedWarning] {
        let shown = first.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
            .map { FeedWarning(file: file, line: $0.line, event: $0.event, cause: $0.cause) }
        guard count > first.count else { return shown }
        return shown + [
            FeedWarning(file: file, line: nil, event: nil, cause: "\(count - first.count) more warnings are not shown")
        ]
    }
}
