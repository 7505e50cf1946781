import Glibc
import Testing
import TimeBase

@testable import WorkingTime

/// Zone data of the test's own, before and after a country changes its mind.
@Suite("Calendars across a change of zone data")
struct AlteredZoneTests {
    /// A TZif file of version 2 without transitions, all of whose time follows a rule.
    private static func tzif(_ rule: String) -> [UInt8] {
        func block(version: UInt8) -> [UInt8] {
            // One type (UTC+1), four characters of names, and nothing else.
            let counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
            let type: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0]
            return Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts + type
                + Array("CET\0".utf8)
        }
        return block(version: 0x32) + block(version: 0x32) + Array("\n\(rule)\n".utf8)
    }

    private static func rules(_ rule: String) throws -> ZoneRules {
        var template = Array("/tmp/slawatch-zones.XXXXXX".utf8CString)
        let folder = unsafe String(cString: try #require(unsafe mkdtemp(&template)))
        defer { unsafe _ = rmdir(folder) }
        let path = "\(folder)/Country"
        let bytes = tzif(rule)
        let file = unsafe try #require(fopen(path, "wb"))
        let written = unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
        defer { unsafe _ = unlink(path) }
        try #require(written == bytes.count)
        return try ZoneFolder.system(tzdir: folder).rules(for: "Country")
    }

    private static let oldRule = "CET-1CEST,M3.5.0,M10.5.0/3"
    /// Summer time begins two weeks later and ends at midnight; what a decree would change.
    private static let newRule = "CET-1CEST,M4.2.0/0,M10.5.0/0"

    @Test("with the new rule the same hours are elsewhere, and only where the rule differs")
    func altered() throws {
        let spec = CalendarSpec(name: "c", zone: "Country", weekly: weekdays([LocalSpan(32_400, 61_200)]))
        let old = try WorkingCalendar(spec: spec, zone: Self.rules(Self.oldRule))
        let new = try WorkingCalendar(spec: spec, zone: Self.rules(Self.newRule))
        #expect(old.contentHash != new.contentHash)
        // Between the two beginnings, 2026-03-29 and 2026-04-12.
        let april = try at("2026-04-01T00:00:00Z")
        #expect(try old.deadline(from: april, after: .hours(1)) == at("2026-04-01T08:00:00Z"))
        #expect(try new.deadline(from: april, after: .hours(1)) == at("2026-04-01T09:00:00Z"))
        let june = try at("2026-06-01T00:00:00Z")
        #expect(try old.deadline(from: june, after: .hours(1)) == new.deadline(from: june, after: .hours(1)))
        // The hours of a year are the same number.
        let (a, b) = (try at("2026-01-01T00:00:00Z"), try at("2027-01-01T00:00:00Z"))
        #expect(old.open(from: a, to: b) == new.open(from: a, to: b))
    }

    @Test("what was altered is as exact as what was not", arguments: 0..<20 * Trial.soak)
    func agrees(seed: Int) throws {
        let rules = try Self.rules(seed % 2 == 0 ? Self.oldRule : Self.newRule)
        try OpenTimePropertyTests.expectAgreement(of: Trial(seed: 50_000 + seed, zone: rules))
    }
}
