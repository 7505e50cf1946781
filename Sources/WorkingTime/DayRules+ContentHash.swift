internal import TimeBase

/// FNV-1a with 64 bits: small, the same on every machine, and good enough to tell versions apart.
private struct ContentHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: Int64) {
        var rest = UInt64(bitPattern: number)
        for _ in 0..<8 {
            value = (value ^ (rest & 0xFF)) &* 0x0000_0100_0000_01B3
            rest >>= 8
        }
    }

    /// The count goes first, so that no two lists of lists read alike.
    mutating func add(_ spans: [LocalSpan]) {
        add(Int64(spans.count))
        for span in spans.sorted() {
            add(Int64(span.start))
            add(Int64(span.end))
        }
    }

    mutating func add<Day: Comparable>(_ days: [Day: [LocalSpan]], number: (Day) -> Int) {
        add(Int64(days.count))
        for (day, spans) in days.sorted(by: { $0.key < $1.key }) {
            add(Int64(number(day)))
            add(spans)
        }
    }
}

extension DayRules {
    /// A hash of everything that decides when the calendar is open.
    ///
    /// Of the hours in a fixed order, and of the zone's rules, so that new zone data shows. Not of the names.
    var contentHash: UInt64 {
        var hash = ContentHash()
        for weekday in Weekday.allCases { hash.add(spec.weekly[weekday] ?? []) }
        hash.add(Int64(spec.holidays.count))
        for date in spec.holidays.sorted() { hash.add(Int64(date.dayNumber)) }
        hash.add(Int64(spec.yearlyHolidays.count))
        for day in spec.yearlyHolidays.sorted() { hash.add(Int64(day.number)) }
        hash.add(spec.closures, number: \.dayNumber)
        hash.add(spec.datedHours, number: \.dayNumber)
        // What most calendars do not have leaves no trace: their hash is that of before there was such a thing.
        if !spec.yearlyClosures.isEmpty { hash.add(spec.yearlyClosures, number: \.number) }
        for times in spec.closedTimes.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            hash.add(times.lowerBound.milliseconds)
            hash.add(times.upperBound.milliseconds)
        }
        zone.forEachOffset { start, offset in
            hash.add(start)
            hash.add(offset)
        }
        return hash.value
    }
}

extension MonthDay {
    fileprivate var number: Int { month * 100 + day }
}
