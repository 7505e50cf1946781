import Config
import Engine
import Testing
import TimeBase
import WorkingTime

@Suite("Calendars by themselves, YAML and JSON")
struct SingleCalendarTests {
    private func read(_ text: String) -> Result<LoadedCalendar, Complaints> {
        ConfigFile.calendar(bytes: Array(text.utf8), name: "c", zones: Given.zone)
    }

    private static let yaml = """
        time_zone: Europe/Berlin
        hours: { mon-thu: ["08:00:30-12:30", "13:15-24:00"], fri: "08:00-15:00", sun-mon: [] }
        holidays: ["2026-12-25", "12-26", { date: "2026-12-23", closed: ["13:00-24:00"], name: "Büro 😀" }]
        dates: { "2026-12-24": ["08:00-12:00"], "2026-12-31": [] }
        """

    private static let json = """
        \t{"time_zone":"Europe\\/Berlin",
        \t"hours":{"mon-thu":["08:00:30-12:30",\t"13:15-24:00"],"fri":"08:00-15:00","sun":[]},
        \t"holidays":["2026-12-25","12-26",{"date":"2026-12-23","closed":["13:00-24:00"],"name":"B\\u00fcro \\uD83D\\uDE00"}],
        \t"dates":{"2026-12-24":["08:00-12:00"],"2026-12-31":[]}}
        """

    @Test("JSON says what YAML says, with its escapes and tabs")
    func json() throws {
        let yaml = try read(Self.yaml.replacing("sun-mon", with: "sun")).get().spec
        let json = try read(Self.json).get().spec
        #expect(yaml == json)
        #expect(json.closures(on: CivilDate(dayNumber: 20_810)).map(\.name) == ["Büro 😀"])
        #expect(json.weekly[.monday] == [LocalSpan(28_830, 45_000), LocalSpan(47_700, 86_400)])
        #expect(json.yearlyHolidays.map(\.description) == ["12-26"])
    }

    @Test("a whole policy may be JSON, and its mistakes have places")
    func policy() throws {
        let calendars = ConfigFile.calendars(
            bytes: Array(#"{"calendars": {"office": \#(Self.json), "later": {"hours": {}}}}"#.utf8),
            file: "p.json",
            zones: Given.zone,
            now: Given.now
        )
        guard case .failure(let complaints) = calendars else {
            Issue.record("it was taken")
            return
        }
        #expect(
            complaints.lines == [
                "p.json:4:59: error: calendars.later.time_zone is missing; write time_zone: Europe/Berlin [C012]"
            ]
        )
    }

    @Test("an escaped backslash before a u is no surrogate, half of a pair is a mistake")
    func surrogates() throws {
        func name(_ text: String) throws -> String? {
            try read(
                #"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"holidays":[{"date":"2026-01-01","name":"\#(text)"}]}"#
            )
            .get().spec.names.values.first
        }
        #expect(try name(#"\\uD83D\\uDE00"#) == #"\uD83D\uDE00"#)
        #expect(try name(#"a\\\uD83D\uDE00b"#) == #"a\😀b"#)
        #expect(throws: Complaints.self) { try name(#"\uD83D"#) }
    }

    @Test("a key that is null is not given, an unknown one is passed over, a slip is not")
    func lenient() throws {
        let calendar = try read(
            #"{"id":7,"title":"x","time_zone":"UTC","hours":{"mon":["09:00-17:00"],"tue":null},"dates":null,"holidays":null}"#
        )
        .get()
        #expect(calendar.spec.weekly == [.monday: [LocalSpan(32_400, 61_200)]])
        #expect(throws: Complaints.self) {
            try read(#"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"holliday":[]}"#).get()
        }
        // Closed on that date, or as every week?
        #expect(throws: Complaints.self) {
            try read(#"{"time_zone":"UTC","hours":{"mon":["09:00-17:00"]},"dates":{"2026-11-24":null}}"#).get()
        }
        #expect(throws: Complaints.self) { try read("[]").get() }
        #expect(throws: Complaints.self) { try read("").get() }
    }

    @Test("days are short or whole words, in any case of letters")
    func days() throws {
        let calendar = try read(
            #"{"time_zone":"UTC","hours":{"Monday":["09:00-17:00"],"TUE-thursday":["10:00-11:00"]}}"#
        )
        .get()
        #expect(calendar.spec.weekly.keys.sorted() == [.monday, .tuesday, .wednesday, .thursday])
    }

    @Test("hours on a holiday are a warning: the holiday rules (S4)")
    func precedence() throws {
        let calendar = try read(
            #"{"time_zone":"UTC","hours":{},"holidays":["2026-12-24"],"dates":{"2026-12-24":["09:00-12:00"]}}"#
        )
        .get()
        #expect(!calendar.spec.hasHours)
        #expect(!calendar.calendar.isOpen(at: try Instant(rfc3339: "2026-12-24T10:00:00Z")))
    }

    @Test("a file of calendars alone will do, and one without any has none")
    func calendarsAlone() throws {
        func names(_ text: String) throws -> [String] {
            try ConfigFile.calendars(bytes: Array(text.utf8), file: "c", zones: Given.zone, now: Given.now).get()
                .map(\.spec.name)
        }
        #expect(
            try names("calendars:\n  b: { time_zone: UTC, hours: {} }\n  a: { time_zone: UTC, hours: {} }\ntiers: 7\n")
                == ["b", "a"]
        )
        #expect(try names("version: 1\n") == [])
        #expect(throws: Complaints.self) { try names("calendars: []\n") }
    }
}
