import TimeBase

/// One local date as it really passes: usually 24 hours in one piece.
///
/// A zone change cuts it into parts, makes it 23 or 25 hours long, or leaves nothing of it.
struct LocalDay {
    let date: CivilDate
    let parts: [Part]

    /// A stretch of the day with one offset.
    struct Part: Equatable {
        let start: Instant
        let end: Instant
        /// Seconds east of UTC.
        let offset: Int

        /// What clocks show at an instant of it, and at its end: seconds after 00:00 of the date.
        func wall(_ instant: Instant, on date: CivilDate) -> Int64 {
            instant.milliseconds.flooredDivided(by: 1_000) + Int64(offset) - Int64(date.dayNumber) * 86_400
        }
    }

    init(_ date: CivilDate, in zone: ZoneRules) {
        self.date = date
        let midnight = Instant(milliseconds: Int64(date.dayNumber) * 86_400_000)
        // No zone is further from UTC than this, see `ZoneRules.offsetsAllowed`.
        let reach = Span.hours(26)
        var parts: [Part] = []
        var start = midnight - reach
        while start < midnight + .hours(24) + reach {
            let offset = zone.offset(at: start)
            let end = zone.change(after: start) ?? .latest
            let shift = Span.seconds(Int64(offset))
            let part = Part(
                start: max(start, midnight - shift),
                end: min(end, midnight + .hours(24) - shift),
                offset: offset
            )
            if part.start < part.end { parts.append(part) }
            guard start < end else { break }
            start = end
        }
        self.parts = parts
    }

    /// How long it really is.
    var length: Span { parts.reduce(.zero) { $0 + ($1.end - $1.start) } }

    /// The changes of the offset on the day, with the offset before each.
    func changes(in zone: ZoneRules) -> [Change] {
        parts.compactMap { part in
            let before = zone.offset(at: part.start - Span(milliseconds: 1))
            return before == part.offset ? nil : Change(at: part.start, from: before, to: part.offset)
        }
    }

    /// The clocks are put ahead or back.
    struct Change: Equatable {
        let at: Instant
        let from: Int
        let to: Int
    }
}
