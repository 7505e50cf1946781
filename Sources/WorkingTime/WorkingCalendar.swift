package import TimeBase

/// When time counts. Immutable; a copy shares its table.
package struct WorkingCalendar: Sendable {
    package let name: String

    /// Open at every instant.
    package static let always = WorkingCalendar(name: "always")

    private init(name: String) { self.name = name }

    /// The open time in `[a, b)`, negative where `b` is before `a` (S2, S6).
    package func open(from a: Instant, to b: Instant) -> Span { b - a }

    /// The earliest instant at which the open time since `start` equals `duration` (S2); `duration` is not negative.
    ///
    /// Nil where there is not that much open time before `Instant.latest` or in the 366 days after any moment of it (S5).
    package func deadline(from start: Instant, after duration: Span) -> Instant? { start + duration }
}
