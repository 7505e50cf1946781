internal import TimeBase
internal import WorkingTime

/// The way from the events of a file to the dates of a calendar.
struct Expansion {
    private let content: FeedFile
    private let calendarZone: ZoneRules
    private var recurrences = Recurrences()
    private var found = FeedHolidays()
    /// For each date that a feed can close, the event that makes it a holiday, as an index.
    private var closedBy = noEvents
    /// The same for events of times that go on from midnight to midnight: all instants of the date, and no others.
    private var coveredBy = noEvents
    private static let noEvents = [Int32](
        repeating: -1,
        count: FeedLimits.lastDate.dayNumber - FeedLimits.firstDate.dayNumber + 1
    )
    /// The event at hand.
    private var index: Int32 = 0
    private var zoneRules: [ZoneKey: Result<ZoneRules, Refusal>] = [:]
    /// Those of the reading, and what is left out here.
    private(set) var warnings: FeedWarnings

    private struct ZoneKey: Hashable {
        let calendar: Int
        let name: String
    }

    /// An event of a `VCALENDAR` that others refer to.
    private struct EventKey: Hashable {
        let calendar: Int
        let uid: String
    }

    /// Instances that do not take place, or not as the rule says.
    private struct Exceptions {
        /// By instant in milliseconds, for events of times.
        var instants: Set<Int64> = []
        /// By date, whatever the time.
        var dayNumbers: Set<Int> = []
    }

    init(_ content: FeedFile, in zone: ZoneRules) {
        self.content = content
        calendarZone = zone
        warnings = content.warnings
    }

    mutating func holidays(
        choice: EventChoice,
        zones: (String) throws(ZoneProblem) -> ZoneRules
    ) throws(Refusal) -> FeedHolidays {
        var isLeftOut = [Bool](repeating: false, count: content.events.count)
        var replaced: [EventKey: [FeedTime]] = [:]
        for (index, event) in content.events.enumerated() {
            do throws(Refusal) {
                try findZones(of: event, zones)
            } catch {
                isLeftOut[index] = true
                warnings.add(leftOut: event, error)
                continue
            }
            guard let uid = event.uid, let instance = event.recurrenceID else { continue }
            replaced[EventKey(calendar: event.calendar, uid: uid), default: []].append(instance)
        }
        let only = choice.only?.map(\.matcher)
        let except = choice.except.map(\.matcher)
        for (index, event) in content.events.enumerated() where !event.isCancelled && !isLeftOut[index] {
            if let only, !only.contains(where: { $0.matches(event) }) { continue }
            if except.contains(where: { $0.matches(event) }) { continue }
            self.index = Int32(index)
            let isInstance = event.recurrenceID != nil
            let key = event.uid.map { EventKey(calendar: event.calendar, uid: $0) }
            do throws(Refusal) {
                try expand(event, without: isInstance ? [] : key.flatMap { replaced[$0] } ?? [])
            } catch {
                // What one event asks is found out before it closes anything; the file's limits are of all together.
                guard !error.isOfFile else { throw error }
                warnings.add(leftOut: event, error)
            }
        }
        for (day, index) in closedBy.enumerated() where index >= 0 {
            let date = CivilDate(dayNumber: FeedLimits.firstDate.dayNumber + day)
            found.dates[date] = content.events[Int(index)].summary
        }
        for (day, index) in coveredBy.enumerated() where index >= 0 {
            let dayNumber = FeedLimits.firstDate.dayNumber + day
            try found.close(LocalSpan(0, 86_400), on: dayNumber, of: content.events[Int(index)])
        }
        return found
    }

