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

    mutating func add(_ days: [CivilDate: [LocalSpan]]) {
        add(Int64(days.count))
        for (date, spans) in days.sorted(by: { $0.key < $1.key }) {
            add(Int64(date.dayNumber))
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
        for day in spec.yearlyHolidays.sorted() { hash.add(Int64(day.month * 100 + day.day)) }
        hash.add(spec.closures)
        hash.add(Int64(spec.yearlyClosures.count))
        for (day, spans) in spec.yearlyClosures.sorted(by: { $0.key < $1.key }) {
            hash.add(Int64(day.month * 100 + day.day))
            hash.add(spans)
        }
        hash.add(spec.datedHours)
        zone.forEachOffset { start, offset in
            hash.add(start)
            hash.add(offset)
        }
        return hash.value
    }
}
