import TimeBase

/// Instants as seen from now.
enum RelativeTime {
    /// `in 12m`, `3h late`, `now`: for what has to be done by an instant.
    static func due(_ deadline: Instant, at now: Instant) -> String {
        let left = deadline - now
        if left.milliseconds.magnitude < 1_000 { return "now" }
        return left > .zero ? "in \(short(left))" : "\(short(-left)) late"
    }

    /// `12m ago`, `in 3h`, `now`: for what happened, or will.
    static func since(_ instant: Instant, at now: Instant) -> String {
        let left = instant - now
        if left.milliseconds.magnitude < 1_000 { return "now" }
        return left > .zero ? "in \(short(left))" : "\(short(-left)) ago"
    }

    /// Two units at most, and seconds only if they matter: below ten minutes.
    static func short(_ span: Span) -> String {
        let minute: Int64 = 60_000
        guard span.milliseconds >= 10 * minute else { return span.rounded }
        return Span(milliseconds: span.milliseconds / minute * minute).rounded
    }
}
