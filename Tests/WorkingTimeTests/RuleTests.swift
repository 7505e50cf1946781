import Testing
import TimeBase

@testable import WorkingTime

/// One test for each line of S2 to S8, worked out by hand.
///
/// Berlin is UTC+1 in winter and UTC+2 in summer.
@Suite("The rules of open time, one by one")
struct RuleTests {
    private func calendar(_ zoneName: String, _ change: (inout CalendarSpec) throws -> Void) throws -> WorkingCalendar {
        var spec = CalendarSpec(name: "test", zone: zoneName)
        try change(&spec)
        return try WorkingCalendar(spec: spec, zone: zone(zoneName))
    }

    @Test("worked check 4: a target that is paused overnight goes on with what is left (S2)")
    func pausedOvernight() throws {
        let office = try office()
        let before = try office.open(from: at("2026-11-23T09:00:00+01:00"), to: at("2026-11-23T16:00:00+01:00"))
        #expect(before == .hours(7))
        let deadline = try office.deadline(from: at("2026-11-24T10:00:00+01:00"), after: .hours(8) - before)
        #expect(try deadline == at("2026-11-24T11:00:00+01:00"))
    }

    @Test("S2: the deadline is the earliest instant, the start counted back the latest")
    func earliestAndLatest() throws {
        let office = try office()
        let friday = try at("2026-11-20T09:00:00+01:00")
        let monday = try at("2026-11-23T09:00:00+01:00")
        #expect(try office.deadline(from: friday, after: .hours(8)) == at("2026-11-20T17:00:00+01:00"))
        #expect(try office.latestStart(before: at("2026-11-23T17:00:00+01:00"), for: .hours(8)) == monday)
        // With no open time before it, the start moves over the weekend: the latest of all that have eight hours.
        #expect(try office.latestStart(before: monday, for: .hours(8)) == friday)
        #expect(try office.deadline(from: at("2026-11-21T12:00:00Z"), after: .zero) == at("2026-11-21T12:00:00Z"))
    }

    @Test("S3: a repeated wall time is its first occurrence, a skipped one moves forward by the gap")
    func repeatedAndSkipped() throws {
        // 02:00 to 03:00 comes twice on 2026-10-25 and never on 2026-03-29.
        let early = try calendar("Europe/Berlin") { $0.weekly = [.sunday: [try span("02:30-04:00")]] }
        #expect(try early.nextOpening(after: at("2026-10-24T12:00:00Z")) == at("2026-10-25T00:30:00Z"))
        #expect(try early.nextClosing(after: at("2026-10-24T12:00:00Z")) == at("2026-10-25T03:00:00Z"))
        #expect(try early.nextOpening(after: at("2026-03-28T12:00:00Z")) == at("2026-03-29T01:30:00Z"))
        let late = try calendar("Europe/Berlin") { $0.weekly = [.sunday: [try span("00:00-02:30")]] }
        #expect(try late.nextClosing(after: at("2026-10-24T23:00:00Z")) == at("2026-10-25T00:30:00Z"))
        #expect(try late.nextClosing(after: at("2026-03-28T23:30:00Z")) == at("2026-03-29T01:30:00Z"))
    }

    @Test("S3: half an hour of summer time at Lord Howe, and midnights that do not exist in Gaza")
    func oddChanges() throws {
        let howe = try calendar("Australia/Lord_Howe") { $0.weekly = daily(LocalSpan(0, 86_400)) }
        let autumn = try at("2026-04-05T00:00:00+11:00")
        #expect(try howe.open(from: autumn, to: at("2026-04-06T00:00:00+10:30")) == .minutes(24 * 60 + 30))
        let spring = try at("2026-10-04T00:00:00+10:30")
        #expect(try howe.open(from: spring, to: at("2026-10-05T00:00:00+11:00")) == .minutes(24 * 60 - 30))
        // Sao Paulo went from 00:00 to 01:00 on 2018-11-04: the day begins an hour later.
        let paulo = try calendar("America/Sao_Paulo") { $0.weekly = [.sunday: [LocalSpan(0, 7_200)]] }
        #expect(try paulo.nextOpening(after: at("2018-11-03T12:00:00Z")) == at("2018-11-04T01:00:00-02:00"))
        #expect(try paulo.nextClosing(after: at("2018-11-03T12:00:00Z")) == at("2018-11-04T02:00:00-02:00"))
    }

