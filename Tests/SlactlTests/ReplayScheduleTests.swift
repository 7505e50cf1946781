import Support
import Testing
import TimeBase

@testable import slactl

@Suite("when the events of a log happen again")
struct ReplayScheduleTests {
    private static let start = Instant(milliseconds: 1_795_269_730_123)

    private func instant(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

    @Test("an hour takes a second at 3,600 times the speed")
    func hourIsSecond() throws {
        let log = try [
            instant("2016-03-07T08:00:00Z"), instant("2016-03-07T09:00:00Z"), instant("2016-03-07T14:00:00Z"),
            instant("2016-03-07T14:00:01Z"),
        ]
        let schedule = ReplaySchedule(log, start: Self.start, speed: 3_600)
        #expect(schedule.entries.map { ($0.at - Self.start).description } == ["0s", "1s", "6s", "6s"])
        #expect(schedule.length == .seconds(6))
    }

    @Test("order and place are kept, the first is at the start, and no distance grows", arguments: 0..<200)
    func mapping(seed: Int) {
        var random = Seeded(seed)
        let speed = Int64.random(in: 1...10_000, using: &random)
        let log = (0..<Int.random(in: 1...100, using: &random))
            .map { _ in
                Instant(milliseconds: Int64.random(in: 0...40, using: &random) * 1_000_000)
            }
        let schedule = ReplaySchedule(log, start: Self.start, speed: speed)
        #expect(schedule.entries.map(\.place).sorted() == Array(log.indices))
        #expect(schedule.entries.first?.at == Self.start)
        for (left, right) in zip(schedule.entries, schedule.entries.dropFirst()) {
            #expect((log[left.place], left.place) < (log[right.place], right.place))
            #expect(left.at <= right.at)
            let exact = (log[right.place] - log[schedule.entries[0].place]).milliseconds
            #expect((right.at - Self.start).milliseconds == exact / speed)
        }
    }

    @Test("what is due together goes together, at most so many, and never before its time")
    func due() {
        let seconds: [Int64] = [0, 1, 1, 1, 5]
        let schedule = ReplaySchedule(
            seconds.map { Instant(milliseconds: $0 * 1_000) },
            start: Self.start,
            speed: 1
        )
        let second = Self.start + .seconds(1)
        #expect(schedule.due(from: 0, at: Self.start, limit: 10) == 0..<1)
        #expect(schedule.due(from: 1, at: Self.start, limit: 10).isEmpty)
        #expect(schedule.due(from: 1, at: second, limit: 10) == 1..<4)
        #expect(schedule.due(from: 1, at: second, limit: 2) == 1..<3)
        #expect(schedule.due(from: 4, at: second + .hours(1), limit: 10) == 4..<5)
        #expect(schedule.due(from: 5, at: second + .hours(1), limit: 10).isEmpty)
    }

    @Test("an event happens anew with its own fields, the new time and its line as its order")
    func line() throws {
        let log = ReplayLog(
            try EventLog(
                bytes: Array(
                    """
                    rubbish
                    {"case":"A","event":"opened","at" : "2016-03-07T08:00:00Z" ,"source_row":12974,"x":[1.50,null]}
                    {"case":"A","event":"note","at":"2016-03-07T08:00:00Z","seq":9}
                    {"case":"B","event":"opened","at":"yesterday"}
                    {"case":"C","event":"opened","at":"2016-03-07T08:00:00Z"}
                    """
                    .utf8
                )
            ),
            casesMax: 1
        )
        #expect(log.caseCount == 1)
        #expect(log.log.refusals.kept.map(\.line) == [1, 4])
        #expect(
            log.events.map { String(decoding: log.line(of: $0, at: Self.start), as: UTF8.self) } == [
                #"{"seq":2,"case":"A","event":"opened","at" : "2026-11-21T14:02:10.123Z" ,"source_row":12974,"#
                    + #""x":[1.50,null]}"# + "\n",
                #"{"case":"A","event":"note","at":"2026-11-21T14:02:10.123Z","seq":9}"# + "\n",
            ]
        )
    }
}
