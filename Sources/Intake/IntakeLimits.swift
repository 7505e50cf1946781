/// What one event, one line and one body may hold.
///
/// Whatever is larger is refused with the name of its limit.
package enum IntakeLimits {
    /// Events in one body; also the largest unit that the loop decides at once.
    package static let eventsMax = 10_000
    /// One line, or one object that is spread over several lines.
    package static let lineBytesMax = 256 * 1_024
    /// `case` and `id`.
    package static let idBytesMax = 256
    /// Every other text but `subject`, `text` and `reason`; also each tag.
    package static let shortBytesMax = 256
    /// `subject` and `reason`.
    package static let subjectBytesMax = 1_024
    package static let textBytesMax = 64 * 1_024
    package static let tagsMax = 64
    /// Far above any support organisation; the policy says which tiers there are.
    package static let tierMax = 999
    /// How deep values of unknown keys may nest.
    package static let depthMax = 32
    /// How many unknown keys of a line are named; the rest is ignored unnamed.
    package static let ignoredNamesMax = 16
    /// Where a name or a word from outside is cut off before it is repeated in an answer.
    package static let echoCharactersMax = 64
}
