import Testing
import TimeBase

@Suite("Civil dates")
struct CivilDateTests {
    @Test("every day of the years 1900 to 2400 has its own number, and its number gives it back")
    func roundTrip() throws {
        var number = try #require(CivilDate(year: 1900, month: 1, day: 1)).dayNumber
        #expect(number == -25_567)
        var weekday = Weekday.monday
        for year in 1900...2400 {
            for month in 1...12 {
                for day in 1...CivilDate.length(ofMonth: month, year: year) {
                    let date = try #require(CivilDate(year: year, month: month, day: day))
                    guard date.dayNumber == number, CivilDate(dayNumber: number) == date, date.weekday == weekday else {
                        Issue.record(
                            "\(date) is day \(date.dayNumber), a \(date.weekday); expected \(number), \(weekday)"
                        )
                        return
                    }
                    number += 1
                    weekday = weekday.next
                }
            }
        }
    }

    @Test("the ends of the calendar hold", arguments: [(1, 1, 1, -719_162), (9999, 12, 31, 2_932_896)])
    func ends(year: Int, month: Int, day: Int, number: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.dayNumber == number)
        #expect(CivilDate(dayNumber: number) == date)
    }

    @Test(
        "dates that do not exist are nil",
        arguments: [
            (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0), (0, 1, 1),
            (10_000, 1, 1),
        ]
    )
    func impossible(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test("text is read back, and other forms are nil")
    func text() throws {
        let date = try #require(CivilDate(text: "2026-12-24"))
        #expect(date.description == "2026-12-24")
        #expect(date.weekday == .thursday)
        for text in [
            "", "2026-12-4", "2026-12-24 ", "2026-02-30", "2026/12/24", "+026-12-24", "2026-12-24-1", "２026-12-24",
        ] {
            #expect(CivilDate(text: text) == nil, "\(text)")
        }
    }

    @Test("weekdays are read by their English names")
    func weekdays() {
        #expect(Weekday(word: "monday") == .monday)
        #expect(Weekday(word: "Sun") == .sunday)
        #expect(Weekday(word: "su") == nil)
        #expect(Weekday.sunday.next == .monday)
        #expect(Weekday(dayNumber: 0) == .thursday)
        #expect(Weekday(dayNumber: -1) == .wednesday)
    }
}
