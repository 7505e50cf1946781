import Foundation
import ICal
import Testing
import TimeBase

/// Small files of our own with the habits of known producers; `compare-feeds.py` compares them with other people's code.
@Suite("Feeds of many producers")
struct ProducerTests {
    private static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Producers")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// What each file closes in Berlin: whole dates, and parts with their hours.
    static let closed: [String: [String]] = [
        "apple.ics": ["2026-11-26", "2027-11-25", "2028-11-23"],
        "calendarlabs.ics": ["2027-01-01", "2027-03-26"],
        "etalab.ics": ["2027-07-14", "2027-11-01"],
        "exchange.ics": ["2026-12-11 13:00-17:00", "2027-06-18"],
        "google.ics": ["2026-10-02", "2026-11-09", "2027-01-01"],
        "govuk.ics": ["2026-12-25", "2026-12-28"],
        "kayaposoft.ics": ["2026-11-18", "2027-01-11"],
        "nextcloud.ics": ["2026-12-07", "2026-12-15", "2026-12-21", "2026-12-28"],
        "officeholidays.ics": ["2027-03-08", "2027-05-06"],
        "outlook.ics": ["2026-12-24 12:00-18:00"],
        "schoolholidays.ics": (19...23).map { "2026-10-\($0)" } + (7...10).map { "2027-05-\($0 < 10 ? "0" : "")\($0)" },
        "sunbird.ics": ["2026-11-05 14:00-16:00", "2026-12-03 14:00-16:00", "2027-01-14 15:00-17:00"],
        "synced-copy.ics": ["2026-12-01", "2026-12-02", "2026-12-04"],
        "thunderbird.ics": ["2026-05-10", "2026-10-03", "2027-10-03", "2028-05-14", "2028-10-03", "2029-10-03"],
        "webform.ics": ["2027-05-17"],
        "zimbra.ics": ["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"],
    ]

    @Test(
        "every file has its closed dates, with newer SEQUENCE, overriding instances and names of Windows zones (S4)",
        arguments: closed.keys.sorted()
    )
    func dates(_ name: String) throws {
        let holidays = try Feeds.holidays(bytes: Self.bytes(name))
        let parts = holidays.closures.flatMap { date, spans in spans.keys.map { "\(date) \($0)" } }
        #expect((holidays.dates.keys.map(\.description) + parts).sorted() == Self.closed[name])
        let warned: Set = ["kayaposoft.ics", "zimbra.ics"]
        #expect(holidays.warnings.count == (warned.contains(name) ? 1 : 0), "\(holidays.warnings)")
    }

    @Test("no file is forgotten")
    func complete() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Producers")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(Self.closed.keys))
    }

    @Test("every zone that Windows names is one of the machine")
    func windowsZones() throws {
        for name in ["W. Europe Standard Time", "eastern standard time", "UTC", "Tokyo Standard Time"] {
            let event = Feeds.event("DTSTART;TZID=\(name):20261224T120000\nDURATION:PT1H")
            #expect(try Feeds.warnings(Feeds.text(event)) == [], "\(name)")
        }
    }

    @Test("the end of a series of dates in UTC counts as written or in the calendar's zone, the later one (S4)")
    func untilInUTC() throws {
        func dates(_ until: String, in zone: String) throws -> [String] {
            try Feeds.dates(Feeds.event("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;UNTIL=\(until)"), in: zone)
        }
        let three = ["2026-12-01", "2026-12-02", "2026-12-03"]
        #expect(try dates("20261202T230000Z", in: "Europe/Berlin") == three)
        #expect(try dates("20261202T225959Z", in: "Europe/Berlin") == Array(three.prefix(2)))
        #expect(try dates("20261203T000000Z", in: "America/New_York") == three)
        #expect(try dates("20261203T000000", in: "Asia/Tokyo") == three)
    }

    @Test("an instance whose series is not in the file stands alone, whatever rule it carries (S4)")
    func lonelyInstance() throws {
        let lines = "UID:1\nRECURRENCE-ID;VALUE=DATE:20261203\nDTSTART;VALUE=DATE:20261204\nRRULE:FREQ=DAILY"
        #expect(try Feeds.dates(Feeds.event(lines)) == ["2026-12-04"])
    }

    private static let choice = [
        "DTSTART:20261201\nSUMMARY:School holiday A\nCATEGORIES:School,Region\\, north",
        "DTSTART:20261202\nSUMMARY:School holiday B\nCATEGORIES:School\nLOCATION:Berlin",
        "DTSTART:20261203\nSUMMARY:Bank holiday\nLOCATION:Berlin\nCATEGORIES:",
    ]
    .map(Feeds.event).joined(separator: "\n")

    @Test(
        "only and except pick events by summary, category, location or a pattern (S4)",
        arguments: [
            (nil, [], [1, 2, 3]), (["Bank holiday"], [], [3]), (["School"], [], [1, 2]), (["Region, north"], [], [1]),
            (["Berlin"], ["School"], [3]), (nil, ["/holiday [AB]$/"], [3]), (["/^Bank/", "/north/"], [], [1, 3]),
            (["/ /"], [" Berlin "], [1]), (["school"], [], []), (["/(?i)^SCHOOL/"], ["School holiday A"], [2]),
        ] as [([String]?, [String], [Int])]
    )
    func choice(only: [String]?, except: [String], days: [Int]) throws {
        let dates = try Feeds.dates(Self.choice, only: only, except: except)
        #expect(dates == days.map { "2026-12-0\($0)" })
    }

    @Test("a pattern that is none is refused")
    func badPattern() {
        #expect(throws: EventPick.Unusable.self) { try EventPick("/(/") }
        #expect(throws: EventPick.Unusable.self) { try EventPick("/" + String(repeating: "a", count: 201) + "/") }
        #expect(throws: Never.self) { try EventPick("/") }
    }
}
