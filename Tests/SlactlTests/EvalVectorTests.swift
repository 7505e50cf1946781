import Testing

@testable import slactl

/// Answers worked out by hand, in the terms that other projects' suites ask in; the rule of SEMANTICS that decides each
/// stands beside it.
@Suite("slactl calendar eval, by hand")
struct EvalVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let about: String
        let calendar: String
        let question: String
        let answer: String
        var testDescription: String { about }

        init(_ about: String, _ calendar: String, _ question: String, _ answer: String) {
            self.about = about
            self.calendar = calendar
            self.question = question
            self.answer = answer
        }
    }

    private static func add(_ start: String, _ seconds: String) -> String {
        #""op":"add","start":"\#(start)","duration_s":\#(seconds)"#
    }
    private static func subtract(_ start: String, _ seconds: String) -> String {
        #""op":"subtract","start":"\#(start)","duration_s":\#(seconds)"#
    }
    private static func between(_ start: String, _ end: String) -> String {
        #""op":"between","start":"\#(start)","end":"\#(end)""#
    }
    private static func isOpen(_ start: String) -> String { #""op":"is_open","start":"\#(start)""# }

    /// Mon-Fri 09:00-17:00 Europe/Berlin, as in the worked checks.
    private static let office = #"{"time_zone":"Europe/Berlin","hours":{"mon-fri":["09:00-17:00"]}}"#
    private static let mondayOff =
        #"{"time_zone":"Europe/Berlin","hours":{"mon-fri":["09:00-17:00"]},"holidays":["2026-11-23"]}"#
    private static let lunch =
        #"{"time_zone":"UTC","hours":{"mon":["09:00-12:00","13:00-17:00"],"tue":["09:00-12:00","13:00-17:00"]}}"#
    private static let night = #"{"time_zone":"UTC","hours":{"mon-sun":["22:00-06:00"]},"holidays":["2026-11-24"]}"#
    private static let allDay = #"{"time_zone":"Europe/Berlin","hours":{"mon-sun":["00:00-24:00"]}}"#
    private static let nightBerlin = #"{"time_zone":"Europe/Berlin","hours":{"mon-sun":["01:00-05:00"]}}"#
    private static let dated =
        #"{"time_zone":"UTC","hours":{"mon-fri":["09:00-17:00"]},"holidays":["2026-12-25",{"date":"2026-12-23","#
        + #""closed":["13:00-24:00"]},{"date":"01-01"}],"dates":{"2026-12-24":["08:00-12:00"],"2026-12-25":["#
        + #""09:00-12:00"],"2026-12-27":["10:00-14:00"],"2026-12-31":[]}}"#
    private static let exact = #"{"time_zone":"UTC","hours":{"mon":["09:00:30-09:00:31"]}}"#
    private static let lordHowe = #"{"time_zone":"Australia/Lord_Howe","hours":{"mon-sun":["01:00-03:00"]}}"#
    private static let apia = #"{"time_zone":"Pacific/Apia","hours":{"mon-sun":["09:00-17:00"]}}"#
    private static let onlyDates =
        #"{"time_zone":"UTC","hours":{},"dates":{"2026-01-05":["09:00-10:00"],"2027-01-10":["09:00-10:00"]}}"#
    private static let inGap = #"{"time_zone":"Europe/Berlin","hours":{"sun":["02:15-02:45"]}}"#
    private static let overGap = #"{"time_zone":"Europe/Berlin","hours":{"sun":["02:30-04:00"]}}"#

    static let vectors: [Vector] = [
        // S2: deadlines.
        .init(
            "worked check 1, a Friday",
            office,
            add("2026-11-20T15:00:00+01:00", "21600"),
            #""2026-11-23T12:00:00Z""#
        ),
        .init("and a holiday", mondayOff, add("2026-11-20T15:00:00+01:00", "21600"), #""2026-11-24T12:00:00Z""#),
        .init("and a Saturday", office, add("2026-11-21T10:00:00+01:00", "21600"), #""2026-11-23T14:00:00Z""#),
        .init("ends at closing", office, add("2026-11-20T15:00:00+01:00", "7200"), #""2026-11-20T16:00:00Z""#),
        .init("a second more", office, add("2026-11-20T15:00:00+01:00", "7201"), #""2026-11-23T08:00:01Z""#),
        .init("from opening", office, add("2026-11-20T09:00:00+01:00", "3600"), #""2026-11-20T09:00:00Z""#),
        .init("from closing", office, add("2026-11-20T17:00:00+01:00", "3600"), #""2026-11-23T09:00:00Z""#),
        .init("before opening", office, add("2026-11-20T05:00:00+01:00", "60"), #""2026-11-20T08:01:00Z""#),
        .init("zero is the start", office, add("2026-11-21T10:00:00+01:00", "0"), #""2026-11-21T09:00:00Z""#),
        .init("minus zero as well", office, add("2026-11-21T10:00:00+01:00", "-0.0"), #""2026-11-21T09:00:00Z""#),
        .init("negative goes back", office, add("2026-11-23T10:00:00+01:00", "-7200"), #""2026-11-20T15:00:00Z""#),
        .init("40 hours are a week", office, add("2026-11-16T09:00:00+01:00", "144000"), #""2026-11-20T16:00:00Z""#),
        .init("a month of work", office, add("2026-11-02T09:00:00+01:00", "576000"), #""2026-11-27T16:00:00Z""#),
        .init("half a second", office, add("2026-11-20T15:00:00+01:00", "0.5"), #""2026-11-20T14:00:00.500Z""#),
        .init(
            "text for a number",
            office,
            add("2026-11-20T15:00:00+01:00", #""0.001""#),
            #""2026-11-20T14:00:00.001Z""#
        ),
        .init("an exponent", office, add("2026-11-20T15:00:00+01:00", "3.6e3"), #""2026-11-20T15:00:00Z""#),
        // S2: subtracting gives the latest.
        .init("back to opening", office, subtract("2026-11-20T17:00:00+01:00", "28800"), #""2026-11-20T08:00:00Z""#),
        .init("back from opening", office, subtract("2026-11-23T09:00:00+01:00", "3600"), #""2026-11-20T15:00:00Z""#),
        .init("back, closed", office, subtract("2026-11-22T12:00:00+01:00", "3600"), #""2026-11-20T15:00:00Z""#),
        .init("back zero", office, subtract("2026-11-22T12:00:00+01:00", "0"), #""2026-11-22T11:00:00Z""#),
        .init("back negative", office, subtract("2026-11-20T15:00:00+01:00", "-7200"), #""2026-11-20T16:00:00Z""#),
        // S2, S6: between.
        .init("a working day", office, between("2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"), "28800"),
        .init("over a weekend", office, between("2026-11-20T16:00:00+01:00", "2026-11-23T10:00:00+01:00"), "7200"),
        .init("backwards", office, between("2026-11-23T10:00:00+01:00", "2026-11-20T16:00:00+01:00"), "-7200"),
        .init("the same", office, between("2026-11-20T16:00:00+01:00", "2026-11-20T15:00:00Z"), "0"),
        .init("closed all along", office, between("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"), "0"),
        .init("milliseconds", office, between("2026-11-20T10:00:00.25Z", "2026-11-20T10:00:01.500Z"), "1.25"),
        .init("minus a millisecond", office, between("2026-11-20T10:00:00.001Z", "2026-11-20T10:00:00Z"), "-0.001"),
        // S2: half open.
        .init("open at opening", office, isOpen("2026-11-20T09:00:00+01:00"), "true"),
        .init("closed just before", office, isOpen("2026-11-20T08:59:59.999+01:00"), "false"),
        .init("open just before closing", office, isOpen("2026-11-20T16:59:59.999+01:00"), "true"),
        .init("closed at closing", office, isOpen("2026-11-20T17:00:00+01:00"), "false"),
        .init("other ways to write it", office, isOpen("2026-11-20t08:00:00z"), "true"),
        // Lunch.
        .init("over lunch", lunch, add("2026-11-23T11:30:00Z", "3600"), #""2026-11-23T13:30:00Z""#),
        .init("until lunch", lunch, add("2026-11-23T11:30:00Z", "1800"), #""2026-11-23T12:00:00Z""#),
        .init("at lunch", lunch, isOpen("2026-11-23T12:30:00Z"), "false"),
        .init("back over lunch", lunch, subtract("2026-11-23T13:30:00Z", "3600"), #""2026-11-23T11:30:00Z""#),
        .init("two days with lunch", lunch, between("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"), "50400"),
        .init(
            "closed for the rest of the week",
            lunch,
            add("2026-11-24T16:00:00Z", "7200"),
            #""2026-11-30T10:00:00Z""#
        ),
        // S3, S4: past midnight belongs to the day it begins on.
        .init("night shift", night, add("2026-11-22T23:00:00Z", "18000"), #""2026-11-23T04:00:00Z""#),
        .init("at midnight", night, isOpen("2026-11-23T00:00:00Z"), "true"),
        .init("at its end", night, isOpen("2026-11-23T06:00:00Z"), "false"),
        .init("a holiday does not end it", night, isOpen("2026-11-24T05:00:00Z"), "true"),
        .init("and takes the next", night, isOpen("2026-11-25T05:00:00Z"), "false"),
        .init("three nights, one off", night, between("2026-11-23T12:00:00Z", "2026-11-26T12:00:00Z"), "57600"),
        // S3: zone changes.
        .init("a day of 25 hours", allDay, between("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"), "90000"),
        .init("a day of 23 hours", allDay, between("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"), "82800"),
        .init("worked check 3", #""always""#, add("2026-10-24T20:00:00+02:00", "43200"), #""2026-10-25T06:00:00Z""#),
        .init("an hour twice", nightBerlin, between("2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"), "14400"),
        .init("that night", nightBerlin, between("2026-10-24T22:00:00Z", "2026-10-25T22:00:00Z"), "18000"),
        .init("an hour never", nightBerlin, between("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), "10800"),
        .init("all in the gap moves on", inGap, between("2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"), "1800"),
        .init("to an hour later", inGap, isOpen("2026-03-29T03:15:00+02:00"), "true"),
        .init("starts in the gap", overGap, between("2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"), "1800"),
        .init("starts twice", overGap, between("2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z"), "9000"),
        .init("half an hour never", lordHowe, between("2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z"), "5400"),
        .init("half an hour twice", lordHowe, between("2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z"), "9000"),
        .init("no 30th", apia, between("2011-12-29T09:00:00-10:00", "2011-12-31T17:00:00+14:00"), "57600"),
        .init("over the date line", apia, add("2011-12-29T16:00:00-10:00", "7200"), #""2011-12-30T20:00:00Z""#),
        // S4: precedence.
        .init("dated hours replace", dated, between("2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z"), "14400"),
        .init("a holiday beats them", dated, between("2026-12-25T00:00:00Z", "2026-12-26T00:00:00Z"), "0"),
        .init("they open a Sunday", dated, isOpen("2026-12-27T11:00:00Z"), "true"),
        .init("an empty list closes", dated, isOpen("2026-12-31T11:00:00Z"), "false"),
        .init("every year", dated, isOpen("2032-01-01T11:00:00Z"), "false"),
        .init("a part of a day", dated, add("2026-12-23T12:00:00Z", "7200"), #""2026-12-24T09:00:00Z""#),
        .init("open until then", dated, isOpen("2026-12-23T12:59:59Z"), "true"),
        // Seconds, far away, long ago.
        .init("one second a week", exact, add("2026-11-23T09:00:30.5Z", "1"), #""2026-11-30T09:00:30.500Z""#),
        .init("beyond 2060", office, add("2099-12-31T16:00:00+01:00", "7200"), #""2100-01-01T09:00:00Z""#),
        .init("summer time of 2150", office, isOpen("2150-07-01T07:00:00Z"), "true"),
        .init("before 1970", office, add("1965-07-02T16:00:00+01:00", "7200"), #""1965-07-05T09:00:00Z""#),
        .init("a leap day", office, between("2028-02-28T17:00:00+01:00", "2028-03-01T09:00:00+01:00"), "28800"),
        .init("a leap second", #""always""#, between("2016-12-31T23:59:60Z", "2017-01-01T00:00:01Z"), "1"),
        .init("always, a year", #""always""#, add("2026-01-01T00:00:00Z", "31536000"), #""2027-01-01T00:00:00Z""#),
        .init("always open", #""always""#, isOpen("1900-01-01T00:00:00Z"), "true"),
        // S5.
        .init("365 days are bridged", onlyDates, between("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z"), "7200"),
        .init(
            "a business day later (S8)",
            office,
            #""op":"business_days","start":"2026-11-20T10:00:00Z","days":1"#,
            #""2026-11-23T16:00:00Z""#
        ),
        .init(
            "none is the start",
            office,
            #""op":"business_days","start":"2026-11-20T10:00:00Z","days":0"#,
            #""2026-11-20T10:00:00Z""#
        ),
        .init(
            "next opening",
            office,
            #""op":"next_opening","start":"2026-11-20T10:00:00Z""#,
            #""2026-11-23T08:00:00Z""#
        ),
        .init(
            "next closing",
            office,
            #""op":"next_closing","start":"2026-11-20T10:00:00Z""#,
            #""2026-11-20T16:00:00Z""#
        ),
    ]

    @Test("the answer is", arguments: vectors)
    func answer(_ vector: Vector) {
        var evaluation = Evaluation.ofTheMachine
        let line = #"{"id":"v","calendar":\#(vector.calendar),\#(vector.question)}"#
        #expect(evaluation.answer(Array(line.utf8)) == #"{"id":"v","result":\#(vector.answer)}"# + "\n")
    }

    @Test(
        "no answer is an error (S5)",
        arguments: [
            (onlyDates, add("2026-01-05T10:00:00Z", "1")), (onlyDates, subtract("2027-01-10T09:00:00Z", "1")),
            (office, add("2399-12-31T00:00:00Z", "864000")), (office, subtract("1900-01-02T00:00:00Z", "864000")),
            (#""always""#, add("2026-01-01T00:00:00Z", "1e14")), (#""always""#, add("2026-01-01T00:00:00Z", "-1e11")),
            (#""always""#, #""op":"next_opening","start":"2026-01-01T00:00:00Z""#),
        ]
    )
    func noAnswer(calendar: String, question: String) {
        var evaluation = Evaluation.ofTheMachine
        let answer = evaluation.answer(Array(#"{"id":7,"calendar":\#(calendar),\#(question)}"#.utf8))
        #expect(answer.hasPrefix(#"{"id":7,"error":"cannot "#), "\(answer)")
    }
}

extension Evaluation {
    /// With the zones of this machine and no policy.
    static var ofTheMachine: Evaluation {
        Evaluation(calendars: EvalCalendars(zones: CalendarSource.zones, policy: nil))
    }
}
