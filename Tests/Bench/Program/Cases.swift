import Engine
import TimeBase

/// The benchmark's cases: `case-0000000` and up, opened by staff within ten days.
enum Cases {
    static func id(_ number: Int) -> CaseID {
        let digits = String(number)
        return CaseID("case-" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits)
    }

    /// Deadlines follow no order of the cases: a change of one is a random write.
    ///
    /// All are old enough for a message of an hour ago.
    static func opened(_ number: Int, before now: Instant) -> Event {
        let ago = Span.hours(2) + Span(milliseconds: Int64(mixed(UInt64(number)) % 864_000_000))
        var event = Event(id: "o\(number)", caseID: id(number), at: now - ago, kind: .opened, source: "bench")
        event.openedBy = .staff
        event.fields.channel = "email"
        event.fields.priority = "normal"
        event.fields.customer = "customer-\(number % 50_000)"
        event.fields.subject = "The invoice of last month shows the wrong address"
        return event
    }

    /// Starts `next_reply`, whose deadline is an hour after `at`.
    static func message(_ number: Int, at instant: Instant, run: Int) -> Event {
        var event = Event(
            id: "m\(number)-\(run)",
            caseID: id(number),
            at: instant,
            kind: .customerMessage,
            source: "bench"
        )
        event.text = "I have sent you the address twice, please write back."
        return event
    }

    /// `count` different numbers below `cases`, evenly spread and in no order; those of another `run` are others.
    static func sample(of cases: Int, count: Int, run: Int) -> [Int] {
        let stride = cases / count
        return (0..<count).map { $0 * stride + run % stride }
            .sorted { mixed(UInt64($0)) < mixed(UInt64($1)) }
    }

    /// SplitMix64's last step: spreads neighbours over all of 64 bits.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
