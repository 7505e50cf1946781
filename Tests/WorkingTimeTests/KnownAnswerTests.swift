import Testing
import TimeBase
import WorkingTime

/// Worked out by hand; local times of Berlin, which is UTC+1 in winter and UTC+2 in summer.
@Suite("Open time, worked out by hand")
struct KnownAnswerTests {
    @Test(
        "6 h from Friday 15:00 end on Monday 13:00, on Tuesday where Monday is a holiday; from Saturday, Monday 15:00"
    )
    func officeHours() throws {
        let friday = try at("2026-11-20T15:00:00+01:00")
        #expect(try office().deadline(from: friday, after: .hours(6)) == at("2026-11-23T13:00:00+01:00"))
        let withHoliday = try office { $0.holidays = [try date("2026-11-23")] }
        #expect(try withHoliday.deadline(from: friday, after: .hours(6)) == at("2026-11-24T13:00:00+01:00"))
        let saturday = try at("2026-11-21T11:30:00+01:00")
        #expect(try office().deadline(from: saturday, after: .hours(6)) == at("2026-11-23T15:00:00+01:00"))
    }

    @Test("12 h of always from Saturday 20:00 end on Sunday 07:00 when that night has an hour more")
    func always() throws {
        let start = try at("2026-10-24T20:00:00+02:00")
        let deadline = try at("2026-10-25T07:00:00+01:00")
        #expect(try WorkingCalendar.always.deadline(from: start, after: .hours(12)) == deadline)
        #expect(try WorkingCalendar.always.latestStart(before: deadline, for: .hours(12)) == start)
        #expect(WorkingCalendar.always.open(from: deadline, to: start) == .hours(-12))
        #expect(throws: OpenTimeProblem.outOfRange) {
            try WorkingCalendar.always.deadline(from: .latest, after: .seconds(1))
        }
        #expect(WorkingCalendar.always.isOpen(at: start))
        #expect(WorkingCalendar.always.nextClosing(after: start) == nil)
        // The same hours written out for every day are the same open time.
        let spec = CalendarSpec(name: "all day", zone: "Europe/Berlin", weekly: daily(LocalSpan(0, 86_400)))
        let allDay = try WorkingCalendar(spec: spec, zone: zone("Europe/Berlin"))
        #expect(try allDay.deadline(from: start, after: .hours(12)) == deadline)
        #expect(allDay.open(from: .earliest, to: .latest) == Instant.latest - Instant.earliest)
        #expect(allDay.nextClosing(after: start) == nil)
        #expect(allDay.nextOpening(after: start) == nil)
    }

    @Test(
        "a duration that ends with the working day falls on closing time, and back from opening on the opening before"
    )
    func closingTime() throws {
        let monday = try at("2026-11-23T09:00:00+01:00")
        #expect(try office().deadline(from: monday, after: .hours(8)) == at("2026-11-23T17:00:00+01:00"))
        #expect(
            try office().deadline(from: monday, after: .hours(8) + Span(milliseconds: 1))
                == at("2026-11-24T09:00:00.001+01:00")
        )
        let tuesday = try at("2026-11-24T09:00:00+01:00")
        #expect(try office().latestStart(before: tuesday, for: .hours(8)) == monday)
        #expect(try office().latestStart(before: monday, for: .hours(1)) == at("2026-11-20T16:00:00+01:00"))
        #expect(try office().deadline(from: monday, after: .hours(-1)) == at("2026-11-20T16:00:00+01:00"))
    }

    @Test("zero is the start itself, open or not")
    func zero() throws {
        let saturday = try at("2026-11-21T11:30:00.123+01:00")
        #expect(try office().deadline(from: saturday, after: .zero) == saturday)
        #expect(try office().latestStart(before: saturday, for: .zero) == saturday)
        #expect(try office().open(from: saturday, to: saturday) == .zero)
    }

    @Test("with the end before the start, open time is negative")
    func negative() throws {
        let (a, b) = (try at("2026-11-20T15:00:00+01:00"), try at("2026-11-23T13:00:00+01:00"))
        #expect(try office().open(from: a, to: b) == .hours(6))
        #expect(try office().open(from: b, to: a) == .hours(-6))
    }

    @Test("a calendar opens at its start and is closed at its end")
    func halfOpen() throws {
        let (opening, closing) = (try at("2026-11-23T09:00:00+01:00"), try at("2026-11-23T17:00:00+01:00"))
        let moment = Span(milliseconds: 1)
        #expect(try office().isOpen(at: opening))
        #expect(try !office().isOpen(at: opening - moment))
        #expect(try office().isOpen(at: closing - moment))
        #expect(try !office().isOpen(at: closing))
        #expect(try office().nextOpening(after: opening - moment) == opening)
        #expect(try office().nextOpening(after: opening) == at("2026-11-24T09:00:00+01:00"))
        #expect(try office().nextClosing(after: opening) == closing)
        #expect(try office().nextClosing(after: closing) == at("2026-11-24T17:00:00+01:00"))
    }

    @Test("a span past midnight belongs to the day on which it begins")
    func pastMidnight() throws {
        // Friday night only.
        let spec = CalendarSpec(name: "night", zone: "Europe/Berlin", weekly: [.friday: [try span("22:00-06:00")]])
        let night = try WorkingCalendar(spec: spec, zone: zone("Europe/Berlin"))
        let stretches = try night.stretches(from: at("2026-11-16T00:00:00Z"), to: at("2026-11-23T00:00:00Z"))
        #expect(
            try stretches == [
                OpenStretch(start: at("2026-11-20T22:00:00+01:00"), end: at("2026-11-21T06:00:00+01:00"))
            ]
        )
    }

    @Test("a full holiday takes the spans that begin on it, a closure takes its instants")
    func holidaysAndClosures() throws {
        var spec = CalendarSpec(name: "night", zone: "Europe/Berlin", weekly: daily(try span("22:00-06:00")))
        spec.holidays = [try date("2026-11-20")]
        // From Saturday's early hours one hour, which belongs to Friday's span; and one of Sunday's.
        spec.closures = [try date("2026-11-22"): [try span("03:00-04:00")]]
        let night = try WorkingCalendar(spec: spec, zone: zone("Europe/Berlin"))
        let stretches = try night.stretches(from: at("2026-11-19T12:00:00Z"), to: at("2026-11-22T12:00:00Z"))
        #expect(
            try stretches == [
                // Thursday's span goes on into the holiday, Friday's does not begin.
                OpenStretch(start: at("2026-11-19T22:00:00+01:00"), end: at("2026-11-20T06:00:00+01:00")),
                OpenStretch(start: at("2026-11-21T22:00:00+01:00"), end: at("2026-11-22T03:00:00+01:00")),
                OpenStretch(start: at("2026-11-22T04:00:00+01:00"), end: at("2026-11-22T06:00:00+01:00")),
            ]
        )
    }

    @Test("a holiday beats dated hours, and dated hours beat the weekly ones")
    func precedence() throws {
        let calendar = try office {
            $0.datedHours = [
                try date("2026-12-24"): [try span("09:00-12:00")],
                try date("2026-12-25"): [try span("10:00-11:00")],
                // A Saturday.
                try date("2026-12-19"): [try span("10:00-14:00")],
                try date("2026-12-18"): [],
            ]
            $0.yearlyHolidays = [try #require(MonthDay(month: 12, day: 25))]
            $0.closures = [try date("2026-12-24"): [try span("11:00-24:00")]]
        }
        func hours(_ text: String) throws -> Span {
            let start = try at("\(text)T00:00:00+01:00")
            return calendar.open(from: start, to: start + .hours(24))
        }
        #expect(try hours("2026-12-17") == .hours(8))
        #expect(try hours("2026-12-18") == .zero)
        #expect(try hours("2026-12-19") == .hours(4))
        #expect(try hours("2026-12-24") == .hours(2))
        #expect(try hours("2026-12-25") == .zero)
        #expect(try hours("2028-12-25") == .zero)
    }

    @Test("a day with a zone change has an hour less or more")
    func zoneChanges() throws {
        let spec = CalendarSpec(name: "early", zone: "Europe/Berlin", weekly: daily(try span("01:00-05:00")))
        let early = try WorkingCalendar(spec: spec, zone: zone("Europe/Berlin"))
        func hours(_ text: String) throws -> Span {
            let start = try at("\(text)T00:00:00+01:00")
            return early.open(from: start, to: start + .hours(12))
        }
        #expect(try hours("2026-03-28") == .hours(4))
        #expect(try hours("2026-03-29") == .hours(3))
        #expect(try hours("2026-10-25") == .hours(5))
    }

    @Test("a span inside a skipped hour vanishes, and one with an end there is cut or moved")
    func skippedHour() throws {
        func open(_ hours: String) throws -> [OpenStretch] {
            let spec = CalendarSpec(name: "early", zone: "Europe/Berlin", weekly: [.sunday: [try span(hours)]])
            let calendar = try WorkingCalendar(spec: spec, zone: zone("Europe/Berlin"))
            return try calendar.stretches(from: at("2026-03-29T00:00:00Z"), to: at("2026-03-29T12:00:00Z"))
        }
        #expect(try open("02:00-03:00") == [])
        // 02:30 moves to 03:30, so this would be reversed.
        #expect(try open("02:30-03:10") == [])
        #expect(
            try open("02:15-02:45") == [OpenStretch(start: at("2026-03-29T01:15:00Z"), end: at("2026-03-29T01:45:00Z"))]
        )
        #expect(
            try open("02:30-04:00") == [OpenStretch(start: at("2026-03-29T01:30:00Z"), end: at("2026-03-29T02:00:00Z"))]
        )
    }

    @Test("spans that the skipped hour brings out of order are all open")
    func outOfOrder() throws {
        let hours = [try span("02:30-02:45"), try span("03:00-03:20")]
        let spec = CalendarSpec(name: "early", zone: "Europe/Berlin", weekly: [.sunday: hours])
        let calendar = try WorkingCalendar(spec: spec, zone: zone("Europe/Berlin"))
        let stretches = try calendar.stretches(from: at("2026-03-29T00:00:00Z"), to: at("2026-03-29T12:00:00Z"))
        #expect(
            try stretches == [
                OpenStretch(start: at("2026-03-29T01:00:00Z"), end: at("2026-03-29T01:20:00Z")),
                OpenStretch(start: at("2026-03-29T01:30:00Z"), end: at("2026-03-29T01:45:00Z")),
            ]
        )
    }

    @Test("a date that the zone skipped has no open time")
    func skippedDate() throws {
        let spec = CalendarSpec(name: "apia", zone: "Pacific/Apia", weekly: weekdays([try span("09:00-17:00")]))
        let apia = try WorkingCalendar(spec: spec, zone: zone("Pacific/Apia"))
        // Thursday the 29th is followed by Saturday the 31st; Friday never was.
        let thursday = try at("2011-12-29T16:00:00-10:00")
        #expect(try apia.deadline(from: thursday, after: .hours(2)) == at("2012-01-02T10:00:00+14:00"))
        let allDay = CalendarSpec(name: "all", zone: "Pacific/Apia", weekly: daily(LocalSpan(0, 86_400)))
        let calendar = try WorkingCalendar(spec: allDay, zone: zone("Pacific/Apia"))
        let (start, end) = (try at("2011-12-29T00:00:00-10:00"), try at("2012-01-01T00:00:00+14:00"))
        #expect(calendar.open(from: start, to: end) == .hours(48))
    }

    @Test("without open time for 366 days there is no deadline")
    func drought() throws {
        let last = try date("2026-12-31")
        let spec = CalendarSpec(name: "once", zone: "UTC", datedHours: [last: [try span("09:00-10:00")]])
        let once = try WorkingCalendar(spec: spec, zone: .utc)
        let day = try at("2026-12-31T00:00:00Z")
        #expect(once.hasOpenTime(inYearAfter: day))
        #expect(try once.deadline(from: day, after: .hours(1)) == day + .hours(10))
        #expect(throws: OpenTimeProblem.neverOpen) { try once.deadline(from: day, after: .hours(1) + Span(milliseconds: 1)) }
        #expect(try once.latestStart(before: day + .hours(24), for: .minutes(30)) == day + .minutes(570))
        // Exactly 366 days before the opening is too early, a moment later is not.
        let edge = day + .hours(9) - WorkingCalendar.patience
        #expect(throws: OpenTimeProblem.neverOpen) { try once.deadline(from: edge, after: .minutes(1)) }
        #expect(!once.hasOpenTime(inYearAfter: edge))
        #expect(once.nextOpening(after: edge) == nil)
        let moment = edge + Span(milliseconds: 1)
        #expect(try once.deadline(from: moment, after: .minutes(1)) == day + .minutes(541))
        #expect(once.hasOpenTime(inYearAfter: moment))
        #expect(once.nextOpening(after: moment) == day + .hours(9))
        let never = try WorkingCalendar(spec: CalendarSpec(name: "never", zone: "UTC"), zone: .utc)
        #expect(throws: OpenTimeProblem.neverOpen) { try never.deadline(from: day, after: .seconds(1)) }
        #expect(throws: OpenTimeProblem.neverOpen) { try never.latestStart(before: day, for: .seconds(1)) }
        #expect(!never.hasOpenTime(inYearAfter: day))
        #expect(try never.deadline(from: day, after: .zero) == day)
    }

    @Test("a year without open time between two years with it stops the search in both directions")
    func droughtBetween() throws {
        let hour = [try span("09:00-10:00")]
        let spec = CalendarSpec(
            name: "twice",
            zone: "UTC",
            datedHours: [try date("2026-01-01"): hour, try date("2028-01-01"): hour]
        )
        let twice = try WorkingCalendar(spec: spec, zone: .utc)
        #expect(throws: OpenTimeProblem.neverOpen) { try twice.deadline(from: at("2026-01-01T00:00:00Z"), after: .minutes(61)) }
        #expect(throws: OpenTimeProblem.neverOpen) { try twice.latestStart(before: at("2028-01-02T00:00:00Z"), for: .minutes(61)) }
        #expect(try twice.open(from: at("2026-01-01T00:00:00Z"), to: at("2028-01-02T00:00:00Z")) == .hours(2))
    }

    @Test("what lies outside of the table is as exact as what lies in it")
    func farAway() throws {
        // 2399-07-02 is a Friday, and Berlin keeps summer time by its rule.
        #expect(
            try office().deadline(from: at("2399-07-02T15:00:00+02:00"), after: .hours(6))
                == at("2399-07-05T13:00:00+02:00")
        )
        // 1950-01-06 is a Friday.
        #expect(
            try office().deadline(from: at("1950-01-06T15:00:00+01:00"), after: .hours(6))
                == at("1950-01-09T13:00:00+01:00")
        )
        // Over the end of the table: 2060-01-01 is a Thursday.
        #expect(
            try office().deadline(from: at("2059-12-31T16:00:00+01:00"), after: .hours(2))
                == at("2060-01-01T10:00:00+01:00")
        )
        // 2,000 h are 250 working days.
        let start = try at("2059-06-02T09:00:00+02:00")
        let deadline = try office().deadline(from: start, after: .hours(2_000))
        #expect(try office().open(from: start, to: deadline) == .hours(2_000))
        #expect(try office().latestStart(before: deadline, for: .hours(2_000)) == start)
        // Too far.
        #expect(throws: OpenTimeProblem.outOfRange) { try office().deadline(from: at("2399-12-31T12:00:00Z"), after: .hours(8)) }
        #expect(throws: OpenTimeProblem.outOfRange) { try office().deadline(from: start, after: Span(milliseconds: .max)) }
        #expect(throws: OpenTimeProblem.outOfRange) { try office().latestStart(before: at("1900-01-01T12:00:00Z"), for: .hours(8)) }
    }
}
