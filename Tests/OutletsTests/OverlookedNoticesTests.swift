import Outlets
import Testing

/// Notices that nobody delivers although nothing is in their way.
@Suite("Overlooked notices")
struct OverlookedNoticesTests {
    /// Judges lines of `oldest count` or `busy oldest count`; what was found by each.
    private func judge(_ lines: String...) -> [Int] {
        var notices = OverlookedNotices()
        return lines.map { line in
            let words = line.split(separator: " ")
            let numbers = words.suffix(2).compactMap { Int($0) }
            let oldest = numbers.count == 2 ? Int64(numbers[0]) : nil
            return notices.judge(oldest: oldest, count: numbers.last ?? 0, isAtRest: words.first != "busy")
        }
    }

    @Test("a notice that is pending at two checks of an outlet at rest is overlooked, and found once")
    func found() {
        #expect(judge("7 3", "7 5") == [0, 3])
        #expect(judge("7 3", "7 2") == [0, 2])
        #expect(judge("7 3", "7 3", "7 3", "7 3") == [0, 3, 0, 3])
    }

    @Test("a busy outlet, a journal in trouble and newer notices are none of that")
    func innocent() {
        #expect(judge("busy 7 3", "busy 7 3", "7 3") == [0, 0, 0])
        #expect(judge("7 3", "busy 7 3", "7 3") == [0, 0, 0])
        #expect(judge("7 3", "9 3", "12 1") == [0, 0, 0])
        #expect(judge("none", "none", "7 1", "none") == [0, 0, 0, 0])
    }
}
