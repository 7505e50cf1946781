/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (S1).
///
/// Everything that decides works on these integers. Values between `earliest` and `latest` can be
/// added and subtracted without overflow; text and foreign data outside are refused at the border.
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
    ///
    /// Does not overflow: both operands are bounded.
    @inlinable
    package static func + (instant: Instant, span: Span) -> Instant {
        Instant(milliseconds: instant.milliseconds + span.milliseconds)
    }

    @inlinable
    package static func - (instant: Instant, span: Span) -> Instant {
        Instant(milliseconds: instant.milliseconds - span.milliseconds)
    }

    /// The signed length from `right` to `left`.
    @inlinable
    package static func - (left: Instant, right: Instant) -> Span {
        Span(milliseconds: left.milliseconds - right.milliseconds)
    }
}
