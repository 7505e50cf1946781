/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (S1).
///
/// Everything that decides works on these integers. Text and foreign data outside of `earliest` to `latest` are refused at
/// the border. Where one gets in all the same, arithmetic stops at the ends of 64 bits: it never traps, and what comes out
/// still lies on the right side of everything it is compared with.
package struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch, negative before it.
    package var milliseconds: Int64

    /// The first instant the project works with: 1900-01-01T00:00:00Z.
    package static let earliest = Instant(milliseconds: -2_208_988_800_000)
    /// The last instant the project works with: 2399-12-31T23:59:59.999Z.
    package static let latest = Instant(milliseconds: 13_569_465_599_999)

    @inlinable
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    @inlinable
    package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant `span` later; a negative span goes back.
    @inlinable
    package static func + (instant: Instant, span: Span) -> Instant {
        Instant(milliseconds: instant.milliseconds.addingSaturated(span.milliseconds))
    }

    @inlinable
    package static func - (instant: Instant, span: Span) -> Instant {
        Instant(milliseconds: instant.milliseconds.subtractingSaturated(span.milliseconds))
    }

    /// The signed length from `right` to `left`.
    @inlinable
    package static func - (left: Instant, right: Instant) -> Span {
        Span(milliseconds: left.milliseconds.subtractingSaturated(right.milliseconds))
    }
}
