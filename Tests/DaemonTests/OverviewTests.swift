import Engine
import Loop
import Testing
import TimeBase

@testable import Daemon

@Suite("The line of systemctl status")
struct OverviewTests {
    private let now = Instant(milliseconds: 1_795_269_730_000)  // 2026-11-21T14:02:10Z

    private func line(nextIn span: Span?, tz: String = "Europe/Berlin") -> String {
        var overview = Overview(counts: Counts(), next: nil)
        overview.counts.open = 1_204
        overview.next = span.map { Overview.Next(at: now + $0, id: CaseID("U-1")) }
        return overview.line(now: now, zone: ZoneFolder.machineZone(tz: tz, tzdir: nil))
    }

    @Test("the next deadline is told in local time with its zone, and with the date unless it is today's")
    func local() {
        #expect(line(nextIn: .hours(6)) == "1,204 open, 0 breached, next 21:02:10 CET (case U-1)")
        #expect(line(nextIn: .hours(9)) == "1,204 open, 0 breached, next 2026-11-22 00:02:10 CET (case U-1)")
        #expect(line(nextIn: .hours(6), tz: "Asia/Tokyo").hasSuffix("next 2026-11-22 05:02:10 JST (case U-1)"))
        #expect(line(nextIn: .hours(24 * 200)).hasSuffix("next 2027-06-09 16:02:10 CEST (case U-1)"))
        #expect(line(nextIn: .zero).hasSuffix("due now (case U-1)"))
        #expect(line(nextIn: nil).hasSuffix("nothing due"))
    }

    @Test("a new zone of the machine is seen within a minute, and not asked for at each line")
    func zone() {
        let tzs = ["Europe/Berlin", "Asia/Tokyo", "UTC"]
        let asked = Mutable(0)
        let zone = WallZone(
            WallZone.Reader {
                let tz = tzs[asked.add()]
                return ZoneFolder.machineZone(tz: tz, tzdir: nil)
            }
        )
        #expect(zone.at(now).rules.name == "Europe/Berlin")
        #expect(zone.at(now + .seconds(59)).rules.name == "Europe/Berlin")
        #expect(zone.at(now + .seconds(60)).rules.name == "Asia/Tokyo")
        // The clock was set back.
        #expect(zone.at(now).rules == .utc)
    }
}

/// A number that a closure counts up.
private final class Mutable: @unchecked Sendable {
    // @unchecked: one thread uses it.
    private var value: Int

    init(_ value: Int) { self.value = value }

    /// The number before.
    func add() -> Int {
        defer { value += 1 }
        return value
    }
}
