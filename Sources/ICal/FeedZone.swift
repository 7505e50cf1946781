internal import TimeBase

/// A `VTIMEZONE`: when which offset begins, by dates and rules.
struct FeedZone {
    var name: String?
    var observances: [Observance] = []
    /// The first thing in it that cannot be read; nil for a zone that can be used.
    var trouble: Refusal?

    /// `STANDARD` or `DAYLIGHT`; which of the two decides nothing.
    struct Observance {
        let line: Int
        var start: FeedTime?
        var offsetBefore: Int?
        var offset: Int?
        var rules: [FeedEvent.Rule] = []
        var dates: [FeedTime] = []

        init(line: Int) { self.line = line }

        static let properties: Set<String> = ["DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"]
    }

    /// Keeps the first thing that cannot be read.
    mutating func note(_ trouble: Refusal) { self.trouble = self.trouble ?? trouble }

    /// Takes its name, or a property of the last of its observances; one without a value counts as absent (S4).
    mutating func take(_ line: ContentLine, isObservance: Bool) throws(Refusal) {
        guard !HolidayFeed.trimmed(line.value).isEmpty else { return }
        guard isObservance, var observance = observances.popLast() else {
            name = line.value
            return
        }
        switch line.name {
        case "DTSTART":
            guard let time = Libical.time(line.value, zone: .floating) else { throw unreadable(line) }
            observance.start = time
        case "TZOFFSETFROM", "TZOFFSETTO":
            guard let offset = Libical.offset(line.value) else { throw unreadable(line) }
            if line.name == "TZOFFSETTO" { observance.offset = offset } else { observance.offsetBefore = offset }
        case "RRULE": observance.rules.append(FeedEvent.Rule(line: line.number, text: line.value))
        case "RDATE":
            for value in line.value.split(separator: ",") {
                guard let time = Libical.time(value, zone: .floating) else { throw unreadable(line) }
                observance.dates.append(time)
            }
        default: preconditionFailure("\(line.name) was asked for and is not read")
        }
        observances.append(observance)
    }

    /// The zone as the rest of the program knows zones, up to the last date of a feed.
    func rules(_ recurrences: inout Recurrences) throws(Refusal) -> ZoneRules {
        if let trouble { throw trouble }
        var changes: [(at: Instant, offset: Int)] = []
        var initial: (at: Int, offset: Int)?
        for observance in observances {
            guard let start = observance.start, let before = observance.offsetBefore, let offset = observance.offset
            else { throw Refusal(line: observance.line, "the time zone lacks DTSTART, TZOFFSETFROM or TZOFFSETTO") }
            var walls = [start.wall] + observance.dates.map(\.wall)
            for rule in observance.rules {
                // Times of a zone's own rules are on the wall as it stood before.
                walls += try recurrences.walls(rule, from: start, isAllDay: false) { until in
                    until.zone == .utc ? until.wall + before : until.wall
                }
            }
            for wall in walls {
                changes.append((Instant(milliseconds: Int64(wall - before) * 1_000), offset))
                if initial.map({ wall - before < $0.at }) ?? true { initial = (wall - before, before) }
            }
        }
        return ZoneRules(name: name ?? "", initialOffset: initial?.offset ?? 0, offsets: changes)
    }
}
