import TimeBase
import WorkingTime

/// What of its duration a timer has used up, and what is left.
extension CaseTimer {
    /// How much of the duration is left, never negative; up to date where the open time was banked.
    var left: Span { max(duration - elapsed, .zero) }

    /// Goes on where the cycle before ended (S15).
    mutating func carryOver(from before: CaseTimer) {
        elapsed = before.elapsed
        // Open dates are counted from the first start; what is left of them is left.
        let isSameRule = businessDays != nil && businessDays == before.businessDays && calendar == before.calendar
        // What somebody granted by hand was for that cycle (S19).
        if isSameRule, !before.isSetByHand {
            duration = before.duration
        }
    }

    /// Adds the open time of the present stretch to what was used up, and stops the stretch.
    mutating func bank(at instant: Instant, _ calendar: WorkingCalendar?) {
        guard let since = runningSince else { return }
        if let calendar, instant > since { elapsed += calendar.open(from: since, to: instant) }
        runningSince = nil
    }
}
