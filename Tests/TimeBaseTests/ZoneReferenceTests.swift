import Glibc
import Support
import Testing
import TimeBase

private let zdumpPath = "/usr/bin/zdump"

private let isZdumpInstalled = unsafe access(zdumpPath, X_OK) == 0

/// Held against `zdump`, which reads the same files with other code.
@Suite("Zone rules as others read them")
struct ZoneReferenceTests {
    @Test(
        "offsets are those of zdump from 1900 to 2399",
        .enabled(if: isZdumpInstalled, "zdump is not installed"),
        arguments: oddZones
    )
    func agreesWithZdump(name: String) throws {
        let rules = try zone(name)
        let changes = try Self.changes(of: name)
        var random = Seeded(changes.count)
        for (index, change) in changes.enumerated() {
            let end = index + 1 < changes.count ? changes[index + 1].at : Instant.latest.milliseconds
            guard change.at < end else { continue }
            var instants = [change.at, end - 1]
            for _ in 0..<3 { instants.append(Int64.random(in: change.at..<end, using: &random)) }
            for instant in instants.map(Instant.init(milliseconds:)) {
                #expect(rules.offset(at: instant) == change.offset, "\(name) at \(instant)")
            }
        }
        if name != "UTC" { #expect(changes.count > 3) }
    }

    /// From when on (in milliseconds) which offset holds, by `zdump -v`: two lines for every change, the second before and
    /// the second itself.
    private static func changes(of name: String) throws -> [(at: Int64, offset: Int)] {
        let pipe = unsafe try #require(popen("\(zdumpPath) -v -c 1900,2400 \(name)", "r"))
        defer { unsafe _ = pclose(pipe) }
        var changes: [(at: Int64, offset: Int)] = []
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, 256, pipe) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // Europe/Berlin  Sun Mar 29 01:00:00 2026 UT = Sun Mar 29 03:00:00 2026 CEST isdst=1 gmtoff=7200
            let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
            guard words.count == 16, let offset = Int(words[15].dropFirst("gmtoff=".count)) else { continue }
            changes.append((try milliseconds(words[2..<6]), offset))
        }
        return changes.filter { $0.at >= Instant.earliest.milliseconds }
    }

    private static func milliseconds(_ words: ArraySlice<Substring>) throws -> Int64 {
        let words = Array(words)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = try #require(months.firstIndex(of: String(words[0]))) + 1
        let date = try #require(CivilDate(year: Int(words[3]) ?? 0, month: month, day: Int(words[1]) ?? 0))
        return try at("\(date)T\(words[2])Z").milliseconds
    }

    @Test("wall times are those found by trying every minute", arguments: oddZones)
    func wallTimes(name: String) throws {
        let rules = try zone(name)
        var random = Seeded(name.utf8.count)
        for round in 0..<6 {
            // Around a change where there is one.
            let start = Instant(milliseconds: Int64.random(in: 0...6_000_000_000_000, using: &random) / 60_000 * 60_000)
            let change = rules.change(after: start) ?? start
            guard change.milliseconds % 60_000 == 0 else { continue }
            let first = change.milliseconds / 60_000 - 4 * 1_440
            let wallMinutes = (first..<first + 8 * 1_440)
                .map { minute in
                    Int(minute) + rules.offset(at: Instant(milliseconds: minute * 60_000)) / 60
                }
            for _ in 0..<60 {
                let around = Int(change.milliseconds / 60_000) + rules.offset(at: change) / 60
                let wall = around + Int.random(in: -1_600...1_600, using: &random)
                var expected = wallMinutes.firstIndex(of: wall)
                if expected == nil {
                    // It is in a gap: as much further as the gap is long.
                    let after = try #require(wallMinutes.firstIndex { $0 > wall })
                    let gap = wallMinutes[after] - wallMinutes[after - 1] - 1
                    expected = wallMinutes.firstIndex(of: wall + gap)
                }
                let day = Int(Int64(wall).flooredDivided(by: 1_440))
                let instant = rules.instant(dayNumber: day, secondsOfDay: (wall - day * 1_440) * 60)
                let minute = try #require(expected)
                #expect(
                    instant.milliseconds == (first + Int64(minute)) * 60_000,
                    "\(name), round \(round), wall \(wall)"
                )
            }
        }
    }
}
