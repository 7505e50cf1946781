/// A signed length of time in milliseconds: of open time or of wall time, as the context says.
///
/// Sums and differences stop at the ends of 64 bits, as those of instants do.
package struct Span: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package static let zero = Span(milliseconds: 0)

    @inlinable
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// So many seconds; traps beyond 64 bits of milliseconds, as do the other units.
    package static func seconds(_ count: Int64) -> Span { Span(milliseconds: count * 1_000) }
    /// So many minutes.
    package static func minutes(_ count: Int64) -> Span { Span(milliseconds: count * 60_000) }
    /// So many hours of 3,600 seconds.
    package static func hours(_ count: Int64) -> Span { Span(milliseconds: count * 3_600_000) }

    @inlinable
    package static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }

    @inlinable
    package static func + (left: Span, right: Span) -> Span {
        Span(milliseconds: left.milliseconds.addingSaturated(right.milliseconds))
    }

    @inlinable
    package static func - (left: Span, right: Span) -> Span {
        Span(milliseconds: left.milliseconds.subtractingSaturated(right.milliseconds))
    }

    @inlinable
    package static prefix func - (span: Span) -> Span { .zero - span }

    @inlinable
    package static func += (left: inout Span, right: Span) { left = left + right }

    /// Reads `90s`, `30m`, `6h`, `1h30m`, `250ms`; nil for anything else, for a negative or an empty text, and beyond
    /// 100 years.
    ///
    /// Units are exact lengths only. `d` is not among them: a day is not a length of open time (S8).
    package init?(text: some StringProtocol) {
        let limit: Int64 = 100 * 366 * 86_400_000
        var total: Int64 = 0
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        var previousUnit = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, digits.count <= 15, let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            guard let unit = Self.units[String(letters)], unit < previousUnit else { return nil }
            rest = rest.dropFirst(letters.count)
            previousUnit = unit
            let (product, overflow) = count.multipliedReportingOverflow(by: unit)
            guard !overflow, product <= limit else { return nil }
            total += product
            guard total <= limit else { return nil }
        }
        milliseconds = total
    }

    /// Milliseconds per unit; in one text, units must get smaller from left to right.
    private static let units: [String: Int64] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
}

extension Span: CustomStringConvertible {
    /// The shortest exact text: `6h`, `1h30m`, `12s`, `250ms`, `-5m`; `0s` for nothing.
    ///
    /// `init(text:)` reads it back where it is not negative.
    package var description: String {
        guard milliseconds != 0 else { return "0s" }
        var rest = milliseconds.magnitude
        var text = milliseconds < 0 ? "-" : ""
        for (unit, length) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] as [(String, UInt64)] {
            let count = rest / length
            rest %= length
            if count > 0 { text += "\(count)\(unit)" }
        }
        return text
    }

    /// At most two units, for sentences: `2h 05m`, `3m 12s`, `850ms`, `4d 3h` (a `d` of 24 hours).
    package var rounded: String {
        let size = milliseconds.magnitude
        let sign = milliseconds < 0 ? "-" : ""
        let second: UInt64 = 1_000
        let minute = 60 * second
        let hour = 60 * minute
        let day = 24 * hour
        func two(_ high: UInt64, _ highUnit: String, _ low: UInt64, _ lowUnit: String) -> String {
            low == 0 ? "\(sign)\(high)\(highUnit)" : "\(sign)\(high)\(highUnit) \(low)\(lowUnit)"
        }
        return switch size {
        case 0..<second: "\(sign)\(size)ms"
        case second..<minute: "\(sign)\(size / second)s"
        case minute..<hour: two(size / minute, "m", size % minute / second, "s")
        case hour..<day: two(size / hour, "h", size % hour / minute, "m")
        default: two(size / day, "d", size % day / hour, "h")
        }
    }
}
