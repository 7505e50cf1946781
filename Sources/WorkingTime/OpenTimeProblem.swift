/// Why there is no instant with so much open time.
package enum OpenTimeProblem: Error, Equatable, Sendable {
    /// On the way lie 366 days without any (S5).
    case neverOpen
    /// It lies, or one of the instants handed in lies, outside of the years 1900 to 2399.
    case outOfRange
}

extension OpenTimeProblem: CustomStringConvertible {
    /// The cause, to stand behind what could not be done.
    package var description: String {
        switch self {
        case .neverOpen: "the calendar has no open time for 366 days, give it hours"
        case .outOfRange: "it lies outside of the years 1900 to 2399"
        }
    }
}