    @Test("S3: a date that was skipped has no open time, and a night before it goes on after it")
    func skippedDates() throws {
        let apia = try calendar("Pacific/Apia") { $0.weekly = daily(try span("22:00-06:00")) }
        let thursday = try at("2011-12-29T22:00:00-10:00")
        // Thursday's night ends on Friday 06:00, which moves to Saturday 06:00; Friday's never begins.
        #expect(apia.nextClosing(after: thursday) == thursday + .hours(8))
        #expect(apia.nextOpening(after: thursday) == thursday + .hours(24))
        let kwajalein = try calendar("Pacific/Kwajalein") { $0.weekly = daily(try span("09:00-17:00")) }
        let friday = try at("1993-08-20T17:00:00-12:00")
        #expect(try kwajalein.deadline(from: friday, after: .hours(1)) == at("1993-08-22T10:00:00+12:00"))
    }

    @Test("S3: negative summer time, and offsets that a country gave up")
    func casablancaDublinTehran() throws {
        for (name, opening) in [
            ("Africa/Casablanca", "2026-03-02T09:00:00Z"), ("Africa/Casablanca", "2026-06-01T08:00:00Z"),
            ("Europe/Dublin", "2026-01-05T09:00:00Z"), ("Europe/Dublin", "2026-06-01T08:00:00Z"),
            ("Asia/Tehran", "2022-06-06T04:30:00Z"), ("Asia/Tehran", "2026-06-01T05:30:00Z"),
        ] {
            let office = try calendar(name) { $0.weekly = [.monday: [try span("09:00-17:00")]] }
            #expect(try office.nextOpening(after: at(opening) - .hours(12)) == at(opening), "\(name)")
        }
    }

    @Test("S4: a holiday closes its date, part-day ones their instants, dated hours replace the weekly ones")
    func holidays() throws {
        let office = try office {
            $0.holidays = [try date("2026-12-25")]
            $0.datedHours = [
                try date("2026-12-24"): [try span("08:00-12:00")], try date("2026-12-27"): [try span("10:00-14:00")],
                try date("2026-12-31"): [], try date("2026-12-25"): [try span("10:00-11:00")],
            ]
            $0.closures = [try date("2026-12-28"): [try span("13:00-24:00")]]
            $0.yearlyClosures = [try #require(MonthDay(month: 12, day: 29)): [try span("09:00-10:30")]]
            $0.closedTimes = [
                try at("2027-03-30T08:30:00Z")..<at("2027-03-30T09:00:00Z"),
                try at("2026-12-30T08:30:00Z")..<at("2026-12-30T09:00:00Z"),
                try at("2026-03-30T08:30:00Z")..<at("2026-03-30T09:00:00Z"),
            ]
        }
        let stretches = try office.stretches(from: at("2026-12-24T00:00:00Z"), to: at("2027-01-01T00:00:00Z"))
        let expected = [
            ("2026-12-24T08:00:00", "2026-12-24T12:00:00"), ("2026-12-27T10:00:00", "2026-12-27T14:00:00"),
            ("2026-12-28T09:00:00", "2026-12-28T13:00:00"), ("2026-12-29T10:30:00", "2026-12-29T17:00:00"),
            ("2026-12-30T09:00:00", "2026-12-30T09:30:00"), ("2026-12-30T10:00:00", "2026-12-30T17:00:00"),
        ]
        #expect(
            try stretches == expected.map { OpenStretch(start: try at("\($0)+01:00"), end: try at("\($1)+01:00")) }
        )
    }

