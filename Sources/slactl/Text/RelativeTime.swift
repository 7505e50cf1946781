import TimeBase

/// Instants as seen from now.
enum RelativeTime {
    /// `in 12m`, `3h late`, `now`: for what has to be done by an instant.
    static func due(_ deadline: Instant, at now: Instant) -> String {
        let left = deadline - now
        if left.milliseconds.magnitude < 1_000 { return "now" }
        return left > .zero ? "in \(short(left))" : "\(short(-left)) late"
    }

    /// `in 12:04`, `3:12:04 late`, `in 2d 03:12:04`: to the second, for a display that goes on.
    static func ticking(_ deadline: Instant, at now: Instant) -> String {
        let left = (deadline - now).milliseconds
        // A deadline is reached when nothing is left of it, not a second before.
        let seconds = left > 0 ? (left + 999) / 1_000 : -left / 1_000
        let (hours, rest) = (seconds / 3_600, seconds % 3_600)
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutesAndSeconds = "\(padded(rest % 3_600 / 60)):\(padded(rest % 60))"
        let text =
            hours >= 24
            ? "\(hours / 24)d \(padded(hours % 24)):\(minutesAndSeconds)"
            : hours > 0 ? "\(hours):\(minutesAndSeconds)" : minutesAndSeconds
        return left > 0 ? "in \(text)" : "\(text) late"
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
