/// `[start, end)` in seconds of the wall clock after 00:00 of the date on which it begins.
///
/// An end beyond 86,400 lies on the next date: `22:00-06:00` is 79,200 to 108,000.
package struct LocalSpan: Hashable, Comparable, Sendable {
    package let start: Int
    package let end: Int

    /// Where a span may end: 24:00 of the next date.
    package static let endMax = 172_800

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// Reads `09:00-17:00`, also with seconds; nil for anything else, and for an empty span.
    ///
    /// `24:00` is allowed as an end, and an end that is not after the start lies on the next date.
    package init?(text: some StringProtocol) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Self.seconds(ends[0]), let end = Self.seconds(ends[1]) else { return nil }
        guard start != end, start < 86_400 else { return nil }
        self.init(start, end > start ? end : end + 86_400)
    }

    package static func < (left: LocalSpan, right: LocalSpan) -> Bool {
        (left.start, left.end) < (right.start, right.end)
    }

    private static func seconds(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard part.utf8.count == 2, part.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(part) else {
                return nil
            }
            numbers.append(number)
        }
        let second = numbers.count == 3 ? numbers[2] : 0
        guard numbers[1] < 60, second < 60 else { return nil }
        let total = numbers[0] * 3_600 + numbers[1] * 60 + second
        return total <= 86_400 ? total : nil
    }
}

extension LocalSpan: CustomStringConvertible {
    /// `22:00-06:00`, with seconds only if there are some.
    package var description: String { "\(Self.clock(start))-\(Self.clock(end > 86_400 ? end - 86_400 : end))" }

    private static func clock(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = "\(two(seconds / 3_600)):\(two(seconds / 60 % 60))"
        return seconds % 60 == 0 ? minutes : "\(minutes):\(two(seconds % 60))"
    }
}
