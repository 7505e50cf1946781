import Engine

/// What one event, one line and one body may hold.
///
/// Whatever is larger is refused with the name of its limit.
package enum IntakeLimits {
    /// Events in one body; also the largest unit that the loop decides at once.
    package static let eventsMax = 10_000
    /// One line, or one object that is spread over several lines.
    package static let lineBytesMax = 256 * 1_024
    /// Characters of `case` and `id`.
    ///
    /// A character is a Unicode scalar, here and below: what JSON Schema counts too.
    package static let idLengthMax = CaseID.lengthMax
    /// Characters of every other text but `subject`, `text` and `reason`; also of each tag.
    package static let shortLengthMax = 256
    /// Characters of `subject` and `reason`.
    package static let subjectLengthMax = 1_024
    /// Characters of `text`.
    package static let textLengthMax = 64 * 1_024
    package static let tagsMax = 64
    /// Far above any support organisation; the policy says which tiers there are.
    package static let tierMax = 999
    /// How deep the value of a key may nest, empty lists and objects included.
    package static let depthMax = 32
    /// How many unknown keys of a line are named; the rest is ignored unnamed.
    package static let ignoredNamesMax = 16
    /// Where a name or a word from outside is cut off before it is repeated in an answer.
    package static let echoCharactersMax = 64
}