    @Test("S5 and the ends of time are told apart")
    func problems() throws {
        let never = try calendar("UTC") { _ in }
        #expect(throws: OpenTimeProblem.neverOpen) {
            try never.deadline(from: at("2026-01-01T00:00:00Z"), after: .hours(1))
        }
        #expect(throws: OpenTimeProblem.neverOpen) {
            try never.latestStart(before: at("2026-01-01T00:00:00Z"), for: .hours(1))
        }
        let office = try office()
        #expect(throws: OpenTimeProblem.outOfRange) { try office.deadline(from: .latest, after: .hours(1)) }
        #expect(throws: OpenTimeProblem.outOfRange) { try office.latestStart(before: .earliest, for: .hours(1)) }
        #expect(OpenTimeProblem.neverOpen.description != OpenTimeProblem.outOfRange.description)
    }

    @Test("no numbers whatever stop us", arguments: [WorkingCalendar.always, try? office()])
    func hostile(calendar: WorkingCalendar?) throws {
        let calendar = try #require(calendar)
        let ends: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        for a in ends.map(Instant.init(milliseconds:)) + [.earliest, .latest] {
            for b in ends {
                let open = calendar.open(from: a, to: Instant(milliseconds: b))
                #expect(open.milliseconds.magnitude <= 15_778_454_400_000)
                let span = Span(milliseconds: b)
                if let deadline = try? calendar.deadline(from: a, after: span) {
                    #expect(deadline >= .earliest && deadline <= .latest)
                }
                if let start = try? calendar.latestStart(before: a, for: span) {
                    #expect(start >= .earliest && start <= .latest)
                }
            }
            // To the nearer end of time: all the dates in between are looked at.
            for count in [-1, 0, 1, a.milliseconds < 1 ? .min : .max] where a.milliseconds.magnitude > 1 {
                if let closing = try? calendar.closing(ofBusinessDay: count, after: a) {
                    #expect(closing >= .earliest && closing <= .latest)
                }
            }
            let next = [calendar.nextOpening(after: a), calendar.nextClosing(after: a)]
            #expect(next.allSatisfy { $0.map { $0 >= .earliest && $0 <= .latest } ?? true })
            _ = calendar.isOpen(at: a)
            _ = calendar.hasOpenTime(inYearAfter: a)
        }
    }

    @Test("S8: a business day closes with the last span that begins on it, and some dates are none")
    func businessDays() throws {
        let office = try office {
            $0.holidays = [try date("2026-11-24")]
            $0.closures = [
                try date("2026-11-26"): [try span("00:00-24:00")], try date("2026-11-27"): [try span("15:00-20:00")],
            ]
            $0.datedHours = [try date("2026-11-28"): [try span("22:00-02:00")]]
        }
        let sunday = try at("2026-11-22T12:00:00Z")
        let closings = ["2026-11-23T17:00:00", "2026-11-25T17:00:00", "2026-11-27T15:00:00", "2026-11-29T02:00:00"]
        for (index, closing) in closings.enumerated() {
            #expect(try office.closing(ofBusinessDay: index + 1, after: sunday) == at("\(closing)+01:00"))
        }
        // It is the date of the start that counts, not the time on it.
        let monday = try at("2026-11-23T08:00:00+01:00")
        #expect(try office.closing(ofBusinessDay: 1, after: monday) == at("2026-11-25T17:00:00+01:00"))
        #expect(try office.closing(ofBusinessDay: -1, after: sunday) == at("2026-11-20T17:00:00+01:00"))
        #expect(try office.closing(ofBusinessDay: 0, after: sunday) == sunday)
        // One after another without a break still closes at the end of its own date.
        let all = try calendar("Europe/Berlin") { $0.weekly = daily(LocalSpan(0, 86_400)) }
        #expect(try all.closing(ofBusinessDay: 1, after: monday) == at("2026-11-25T00:00:00+01:00"))
        let never = try calendar("UTC") { _ in }
        #expect(throws: OpenTimeProblem.neverOpen) { try never.closing(ofBusinessDay: 1, after: monday) }
        #expect(throws: OpenTimeProblem.outOfRange) { try office.closing(ofBusinessDay: .max, after: monday) }
    }
}
