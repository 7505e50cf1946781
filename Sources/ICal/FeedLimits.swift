package import TimeBase

/// Bounds of what a file of holidays may ask of us.
///
/// All are far beyond the feeds that offices publish, which have some thousand events.
package enum FeedLimits {
    /// Larger files are refused unread.
    package static let bytesMax = 16 << 20

    /// The first and the last local date that a feed can close; rules without an end stop there.
    ///
    /// On dates outside, a calendar is open as its weekly hours say.
    package static let firstDate = CivilDate(dayNumber: 0)
    package static let lastDate = CivilDate(dayNumber: 47_481)

    /// Of a property that is read, unfolded; texts that nobody reads here may be longer.
    static let lineBytesMax = 1 << 18
    static let depthMax = 16
    /// Warnings of one file that are kept; the others are counted.
    static let warningsMax = 20
    /// Characters of a pattern, and those of a text that a pattern looks at.
    static let patternCharactersMax = 200
    static let matchedCharactersMax = 1_000
    /// Events of one file.
    package static let eventsMax = 250_000
    /// Steps of recurrence rules, found or passed over.
    ///
    /// The library takes up to 10 µs for one.
    static let stepsMax = 500_000
    /// What making ready a rule costs, in steps.
    static let stepsPerRule = 10
    /// Dates closed by single occurrences, counted as often as they are closed.
    static let closingsMax = 20_000_000
    /// Parts of days that differ.
    static let partsMax = 200_000
    /// Hundred years: no event lasts longer.
    static let lengthDaysMax = 36_600
    static let zonesMax = 1_000
}

/// What is left of the bounds while one file is worked through.
struct Effort {
    private var steps = FeedLimits.stepsMax
    private var closings = FeedLimits.closingsMax

    mutating func spend(steps count: Int, line: Int) throws(Refusal) {
        guard count <= steps else {
            throw Refusal(
                line: line,
                "its rules are too much work, more than \(FeedLimits.stepsMax) steps; end them earlier"
            )
        }
        steps -= count
    }

    mutating func spend(closings count: Int, line: Int) throws(Refusal) {
        guard count <= closings else {
            throw Refusal(
                line: line,
                isOfFile: true,
                "it closes too many dates, more than \(FeedLimits.closingsMax); keep fewer events"
            )
        }
        closings -= count
    }
}
