/// A zone as people see it: its rules, and what they call its offsets (`CET`, `CEST`).
///
/// Only shows times. Decisions take `ZoneRules`.
package struct LocalZone: Hashable, Sendable {
    package let rules: ZoneRules
    /// Seconds since 1970 (UTC) from which the name of the same index holds.
    private let starts: ContiguousArray<Int64>
    private let names: [String]
    private let initialName: String
    /// The names of the rule after the last start; nil if there is no rule.
    private let footer: FooterNames?

    private struct FooterNames: Hashable {
        let standardOffset: Int
        let standard: String
        let summer: String?
    }

    /// Coordinated universal time.
    package static let utc = LocalZone()

    private init() {
        rules = .utc
        (starts, names) = ([], [])
        initialName = "UTC"
        footer = nil
    }

    /// Reads the bytes of a TZif file; takes any bytes.
    ///
    /// `path` is the file that they come from, for the error.
    package init(name: String, tzif bytes: [UInt8], path: String? = nil) throws(ZoneProblem) {
        rules = try ZoneRules(name: name, tzif: bytes, path: path)
        do {
            let file = try TZif(bytes)
            starts = ContiguousArray(file.transitions.map(\.at))
            names = file.names.changes
            initialName = file.names.initial
            footer = file.footer.map(Self.names(of:))
        } catch {
            throw .malformed(name: name, path: path, cause: error.cause)
        }
    }

    /// A zone that follows one rule, a POSIX TZ string: `CET-1CEST,M3.5.0,M10.5.0/3`.
    package init(posix rule: String) throws(ZoneProblem) {
        rules = try ZoneRules(name: rule, posix: rule)
        do {
            let footer = try ZoneFooter(Array(rule.utf8))
            (starts, names) = ([], [])
            initialName = footer.standardName
            self.footer = Self.names(of: footer)
        } catch {
            throw .malformed(name: rule, path: nil, cause: error.cause)
        }
    }

    private static func names(of footer: ZoneFooter) -> FooterNames {
        FooterNames(
            standardOffset: footer.standardOffset,
            standard: footer.standardName,
            summer: footer.summer?.name
        )
    }

    /// `CET`: what people call the offset at an instant; `+03` in zones without a word for it.
    package func abbreviation(at instant: Instant) -> String {
        let index = starts.firstIndex(above: instant.milliseconds.flooredDivided(by: 1_000))
        guard index == starts.count, let footer else { return index == 0 ? initialName : names[index - 1] }
        return rules.offset(at: instant) == footer.standardOffset ? footer.standard : footer.summer ?? footer.standard
    }

    /// The date on the calendars of the zone.
    package func date(at instant: Instant) -> CivilDate { rules.date(at: instant) }

    /// `15:02:10`: what clocks show, milliseconds cut off.
    package func time(_ instant: Instant) -> String {
        let seconds = instant.milliseconds.flooredDivided(by: 1_000) + Int64(rules.offset(at: instant))
        let inDay = Int(seconds - seconds.flooredDivided(by: 86_400) * 86_400)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(inDay / 3_600)):\(two(inDay / 60 % 60)):\(two(inDay % 60))"
    }

    /// `2026-11-21 15:02:10 CET`, milliseconds cut off.
    package func text(_ instant: Instant) -> String {
        // What prints an instant must not be what fails.
        guard instant >= .earliest, instant <= .latest else { return instant.rfc3339 }
        return "\(date(at: instant)) \(time(instant)) \(abbreviation(at: instant))"
    }
}
