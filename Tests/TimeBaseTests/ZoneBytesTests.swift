import Glibc
import Support
import Testing
import TimeBase

@Suite("Zone data that cannot be trusted")
struct ZoneBytesTests {
    /// A TZif file of version 1: UTC+1, then UTC+2 from 1970 on.
    private static func version1(first: Int32 = 0) -> [UInt8] {
        var bytes = Array("TZif".utf8) + [UInt8](repeating: 0, count: 16)
        for count in [0, 0, 0, 1, 2, 4] as [UInt32] { bytes += Self.bigEndian(count) }
        bytes += bigEndian(UInt32(bitPattern: first)) + [1]
        bytes += bigEndian(3_600) + [0, 0] + bigEndian(7_200) + [1, 0]
        return bytes + Array("CET\0".utf8)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// The bytes of a zone of this machine, read without the code under test.
    private static func bytes(of name: String) throws -> [UInt8] {
        let file = unsafe try #require(fopen("\(ZoneFolder.systemPath)/\(name)", "rb"))
        defer { unsafe _ = fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    @Test("version 1 is read")
    func oldVersion() throws {
        let rules = try ZoneRules(name: "Test/Zone", tzif: Self.version1())
        #expect(rules.offset(at: Instant(milliseconds: -1)) == 3_600)
        #expect(rules.offset(at: Instant(milliseconds: 0)) == 7_200)
        #expect(rules.offset(at: .latest) == 7_200)
    }

    @Test("later versions are read the same, 2 to 4", arguments: ["2", "3", "4"] as [Unicode.Scalar])
    func versions(byte: Unicode.Scalar) throws {
        var bytes = try Self.bytes(of: "Europe/Berlin")
        let second = try #require(
            (5..<bytes.count).first { Array(bytes[$0..<min($0 + 4, bytes.count)]) == Array("TZif".utf8) }
        )
        bytes[4] = UInt8(ascii: byte)
        bytes[second + 4] = UInt8(ascii: byte)
        #expect(try ZoneRules(name: "Europe/Berlin", tzif: bytes) == zone("Europe/Berlin"))
    }

    @Test("every beginning of a file is refused, never half understood")
    func truncated() throws {
        let bytes = try Self.bytes(of: "Europe/Dublin")
        for count in 0..<bytes.count {
            #expect(throws: ZoneProblem.self, "\(count) bytes") {
                try ZoneRules(name: "Test/Zone", tzif: Array(bytes.prefix(count)))
            }
        }
    }

    @Test("leap seconds are refused with the way out")
    func leapSeconds() throws {
        var bytes = Self.version1()
        bytes[31] = 1
        bytes += [UInt8](repeating: 0, count: 8)
        let problem = try #require(throws: ZoneProblem.self) { try ZoneRules(name: "right/UTC", tzif: bytes) }
        #expect(problem.description.hasSuffix("it counts leap seconds, use the zone without the prefix right/"))
        let file = try #require(throws: ZoneProblem.self) {
            try ZoneRules(name: "right/UTC", tzif: bytes, path: "/usr/share/zoneinfo/right/UTC")
        }
        #expect(file.description.hasSuffix("it counts leap seconds, use the zone without the prefix right/"))
    }

    @Test("counts that promise more than there is are refused", arguments: 0..<6)
    func hugeCounts(field: Int) {
        var bytes = Self.version1()
        for index in 0..<4 { bytes[20 + field * 4 + index] = 0xFF }
        #expect(throws: ZoneProblem.self) { try ZoneRules(name: "Test/Zone", tzif: bytes) }
    }

    @Test("damaged files are refused or give some rules, and never stop us", arguments: 0..<200)
    func mutated(seed: Int) throws {
        var random = Seeded(seed)
        let names = ["Europe/Dublin", "Africa/Casablanca", "Pacific/Apia", "Asia/Gaza", "Etc/GMT+5"]
        let original = try Self.bytes(of: names[seed % names.count])
        for _ in 0..<10 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                // Half of them where the rule is, or the counts.
                let place =
                    switch UInt8.random(in: 0..<4, using: &random) {
                    case 0: bytes.count - 1 - index % min(bytes.count, 40)
                    case 1: index % 44
                    case 2..<4: index
                    case let other: preconditionFailure("\(other)")
                    }
                switch UInt8.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                case let other: preconditionFailure("\(other)")
                }
            }
            guard let rules = try? ZoneRules(name: "Test/Zone", tzif: bytes) else { continue }
            for _ in 0..<5 {
                let range = Instant.earliest.milliseconds...Instant.latest.milliseconds
                let instant = Instant(milliseconds: Int64.random(in: range, using: &random))
                #expect(ZoneRules.offsetsAllowed.contains(rules.offset(at: instant)), "seed \(seed)")
                let date = rules.date(at: instant)
                let midnight = rules.instant(date: date, secondsOfDay: 0)
                #expect((midnight - instant).milliseconds.magnitude < 4 * 86_400_000, "seed \(seed)")
                #expect(!rules.isSkipped(date), "seed \(seed)")
            }
        }
    }
}