    /// Looks up every zone that the event names.
    private mutating func findZones(
        of event: FeedEvent,
        _ zones: (String) throws(ZoneProblem) -> ZoneRules
    ) throws(Refusal) {
        // One that is cancelled still says of which instance.
        let times = event.isCancelled ? [event.recurrenceID].compactMap(\.self) : event.times
        for time in times {
            guard case .named(let name) = time.zone else { continue }
            let key = ZoneKey(calendar: event.calendar, name: name)
            if zoneRules[key] == nil {
                let found: Result<ZoneRules, Refusal>
                do throws(Refusal) {
                    found = .success(try rules(of: key, zones))
                } catch {
                    found = .failure(error)
                }
                zoneRules[key] = found
            }
            if case .failure(let trouble)? = zoneRules[key] {
                throw Refusal(line: trouble.line ?? event.line, trouble.cause)
            }
        }
    }

    /// The zone as the file defines it, or as the machine does if the file does not or cannot be understood.
    private mutating func rules(
        of key: ZoneKey,
        _ zones: (String) throws(ZoneProblem) -> ZoneRules
    ) throws(Refusal) -> ZoneRules {
        var trouble: Refusal?
        if let zone = content.zones[key.calendar][key.name] {
            do throws(Refusal) {
                return try zone.rules(&recurrences)
            } catch {
                trouble = error
            }
        }
        do throws(Refusal) {
            return try Self.machineZone(key.name, zones)
        } catch {
            throw trouble ?? error
        }
    }

    /// The machine's zone of this name, which may have a maker's prefix (`/example.org/2026a/Europe/Berlin`) or be the
    /// name that Windows has for it.
    private static func machineZone(
        _ name: String,
        _ zones: (String) throws(ZoneProblem) -> ZoneRules
    ) throws(Refusal) -> ZoneRules {
        let parts = name.split(separator: "/")
        var names = name.hasPrefix("/") ? [3, 2, 1].map { parts.suffix($0).joined(separator: "/") } : [name]
        names += [WindowsZones.ianaName(of: HolidayFeed.trimmed(name))].compactMap(\.self)
        var problem: ZoneProblem?
        for candidate in names {
            do throws(ZoneProblem) {
                return try zones(candidate)
            } catch {
                problem = problem ?? error
            }
        }
        let cause = problem.map { "; \($0)" } ?? ""
        throw Refusal("the event is in zone \(quoted(name)), which the file does not define\(cause)")
    }

    private func zone(_ time: FeedTime, of event: FeedEvent) -> ZoneRules {
        switch time.zone {
        case .floating: return calendarZone
        case .utc: return .utc
        case .named(let name):
            guard case .success(let rules)? = zoneRules[ZoneKey(calendar: event.calendar, name: name)] else {
                preconditionFailure("zone \(name) was not looked up")
            }
            return rules
        }
    }

    private func instant(_ time: FeedTime, of event: FeedEvent) -> Instant {
        zone(time, of: event).instant(date: time.date, secondsOfDay: time.seconds ?? 0)
    }

    private mutating func expand(_ event: FeedEvent, without replaced: [FeedTime]) throws(Refusal) {
        guard let start = event.start else { return }
        let zone = zone(start, of: event)
        let length = try length(event.length, from: start, of: event)
        let exceptions = try exceptions(of: event, start, replaced)
        func isExcepted(_ wall: Int) -> Bool {
            let dayNumber = Int(Int64(wall).flooredDivided(by: 86_400))
            if exceptions.dayNumbers.contains(dayNumber) { return true }
            guard start.seconds != nil, !exceptions.instants.isEmpty else { return false }
            let instant = zone.instant(dayNumber: dayNumber, secondsOfDay: wall - dayNumber * 86_400)
            return exceptions.instants.contains(instant.milliseconds)
        }
        var walls = [start.wall]
        for rule in event.rules { walls += try self.walls(rule, of: event, start, zone) }
        var periods: [(FeedTime, Length)] = []
        for (date, length) in event.dates {
            if let length {
                periods.append((date, try self.length(length, from: date, of: event)))
            } else if start.seconds != nil, date.seconds != nil {
                // On the wall of the start, whatever zone it is written in.
                walls.append(zone.wall(at: instant(date, of: event)))
            } else {
                walls.append(date.date.dayNumber * 86_400 + (start.seconds ?? 0))
            }
        }
        // A start that the rule finds as well is one instance.
        for wall in walls.count > 1 ? Set(walls) : [start.wall] where !isExcepted(wall) {
            try close(from: wall, length, zone, event)
        }
        for (start, length) in periods {
            let zone = self.zone(start, of: event)
            guard !isExcepted(zone.wall(at: instant(start, of: event))) else { continue }
            try close(from: start.wall, length, zone, event)
        }
    }

