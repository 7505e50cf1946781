/// How far local time of one zone is ahead of UTC, for every instant the project works with.
///
/// A plain table of integers: the rule for the far future is written out to the year 2400 when it is read, so every
/// question is one binary search. The machine's zone data is not asked again; a new version of it is a new value.
package struct ZoneRules: Hashable, Sendable {
    /// As it was asked for: `Europe/Berlin`.
    package let name: String

    /// Seconds since 1970 (UTC) from which the offset of the same index holds; the first is `beginning`.
    private let starts: ContiguousArray<Int64>
    /// Seconds east of UTC; neighbours differ.
    private let offsets: ContiguousArray<Int64>
    /// Day numbers of local dates of which no instant exists; almost always empty.
    private let skippedDays: [Int]

    /// RFC 9636 section 3.2: more than -25 and less than 26 hours.
    package static let offsetsAllowed = -89_999...93_599

    private static let daySeconds: Int64 = 86_400
    /// Beyond all transitions, and far from overflow.
    private static let beginning: Int64 = -1 << 60
    private static let ending: Int64 = 1 << 60
    /// Transitions outside decide nothing: the working range and some days for local times at its ends.
    private static let window = Int64(-2_208_988_800 - 864_000)...Int64(13_569_465_600 + 864_000)

    /// Coordinated universal time: no offset, no transitions.
    package static let utc = ZoneRules(name: "UTC", initialOffset: 0, changes: [])

    /// Reads the bytes of a TZif file (RFC 9636, versions 1 to 4); takes any bytes.
    ///
    /// `path` is where they come from, for the error.
    package init(name: String, tzif bytes: [UInt8], path: String? = nil) throws(ZoneProblem) {
        let file: TZif
        do {
            file = try TZif(bytes)
        } catch {
            let advice = error.advice ?? path.map { _ in "reinstall tzdata" }
            throw .malformed(name: name, path: path, cause: error.cause + (advice.map { ", \($0)" } ?? ""))
        }
        var initialOffset = file.initialOffset
        var changes = file.transitions
        if let footer = file.footer {
            if let last = changes.last {
                changes += footer.changes(inYears: Self.years(from: last.at)).filter { $0.at > last.at }
            } else {
                initialOffset = footer.standardOffset
                changes = footer.changes(inYears: Self.years(from: Self.window.lowerBound))
            }
        }
        self.init(name: name, initialOffset: initialOffset, changes: changes)
    }

    /// A zone that has followed one rule since 1900, written as a POSIX TZ string: `CET-1CEST,M3.5.0,M10.5.0/3`.
    package init(name: String, posix rule: String) throws(ZoneProblem) {
        do {
            let footer = try ZoneFooter(Array(rule.utf8))
            let changes = footer.changes(inYears: Self.years(from: Self.window.lowerBound))
            self.init(name: name, initialOffset: footer.standardOffset, changes: changes)
        } catch {
            throw .malformed(name: name, path: nil, cause: error.cause)
        }
    }

    /// A zone whose changes are listed, in any order: from each instant on its offset holds, seconds east of UTC within
    /// `offsetsAllowed`.
    ///
    /// Of two changes at one instant the later in the list rules.
    package init(name: String, initialOffset: Int, offsets changes: [(at: Instant, offset: Int)]) {
        var ordered: [OffsetChange] = []
        let sorted = changes.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        for (_, change) in sorted {
            let at = Self.seconds(of: change.at)
            if ordered.last?.at == at { ordered.removeLast() }
            ordered.append(OffsetChange(at: at, offset: change.offset))
        }
        self.init(name: name, initialOffset: initialOffset, changes: ordered)
    }

    /// Takes changes in strictly ascending order.
    private init(name: String, initialOffset: Int, changes: [OffsetChange]) {
        self.name = name
        var starts: ContiguousArray<Int64> = [Self.beginning]
        var offsets: ContiguousArray<Int64> = [Int64(initialOffset)]
        for change in changes where change.at <= Self.window.upperBound {
            let offset = Int64(change.offset)
            if change.at < Self.window.lowerBound {
                offsets[0] = offset
            } else if offset != offsets[offsets.count - 1] {
                starts.append(change.at)
                offsets.append(offset)
            }
        }
        self.starts = starts
        self.offsets = offsets
        skippedDays = Self.skippedDays(starts: starts, offsets: offsets)
    }

    /// The years that a rule is written out for.
    private static func years(from instant: Int64) -> ClosedRange<Int> {
        func year(_ instant: Int64) -> Int { CivilDate(dayNumber: Int(instant.flooredDivided(by: daySeconds))).year }
        let first = min(max(instant, window.lowerBound), window.upperBound)
        return year(first) - 1...year(window.upperBound)
    }

    /// Seconds that local time is ahead of UTC at an instant.
    package func offset(at instant: Instant) -> Int {
        Int(offsets[starts.firstIndex(above: Self.seconds(of: instant)) - 1])
    }

    /// The next instant after `instant` at which the offset changes; nil if there is none before 2400.
    package func change(after instant: Instant) -> Instant? {
        let index = starts.firstIndex(above: Self.seconds(of: instant))
        guard index < starts.count, starts[index] <= Instant.latest.milliseconds / 1_000 else { return nil }
        return Instant(milliseconds: starts[index] * 1_000)
    }

    /// The local date at an instant.
    package func date(at instant: Instant) -> CivilDate {
        CivilDate(dayNumber: dayNumber(at: instant))
    }

    /// Days from 1970-01-01 to the local date at an instant.
    package func dayNumber(at instant: Instant) -> Int {
        Int((Self.seconds(of: instant) + Int64(offset(at: instant))).flooredDivided(by: Self.daySeconds))
    }

    /// The instant of a wall time: seconds after 00:00 of a date, as a clock on the wall counts them.
    ///
    /// A wall time that a zone change skips moves forward by the gap; of one that comes twice, it is the first (S3).
    /// 86,400 seconds and more are the days after.
    package func instant(date: CivilDate, secondsOfDay: Int) -> Instant {
        instant(dayNumber: date.dayNumber, secondsOfDay: secondsOfDay)
    }

    /// As `instant(date:secondsOfDay:)`, with the date as days since 1970-01-01.
    package func instant(dayNumber: Int, secondsOfDay: Int) -> Instant {
        let wall = Int64(dayNumber) * 86_400 + Int64(secondsOfDay)
        // No stretch of one offset that ends before this reaches the wall time.
        var index = starts.firstIndex(above: wall - Int64(Self.offsetsAllowed.upperBound)) - 1
        while true {
            let end = index + 1 < starts.count ? starts[index + 1] : Self.ending
            if wall < end + offsets[index] { break }
            index += 1
        }
        // It is in this stretch or, if that begins later on the wall, in the gap before it.
        let isInGap = wall < starts[index] + offsets[index]
        return Instant(milliseconds: (wall - offsets[isInGap ? index - 1 : index]) * 1_000)
    }

    /// Whether there is no instant of this local date: the zone went over the date line (Apia, 2011-12-30).
    package func isSkipped(_ date: CivilDate) -> Bool { isSkipped(dayNumber: date.dayNumber) }

    /// As `isSkipped(_:)`, with the date as days since 1970-01-01.
    package func isSkipped(dayNumber: Int) -> Bool { !skippedDays.isEmpty && skippedDays.contains(dayNumber) }

    /// Calls `body` with every offset and the second from which it holds, in ascending order, for hashing.
    ///
    /// The first one holds since before the working range.
    package func forEachOffset(_ body: (_ start: Int64, _ offset: Int64) -> Void) {
        for (start, offset) in zip(starts, offsets) { body(start, offset) }
    }

    private static func skippedDays(starts: ContiguousArray<Int64>, offsets: ContiguousArray<Int64>) -> [Int] {
        var days: [Int] = []
        for index in starts.indices.dropFirst() where offsets[index] - offsets[index - 1] >= daySeconds {
            // The first midnight in the gap and the last one that is not after it.
            let first = -(-(starts[index] + offsets[index - 1])).flooredDivided(by: daySeconds)
            let last = (starts[index] + offsets[index]).flooredDivided(by: daySeconds)
            for day in first..<max(first, last) where !isShown(day, starts, offsets) { days.append(Int(day)) }
        }
        return days
    }

    /// Whether some stretch of one offset shows a moment of the local day.
    private static func isShown(
        _ day: Int64,
        _ starts: ContiguousArray<Int64>,
        _ offsets: ContiguousArray<Int64>
    ) -> Bool {
        let (begin, end) = (day * daySeconds, (day + 1) * daySeconds)
        var index = starts.firstIndex(above: begin - Int64(offsetsAllowed.upperBound)) - 1
        while index < starts.count, starts[index] < end - Int64(offsetsAllowed.lowerBound) {
            let stretchEnd = index + 1 < starts.count ? starts[index + 1] : ending
            if starts[index] + offsets[index] < end, stretchEnd + offsets[index] > begin { return true }
            index += 1
        }
        return false
    }

    private static func seconds(of instant: Instant) -> Int64 { instant.milliseconds.flooredDivided(by: 1_000) }
}
