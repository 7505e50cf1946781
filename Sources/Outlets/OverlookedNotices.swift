/// Judges whether notices wait although nothing is in their way: then somebody has forgotten to deliver them.
///
/// Pure: asked every `interval` for as long as notices are pending. A notice counts as overlooked if it was pending at two
/// judgements in a row, and the outlet had nothing to do at both.
package struct OverlookedNotices: Sendable {
    /// How far apart two judgements are, in seconds.
    package static let interval = 30

    /// The oldest notice that was pending when the outlet last rested, and how many were.
    private var suspects: (oldest: Int64, count: Int)?

    package init() {}

    /// Looks at what is pending, some time after the look before.
    ///
    /// - Parameters:
    ///   - oldest: The number of the oldest pending notice; nil if none is pending.
    ///   - count: How many are pending.
    ///   - isAtRest: The journal answers, and the outlet believes that it has delivered everything.
    /// - Returns: How many notices are overlooked; 0 if all is well.
    package mutating func judge(oldest: Int64?, count: Int, isAtRest: Bool) -> Int {
        guard let oldest, count > 0, isAtRest else {
            suspects = nil
            return 0
        }
        guard let suspects, suspects.oldest == oldest else {
            self.suspects = (oldest, count)
            return 0
        }
        self.suspects = nil
        return min(suspects.count, count)
    }
}