    private mutating func walls(
        _ rule: FeedEvent.Rule,
        of event: FeedEvent,
        _ start: FeedTime,
        _ zone: ZoneRules
    ) throws(Refusal) -> [Int] {
        try recurrences.walls(rule, from: start, isAllDay: start.seconds == nil) { until in
            guard until.zone == .utc else { return until.wall }
            let instant = ZoneRules.utc.instant(date: until.date, secondsOfDay: until.seconds ?? 0)
            // Programs write the end of a series of dates in UTC as the last date, or as an instant of it (S4).
            return start.seconds == nil ? max(until.wall, calendarZone.wall(at: instant)) : zone.wall(at: instant)
        }
    }

    private mutating func exceptions(
        of event: FeedEvent,
        _ start: FeedTime,
        _ replaced: [FeedTime]
    ) throws(Refusal) -> Exceptions {
        var exceptions = Exceptions()
        for time in event.exceptDates + replaced {
            if start.seconds == nil || time.seconds == nil {
                exceptions.dayNumbers.insert(time.date.dayNumber)
            } else {
                exceptions.instants.insert(instant(time, of: event).milliseconds)
            }
        }
        let zone = zone(start, of: event)
        for rule in event.exceptRules {
            for wall in try walls(rule, of: event, start, zone) {
                let dayNumber = Int(Int64(wall).flooredDivided(by: 86_400))
                if start.seconds == nil {
                    exceptions.dayNumbers.insert(dayNumber)
                } else {
                    let instant = zone.instant(dayNumber: dayNumber, secondsOfDay: wall - dayNumber * 86_400)
                    exceptions.instants.insert(instant.milliseconds)
                }
            }
        }
        return exceptions
    }

    /// A length, in the way in which it is the same for every instance.
    private enum Length {
        /// Whole dates.
        case dates(Int)
        /// Days of the wall clock, and then seconds that pass.
        case days(Int, seconds: Int)
    }

    private func length(_ length: FeedLength?, from start: FeedTime, of event: FeedEvent) throws(Refusal) -> Length {
        let length = length ?? .lasting(FeedDuration(days: 0, seconds: 0))
        let limit = FeedLimits.lengthDaysMax
        switch (length, start.seconds) {
        case (.lasting(let duration), nil):
            // Without an end, or with an end on the same date as many programs write it: one date.
            return .dates(max(1, duration.days + (duration.seconds + 86_399) / 86_400))
        case (.lasting(let duration), _?):
            return .days(duration.days, seconds: duration.seconds)
        case (.until(let end), nil):
            let days = end.date.dayNumber - start.date.dayNumber + (end.seconds ?? 0 > 0 ? 1 : 0)
            guard days >= 0, days <= limit else { throw Self.endIsOff(event) }
            return .dates(max(1, days))
        case (.until(let end), let seconds?):
            // An end without a time is the midnight on the wall of the start.
            let end = end.seconds == nil ? FeedTime(date: end.date, seconds: 0, zone: start.zone) : end
            let span = instant(end, of: event) - instant(start, of: event)
            guard span >= .zero, span <= .hours(Int64(limit) * 24) else { throw Self.endIsOff(event) }
            if seconds == 0, end.seconds == 0, end.zone == start.zone {
                // From midnight to midnight means the days, also where one of the instances has 23 hours.
                return .days(end.date.dayNumber - start.date.dayNumber, seconds: 0)
            }
            // RFC 5545, section 3.8.5.3: the same exact duration for all instances.
            return .days(0, seconds: Int(span.milliseconds / 1_000))
        }
    }

