import Glibc
import Testing
import TimeBase

@Suite("What clocks on the wall show")
struct LocalZoneTests {
    private func machine(_ tz: String?, localtime: String = "/nowhere") -> LocalZone {
        ZoneFolder.machineZone(tz: tz, tzdir: nil, localtime: localtime)
    }

    @Test(
        "an instant is shown with the name of its offset, summer and winter, in the years of the table and after them",
        arguments: [
            ("Europe/Berlin", "2026-11-21T21:29:44.999Z", "2026-11-21 22:29:44 CET"),
            ("Europe/Berlin", "2026-07-01T22:30:00Z", "2026-07-02 00:30:00 CEST"),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25 02:59:59 CEST"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25 02:00:00 CET"),
            ("Europe/Berlin", "2090-07-01T12:00:00Z", "2090-07-01 14:00:00 CEST"),
            ("Europe/Dublin", "2026-07-01T12:00:00Z", "2026-07-01 13:00:00 IST"),
            ("Europe/Dublin", "2060-01-01T12:00:00Z", "2060-01-01 12:00:00 GMT"),
            ("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01 05:45:00 +0545"),
            ("America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31 20:30:00 NST"),
            ("UTC", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00 UTC"),
        ]
    )
    func shown(zone: String, instant: String, text: String) throws {
        #expect(machine(zone).text(try at(instant)) == text)
    }

    @Test("TZ is a zone, a file or a rule, with or without a colon; what is none is UTC, as in the C library")
    func tz() throws {
        let noon = try at("2026-07-01T12:00:00Z")
        let file = "\(ZoneFolder.systemPath)/Europe/Berlin"
        for tz in ["Europe/Berlin", ":Europe/Berlin", file, ":\(file)"] {
            #expect(machine(tz).text(noon) == "2026-07-01 14:00:00 CEST", "\(tz)")
            #expect(machine(tz).rules.name == "Europe/Berlin", "\(tz)")
        }
        #expect(machine("CET-1CEST,M3.5.0,M10.5.0/3").text(noon) == "2026-07-01 14:00:00 CEST")
        #expect(machine("<+03>-3").text(noon) == "2026-07-01 15:00:00 +03")
        for tz in ["", ":", "Europe/Atlantis", "/nowhere", "../etc/passwd", "/dev/zero"] {
            #expect(machine(tz) == .utc, "\(tz)")
        }
    }

    @Test("without TZ it is the zone that the machine's link leads to; without a link UTC")
    func link() throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let localtime = "\(folder)/localtime"
        #expect(unsafe symlink("\(ZoneFolder.systemPath)/Asia/Tokyo", localtime) == 0)
        let zone = machine(nil, localtime: localtime)
        #expect(zone.text(try at("2026-07-01T12:00:00Z")) == "2026-07-01 21:00:00 JST")
        #expect(zone.rules == (try ZoneFolder.system(tzdir: nil).rules(for: zone.rules.name)))
        #expect(machine(nil, localtime: "\(folder)/none") == .utc)
    }
}