    private static func endIsOff(_ event: FeedEvent) -> Refusal {
        Refusal(line: event.line, "the event ends before it begins, or lasts longer than a hundred years")
    }

    private mutating func close(from wall: Int, _ length: Length, _ zone: ZoneRules, _ event: FeedEvent) throws(Refusal)
    {
        let dayNumber = Int(Int64(wall).flooredDivided(by: 86_400))
        switch length {
        case .dates(let count):
            try close(dayNumber..<dayNumber + count, event)
        case .days(let days, let seconds):
            let secondsOfDay = wall - dayNumber * 86_400
            let start = zone.instant(dayNumber: dayNumber, secondsOfDay: secondsOfDay)
            let end = zone.instant(dayNumber: dayNumber + days, secondsOfDay: secondsOfDay) + .seconds(Int64(seconds))
            guard start < end else { return }
            try close(from: start, to: end, event)
        }
    }

    private mutating func close(_ days: Range<Int>, _ event: FeedEvent) throws(Refusal) {
        let days = days.clamped(to: FeedLimits.firstDate.dayNumber..<FeedLimits.lastDate.dayNumber + 1)
        try recurrences.effort.spend(closings: days.count + 1, line: event.line)
        for day in days {
            let place = day - FeedLimits.firstDate.dayNumber
            if closedBy[place] < 0 { closedBy[place] = index }
        }
    }

    /// Closes the instants of `[start, end)`, and no others: whole dates where it runs from midnight to midnight of this
    /// calendar, and parts of days otherwise.
    private mutating func close(from start: Instant, to end: Instant, _ event: FeedEvent) throws(Refusal) {
        let zone = calendarZone
        let firstDay = zone.dayNumber(at: start)
        let endDay = zone.dayNumber(at: end)
        if start == zone.instant(dayNumber: firstDay, secondsOfDay: 0),
            end == zone.instant(dayNumber: endDay, secondsOfDay: 0)
        {
            return try close(firstDay..<endDay, event)
        }
        // Clocks that go back over midnight bring a date back.
        let days = (min(firstDay, endDay)..<max(firstDay, endDay) + 1)
            .clamped(to: FeedLimits.firstDate.dayNumber..<FeedLimits.lastDate.dayNumber + 1)
        try recurrences.effort.spend(closings: days.count + 1, line: event.line)
        for day in days {
            guard day == firstDay || day == endDay else {
                let place = day - FeedLimits.firstDate.dayNumber
                if coveredBy[place] < 0 { coveredBy[place] = index }
                continue
            }
            let begin = max(start, zone.instant(dayNumber: day, secondsOfDay: 0))
            let finish = min(end, zone.instant(dayNumber: day, secondsOfDay: 86_400))
            guard begin < finish else { continue }
            let span = LocalSpan(
                day == firstDay ? zone.wall(at: start) - day * 86_400 : 0,
                day == endDay ? zone.wall(at: end) - day * 86_400 : 86_400
            )
            if zone.instant(dayNumber: day, secondsOfDay: span.start) == begin,
                zone.instant(dayNumber: day, secondsOfDay: span.end) == finish
            {
                try found.close(span, on: day, of: event)
            } else {
                // Of an hour that comes twice a wall time means the first (S3), and the event the second.
                try found.close(begin..<finish, of: event)
            }
        }
    }
}

extension FeedEvent {
    /// Every time that it names.
    fileprivate var times: [FeedTime] {
        var times = dates.map(\.start) + exceptDates
        if let start { times.append(start) }
        if let recurrenceID { times.append(recurrenceID) }
        for length in [length] + dates.map(\.length) {
            if case .until(let end)? = length { times.append(end) }
        }
        return times
    }
}

extension ZoneRules {
    /// What a clock on the wall shows, in seconds since 1970-01-01T00:00.
    fileprivate func wall(at instant: Instant) -> Int {
        Int(instant.milliseconds.flooredDivided(by: 1_000)) + offset(at: instant)
    }
}
